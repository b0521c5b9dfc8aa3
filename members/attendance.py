"""Attendance of closed meetings enters the ledger, and leaves it again when a meeting is reopened or voided. R070."""

from typing import Any

from django.utils import timezone

from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.participants import CAME, Reply
from cppcc.office.validity import valid_on
from members.dossier import record_many, reverse_many
from members.models import Act, Member, PerformanceEntry


def credit(meeting: Meeting, by: Any) -> None:
    """An entry for each member on the list of a meeting whose kind counts; runs under the lock of the meeting.

    One person is credited once, in the newest of the terms that claim him on that day.
    """
    on = timezone.localdate(meeting.starts)
    act = Act.objects.valid(on).filter(key=meeting.kind.act).first() if meeting.kind.act else None
    if act is None:
        return
    listed = meeting.participants.exclude(attendance="").select_related("participant_class", "person")
    rows = {row.person_id: row for row in listed}
    found = Member.objects.filter(valid_on(on), person__in=rows).select_related("person").order_by("term__number")
    newest = {member.person_id: member for member in found}
    record_many([entry_of(meeting, act, member, rows[pk], by) for pk, member in newest.items()])


def entry_of(meeting: Meeting, act: Act, member: Member, row: Participant, by: Any) -> PerformanceEntry:
    """What the ledger says of one member at one meeting."""
    entry = PerformanceEntry(
        member=member, act=act, on=timezone.localdate(meeting.starts), title=meeting.title,
        role=row.participant_class.label, status=status_of(row), recorded_by=by, recorded_at=timezone.now(),
        key=f"meeting:{meeting.pk}:{member.pk}",
    )  # fmt: skip
    entry.matter = meeting
    return entry


def status_of(row: Participant) -> str:
    """出席, 请假 …; a deputy's presence is not the member's own."""
    if row.reply == Reply.DEPUTY and row.attendance in CAME:
        return str(Reply.DEPUTY.label)
    return row.get_attendance_display()


def take_back(meeting: Meeting, by: Any, reason: str) -> None:
    """Counter-entries for what stands of the meeting."""
    standing = PerformanceEntry.for_matter(meeting).standing().select_related("member")
    reverse_many(standing, by=by, reason=f"会议变更：{reason}")
