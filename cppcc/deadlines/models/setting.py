"""How the office reminds and delivers, and the heartbeat of what runs by itself."""

from datetime import time
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords


class DeliverySetting(models.Model):
    """The ways of reminding and sending. Exactly one row; without it the defaults hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    remind_at = models.TimeField("每日提醒时间", default=time(8, 30))
    quiet_from = models.TimeField("免打扰开始", default=time(20, 0))
    quiet_to = models.TimeField("免打扰结束", default=time(7, 30))
    digest_at = models.TimeField("每日汇总时间", default=time(8, 0))
    hold_formal = models.BooleanField("正式函件须放行", default=True)
    resend_reminders = models.BooleanField("是否送出不明的提醒自动重发", default=True)
    resend_formal = models.BooleanField("是否送出不明的正式函件自动重发", default=False)
    lease_seconds = models.PositiveSmallIntegerField(
        "发送占用时限（秒）", default=120, validators=[MinValueValidator(10), MaxValueValidator(3600)]
    )
    max_tries = models.PositiveSmallIntegerField(
        "最多尝试次数", default=8, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    mail_enabled = models.BooleanField("启用电子邮件", default=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "提醒与发送设置"
        verbose_name_plural = "提醒与发送设置"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="deadlines_setting_one_row")]

    def __str__(self) -> str:
        return "提醒与发送设置"

    @classmethod
    def current(cls) -> "DeliverySetting":
        """The row, or one with the defaults."""
        return cls.objects.first() or cls()

    @classmethod
    def clock(cls) -> Coalesce:
        """When reminders are due, for a query over other rows."""
        stored = models.Subquery(cls.objects.order_by("pk").values("remind_at")[:1])
        return Coalesce(stored, models.Value(cls().remind_at, models.TimeField()))


class Pulse(models.Model):
    """When a thing that runs by itself last ran."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    at = models.DateTimeField("最近一次")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "运行脉搏"
        verbose_name_plural = "运行脉搏"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
