"""Tasks that come from a meeting, and from what a visit or inspection found. R126."""

from typing import Any

from django.urls import reverse

from cppcc.deadlines.sources import TaskSource, seen_by
from cppcc.deadlines.task_panel import Panel, tasks_of
from cppcc.meetings.models import Finding, Meeting
from cppcc.meetings.models.meeting import MANAGE, VIEW_ALL, MeetingState
from cppcc.office.access import may, reaches_any


def of_meeting(user: Any, meeting: Meeting) -> bool:
    """Whoever runs the meeting, also once it is over."""
    return meeting.state != MeetingState.CANCELLED and may(user, MANAGE, meeting)


def finding_seen(user: Any, pk: int) -> Finding | None:
    """A finding, for those who read what came of its meeting: the house, and who hosts it."""
    found = Finding.objects.filter(pk=pk).select_related("meeting__kind").first()
    if found is None or not (reaches_any(user, VIEW_ALL) or may(user, MANAGE, found.meeting)):
        return None
    return found


def url_of_finding(finding: Finding) -> str:
    """The meeting's page."""
    return reverse("meetings:meeting_detail", args=[finding.meeting_id])


def proposed(finding: Finding) -> dict[str, str]:
    """What the form begins with."""
    place = f"地点（单位）：{finding.place}" if finding.place else ""
    proposal = f"建议：{finding.proposal}" if finding.proposal else ""
    return {"title": finding.text[:200], "detail": "\n".join(filter(None, (place, proposal)))}


def tasks_with_findings(meeting: Meeting, user: Any) -> Panel:
    """The tasks of a meeting as `user` sees them; each of its findings gets its own as `tasks`."""
    panel = tasks_of(meeting, user)
    for finding in meeting.findings.all():
        finding.tasks = panel.of(finding)  # type: ignore[attr-defined]  # for the page
    return panel


MEETING_TASKS = TaskSource(seen_by(Meeting), may_give=of_meeting, parts=lambda meeting: meeting.findings.all())
FINDING_TASKS = TaskSource(
    finding_seen, url_of_finding, lambda user, finding: of_meeting(user, finding.meeting),
    lambda finding: f"{finding.meeting.title}：{finding.text}", proposed,
)  # fmt: skip
