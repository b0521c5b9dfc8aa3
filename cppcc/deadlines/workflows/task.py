"""How a task moves: given, answered by its owner, confirmed or returned by who gave it; dropped for a reason. R126."""

from datetime import date

from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import ANSWER_TASK, MANAGE_TASK
from cppcc.deadlines.models.tasks import TaskState as S
from cppcc.deadlines.task_holders import giver, holder
from cppcc.deadlines.task_telling import tell_giver, tell_owner
from cppcc.files.storing import store
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Hold, Transition, Workflow

LATEST = date(2100, 1, 1)


def answer_is_given(act: Act) -> str:
    """What was done is written down."""
    return "" if act.asking or (act.data.get("answer") or "").strip() else "请写明办理情况。"


def new_day_is_given(act: Act) -> str:
    """Another day, not in the past."""
    if act.asking:
        return ""
    day: date | None = act.data.get("due_on")
    if day is None or day > LATEST:
        return "请填写新的完成期限。"
    if day < timezone.localdate(now()):
        return "新的期限不能早于今天，请核对。"
    return "新的期限与现在的期限相同，请填写新的日期。" if day == act.obj.due_on else ""


def write_answer(act: Act) -> None:
    """What was done, with its files; who gave the task is told."""
    act.obj.answer, act.obj.answered_at = act.data["answer"].strip(), now()
    for upload in act.data.get("uploads") or ():
        store(upload, by=act.by, matter=act.obj)
    tell_giver(act)


def open_anew(act: Act) -> None:
    """What was said stays to be read; the day of the answer does not count any more."""
    act.obj.answered_at = None


def write_day(act: Act) -> None:
    """The new day; the ladder of its deadline tells the owner."""
    act.obj.due_on = act.data["due_on"]


def waiting(task: Task) -> list[Hold]:
    """With the owner until it is answered, then with who gave it."""
    if task.state == S.OPEN:
        return [Hold("办理任务", *holder(task))]
    return [Hold("确认任务办结", *giver(task))] if task.state == S.ANSWERED else []


TASK = Workflow(
    S,
    Transition(
        "answer", "回复办理情况", (S.OPEN,), S.ANSWERED, ANSWER_TASK, (answer_is_given,), (write_answer,), rule="R126"
    ),
    Transition(
        "take_back", "收回回复", (S.ANSWERED,), S.OPEN, ANSWER_TASK, effects=(open_anew,), style="secondary"
    ),
    Transition("confirm", "确认办结", (S.ANSWERED,), S.DONE, MANAGE_TASK, rule="R126"),
    Transition(
        "send_back", "退回重办", (S.ANSWERED,), S.OPEN, MANAGE_TASK, effects=(open_anew, tell_owner),
        needs_opinion=True, style="secondary",
    ),
    Transition(
        "postpone", "调整期限", (S.OPEN,), S.OPEN, MANAGE_TASK, (new_day_is_given,), (write_day,), needs_opinion=True,
        style="secondary",
    ),
    Transition(
        "drop", "取消任务", (S.OPEN, S.ANSWERED), S.DROPPED, MANAGE_TASK, effects=(tell_owner,), needs_opinion=True,
        style="outline-danger",
    ),
    Transition(
        "reopen", "重新办理", (S.DONE, S.DROPPED), S.OPEN, MANAGE_TASK, effects=(open_anew, tell_owner),
        needs_opinion=True, style="secondary",
    ),
    waiting=waiting,
    settle=keep_dates,
)  # fmt: skip
