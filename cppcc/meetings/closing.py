"""The end of a meeting: attendance is fixed and handed to whoever registered; opened again, it is taken back. R070."""

from typing import Any

from cppcc.meetings.models import Meeting
from cppcc.meetings.models.participants import Attendance, Leave
from cppcc.meetings.registry import ON_CLOSED, ON_REOPENED


def lock(meeting: Meeting, *, by: Any) -> None:
    """Who did not sign in was on leave or absent; those who registered get the attendance, in this transaction."""
    unsigned = meeting.participants.filter(attendance=Attendance.NONE, participant_class__counts=True, walk_in=False)
    unsigned.filter(leave=Leave.GRANTED).update(attendance=Attendance.LEAVE)
    unsigned.exclude(leave=Leave.GRANTED).update(attendance=Attendance.ABSENT)
    for closed in ON_CLOSED:
        closed(meeting, by)


def unlock(meeting: Meeting, *, by: Any, reason: str) -> None:
    """Take back what the closing handed on; what it had filled in is open again."""
    filled = meeting.participants.filter(attendance__in=[Attendance.LEAVE, Attendance.ABSENT])
    filled.update(attendance=Attendance.NONE)
    for reopened in ON_REOPENED:
        reopened(meeting, by, reason)
