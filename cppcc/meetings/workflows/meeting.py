"""How a meeting moves: planned, people told, closed with its attendance locked; cancelled for a reason."""

from cppcc.meetings import closing
from cppcc.meetings.models.meeting import MANAGE
from cppcc.meetings.models.meeting import MeetingState as S
from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Hold, Transition, Workflow


def somebody_is_invited(act: Act) -> str:
    """The list has somebody on it."""
    return "" if act.obj.participants.exists() else "名单还是空的，请先生成或添加参加人员。"


def has_begun(act: Act) -> str:
    """What has not begun cannot end."""
    return "" if act.obj.starts <= now() else "会议还没有开始，不能结束；不开了的请取消会议。"


def leave_is_decided(act: Act) -> str:
    """Every request for leave has its answer."""
    waiting = act.obj.participants.filter(leave="asked").count()
    return f"还有 {waiting} 人的请假没有批复，请先办理。" if waiting else ""


def tell_invited(act: Act) -> None:
    """Those on the list count as told from now on."""
    act.obj.participants.filter(invited_at__isnull=True).update(invited_at=now())


def lock(act: Act) -> None:
    """Fix the attendance and hand it to whoever asked for it. R070."""
    closing.lock(act.obj, by=act.by)


def unlock(act: Act) -> None:
    """What was counted is taken back with the reason."""
    closing.unlock(act.obj, by=act.by, reason=act.opinion)


def waiting(meeting) -> list[Hold]:
    """In whose hands it is: the host prepares and closes it."""
    labels = {S.PLANNED: "筹备会议", S.INVITED: "办理会议"}
    label = labels.get(S(meeting.state))
    if not label:
        return []
    office = Office.required().organization_id
    role = Role.OFFICE_CLERK if meeting.host_id == office else ""
    return [Hold(label, meeting.host_id, role)]


MEETING = Workflow(
    S,
    Transition("invite", "发出通知", (S.PLANNED,), S.INVITED, MANAGE, (somebody_is_invited,), (tell_invited,)),
    Transition(
        "close", "结束并锁定出席", (S.INVITED,), S.CLOSED, MANAGE, (has_begun, leave_is_decided), (lock,), rule="R070"
    ),
    Transition(
        "reopen", "重新打开", (S.CLOSED,), S.INVITED, MANAGE, effects=(unlock,), needs_opinion=True, style="secondary"
    ),
    Transition(
        "cancel", "取消会议", (S.PLANNED, S.INVITED), S.CANCELLED, MANAGE, needs_opinion=True, style="danger"
    ),
    Transition(
        "void", "作废", (S.CLOSED,), S.CANCELLED, MANAGE, effects=(unlock,), needs_opinion=True, style="danger"
    ),
    waiting=waiting,
)  # fmt: skip
