"""Deadlines of matters, who has to meet them, and how they moved."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cppcc.deadlines.models.rules import DueRule
from cppcc.office.access import reaches_any
from cppcc.office.matters import MatterRef
from cppcc.office.models import Organization
from cppcc.office.roles import Role

VIEW_ALL = "deadlines.view_all_deadlines"


class DeadlineStatus(models.TextChoices):
    """Whether it is still to be met. Late is derived, not stored."""

    OPEN = "open", "未完成"
    DONE = "done", "已完成"
    WAIVED = "waived", "已免除"


class DeadlineQuerySet(models.QuerySet):
    """Deadlines as users see them."""

    def visible_to(self, user) -> "DeadlineQuerySet":
        """All for those who see all; else those that one's own organisation has to meet, or is told of when late."""
        if reaches_any(user, VIEW_ALL):
            return self
        mine = Q(pk__in=[])
        for acting in user.acting:
            mine |= Q(organization=acting.organization_id, role__in=[acting.role, ""])
        if not user.acting:
            return self.none()
        return self.filter(Exists(DeadlineHolder.objects.filter(mine, deadline=OuterRef("pk"))))

    def open(self) -> "DeadlineQuerySet":
        """Those still to be met."""
        return self.filter(status=DeadlineStatus.OPEN)

    def late(self, on: date | None = None) -> "DeadlineQuerySet":
        """Those not met although their day has passed."""
        return self.open().filter(due_on__lt=on or timezone.localdate())


class Deadline(MatterRef):
    """One step of one matter, due on a day that follows from the rule and the anchor. One row per matter and step."""

    rule = models.ForeignKey(DueRule, verbose_name="期限规则", on_delete=models.PROTECT, related_name="deadlines")
    step = models.SlugField("步骤标识", max_length=40)
    label = models.CharField("步骤", max_length=60)
    title = models.CharField("事项名称", max_length=200)
    url = models.CharField("页面", max_length=300, blank=True)
    anchor_on = models.DateField("起算日")
    due_on = models.DateField("期限")
    planned_on = models.DateField("最初期限")
    provisional = models.BooleanField("暂定", default=False)
    warning = models.CharField("提示", max_length=120, blank=True)
    moved_by_hand = models.BooleanField("人工调整", default=False)
    status = models.CharField("状态", max_length=10, choices=DeadlineStatus.choices, default=DeadlineStatus.OPEN)
    revision = models.PositiveIntegerField("修订次数", default=1)
    derived_at = models.DateTimeField("推算时间")
    closed_on = models.DateField("完成（免除）日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    late_days = models.PositiveIntegerField("逾期工作日", default=0)
    reason = models.CharField("逾期或免除理由", max_length=300, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = DeadlineQuerySet.as_manager()

    class Meta(MatterRef.Meta):
        verbose_name = "期限"
        verbose_name_plural = "期限"
        ordering: ClassVar = ["due_on", "pk"]
        permissions: ClassVar = [
            ("view_all_deadlines", "查看全部期限"),
            ("manage_deadlines", "管理期限与规则"),
            ("send_dispatch", "发送通知"),
            ("read_morning_sheet", "查看晨报"),
        ]
        indexes: ClassVar = [
            *MatterRef.Meta.indexes,
            models.Index(fields=["due_on", "id"], name="deadline_open", condition=Q(status="open")),
            models.Index(fields=["due_on", "id"], name="deadline_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["content_type", "object_id", "step"], name="deadlines_deadline_unique"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on__isnull=True) | Q(~Q(status="open"), closed_on__isnull=False),
                name="deadlines_deadline_closed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="waived") | ~Q(reason=""), name="deadlines_deadline_waived_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.label}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be met."""
        return self.status == DeadlineStatus.OPEN

    @property
    def is_late(self) -> bool:
        """Whether it is still to be met and its day has passed."""
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def standing(self) -> str:
        """The status in words, with what follows from the days."""
        if self.is_late:
            return "已逾期"
        return "逾期完成" if self.status == DeadlineStatus.DONE and self.late_days else self.get_status_display()

    @property
    def owes_reason(self) -> bool:
        """Met late, and nobody has said why."""
        return self.status == DeadlineStatus.DONE and self.late_days > 0 and not self.reason


class HolderPart(models.TextChoices):
    """What a holder has to do with a deadline."""

    DO = "do", "办理"
    TOLD = "told", "逾期时报告"


class DeadlineHolderQuerySet(models.QuerySet):
    """Holders as users see them."""

    def shown_to(self, user) -> "DeadlineHolderQuerySet":
        """All for those who see all deadlines; else one's own units: who else was asked is not told outside."""
        if reaches_any(user, VIEW_ALL):
            return self
        return self.filter(organization__in=[acting.organization_id for acting in user.acting])

    def doing(self) -> "DeadlineHolderQuerySet":
        """Those who have to meet it."""
        return self.filter(part=HolderPart.DO)


class DeadlineHolder(models.Model):
    """Who has to meet it, or is told when it is late: a role in an organisation ("" any role there).

    Several units may hold one deadline; reminders of days before `since` are not made up for.
    """

    deadline = models.ForeignKey(Deadline, verbose_name="期限", on_delete=models.CASCADE, related_name="holders")
    part = models.CharField("方面", max_length=4, choices=HolderPart.choices, default=HolderPart.DO)
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=30, choices=Role.choices, blank=True)
    since = models.DateTimeField("开始时间")

    objects = DeadlineHolderQuerySet.as_manager()

    class Meta:
        verbose_name = "责任方"
        verbose_name_plural = "责任方"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["organization", "role"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deadline", "part", "organization", "role"], name="deadlines_holder_unique")
        ]

    def __str__(self) -> str:
        return str(self.organization)


class DeadlineMove(models.Model):
    """A deadline moved from a day to another: why, by whom, when. Never edited."""

    class Cause(models.TextChoices):
        """What moved it."""

        ANCHOR = "anchor", "起算日变动"
        RULE = "rule", "规则调整"
        CALENDAR = "calendar", "工作日历变动"
        HAND = "hand", "人工调整"

    deadline = models.ForeignKey(Deadline, verbose_name="期限", on_delete=models.CASCADE, related_name="moves")
    from_day = models.DateField("原期限")
    to_day = models.DateField("新期限")
    cause = models.CharField("原因", max_length=10, choices=Cause.choices)
    reason = models.CharField("理由", max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "期限变动"
        verbose_name_plural = "期限变动"
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.from_day:%Y-%m-%d} → {self.to_day:%Y-%m-%d}"
