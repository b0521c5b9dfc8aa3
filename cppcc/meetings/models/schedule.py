"""When leaders cannot be had (R127); the years whose reports are due (R145, R146)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cppcc.office.models import Person
from cppcc.office.validity import today


class Busy(models.Model):
    """A leader is engaged elsewhere from a time to a time; clashes with it are shown, not forbidden."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.CASCADE, related_name="busy")
    starts = models.DateTimeField("开始时间")
    ends = models.DateTimeField("结束时间")
    label = models.CharField("事由", max_length=100, blank=True, help_text="只有办公室看得到")
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "领导日程"
        verbose_name_plural = "领导日程"
        ordering: ClassVar = ["starts", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "starts"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="meetings_busy_ends_after_start",
                violation_error_message="结束时间须晚于开始时间。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} {timezone.localtime(self.starts):%Y-%m-%d %H:%M}"


class ReportingYear(models.Model):
    """A year in which office, committees and party group report at the dates of the office's rules. R145, R146."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    since = models.DateField("启用日期", default=today, help_text="下半年启用的，不追究上半年的报告")

    class Meta:
        verbose_name = "报告年度"
        verbose_name_plural = "报告年度"
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}年度报告工作"
