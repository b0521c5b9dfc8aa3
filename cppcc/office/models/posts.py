"""Posts, who holds them, who stands in, and which deputy looks after which committee."""

from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models.organizations import Organization
from cppcc.office.models.people import Person
from cppcc.office.roles import Role
from cppcc.office.validity import Valid


class Post(Valid):
    """A seat: a role in an organisation. Duties wait for the seat, so a successor inherits them."""

    key = models.SlugField("标识", max_length=60, unique=True, null=True, blank=True)
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="posts")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    title = models.CharField("岗位名称", max_length=50)
    order = models.PositiveIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "title"], name="office_post_title_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=["role", "organization"])]

    def __str__(self) -> str:
        return f"{self.organization} · {self.title}"


class Tenure(Valid):
    """A person holds a post from a day to a day."""

    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, related_name="tenures")
    person = models.ForeignKey(Person, verbose_name="任职人", on_delete=models.PROTECT, related_name="tenures")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering: ClassVar = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"


class Delegation(Valid):
    """The holder of a post lets another person act in it from a day to a day (委托)."""

    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, related_name="delegations")
    person = models.ForeignKey(Person, verbose_name="受托人", on_delete=models.PROTECT, related_name="delegations")
    reason = models.CharField("委托事由", max_length=200)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "委托"
        verbose_name_plural = "委托"
        ordering: ClassVar = ["-valid_from", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=False, valid_to__isnull=False),
                name="office_delegation_has_dates",
                violation_error_message="委托必须写明起止日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} 代行 {self.post}"


class CommitteeRouting(Valid):
    """Which deputy secretary-general looks after which committee. R128."""

    post = models.ForeignKey(Post, verbose_name="联系的副秘书长", on_delete=models.PROTECT, related_name="routings")
    committee = models.ForeignKey(Organization, verbose_name="委室", on_delete=models.PROTECT, related_name="routings")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "副秘书长联系委室"
        verbose_name_plural = "副秘书长联系委室"
        ordering: ClassVar = ["post", "committee"]

    def __str__(self) -> str:
        return f"{self.post} 联系 {self.committee}"


class RoleGroup(models.Model):
    """The group of one (organisation, role): object grants are made to it; members follow posts."""

    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="groups")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    group = models.OneToOneField(Group, verbose_name="组", on_delete=models.CASCADE, related_name="role_group")

    class Meta:
        verbose_name = "角色组"
        verbose_name_plural = "角色组"
        ordering: ClassVar = ["organization", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "role"], name="office_rolegroup_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_role_display()}"
