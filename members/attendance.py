"""Attendance of closed meetings enters the ledger, and leaves it again when a meeting is reopened or voided. R070."""

from typing import Any

from django.utils import timezone

from cppcc.meetings.models import Meeting, Participant
from cppcc.office.validity import valid_on
from members.dossier import record_many, reverse_many
from members.models import Act, Member, PerformanceEntry


def credit(meeting: Meeting, by: Any) -> None:
    """An entry for each member on the list of a meeting whose kind counts; the key tells this closing from others."""
    act = Act.objects.valid().filter(key=meeting.kind.act).first() if meeting.kind.act else None
    if act is None:
        return
    on = timezone.localdate(meeting.starts)
    listed = meeting.participants.exclude(attendance="").select_related("participant_class", "person")
    rows = {row.person_id: row for row in listed}
    found = Member.objects.filter(valid_on(on), person__in=rows)
    record_many([entry_of(meeting, act, member, rows[member.person_id], by) for member in found])


def entry_of(meeting: Meeting, act: Act, member: Member, row: Participant, by: Any) -> PerformanceEntry:
    """What the ledger says of one member at one meeting."""
    entry = PerformanceEntry(
        member=member, act=act, on=timezone.localdate(meeting.starts), title=meeting.title,
        role=row.participant_class.label, status=status_of(row), recorded_by=by, recorded_at=timezone.now(),
        key=f"meeting:{meeting.pk}:{meeting.closings}:{member.pk}",
    )  # fmt: skip
    entry.matter = meeting
    return entry


def status_of(row: Participant) -> str:
    """出席, 请假 …; a deputy's presence is not the member's own."""
    if row.reply == "deputy" and row.attendance in ("present", "late", "left_early"):
        return "委派他人"
    return row.get_attendance_display()


def take_back(meeting: Meeting, by: Any, reason: str) -> None:
    """Counter-entries for what stands of the meeting."""
    reverse_many(PerformanceEntry.for_matter(meeting).standing(), by=by, reason=f"会议变更：{reason}")
