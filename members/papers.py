"""A member's year as an internal sheet, and the letter that tells his employer what he attended. R133, R140."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table, in_words
from cppcc.documents.fonts import MissingGlyph, advance
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Reply
from cppcc.office.models import Office
from cppcc.office.refusals import Refused
from members.acts import Line, plain
from members.member_year import Dossier, standing_of
from members.models import Member, Wording

CERTIFICATE = "attendance_certificate"
LETTERHEAD = "{office}办公室"
NO_EMPLOYER = "有关单位"
TITLE = "关于委员出席会议活动情况的证明"


def legible(text: str) -> str:
    """The text with its code in the place of a character that no font has."""
    return "".join(char if _known(char) else f"［U+{ord(char):04X}］" for char in text)


def _known(char: str) -> bool:
    try:
        advance(char, "body")
    except MissingGlyph:
        return char.isspace()
    return True


# --- the dossier ---------------------------------------------------------------------------------------------------


def dossier_content(dossier: Dossier, office: Office, on: date | None = None) -> DocumentContent:
    """The sheet of a member and a year: who he is, what he did in figures, then every entry in a table."""
    member, year = dossier.member, dossier.year
    return DocumentContent(
        kind="minutes", masthead="委员履职档案", number=f"{year}年度", sealed=False,
        title=[legible(f"{member.person.name}{year}年度履职情况")], recipients=[], body=_told(dossier),
        signature=[LETTERHEAD.format(office=office.name)], date=on or timezone.localdate(),
        annexes=[part for part in (_entries(dossier), _meetings(dossier)) if part],
    )  # fmt: skip


def _told(dossier: Dossier) -> list[Paragraph]:
    asked = dossier.invitations
    parts = [Paragraph(legible(f"{_who(dossier.member)}。{dossier.year}年共有履职记录{len(dossier.done)}条。"))]
    parts.append(Paragraph("一、履职事项", 1))
    parts += _acts(dossier.lines) or [Paragraph("这一年没有履职记录。")]
    parts.append(Paragraph("二、会议活动", 1))
    rate = f"，出席率{asked.rate}%" if asked.rate is not None else ""
    parts.append(Paragraph(
        f"受邀{asked.asked}次，已结束的应到{asked.due}次，本人出席{asked.came}次，委派他人{asked.deputy}次，"
        f"请假{asked.leave}次，缺席{asked.absent}次{rate}。"
    ))  # fmt: skip
    if dossier.duties:
        parts.append(Paragraph("三、特约职务", 1))
        parts += [Paragraph(legible(f"{duty.organization}：{duty.title}。")) for duty in dossier.duties]
    return parts


def _acts(lines: Sequence[Line]) -> list[Paragraph]:
    """A paragraph for each branch of the tree: its sum, and what stands under it."""
    branches: list[list[Line]] = []
    for line in lines:
        if line.depth == 0:
            branches.append([])
        branches[-1].append(line)
    told = []
    for number, (root, *under) in enumerate(branches, 1):
        parts = "、".join(f"{line.act.label}{plain(line.amount)}{line.act.unit}" for line in under)
        words = f"：{parts}" if parts else ""
        told.append(Paragraph(legible(f"{number}. {root.act.label}{root.count}条{words}。"), 0))
    return told


def _who(member: Any) -> str:
    said = [
        member.person.name, str(member.term) + "委员", getattr(member, "sector_name", None),
        getattr(member, "position_name", None), getattr(member, "employer_name", None),
    ]  # fmt: skip
    return "，".join(filter(None, said))


def _entries(dossier: Dossier) -> Annex | None:
    rows = [
        [f"{entry.on:%m-%d}", entry.act.label, legible(entry.title),
         legible("、".join(filter(None, [entry.role, entry.status, entry.level])) or "—"), plain(entry.n)]
        for entry in reversed(dossier.entries) if entry.cancelled_by is None
    ]  # fmt: skip
    table = Table(["日期", "事项", "内容", "情况", "数量"], rows, [7, 14, 30, 14, 6]) if rows else None
    return Annex([f"{dossier.year}年度履职明细"], table, marked=False) if table else None


def _meetings(dossier: Dossier) -> Annex | None:
    rows = [
        [f"{timezone.localtime(row.meeting.starts):%m-%d}", row.meeting.kind.label, legible(row.meeting.title),
         standing_of(row)]
        for row in reversed(dossier.invitations.rows)
    ]  # fmt: skip
    table = Table(["日期", "种类", "会议活动", "情况"], rows, [7, 14, 36, 10]) if rows else None
    return Annex([f"{dossier.year}年度会议活动通知和出席情况"], table, marked=False) if table else None


# --- the certificate for the employer ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attended:
    """A meeting that a member came to, with its length in hours."""

    meeting: Meeting
    hours: Decimal


def attended(member: Member, start: date, end: date, meeting: Meeting | None = None) -> list[Attended]:
    """The ended meetings of a period (both days included) that a member came to himself, the oldest first. One query.

    `meeting`: that one only.
    """
    rows = Participant.objects.filter(
        person=member.person_id, attendance__in=CAME, meeting__state=MeetingState.CLOSED,
        meeting__starts__date__range=(start, end),
    ).exclude(reply=Reply.DEPUTY)  # fmt: skip
    if meeting is not None:
        rows = rows.filter(meeting=meeting)
    found = rows.select_related("meeting__kind", "meeting__room").order_by("meeting__starts", "meeting_id")
    return [Attended(row.meeting, hours_of(row.meeting)) for row in found]


def hours_of(meeting: Meeting) -> Decimal:
    """How long a meeting takes, in hours to the half; over several days the usual hours of its kind for each day."""
    begin, end = timezone.localtime(meeting.starts), timezone.localtime(meeting.ends)
    days = (end.date() - begin.date()).days + 1
    if days > 1:
        return meeting.kind.hours * days
    return Decimal(round((end - begin).total_seconds() / 1800)) / 2


def certificate_content(
    member: Any, rows: Sequence[Attended], start: date, end: date, *, office: Office, wording: Wording
) -> DocumentContent:
    """The letter to the employer. Raises Refused when the member attended nothing in the period."""
    if not rows:
        raise Refused(f"{member}在{in_words(start)}至{in_words(end)}没有出席记录，不能出具证明。")
    employer = getattr(member, "employer_name", None) or NO_EMPLOYER
    name = LETTERHEAD.format(office=office.name)
    values = {
        "name": member.person.name, "honorific": _honorific(member), "unit": employer, "office": office.name,
        "from": in_words(start), "to": in_words(end), "count": len(rows), "day": in_words(timezone.localdate()),
        "hours": plain(sum((row.hours for row in rows), Decimal())), "title": rows[0].meeting.title,
    }  # fmt: skip
    return DocumentContent(
        kind="letter", masthead=name, number="", title=[TITLE], recipients=[legible(employer)],
        body=[Paragraph(legible(text)) for text in wording.filled(values)], signature=[name],
        date=timezone.localdate(), annexes=[Annex(["出席会议活动清单"], _attended(rows))],
    )  # fmt: skip


def _honorific(member: Member) -> str:
    particulars = getattr(member.person, "particulars", None)
    return {"male": "先生", "female": "女士"}.get(particulars.gender if particulars else "", "同志")


def _attended(rows: Sequence[Attended]) -> Table:
    return Table(
        ["日期", "会议活动", "地点", "小时"],
        [[_day(row.meeting.starts), legible(row.meeting.title), legible(row.meeting.where), plain(row.hours)]
         for row in rows],
        [14, 34, 18, 7],
    )  # fmt: skip


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}"
