"""In whose hands a meeting is: the host prepares and closes it, whoever grants leave has the requests."""

from cppcc.meetings.models.meeting import BY_UNIT, Meeting
from cppcc.meetings.models.meeting import MeetingState as S
from cppcc.office.models import Office, Post
from cppcc.office.roles import Role
from cppcc.workflow.engine import Hold, rewrite_waiting

LABELS = {S.PLANNED: "筹备会议", S.INVITED: "办理会议"}
GRANT = "批准请假"


def waiting(meeting: Meeting) -> list[Hold]:
    """The host's duty, and the requests for leave as long as there are any."""
    label = LABELS.get(S(meeting.state))
    if not label:
        return []
    holds = [Hold(label, meeting.host_id, host_role(meeting))]
    if meeting.participants.waiting_for_leave().exists():
        holds.append(grants(meeting))
    return holds


def host_role(meeting: Meeting) -> str:
    """Who of the host does it: the office's clerk, anybody of a committee."""
    return Role.OFFICE_CLERK if meeting.host_id == Office.required().organization_id else ""


def grants(meeting: Meeting) -> Hold:
    """Who grants leave: the first seat of the kind's role, of a committee's roles the host's own; else the office."""
    role = meeting.kind.leave_by
    seats = Post.objects.valid().filter(role=role)
    if role in BY_UNIT:
        seats = seats.filter(organization=meeting.host_id)
    seat = seats.order_by("order", "pk").first()
    if seat is None:
        return Hold(GRANT, Office.required().organization_id, Role.OFFICE_CLERK)
    return Hold(GRANT, seat.organization_id, role)


def keep_duties(meeting: Meeting) -> None:
    """Bring the duties in step with the requests for leave."""
    rewrite_waiting(meeting, waiting(meeting))
