"""Sittings of bodies (上会) and what they decided on each matter."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.matters import MatterRef
from cppcc.office.models import Organization


class SittingQuerySet(models.QuerySet):
    """Sittings as their list shows them."""

    def with_counts(self) -> "SittingQuerySet":
        """With the number of matters on the list and of those decided."""
        return self.select_related("body").annotate(
            listed=models.Count("decisions"), decided=models.Count("decisions", filter=~models.Q(decisions__result=""))
        )


class Sitting(models.Model):
    """One sitting of a body: 第N次, the day, what the minutes say. It decides many matters."""

    body = models.ForeignKey(Organization, verbose_name="会议", on_delete=models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField("第几次", null=True, blank=True)
    held_on = models.DateField("会议日期")
    minutes = models.TextField("纪要要点", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="建立人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议（上会）"
        verbose_name_plural = "会议（上会）"
        ordering: ClassVar = ["-held_on", "-pk"]
        permissions: ClassVar = [
            ("decide_step", "办理审批环节"),
            ("manage_sittings", "安排上会审议"),
            ("view_changes", "查看变更记录"),
            ("view_sittings", "查看上会审议"),
        ]
        indexes: ClassVar = [models.Index(fields=["-held_on", "-id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "held_on"],
                name="workflow_sitting_unique",
                violation_error_message="这个机构当天已有一次会议，请直接打开那次会议。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body.name}{f'第{self.number}次会议' if self.number else ''}（{self.held_on:%Y-%m-%d}）"

    @classmethod
    def of(cls, body: Organization, held_on: date, *, by, number: int | None = None) -> "Sitting":
        """The body's sitting of that day, made when missing."""
        sitting, _ = cls.objects.get_or_create(
            body=body, held_on=held_on, defaults={"number": number, "created_by": by}
        )
        return sitting


class Decision(MatterRef):
    """What a sitting decided on a matter; without a result it still stands on the list."""

    class Result(models.TextChoices):
        """What a body can decide."""

        PASSED = "passed", "通过"
        AMENDED = "amended", "修改后通过"
        RETURNED = "returned", "退回修改"
        DEFERRED = "deferred", "暂缓审议"

    sitting = models.ForeignKey(Sitting, verbose_name="会议", on_delete=models.PROTECT, related_name="decisions")
    order = models.PositiveSmallIntegerField("次序", default=1)
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    opinion = models.TextField("意见", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField("录入时间", null=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(MatterRef.Meta):
        verbose_name = "会议决定"
        verbose_name_plural = "会议决定"
        ordering: ClassVar = ["sitting", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sitting", "content_type", "object_id"],
                condition=models.Q(result=""),
                name="workflow_decision_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sitting} {self.get_result_display()}"
