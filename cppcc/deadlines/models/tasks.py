"""A hand-made duty: owner, due date, answer, and the matter it came from. R126."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.matters import OptionalMatterRef
from cppcc.office.models import Organization, Person
from cppcc.office.roles import Role, acts_of
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
        """Those that one answers, those that one's unit gave; the house sees all."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        return self.filter(answered_by(user) | Q(given_by__in=organizations_with(user, MANAGE_TASK)))

    def to_answer(self, user: Any) -> Self:
        """Those that are for `user` to answer, whatever their state."""
        return self.filter(answered_by(user))

    def given(self, user: Any) -> Self:
        """Those that a unit of `user` gave."""
        return self.filter(given_by__in={acting.organization_id for acting in user.acting})

    def late(self) -> Self:
        """Those not answered although their day has passed."""
        return self.filter(state=TaskState.OPEN, due_on__lt=timezone.localdate())


def answered_by(user: Any) -> Q:
    """Which tasks `user` answers in the posts of today: as `Task.names` says, for many."""
    found = Q(pk__in=[])
    for acting in user.acting:
        if ANSWER_TASK not in acts_of(acting.role):
            continue
        found |= Q(person=acting.person_id)
        if acting.role != Role.MEMBER:
            found |= Q(owner=acting.organization_id, role__in=["", acting.role])
    return found


class Task(Matter, OptionalMatterRef):
    """Who does what until when. `matter`: the meeting, visit or finding that it came from, `source` what it is called.

    `role` and `person` say who of the owner; all of that role may answer, of members only the one that is named.
    """

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
    source = models.CharField("任务来源", max_length=150, blank=True)
    due_on = models.DateField("完成期限")
    answer = models.TextField("办理情况", max_length=5000, blank=True)
    answered_at = models.DateTimeField("回复时间", null=True, blank=True, editable=False)
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
                condition=~Q(state__in=["answered", "done"]) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="deadlines_task_answered_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether its day has passed without an answer."""
        return self.state == TaskState.OPEN and self.due_on < timezone.localdate()

    @property
    def by_whom(self) -> str:
        """The unit, and who of it: 经济委 · 委室经办（张三）."""
        role = f" · {self.get_role_display()}" if self.role else ""
        return f"{self.owner}{role}{f'（{self.person.name}）' if self.person else ''}"

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN, of managing: the unit that gave it."""
        return acting.organization_id == self.given_by_id

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED, of answering: the person it names, or the post of the owner; never who gave it."""
        if act != ANSWER_TASK:
            return False
        if acting.person_id == self.person_id:
            return True
        return acting.role != Role.MEMBER and acting.organization_id == self.owner_id and self.role in ("", acting.role)

    def proxied_for(self, acting: Acting, act: str) -> str:
        """The owner, when the office writes down what it answered (代录)."""
        return self.owner.name if act == ANSWER_TASK and not self.names(acting, act) else ""
