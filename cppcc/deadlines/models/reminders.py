"""Reminders: rows with unique keys, written in the transaction of their cause; the tick hands on what is due."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cppcc.deadlines.models.deadlines import Deadline
from cppcc.office.models import Organization
from cppcc.office.roles import Role


class ReminderStatus(models.TextChoices):
    """Where a reminder stands."""

    PENDING = "pending", "待发"
    SENT = "sent", "已转发"
    CANCELLED = "cancelled", "已取消"
    LAPSED = "lapsed", "过期未发"
    NOBODY = "nobody", "无人接收"
    FAILED = "failed", "未能转发"


class Reminder(models.Model):
    """One reminder to one holder. The key is deadline:mark:organisation:role:revision; the same cause is one row.

    A deadline is empty for tidings that a move causes at once (`title` and `body` say all).
    """

    key = models.CharField("唯一键", max_length=120, unique=True)
    deadline = models.ForeignKey(
        Deadline, verbose_name="期限", on_delete=models.CASCADE, null=True, blank=True, related_name="reminders"
    )
    mark = models.CharField("提醒", max_length=12)
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=30, choices=Role.choices, blank=True)
    due_at = models.DateTimeField("提醒时间")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("页面", max_length=300, blank=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    status = models.CharField("状态", max_length=10, choices=ReminderStatus.choices, default=ReminderStatus.PENDING)
    handed_at = models.DateTimeField("转发时间", null=True, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"
        ordering: ClassVar = ["due_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="reminder_pending", condition=Q(status="pending")),
            models.Index(
                fields=["-due_at"], name="reminder_stuck", condition=Q(status__in=["lapsed", "nobody", "failed"])
            ),
        ]

    def __str__(self) -> str:
        return self.title
