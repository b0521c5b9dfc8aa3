"""A member's year as the dossier tells it: what he did, to what he was asked, what he serves; no scores. R133."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone

from cppcc.meetings.models import Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Attendance, Leave, Reply
from cppcc.office.validity import today
from members.acts import Line, Tree
from members.models import Contact, Member, PerformanceEntry, SpecialDuty

OLDEST, NEWEST = 1950, 2200


@dataclass(frozen=True)
class Month:
    """The entries of a month, the newest first."""

    number: int
    entries: Sequence[PerformanceEntry]


@dataclass(frozen=True)
class Invitations:
    """To how many meetings a member was asked and what became of it; only ended ones make the rate."""

    rows: Sequence[Participant]
    asked: int
    came: int
    deputy: int
    leave: int
    absent: int
    open: int

    @property
    def due(self) -> int:
        """The ended meetings that he should have come to."""
        return self.came + self.deputy + self.leave + self.absent

    @property
    def rate(self) -> int | None:
        """Of these, to how many he came himself, in percent; None while none has ended."""
        return round(100 * self.came / self.due) if self.due else None


@dataclass(frozen=True)
class Dossier:
    """All that the page of a member and a year shows."""

    member: Member
    year: int
    entries: Sequence[PerformanceEntry]
    lines: Sequence[Line]
    invitations: Invitations
    duties: Sequence[SpecialDuty]
    contacts: Sequence[Contact]

    @property
    def done(self) -> list[PerformanceEntry]:
        """What counts: standing entries of things done."""
        return [entry for entry in self.entries if entry.is_done and entry.cancelled_by is None]

    @property
    def months(self) -> list[Month]:
        """The year as a timeline, the newest first; cancelled entries keep their place."""
        return [Month(number, list(rows)) for number, rows in groupby(self.entries, key=lambda entry: entry.on.month)]


def dossier_of(member: Member, year: int, reader: Any = None, tree: Tree | None = None) -> Dossier:
    """The dossier of a member in a year: at most five queries. Contacts are there for readers who may see them."""
    tree = tree or Tree()
    rows = PerformanceEntry.objects.filter(member=member, reverses__isnull=True).of_year(year)
    entries = list(rows.listed().order_by("-on", "-pk"))
    for entry in entries:
        entry.icon = tree.icon(entry.act_id)  # type: ignore[attr-defined]
    done = [entry for entry in entries if entry.is_done and entry.cancelled_by is None]
    first, last = date(year, 1, 1), date(year, 12, 31)
    duties = member.special_duties.select_related("organization").exclude(valid_from__gt=last)
    contacts = Contact.objects.visible_to(reader).filter(member=member, on__year=year) if reader else []
    return Dossier(
        member, year, entries, tree.counted(done), invitations_of(member, year),
        list(duties.exclude(valid_to__lt=first)), list(contacts),
    )  # fmt: skip


def invitations_of(member: Member, year: int) -> Invitations:
    """The meetings of a year that a member was asked to, or came to unasked, while he was a member. One query."""
    rows = Participant.objects.filter(person=member.person_id, meeting__starts__year=year)
    rows = rows.exclude(meeting__state=MeetingState.CANCELLED).select_related("meeting__kind", "meeting__room")
    found = [
        row for row in rows.order_by("-meeting__starts", "-pk")
        if (row.invited_at or row.attendance) and member.is_valid(timezone.localdate(row.meeting.starts))
    ]  # fmt: skip
    ended = [row for row in found if row.meeting.state == MeetingState.CLOSED]
    came = [row for row in ended if row.attendance in CAME]
    deputies = [row for row in came if row.reply == Reply.DEPUTY]
    return Invitations(
        found, asked=sum(1 for row in found if row.invited_at), came=len(came) - len(deputies), deputy=len(deputies),
        leave=sum(1 for row in ended if row.attendance == Attendance.LEAVE),
        absent=sum(1 for row in ended if row.attendance == Attendance.ABSENT), open=len(found) - len(ended),
    )  # fmt: skip


def standing_of(row: Participant) -> str:
    """One word for what became of an invitation."""
    if row.meeting.state == MeetingState.CLOSED and row.attendance:
        deputy = row.reply == Reply.DEPUTY and row.attendance in CAME
        return str(Reply.DEPUTY.label) if deputy else row.get_attendance_display()
    if row.leave == Leave.ASKED or row.leave == Leave.GRANTED:
        return f"请假{row.get_leave_display()}"
    return row.get_reply_display() or str(Reply.NONE.label)


def years_of(member: Member) -> list[int]:
    """The years of the membership up to this one, the newest first."""
    first = (member.valid_from or member.term.starts).year
    last = min(today(), member.valid_to or member.term.ends).year
    return list(range(max(last, first), first - 1, -1))


def membership_of(person: int | None, year: int) -> Member | None:
    """The membership of a person that the year belongs to: the newest that touches it, else the newest of all."""
    if person is None:
        return None
    rows = Member.objects.filter(person=person).select_related("person", "term").order_by("-term__number")
    found = list(rows)
    return next((one for one in found if year in years_of(one)), found[0] if found else None)
