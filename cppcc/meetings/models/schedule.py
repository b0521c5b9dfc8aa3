"""When leaders cannot be had. R127."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from cppcc.office.models import Person


class Busy(models.Model):
    """A leader is engaged elsewhere from a time to a time; clashes with it are shown, not forbidden."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.CASCADE, related_name="busy")
    starts = models.DateTimeField("开始时间")
    ends = models.DateTimeField("结束时间")
    label = models.CharField("事由", max_length=100, blank=True, help_text="只有办公室看得到")
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
        return f"{self.person} {self.starts:%Y-%m-%d %H:%M}"
