"""Visits to members' employers with difficulties and their solution; talks and letters received. R129, R137."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.access import reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization
from cppcc.workflow.models import Matter
from members.models.member import VIEW_ALL, Member


class ContactState(models.TextChoices):
    """Where what was raised stands."""

    NOTED = "noted", "已登记"
    OPEN = "open", "待解决"
    SOLVED = "solved", "已答复解决"


class ContactQuerySet(models.QuerySet):
    """Contacts as users see them."""

    def visible_to(self, user: Any) -> Self:
        """The house sees all, committee staff those of their members; the member himself does not read them."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        mine = Member.objects.visible_to(user).exclude(person=user.person_id)
        return self.filter(member__in=mine.values("pk"))


class Contact(Matter):
    """A visit, a talk, a letter or a call: when, by whom, what was raised, what became of it."""

    class Kind(models.TextChoices):
        """What it was."""

        VISIT = "visit", "走访看望"
        TALK = "talk", "谈心谈话"
        LETTER = "letter", "来信"
        CALL = "call", "来访"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="contacts")
    on = models.DateField("日期")
    by = models.CharField("走访（谈话、接待）人", max_length=100)
    organization = models.ForeignKey(Organization, verbose_name="经办单位", on_delete=models.PROTECT, related_name="+")
    notes = models.TextField("情况", max_length=5000)
    difficulty = models.TextField("反映的困难和问题", max_length=5000, blank=True)
    solution = models.TextField("解决（答复）情况", max_length=5000, blank=True)
    solved_on = models.DateField("解决（答复）日期", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=20, choices=ContactState.choices, default=ContactState.NOTED, editable=False
    )
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "委员联系"
        verbose_name_plural = "委员联系"
        ordering: ClassVar = ["-on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-on", "-id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="solved") | (Q(solved_on__isnull=False) & ~Q(solution="")),
                name="members_contact_solved_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.member}（{self.on:%Y-%m-%d}）"

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the unit that keeps it."""
        return self.organization_id == acting.organization_id
