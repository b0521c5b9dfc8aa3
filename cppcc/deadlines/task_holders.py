"""In whose hands a task is: the owner's post, then who gave it; and its date. R126."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import TaskState as S
from cppcc.deadlines.registry import Dated, Holder
from cppcc.office.models import Office
from cppcc.office.roles import Role


def holder(task: Task) -> Holder:
    """The owner, and the post of it where one is named."""
    return task.owner_id, task.role


def giver(task: Task) -> Holder:
    """Who gave it: the office's clerk, anybody of another unit."""
    office = Office.required().organization_id
    return task.given_by_id, Role.OFFICE_CLERK if task.given_by_id == office else ""


def anchors(task: Task) -> dict[str, date | None]:
    """The day that was set; a task that was dropped has none."""
    return {"task_due": task.due_on} if task.state != S.DROPPED else {}


def done(task: Task) -> dict[str, date]:
    """Answered is done: who has to confirm it does not make it late."""
    return {"finish": timezone.localdate(task.answered_at)} if task.answered_at else {}


def holders(task: Task, responsible: str, step: str) -> Iterable[Holder]:
    """Who does it, and who hears when it is late."""
    if responsible == "owner":
        return [holder(task)]
    return [giver(task)] if responsible == "giver" else []


TASK_DATES = Dated(
    "task", anchors, holders, done=done, by_hand=False, load=lambda rows: rows.select_related("owner", "given_by")
)
