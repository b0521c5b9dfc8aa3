"""Models of meetings, one file a matter."""

from cppcc.meetings.models.meeting import AgendaItem, Finding, Meeting
from cppcc.meetings.models.participants import Answer, Participant, SignIn, WrongSignIn
from cppcc.meetings.models.reference import InviteRule, MeetingKind, ParticipantClass, Room
from cppcc.meetings.models.schedule import Busy, ReportingYear

__all__ = [
    "AgendaItem",
    "Answer",
    "Busy",
    "Finding",
    "InviteRule",
    "Meeting",
    "MeetingKind",
    "Participant",
    "ParticipantClass",
    "ReportingYear",
    "Room",
    "SignIn",
    "WrongSignIn",
]
