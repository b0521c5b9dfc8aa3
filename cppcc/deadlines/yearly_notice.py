"""The yearly notice of holidays as a clerk types it: ranges off, single days worked, read line by line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from cppcc.deadlines.due import weekday
from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import SATURDAY, Day, span

LONGEST = 31  # days of one range
DECEMBER = 12
DAY = r"(?:(?P<{0}year>[0-9]{{4}})[-/.年])?(?P<{0}month>[0-9]{{1,2}})[-/.月](?P<{0}day>[0-9]{{1,2}})[日号]?"
LINE = re.compile(
    DAY.format("a_") + r"(?:\s*[至到~～—–]+\s*(?:" + DAY.format("b_") + r"|(?P<only_day>[0-9]{1,2})[日号]))?"
    r"(?![0-9])[\s,，:：、]*(?P<label>.*)"
)
BRACKETED = re.compile(r"[（(](?:星期|周)[一二三四五六日天][）)]")


@dataclass(frozen=True)
class Span:
    """Days in a row that are off, or worked, under one name."""

    first: date
    last: date
    label: str = ""

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} 至 {self.last}"
        return f"{days} {self.label}".strip()


@dataclass(frozen=True)
class Notice:
    """The notice of `year`: spans off and spans worked. May reach into the December before."""

    year: int
    source: str
    off: Sequence[Span] = ()
    worked: Sequence[Span] = ()

    def days(self) -> list[WorkCalendar]:
        """Every day of the year, and what the notice says of the December before, as official rows, unsaved."""
        said = {day: (False, one.label) for one in self.off for day in span(one.first, one.last)}
        said |= {day: (True, one.label) for one in self.worked for day in span(one.first, one.last)}
        every = [*span(date(self.year, 1, 1), date(self.year, 12, 31)), *(d for d in said if d.year < self.year)]
        return [self._row(day, *said.get(day, (day.weekday() < SATURDAY, ""))) for day in sorted(every)]

    def _row(self, day: date, worked: bool, label: str) -> WorkCalendar:
        return WorkCalendar(date=day, is_workday=worked, label=label, source=self.source, official=True)


class LineError(ValueError):
    """A line cannot be read; the sentence says which and why."""


@dataclass
class Lines:
    """The reader of one field: spans found, sentences about what is wrong."""

    year: int
    worked: bool
    spans: list[Span] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seen: set[date] = field(default_factory=set)

    def read(self, text: str) -> "Lines":
        """Read `text`, one span a line; empty lines are left out."""
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                self._add(span_of(line, self.year))
            except LineError as error:
                self.errors.append(f"第 {number} 行“{line.strip()[:40]}”：{error}。")
        return self

    def _add(self, found: Span) -> None:
        days = set(span(found.first, found.last))
        if twice := sorted(days & self.seen):
            raise LineError(f"{twice[0]} 重复出现，请删去一处")
        usual = sorted(day for day in days if self.worked and day.weekday() < SATURDAY)
        if usual:
            raise LineError(f"{usual[0]} 是{weekday(usual[0])}，本来就上班，请核对日期")
        self.seen |= days
        self.spans.append(found)


def span_of(line: str, year: int) -> Span:
    """The span in a line such as 2月5日至11日 春节. A year that is not written is `year`. Raises LineError."""
    found = LINE.fullmatch(BRACKETED.sub("", line).strip())
    if found is None:
        raise LineError("看不出是哪一天，请写成“2月5日至2月11日 春节”或“2027-02-05 至 2027-02-11 春节”")
    first = _day(found["a_year"] or year, found["a_month"], found["a_day"])
    last = first
    if found["only_day"]:
        last = _day(first.year, first.month, found["only_day"])
    elif found["b_month"]:
        last = _day(found["b_year"] or first.year, found["b_month"], found["b_day"])
    label = found["label"].strip()
    _refuse(first, last, label, year)
    return Span(first, last, label)


def _day(year: int | str, month: int | str, day: int | str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise LineError("没有这一天") from None


def _refuse(first: date, last: date, label: str, year: int) -> None:
    if last < first:
        raise LineError("结束日期早于开始日期")
    if last - first >= timedelta(days=LONGEST):
        raise LineError(f"一段最多 {LONGEST} 天，请核对日期")
    if not all(_belongs(day, year) for day in (first, last)):
        raise LineError(f"不在{year}年（含上年12月）之内")
    if len(label) > 40:
        raise LineError("说明最多 40 字")


def _belongs(day: date, year: int) -> bool:
    return day.year == year or (day.year == year - 1 and day.month == DECEMBER)


def spans_of(rows: Iterable[WorkCalendar]) -> tuple[list[Span], list[Span]]:
    """What rows of the calendar say beyond the week, as spans (off, worked): named rest days and swaps."""
    off: list[Span] = []
    worked: list[Span] = []
    for row in rows:
        weekend = row.date.weekday() >= SATURDAY
        if not row.is_workday and (row.label or not weekend):
            _lengthen(off, row)
        elif row.is_workday and weekend:
            _lengthen(worked, row)
    return off, worked


def _lengthen(spans: list[Span], row: WorkCalendar) -> None:
    last = spans[-1] if spans else None
    if last and last.label == row.label and last.last + timedelta(days=1) == row.date:
        spans[-1] = Span(last.first, row.date, row.label)
    else:
        spans.append(Span(row.date, row.date, row.label))


def as_lines(spans: Iterable[Span]) -> str:
    """Spans as the form shows them."""
    return "\n".join(map(str, spans))


def as_days(rows: Iterable[WorkCalendar]) -> dict[date, Day]:
    """Rows as the counting takes them."""
    return {row.date: Day(row.is_workday, row.official) for row in rows}
