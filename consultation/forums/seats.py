"""The list of a forum by its seats: who is there, how many are wanted, how the sectors are spread. R035-R038, R051.

A number that is not met is told, never refused. Who sits on a seat for outsiders must not be a member on the day of the
forum, also when he becomes one later: he is shown, and the formal notice waits (R036).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from consultation.forums.scheme_sources import about, named
from consultation.models import Booking, Forum, ForumSeat
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.participants import Reply
from cppcc.office.models import Organization, Person
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.office.validity import valid_on
from members.models import Affiliation, Member, Sector

UNBOOKED = "未预约"


@dataclass
class Listed:
    """A person of a seat: on the list of the meeting, or booked and not (any more) on it."""

    person: Person
    organization: Organization | None
    title: str
    participant: Participant | None = None
    booking: Booking | None = None
    wrong: str = ""
    needs_booking: bool = False

    @property
    def stance(self) -> str:
        """Where it stands, in a word: the formal answer goes before the booking."""
        if self.participant and self.participant.invited_at:
            return f"已正式通知，{self.participant.stance}"
        if self.booking:
            return self.booking.stance
        return UNBOOKED if self.needs_booking else "不需预约"

    @property
    def tone(self) -> str:
        """The colour of the word."""
        if self.booking and self.booking.answer == Reply.NO:
            return "red"
        return "green" if self.is_sure else "amber" if self.needs_booking else "gray"

    @property
    def is_sure(self) -> bool:
        """Whether the formal notice may go to him."""
        return not self.needs_booking or bool(self.booking and self.booking.is_confirmed)

    @property
    def is_staying_away(self) -> bool:
        """Whether he said, beforehand or formally, that he does not come."""
        formal = self.participant is not None and (
            self.participant.reply == Reply.NO or self.participant.leave == "granted"
        )
        return formal or bool(self.booking and self.booking.answer == Reply.NO and not self._told)

    @property
    def _told(self) -> bool:
        return bool(self.participant and self.participant.invited_at)

    @property
    def deputy(self) -> str:
        """Who comes in his place; "" for himself."""
        for said in (self.participant, self.booking):
            if said and said.deputy_name:
                return named(said.deputy_title, said.deputy_name)
        return ""

    @property
    def where(self) -> str:
        """Unit and title in one."""
        return f"{self.organization or ''}{self.title}"


@dataclass
class Seat:
    """A class of people: those on the list, those aside (in reserve, applied, declined), how many of about how many."""

    seat: ForumSeat | None
    label: str
    rows: list[Listed] = field(default_factory=list)
    aside: list[Listed] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many are on the list and have not said no."""
        return sum(not row.is_staying_away for row in self.rows)

    @property
    def sure(self) -> int:
        """Of these, how many confirmed or need not."""
        return sum(row.is_sure and not row.is_staying_away for row in self.rows)

    @property
    def wanted(self) -> str:
        """About how many there should be."""
        return about(self.seat) if self.seat and (self.seat.least or self.seat.most) else ""

    @property
    def sentence(self) -> str:
        """What is unusual about the number; "" when nothing is. R035, R036."""
        if self.seat is None:
            return ""
        if self.seat.least and self.count < self.seat.least:
            return f"现有 {self.count} 人，一般{self.wanted}，还可以再邀请。"
        if self.seat.most and self.count > self.seat.most:
            return f"现有 {self.count} 人，一般{self.wanted}，已经超过。"
        return ""

    @property
    def wrong(self) -> list[str]:
        """What must be put right before the formal notice."""
        return [row.wrong for row in self.rows if row.wrong]


def memberships(persons: Collection[int], day: date) -> dict[int, str]:
    """person -> the term whose member he is on a day. R036."""
    held = Member.objects.filter(valid_on(day), person__in=persons).select_related("term").order_by("term__number")
    return {member.person_id: str(member.term) for member in held}


def day_of(forum: Forum) -> date:
    """The day of the forum, today without one."""
    return forum.held_on or timezone.localdate()


def meeting_of(forum: Forum) -> Meeting:
    """The forum's own meeting. Raises Refused for one that is merged with the plenary and has none."""
    if forum.meeting is None:
        raise Refused(f"{quoted(forum)}没有自己的会议（并入全体会议），不能邀请人员。")
    return forum.meeting


def barred(person: Person, term: str) -> str:
    """Why a member cannot sit among the outsiders."""
    return f"{person.name}是{term}政协委员，不能作为专家学者邀请；需要邀请的，请列入委员席位。"


def seats_of(forum: Forum) -> list[Seat]:
    """All seats of the rules in their order with their people; last those of no seat. Four queries."""
    rows = list(forum.rules.forumseats.select_related("participant_class").order_by("order", "pk"))
    booked = {one.person_id: one for one in forum.bookings.select_related("seat", "person", "organization")}
    seats = {seat.pk: Seat(seat, seat.label) for seat in rows}
    by_class = {seat.participant_class_id: seats[seat.pk] for seat in reversed(rows)}
    others = Seat(None, "其他参加人员")
    there = set()
    for participant in people_of(forum):
        booking = booked.get(participant.person_id)
        own = seats.get(booking.seat_id) if booking else None
        if own is None or own.seat is None or own.seat.participant_class_id != participant.participant_class_id:
            own = by_class.get(participant.participant_class_id, others)
        own.rows.append(listed(participant, booking, own.seat))
        there.add(participant.person_id)
    for booking in booked.values():
        if booking.person_id not in there and booking.counts:
            seats[booking.seat_id].aside.append(
                Listed(booking.person, booking.organization, booking.title, None, booking, needs_booking=True)
            )
    note_members(forum, list(seats.values()))
    return [*seats.values(), *([others] if others.rows else [])]


def people_of(forum: Forum) -> list[Participant]:
    """The list of the forum's meeting in its order."""
    if forum.meeting is None:
        return []
    rows: Any = forum.meeting.participants.select_related("person", "organization", "participant_class")
    return list(rows.order_by("order", "pk"))


def listed(participant: Participant, booking: Booking | None, seat: ForumSeat | None) -> Listed:
    """A person of the list."""
    return Listed(
        participant.person, participant.organization, participant.title, participant, booking,
        needs_booking=bool(seat and seat.booked),
    )  # fmt: skip


def note_members(forum: Forum, seats: Sequence[Seat]) -> None:
    """Write at outsiders that they are members. R036."""
    rows = [row for seat in seats if seat.seat and seat.seat.outsiders for row in (*seat.rows, *seat.aside)]
    terms = memberships([row.person.pk for row in rows], day_of(forum)) if rows else {}
    for row in rows:
        if row.person.pk in terms:
            row.wrong = barred(row.person, terms[row.person.pk])


# --- the spread of sectors -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """How many of the members asked belong to which sector, and how many sectors there are. R035."""

    rows: list[dict[str, Any]]
    covered: int
    total: int


def spread_of(forum: Forum, seats: Sequence[Seat]) -> Spread:
    """The sectors of the members on the list, the largest first. At most two queries."""
    persons = [
        row.person.pk for seat in seats if seat.seat and seat.seat.pool == ForumSeat.Pool.MEMBERS for row in seat.rows
    ]
    if not persons:
        return Spread([], 0, 0)
    day = day_of(forum)
    held = Affiliation.objects.filter(
        valid_on(day), valid_on(day, "member__"), kind=Affiliation.Kind.SECTOR, member__person__in=persons
    ).select_related("sector")
    sectors = [row.sector for row in held if row.sector]
    found = Counter(str(sector) for sector in sectors)
    terms = {sector.term_id for sector in sectors}
    total = Sector.objects.filter(term__in=terms).count() if terms else 0
    rows = [
        {"label": name, "count": count, "percent": round(100 * count / len(persons))}
        for name, count in found.most_common()
    ]
    return Spread(rows, len(found), total)


# --- the attendance list -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamePart:
    """A part of the attendance list: its label, and of each person name and title as they are printed."""

    label: str
    people: list[tuple[str, str]]


def name_list(forum: Forum, seats: Sequence[Seat] | None = None) -> list[NamePart]:
    """Those expected, in the parts of the rules and their order; parts without anybody stand empty. R051.

    Who said that he does not come is left out; who sends a deputy stands with the deputy.
    """
    found = seats_of(forum) if seats is None else seats
    parts = []
    for seat in found:
        rows = [row for row in seat.rows if not row.is_staying_away]
        parts.append(NamePart(seat.label, [printed(row) for row in rows]))
    return parts


def printed(row: Listed) -> tuple[str, str]:
    """(name, title) of one person; the deputy's where he sends one."""
    for said in (row.participant, row.booking):
        if said and said.deputy_name:
            return said.deputy_name, f"{said.deputy_title}（代{row.person.name}）"
    return row.person.name, row.where
