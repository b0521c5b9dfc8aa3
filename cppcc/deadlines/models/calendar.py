"""The state's calendar of working days, and a person's calendar feed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class WorkCalendar(models.Model):
    """One day: worked or not, and whether the yearly notice says so. Days without a row follow the week."""

    date = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("上班")
    label = models.CharField("说明", max_length=40, blank=True, help_text="如：国庆节、春节调休上班")
    source = models.CharField("来源", max_length=120, blank=True)
    official = models.BooleanField("已公布", default=True, help_text="未勾选：次年安排尚未公布，按暂定计算")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_workday else '休息'}"


class CalendarFeed(models.Model):
    """A person's calendar address for phone, WPS or Outlook: a hashed token that can be revoked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField("令牌摘要", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    used_at = models.DateTimeField("最近读取", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(revoked_at__isnull=True), name="deadlines_feed_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
