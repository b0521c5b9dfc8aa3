"""What the owner and the giver of a task hear at once; reminders before and after the day are its deadline's."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from cppcc.deadlines.ladder import in_full
from cppcc.deadlines.models import Reminder, Task
from cppcc.deadlines.task_holders import giver, holder
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act
from cppcc.workflow.registry import url_of

STALE_AFTER = timedelta(days=3)  # who enters the past tells nobody today
MARK = "task"


def tell_given(tasks: Iterable[Task]) -> None:
    """Each owner hears of a new task. One statement."""
    _write(
        _tidings(
            task, "given", *holder(task), f"新任务：{task.title}", f"{task.given_by}交办，{due(task)}。{task.detail}"
        )
        for task in tasks
    )


def tell_owner(act: Act) -> None:
    """The owner hears of an act of the giver, with its reason."""
    task, said = act.obj, f"{act.transition.label}：{act.obj.title}"
    _write([_tidings(task, str(act.movement.pk), *holder(task), said, f"理由：{act.opinion}\n{due(task)}。")])


def tell_giver(act: Act) -> None:
    """Who gave it hears that it was answered."""
    task = act.obj
    said = f"任务已回复：{task.title}"
    _write([_tidings(task, str(act.movement.pk), *giver(task), said, f"{task.owner}回复，请确认办结或退回重办。")])


def due(task: Task) -> str:
    """The day in full."""
    return f"完成期限：{in_full(task.due_on)}"


def _tidings(task: Task, cause: str, organization: int, role: str, title: str, body: str) -> Reminder:
    return Reminder(
        key=f"task:{task.pk}:{cause}:{organization}", mark=MARK, organization_id=organization, role=role,
        due_at=timezone.now(), title=title[:200], body=body, url=url_of(task), rule="R126",
    )  # fmt: skip


def _write(rows: Iterable[Reminder]) -> None:
    if now() > timezone.now() - STALE_AFTER:
        Reminder.objects.bulk_create(rows, ignore_conflicts=True)
