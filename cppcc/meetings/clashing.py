"""What stands in a meeting's way: the room, people, leaders' engagements, the plenary, rest days. R127.

Nothing is forbidden: who plans it is shown what clashes and says that he knows.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.due import weekday
from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import SATURDAY
from cppcc.meetings.models import Busy, Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.models import Session
from cppcc.office.quoting import quoted

OPEN = (MeetingState.PLANNED, MeetingState.INVITED)
NAMED = 5  # persons who are named; of more the number is told


@dataclass(frozen=True)
class Clash:
    """One thing in the way: a sentence for the clerk, and the page of what it clashes with."""

    kind: str
    sentence: str
    url: str = ""


def clashes_of(meeting: Meeting, *, labels: bool = False) -> list[Clash]:
    """All that stands in the way of a meeting, saved or not, in at most six queries.

    labels: whether the reader may know why a leader is engaged (the office only).
    """
    if not meeting.is_open:
        return []
    return [
        *_days(meeting), *_plenary(meeting), *_rooms(meeting), *_people(meeting), *_engaged(meeting, labels=labels)
    ]  # fmt: skip


def digest(clashes: list[Clash]) -> str:
    """A short name of these clashes: who confirmed them did not confirm others."""
    return sha256("|".join(clash.sentence for clash in clashes).encode()).hexdigest()[:10] if clashes else ""


def meanwhile(meeting: Meeting) -> QuerySet[Meeting]:
    """Other meetings that go on at the same time."""
    found = Meeting.objects.filter(state__in=OPEN, starts__lt=meeting.ends, ends__gt=meeting.starts)
    return found.exclude(pk=meeting.pk) if meeting.pk else found


def coming(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    """Those who have not said that they stay away."""
    return participants.exclude(reply="no").exclude(leave="granted")


def _days(meeting: Meeting) -> Iterator[Clash]:
    begin, end = timezone.localdate(meeting.starts), timezone.localdate(meeting.ends)
    if meeting.starts <= timezone.now():
        yield Clash(
            "day", f"开始时间{timezone.localtime(meeting.starts):%-m月%-d日 %H:%M}已经过去，请核对；补录的请确认。"
        )
    known = {row.date: row for row in WorkCalendar.objects.filter(date__range=(begin, end))}
    for day in sorted({begin, end}):
        row = known.get(day)
        if not (row.is_workday if row else day.weekday() < SATURDAY):
            label = f"，{row.label}" if row and row.label else ""
            yield Clash("day", f"{day:%-m月%-d日}是休息日（{weekday(day)}{label}）。")


def _plenary(meeting: Meeting) -> Iterator[Clash]:
    if meeting.kind.in_plenary:
        return
    begin, end = timezone.localdate(meeting.starts), timezone.localdate(meeting.ends)
    for session in Session.objects.filter(starts__lte=end, ends__gte=begin).select_related("term"):
        yield Clash("plenary", f"正值{session}全体会议期间（{session.starts:%-m月%-d日}至{session.ends:%-m月%-d日}）。")


def _rooms(meeting: Meeting) -> Iterator[Clash]:
    if not meeting.room_id:
        return
    for other in meanwhile(meeting).filter(room=meeting.room_id).select_related("room"):
        yield Clash("room", f"{other.room}同时安排了{quoted(other.title)}（{hours(other)}）。", page(other))


def _people(meeting: Meeting) -> Iterator[Clash]:
    if not meeting.pk:
        return
    mine = coming(meeting.participants.all()).values("person")
    rows = coming(Participant.objects.filter(meeting__in=meanwhile(meeting), person__in=mine))
    found: dict[Meeting, list[str]] = defaultdict(list)
    for row in rows.select_related("person", "meeting").order_by("meeting__starts", "meeting", "order"):
        found[row.meeting].append(row.person.name)
    for other, names in found.items():
        yield Clash("people", f"{told(names)}同时要参加{quoted(other.title)}（{hours(other)}）。", page(other))


def _engaged(meeting: Meeting, *, labels: bool) -> Iterator[Clash]:
    if not meeting.pk:
        return
    mine = coming(meeting.participants.all()).values("person")
    rows = Busy.objects.filter(person__in=mine, starts__lt=meeting.ends, ends__gt=meeting.starts)
    for row in rows.select_related("person"):
        why = f"（{row.label}）" if labels and row.label else ""
        yield Clash("busy", f"{row.person.name}{hours(row)}已有安排{why}。", reverse("meetings:busy_list"))


def hours(row: Any) -> str:
    """From when to when, short: 3月12日 09:00—12:00."""
    begin, end = timezone.localtime(row.starts), timezone.localtime(row.ends)
    until = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%-m月%-d日 %H:%M}"
    return f"{begin:%-m月%-d日 %H:%M}—{until}"


def told(names: list[str]) -> str:
    """张三、李四等 12 人."""
    named = "、".join(names[:NAMED])
    return named if len(names) <= NAMED else f"{named}等 {len(names)} 人"


def page(meeting: Meeting) -> str:
    """The page of a meeting."""
    return reverse("meetings:meeting_detail", args=[meeting.pk])
