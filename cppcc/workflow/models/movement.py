"""Movements (who did what with which opinion), duties that wait, and versions of a matter's content."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cppcc.office.matters import MatterRef
from cppcc.office.models import CommitteeRouting, Organization, Post
from cppcc.office.roles import Role
from cppcc.office.validity import today, valid_on
from cppcc.workflow.models.chains import ApprovalStep
from cppcc.workflow.models.sittings import Decision


class Movement(MatterRef):
    """One transition of one matter. Never edited: a database trigger refuses UPDATE and DELETE."""

    name = models.CharField("动作", max_length=40)
    label = models.CharField("办理", max_length=60)
    source = models.CharField("原状态", max_length=30)
    target = models.CharField("新状态", max_length=30)
    source_label = models.CharField("原状态名称", max_length=40)
    target_label = models.CharField("新状态名称", max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.CharField("办理人姓名", max_length=50)
    post_title = models.CharField("岗位名称", max_length=160, blank=True)
    on_behalf = models.CharField("代", max_length=160, blank=True)
    proxy_source = models.CharField("代录来源", max_length=200, blank=True)
    step = models.ForeignKey(ApprovalStep, verbose_name="环节", on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Decision, verbose_name="决定", on_delete=models.PROTECT, null=True, related_name="+")
    opinion = models.TextField("意见", blank=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    version = models.PositiveIntegerField("办理后版次")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta(MatterRef.Meta):
        verbose_name = "流转记录"
        verbose_name_plural = "流转记录"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["content_type", "object_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.label} {self.actor} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class WaitingQuerySet(models.QuerySet):
    """Duties by who holds them."""

    def held_by(self, user) -> "WaitingQuerySet":
        """What waits for one of the posts in which `user` acts today, or for its role in its organisation.

        A role counts although a seat was found for it: a seat that was replaced leaves its duties to the new one. A
        duty of one named seat has no role; it is its unit's only when that seat is no more.
        """
        mine = Q(post__in=[acting.post_id for acting in user.acting])
        unseated = Q(post__isnull=True) | ~valid_on(today(), "post__")
        for acting in user.acting:
            mine |= Q(organization=acting.organization_id) & (Q(role=acting.role) | (unseated & Q(role="")))
        return self.filter(mine) if user.acting else self.none()

    def looked_after_by(self, user) -> "WaitingQuerySet":
        """What waits for the committees that `user`, as a deputy secretary-general, looks after today. R128."""
        routed = CommitteeRouting.objects.valid().filter(post__in=[acting.post_id for acting in user.acting])
        return self.filter(organization__in=routed.values("committee"))


def held(duties: models.QuerySet) -> models.QuerySet:
    """Duties with their holders, in one query."""
    return duties.select_related("post__organization", "organization")


class Waiting(MatterRef):
    """One open duty on a matter: what, in whose hands, since when. Holders are posts or organisations."""

    label = models.CharField("事项", max_length=80)
    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, null=True, related_name="waiting")
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="waiting"
    )
    role = models.CharField("角色", max_length=30, choices=Role.choices, blank=True)
    since = models.DateTimeField("开始时间", default=timezone.now)

    objects = WaitingQuerySet.as_manager()

    class Meta(MatterRef.Meta):
        verbose_name = "待办"
        verbose_name_plural = "待办"
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "label", "organization", "role"], name="workflow_waiting_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.holder}"

    @property
    def holder(self) -> str:
        """In whose hands it is."""
        return str(self.post) if self.post_id else str(self.organization)

    @property
    def days(self) -> int:
        """Whole days since it came into these hands."""
        return (timezone.localdate() - timezone.localtime(self.since).date()).days


class Snapshot(MatterRef):
    """A version of a matter's content, taken when it was put before a body, amended or issued."""

    number = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")
    movement = models.ForeignKey(Movement, verbose_name="流转", on_delete=models.PROTECT, related_name="snapshots")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta(MatterRef.Meta):
        verbose_name = "版本"
        verbose_name_plural = "版本"
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["content_type", "object_id", "number"], name="workflow_snapshot_unique")
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"
