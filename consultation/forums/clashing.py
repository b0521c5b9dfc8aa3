"""What stands in the way of many forums: days, plenary, parties, rooms, people, leaders, each other. R025, R027.

As `cppcc.meetings.clashing`, whose questions go to one meeting, asks; here in three queries for a whole year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from consultation.joining_up import in_the_way
from consultation.models import Forum, PartyConsultation
from cppcc.deadlines.due import weekday
from cppcc.deadlines.working_days import WorkingDays
from cppcc.meetings.clashing import OPEN, Clash, coming, hours, page, told
from cppcc.meetings.models import Busy, Meeting, Participant
from cppcc.office.models import Session
from cppcc.office.quoting import quoted


@dataclass
class Slot:
    """A forum at a time, planned or only proposed."""

    forum: Forum
    starts: datetime
    ends: datetime
    clashes: list[Clash] = field(default_factory=list)

    def meets(self, other: Any) -> bool:
        """Whether something else goes on at the same time."""
        return bool(other.starts < self.ends and other.ends > self.starts)


ENGAGED = ("person", "starts", "ends", "label")


@dataclass(frozen=True)
class Engaged:
    """A person who is engaged elsewhere for a time, as it comes with the meeting that asks him."""

    person: int
    name: str
    starts: datetime
    ends: datetime
    label: str

    @classmethod
    def read(cls, row: dict[str, Any]) -> "Engaged":
        """As the database writes it: times in ISO 8601."""
        begin, end = datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])
        return cls(row["person"], row["name"], begin, end, row["label"])


def look_over(slots: Sequence[Slot], days: WorkingDays, *, labels: bool = False) -> None:
    """Write into each slot what stands in its way. labels: whether the reader may know why a leader is engaged."""
    if not slots:
        return
    _days(slots, days)
    _plenaries(slots)
    _parties(slots)
    _each_other(slots)
    _meetings(slots, labels=labels)


def _days(slots: Sequence[Slot], days: WorkingDays) -> None:
    now = timezone.now()
    for slot in slots:
        day = timezone.localdate(slot.starts)
        if slot.starts <= now:
            slot.clashes.append(Clash("day", f"{day:%-m月%-d日}已经过去，请核对；补录的请确认。"))
        if not days.is_workday(day):
            slot.clashes.append(Clash("day", f"{day:%-m月%-d日}是休息日（{weekday(day)}）。"))


def _plenaries(slots: Sequence[Slot]) -> None:
    days = [timezone.localdate(slot.starts) for slot in slots]
    found = list(Session.objects.filter(starts__lte=max(days), ends__gte=min(days)).select_related("term"))
    for slot, day in zip(slots, days, strict=True):
        for session in found:
            if session.starts and session.ends and session.starts <= day <= session.ends:
                slot.clashes.append(Clash("plenary", f"正值{session}全体会议期间。"))


def _parties(slots: Sequence[Slot]) -> None:
    """The consultation with the parties: the same matter, day or week. R025."""
    days = [timezone.localdate(slot.starts) for slot in slots]
    known = list(PartyConsultation.objects.filter(year__in={day.year for day in days}))
    for slot, day in zip(slots, days, strict=True):
        slot.clashes += in_the_way(str(slot.forum.topic), day, known)


def _each_other(slots: Sequence[Slot]) -> None:
    for slot in slots:
        rules, day = slot.forum.rules, timezone.localdate(slot.starts)
        period = rules.period_of(day.month)
        if rules.is_merged(period):
            slot.clashes.append(Clash("merged", f"{period}—{rules.last_of(period)}月的座谈会并入全体会议。"))
        for other in slots:
            if other is slot:
                continue
            there = timezone.localdate(other.starts)
            if there == day:
                slot.clashes.append(Clash("forum", f"与{quoted(other.forum.topic)}同一天。"))
            elif rules.period_of(there.month) == period:
                slot.clashes.append(Clash("forum", f"与{quoted(other.forum.topic)}在同一时段（{there:%-m月%-d日}）。"))


def _meetings(slots: Sequence[Slot], *, labels: bool) -> None:
    """Rooms and people of meetings at the same time, and leaders' engagements."""
    same_time = Q(pk__in=[])
    for slot in slots:
        same_time |= Q(starts__lt=slot.ends, ends__gt=slot.starts)
    own = [slot.forum.meeting_id for slot in slots if slot.forum.meeting_id]
    asked = coming(Participant.objects.filter(meeting=OuterRef("pk"))).order_by("order")
    listed = ArraySubquery(asked.values(row=JSONObject(person="person", name="person__name")))
    taken = Busy.objects.filter(same_time, person__participations__meeting=OuterRef("pk")).order_by("starts", "pk")
    engaged = ArraySubquery(taken.values(row=JSONObject(**{name: name for name in ENGAGED}, name="person__name")))
    found = Meeting.objects.filter(Q(same_time, state__in=OPEN) | Q(pk__in=own))
    rows = list(found.annotate(listed=listed, engaged=engaged).select_related("room").order_by("starts", "pk"))
    people = {row.pk: {one["person"]: one["name"] for one in row.listed} for row in rows}
    others = [row for row in rows if row.pk not in own]
    busy = {row.pk: [Engaged.read(one) for one in row.engaged] for row in rows if row.pk in own}
    for slot in slots:
        _of_one(slot, others, people, busy, labels=labels)


def _of_one(
    slot: Slot,
    others: Sequence[Meeting],
    people: Mapping[int, dict[int, str]],
    busy: Mapping[int, Sequence["Engaged"]],
    *,
    labels: bool,
) -> None:
    meeting = slot.forum.meeting
    mine = people.get(meeting.pk, {}) if meeting else {}
    for other in filter(slot.meets, others):
        if meeting and meeting.room_id and meeting.room_id == other.room_id:
            said = f"{other.room}同时安排了{quoted(other.title)}（{hours(other)}）。"
            slot.clashes.append(Clash("room", said, page(other)))
        if both := [name for person, name in people[other.pk].items() if person in mine]:
            slot.clashes.append(Clash("people", f"{told(both)}同时要参加{quoted(other.title)}。", page(other)))
    for row in filter(slot.meets, busy.get(meeting.pk, ()) if meeting else ()):
        if row.person in mine:
            why = f"（{row.label}）" if labels and row.label else ""
            slot.clashes.append(Clash("busy", f"{row.name}{hours(row)}已有安排{why}。"))
