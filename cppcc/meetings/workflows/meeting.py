"""How a meeting moves: planned, people told, closed with its attendance locked; cancelled for a reason."""

from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings import closing
from cppcc.meetings.duties import waiting
from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MANAGE
from cppcc.meetings.models.meeting import MeetingState as S
from cppcc.meetings.models.participants import Attendance
from cppcc.meetings.registry import note_invited, objection_to
from cppcc.meetings.reporting import keep_term_of
from cppcc.meetings.telling import cancellation, invitation, tell, title_of, told
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Transition, Workflow


def somebody_is_invited(act: Act) -> str:
    """The list has somebody on it."""
    return "" if act.obj.participants.exists() else "名单还是空的，请先生成或添加参加人员。"


def has_begun(act: Act) -> str:
    """What has not begun cannot end."""
    return "" if act.obj.starts <= now() else "会议还没有开始，不能结束；不开了的请取消会议。"


def leave_is_decided(act: Act) -> str:
    """Every request for leave has its answer."""
    waiting = act.obj.participants.waiting_for_leave().count()
    return f"还有 {waiting} 人的请假没有批复，请先办理。" if waiting else ""


def nobody_objects(act: Act) -> str:
    """What holds the meeting lets it be cancelled, or its people told; the holder itself says so in the data."""
    return "" if act.data.get("held_by") else objection_to(act.obj, act.transition.name)


def everybody_is_told(act: Act) -> str:
    """Who was never told is not absent: he is told, or taken off the list. R070."""
    untold = act.obj.participants.filter(
        participant_class__counts=True, walk_in=False, attendance=Attendance.NONE, invited_at__isnull=True
    ).count()
    return f"名单上还有 {untold} 人没有通知，请补发通知或移出名单。" if untold else ""


def tell_invited(act: Act) -> None:
    """Those on the list are told and count as told from now on; `text` of the act is what the clerk made of it.

    `by_letter` of the act: only these persons count as told, by the letter that they get.
    """
    untold, persons = act.obj.participants.filter(invited_at__isnull=True), act.data.get("by_letter")
    rows = list(untold.filter(person__in=persons) if persons else untold)
    act.obj.participants.filter(pk__in=[row.pk for row in rows]).update(invited_at=now())
    note_invited(act.obj, rows, by=act.by)
    if not persons:
        tell(act.obj, rows, title_of(act.obj), act.data.get("text") or invitation(act.obj), by=act.by)


def tell_cancelled(act: Act) -> None:
    """Those who know of it hear that it does not take place."""
    tell(act.obj, told(act.obj), f"会议取消：{act.obj.title}", cancellation(act.obj, act.opinion), by=act.by)


def lock(act: Act) -> None:
    """Fix the attendance and hand it to whoever asked for it. R070."""
    closing.lock(act.obj, by=act.by)


def unlock(act: Act) -> None:
    """What was counted is taken back with the reason."""
    closing.unlock(act.obj, by=act.by, reason=act.opinion)


def keep(meeting: Meeting) -> None:
    """Its dates follow, and those of what it settles."""
    keep_dates(meeting)
    keep_term_of(meeting)


MEETING = Workflow(
    S,
    Transition(
        "invite", "发出通知", (S.PLANNED,), S.INVITED, MANAGE, (somebody_is_invited, nobody_objects), (tell_invited,)
    ),
    Transition(
        "close", "结束并锁定出席", (S.INVITED,), S.CLOSED, MANAGE, (has_begun, leave_is_decided, everybody_is_told),
        (lock,), rule="R070",
    ),
    Transition(
        "reopen", "重新打开", (S.CLOSED,), S.INVITED, MANAGE, effects=(unlock,), needs_opinion=True, style="secondary"
    ),
    Transition(
        "cancel", "取消会议", (S.PLANNED, S.INVITED), S.CANCELLED, MANAGE, (nobody_objects,), (tell_cancelled,),
        needs_opinion=True, style="danger",
    ),
    Transition(
        "void", "作废", (S.CLOSED,), S.CANCELLED, MANAGE, (nobody_objects,), (unlock,), needs_opinion=True,
        style="danger",
    ),
    waiting=waiting,
    settle=keep,
)  # fmt: skip
