"""A hand-made duty: owner, due date, answer, and the matter it came from. R126."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.matters import OptionalMatterRef
from cppcc.office.models import Organization, Person
from cppcc.office.roles import Role
from cppcc.workflow.models import Matter

VIEW_ALL = "deadlines.view_all_deadlines"
MANAGE_TASK = "deadlines.manage_task"
ANSWER_TASK = "deadlines.answer_task"


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "办理中"
    ANSWERED = "answered", "已回复"
    DONE = "done", "已办结"
    DROPPED = "dropped", "已取消"


class TaskQuerySet(models.QuerySet):
    """Tasks as users see them."""

    def visible_to(self, user: Any) -> Self:
        """Those of one's units, those that name one, those one's unit gave; the house sees all."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        units = organizations_with(user, ANSWER_TASK)
        reach = Q(owner__in=units, person__isnull=True) | Q(given_by__in=organizations_with(user, MANAGE_TASK))
        return self.filter(reach | Q(person=user.person_id)) if user.person_id else self.filter(reach)


class Task(Matter, OptionalMatterRef):
    """Who does what until when. `matter`: the meeting, visit or finding that it came from."""

    title = models.CharField("任务", max_length=200)
    detail = models.TextField("要求", max_length=2000, blank=True)
    owner = models.ForeignKey(Organization, verbose_name="承办单位", on_delete=models.PROTECT, related_name="tasks")
    role = models.CharField("承办岗位", max_length=30, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        Person, verbose_name="承办人", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    given_by = models.ForeignKey(
        Organization, verbose_name="交办单位", on_delete=models.PROTECT, related_name="given_tasks"
    )
    due_on = models.DateField("完成期限")
    answer = models.TextField("办理情况", max_length=5000, blank=True)
    state = models.CharField("状态", max_length=20, choices=TaskState.choices, default=TaskState.OPEN, editable=False)
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = TaskQuerySet.as_manager()

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "任务"
        verbose_name_plural = "任务"
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [
            *OptionalMatterRef.Meta.indexes,
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["owner", "state"]),
        ]
        permissions: ClassVar = [("manage_task", "交办任务"), ("answer_task", "回复任务")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "done"]) | ~Q(answer=""), name="deadlines_task_answered_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: who gave it manages it, who does it answers; asked with `names` where they differ."""
        return acting.organization_id in (self.owner_id, self.given_by_id)

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the person it names, or the post of the owner."""
        if act != ANSWER_TASK:
            return False
        if self.person_id:
            return acting.person_id == self.person_id
        return acting.organization_id == self.owner_id and self.role in ("", acting.role)
