"""The first text of 纪要: what was on the agenda, what was recorded and found, who was there."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cppcc.documents.content import in_words
from cppcc.files.models import Classification
from cppcc.meetings.agenda import NUMBERED, numbered, sections
from cppcc.meetings.models import Finding, Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Reply
from cppcc.meetings.papers import on_leave
from cppcc.meetings.seating import people_of

KIND = "minutes"


def minutes_draft(meeting: Meeting) -> dict[str, Any]:
    """Title, text and attendees; who was there only once the attendance is locked."""
    body = [{"level": level, "text": text} for level, text in minutes_text(meeting)]
    held = meeting.state == MeetingState.CLOSED
    return {
        "title": f"{meeting.title}纪要",
        "classification": Classification.INTERNAL,
        "body": body,
        "attendees": attendees_of(list(people_of(meeting))) if held else {},
    }


def minutes_text(meeting: Meeting) -> list[tuple[int, str]]:
    """(level, text): the opening, then agenda, record and findings as far as there are any."""
    findings = meeting.findings.select_related("by")
    day = in_words(timezone.localdate(meeting.starts))
    return [
        (0, f"{day}，{meeting.title}在{meeting.where}召开。现将有关情况纪要如下。"),
        *sections(
            [
                ("会议议程", NUMBERED, numbered(list(meeting.agenda.all()))),
                ("会议情况", 0, [line.strip() for line in meeting.minutes.splitlines() if line.strip()]),
                ("发现的问题和建议", NUMBERED, [_finding(number, one) for number, one in enumerate(findings, start=1)]),
            ]
        ),
    ]


def _finding(number: int, one: Finding) -> str:
    place = f"（{one.place}）" if one.place else ""
    by = f"（{one.by.name}提出）" if one.by else ""
    proposal = f"建议：{one.proposal.rstrip('。')}{by}。" if one.proposal else by
    return f"{number}.{one.text.rstrip('。')}{place}。{proposal}"


def attendees_of(rows: Sequence[Participant]) -> dict[str, list[str]]:
    """出席, 请假 and 列席 by name; a deputy stands with whom he stands for. Staff are not named."""
    shown = [row for row in rows if row.participant_class.counts or row.participant_class.observes]
    came = [row for row in shown if row.attendance in CAME]
    found = {
        "出席": [_named(row) for row in came if not row.participant_class.observes],
        "请假": [row.person.name for row in shown if on_leave(row)],
        "列席": [_named(row) for row in came if row.participant_class.observes],
    }
    return {label: names for label, names in found.items() if names}


def _named(row: Participant) -> str:
    return f"{row.deputy_name}（代{row.person.name}）" if row.reply == Reply.DEPUTY else row.person.name
