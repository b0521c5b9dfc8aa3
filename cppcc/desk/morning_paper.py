"""The morning sheet as a paper: the rows of the page (R128) in the format of minutes; many as a table behind it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from cppcc.desk.morning import Part, Sheet
from cppcc.documents.compose import Style, compose
from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table
from cppcc.documents.fonts import settable
from cppcc.documents.grid import CELL, MEASURE, SIZE, TRACKING
from cppcc.office.models import Office

NUMERALS = "一二三四"
WEEKDAYS = "一二三四五六日"
FITS = 10  # lines below head and title of the one page; what needs more becomes a table
SETTING = Style(SIZE, TRACKING, MEASURE, indent=2 * CELL)
MOST_TITLES = 16  # characters that fit before the date
UNITS = 3  # named of those who have to meet a deadline
HEAD = ["序号", "类别", "事项", "要办的事", "责任单位", "日期", "工作日"]
WIDTHS = [3.0, 4.0, 15.0, 7.0, 9.0, 6.0, 4.0]


def paper_of(sheet: Sheet, titles: str, day: date) -> DocumentContent:
    """The sheet of the posts called `titles` as a document."""
    parts = _parts(sheet)
    body = list(_body(sheet, parts))
    table = []
    if sum(len(compose([(part.text, "hei" if part.level else "body")], SETTING)) for part in body) > FITS:
        told = [Paragraph(f"今天{sheet.in_words}。"), *_meetings(sheet, 0)]
        body, table = [*told, Paragraph("待办、逾期和七天内到期的事项列表附后。")], [_table(parts)]
    return DocumentContent(
        kind="minutes",
        masthead=settable(f"{Office.required().organization.name}晨报", "title"),
        number=settable(f"送：{titles if len(titles) <= MOST_TITLES else titles.partition('、')[0][:MOST_TITLES]}"),
        title=[f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）要事"],
        recipients=[],
        body=body or [Paragraph(f"今天{sheet.in_words}。")],
        signature=[],
        date=day,
        annexes=table,
        sealed=False,
    )


@dataclass(frozen=True)
class Group:
    """Some rows: their heading, their word in the table, how one is told."""

    heading: str
    word: str
    part: Part
    told: Callable[[Any], str]


def _parts(sheet: Sheet) -> list[Group]:
    """The rows in the order of the page, without empty groups."""
    late = "逾期事项" if sheet.everything else "分管范围内的逾期事项"
    found = [
        Group("等待签批、办理", "待办", sheet.waiting, _duty),
        Group(late, "逾期", sheet.late, _late),
        Group("七天内到期", "将到期", sheet.soon, _soon),
    ]
    return [group for group in found if group.part.rows]


def _body(sheet: Sheet, groups: Sequence[Group]) -> Iterator[Paragraph]:
    for number, group in enumerate(groups):
        yield Paragraph(f"{NUMERALS[number]}、{group.heading}（{group.part.count}项）", 1)
        yield from (Paragraph(settable(group.told(row))) for row in group.part.rows)
        if group.part.more:
            yield Paragraph(f"另有{group.part.more}项，请登录系统查看。")
    yield from _meetings(sheet, len(groups))


def _meetings(sheet: Sheet, number: int) -> Iterator[Paragraph]:
    if sheet.today:
        yield Paragraph(f"{NUMERALS[number]}、今天的会议（{len(sheet.today)}个）", 1)
        yield from (Paragraph(settable(_meeting(entry))) for entry in sheet.today)
        yield from (Paragraph(settable(f"{it.one.label}与{it.other.label}：{it.why}")) for it in sheet.clashes)


def _table(groups: Sequence[Group]) -> Annex:
    """All rows; how many are not on the sheet stands in a row of its own."""
    rows: list[list[str]] = []
    number = count(1)
    for group in groups:
        rows += [[str(next(number)), group.word, *_cells(row)] for row in group.part.rows]
        if group.part.more:
            rows.append(["—", group.word, f"另有{group.part.more}项，请登录系统查看", *["—"] * 4])
    return Annex(title=["事项清单"], table=Table(HEAD, rows, WIDTHS), landscape=True, marked=False)


def _cells(row: Any) -> list[str]:
    """Matter, what is to be done, who has to do it, day, working days."""
    if hasattr(row, "due_on"):
        days = str(row.working_days) if row.working_days else "—"
        return [settable(row.title), settable(row.label), settable(_units(row)), _day(row.due_on), days]
    since = timezone.localdate(row.since)
    return [settable(str(row.matter)), settable(row.label), "—", f"自{_day(since)}", str(row.working_days)]


def _duty(duty: Any) -> str:
    since = _day(timezone.localdate(duty.since))
    return f"{duty.label}：{duty.matter}（自{since}，{duty.working_days}个工作日）"


def _late(deadline: Any) -> str:
    return f"{_deadline(deadline)}，逾期{deadline.working_days}个工作日）"


def _soon(deadline: Any) -> str:
    return f"{_deadline(deadline)}{'，暂定' if deadline.provisional else ''}）"


def _deadline(deadline: Any) -> str:
    return f"{deadline.title}：{deadline.label}（{_units(deadline)}，{_day(deadline.due_on)}到期"


def _units(deadline: Any) -> str:
    """Who has to meet it, as the page names them."""
    units = [str(holder.organization) for holder in deadline.holders.all()]
    more = f"等{len(units)}家" if len(units) > UNITS else ""
    return ("、".join(units[:UNITS]) or "责任单位未定") + more


def _meeting(entry: Any) -> str:
    return "　".join(filter(None, [entry.hours or "时间未定", entry.label, entry.place]))


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
