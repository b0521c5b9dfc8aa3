"""The calendar's entries of this app: meetings of all committees, and when leaders cannot be had. R127."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.calendar import MOST, Entry, Kind, person, unit
from cppcc.meetings.models import Busy, Meeting, Participant
from cppcc.meetings.models.meeting import MANAGE, VIEW_ALL, MeetingState
from cppcc.office.access import reaches_any

KINDS = {"meeting": Kind("会议活动", "blue", gathering=True), "busy": Kind("领导日程", "gray", gathering=True)}


def touching(start: date, end: date) -> Q:
    """What goes on between the two days, both included."""
    begin = timezone.make_aware(datetime.combine(start, time()))
    return Q(starts__lt=timezone.make_aware(datetime.combine(end + timedelta(days=1), time())), ends__gt=begin)


def meeting_entries(user: Any, start: date, end: date) -> Iterator[Entry]:
    """Meetings that `user` may see, but cancelled ones; who takes part is known to the house only. Three queries."""
    shown = Meeting.objects.visible_to(user).filter(touching(start, end)).exclude(state=MeetingState.CANCELLED)
    found = list(shown.select_related("room", "kind").order_by("starts", "pk")[: MOST + 1])
    who: dict[int, set[str]] = defaultdict(set)
    if found and reaches_any(user, VIEW_ALL):
        rows = Participant.objects.filter(meeting__in=found).exclude(reply="no").exclude(leave="granted")
        for pk, one in rows.values_list("meeting", "person"):
            who[pk].add(person(one))
    own = {person(acting.person_id) for acting in user.acting}
    for meeting in found:
        yield _meeting(meeting, frozenset(who.get(meeting.pk, own) | {unit(meeting.host_id)}))


def _meeting(meeting: Meeting, who: frozenset[str]) -> Entry:
    days, hours = span_of(meeting)
    return Entry(
        start=days[0], end=days[1], label=meeting.title, step=str(meeting.kind), kind="meeting", at=hours[0],
        until=hours[1], url=reverse("meetings:meeting_detail", args=[meeting.pk]), uid=f"meeting-{meeting.pk}",
        tone="green" if meeting.state == MeetingState.CLOSED else KINDS["meeting"].tone,
        place=str(meeting.room or meeting.place), who=who, provisional=meeting.state == MeetingState.PLANNED,
        done=meeting.state == MeetingState.CLOSED, revision=meeting.version,
    )  # fmt: skip


def span_of(row: Any) -> tuple[tuple[date, date], tuple[time | None, time | None]]:
    """The days and, within one day, the times of a meeting or an engagement."""
    begin, end = timezone.localtime(row.starts), timezone.localtime(row.ends)
    last = (end - timedelta(microseconds=1)).date()  # what ends at midnight does not touch the next day
    same = begin.date() == last
    return (begin.date(), last), ((begin.time(), end.time()) if same and end.time() > begin.time() else (None, None))


def busy_entries(user: Any, start: date, end: date) -> Iterator[Entry]:
    """Engagements of leaders, for the house, and one's own; why, only the office sees. One query."""
    shown = Busy.objects.filter(touching(start, end)).select_related("person").order_by("starts", "pk")
    house, own = reaches_any(user, VIEW_ALL), {acting.person_id for acting in user.acting}
    if not house:
        shown = shown.filter(person__in=own)
    page = reverse("meetings:busy_list" if house else "meetings:meeting_mine")
    office = reaches_any(user, MANAGE)
    for row in shown[: MOST + 1]:
        days, hours = span_of(row)
        why = f"（{row.label}）" if row.label and (office or row.person_id in own) else ""
        yield Entry(
            start=days[0], end=days[1], at=hours[0], until=hours[1], label=f"{row.person.name}已有安排{why}",
            step="领导日程", kind="busy", url=page, uid=f"busy-{row.pk}",
            tone=KINDS["busy"].tone, who=frozenset({person(row.person_id)}), internal=True,
        )  # fmt: skip
