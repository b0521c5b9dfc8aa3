"""Models of meetings, one file a matter."""

from cppcc.meetings.models.meeting import AgendaItem, Finding, Meeting
from cppcc.meetings.models.participants import Participant, SignIn
from cppcc.meetings.models.reference import InviteRule, MeetingKind, ParticipantClass, Room
from cppcc.meetings.models.schedule import Busy

__all__ = [
    "AgendaItem",
    "Busy",
    "Finding",
    "InviteRule",
    "Meeting",
    "MeetingKind",
    "Participant",
    "ParticipantClass",
    "Room",
    "SignIn",
]
