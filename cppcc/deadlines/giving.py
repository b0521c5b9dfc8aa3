"""Giving tasks: the one way in which any app makes one.

give("答复停车难问题", department, day, by=user, matter=finding, key=f"finding:{finding.pk}")
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import Task
from cppcc.deadlines.sources import called
from cppcc.deadlines.task_telling import tell_given
from cppcc.deadlines.workflows.task import TASK
from cppcc.files.secrecy import refuse_secret
from cppcc.office.models import Office, Organization, Person
from cppcc.office.refusals import Refused
from cppcc.office.roles import Role
from cppcc.workflow.clock import now


def give(
    title: str,
    owner: Organization,
    due_on: date,
    *,
    by: Any,
    matter: models.Model | None = None,
    role: str = "",
    person: Person | None = None,
    detail: str = "",
    given_by: Organization | None = None,
    source: str = "",
    key: str = "",
) -> Task:
    """Give one task: `owner` does it until `due_on`; its duty, date, reminders and notice are written with it.

    role: of which post of the owner ("" any), not a member's; person: who of it. given_by: the unit that
    manages it, the office unless given. matter: what it came from, source: what that is called where it has no page.
    key: names the occasion, so that the same one gives the same task however often it is asked.
    Who may (`MANAGE_TASK`) is asked by the page. Raises Refused without a title, for a day that has passed, for the
    mark of a state secret, and where the matter is not there any more. R126.
    """
    task = Task(
        title=" ".join(title.split())[:200], detail=detail.strip(), owner=owner, role=role, person=person,
        due_on=due_on, given_by=given_by or Office.required().organization, token=token_of(key) if key else None,
        source=(source or (called(matter) if matter else ""))[:150],
    )  # fmt: skip
    if matter is not None:
        task.matter = matter
    return give_all([task], by=by)[0]


def token_of(key: str) -> UUID:
    """The token of an occasion."""
    return uuid5(NAMESPACE_URL, f"task:{key}")


def give_all(tasks: Sequence[Task], *, by: Any) -> Sequence[Task]:
    """Give many unsaved tasks of one occasion, in a constant number of statements.

    A repeated token gives what was made the first time. Raises Refused as `give` does.
    """
    for task in tasks:
        check(task)
    tokens = [task.token for task in tasks if task.token]
    try:
        with transaction.atomic():
            if repeated := list(Task.objects.filter(token__in=tokens, created_by=by)):
                return repeated
            hold_matters(tasks)
            TASK.start_many(tasks, by=by)
            keep_many(tasks, by=by)
            tell_given(tasks)
            return tasks
    except IntegrityError:
        repeated = list(Task.objects.filter(token__in=tokens, created_by=by))
        if not repeated:
            raise
        return repeated


def check(task: Task) -> None:
    """What every task must have. Raises Refused."""
    if not task.title.strip():
        raise Refused("请写明任务内容。")
    if task.due_on < timezone.localdate(now()):
        raise Refused("完成期限不能早于今天，请核对。")
    if task.role == Role.MEMBER:  # members share one seat: all would be asked, reminded and chased
        raise Refused("任务交给单位的岗位办理，不能直接交给委员个人；请交给联系委员的委室。")
    refuse_secret("\n".join((task.title, task.detail, task.source)))


def hold_matters(tasks: Sequence[Task]) -> None:
    """Keep what the tasks come from until they are written: it cannot be struck out meanwhile."""
    asked = {(task.content_type.model_class(), task.object_id) for task in tasks if task.content_type}
    for model, pk in sorted(asked, key=lambda one: (str(one[0]), one[1] or 0)):
        if model is None or not model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=pk):
            raise Refused("任务的来源已被删除，请刷新页面查看。")
