"""Terms (届) and sessions (次)."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func
from simple_history.models import HistoricalRecords


class Term(models.Model):
    """A term of the committee (第N届), five years as a rule."""

    number = models.PositiveSmallIntegerField("届", unique=True)
    starts = models.DateField("开始日期")
    ends = models.DateField("结束日期")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "届"
        verbose_name_plural = "届"
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="office_term_no_overlap",
                expressions=[
                    (
                        Func("starts", "ends", models.Value("[]"), function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="两届的起止日期不能重叠。",
            )
        ]

    def __str__(self) -> str:
        return f"第{self.number}届"


class Session(models.Model):
    """A plenary session of a term (第M次会议); M restarts at 1 each term."""

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField("次")
    starts = models.DateField("开幕日期", null=True, blank=True)
    ends = models.DateField("闭幕日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "全体会议"
        verbose_name_plural = "全体会议"
        ordering: ClassVar = ["-term__number", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["term", "number"], name="office_session_unique")]

    def __str__(self) -> str:
        return f"{self.term}第{self.number}次会议"
