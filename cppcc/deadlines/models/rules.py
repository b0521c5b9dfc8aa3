"""Due rules as data: which step is due when, who must do it, when to remind and whom to tell at last."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.validity import Valid, never_overlapping


class RuleSet(Valid):
    """The due rules of one kind of matter in this office, from a day to a day."""

    key = models.SlugField("标识", max_length=40)
    label = models.CharField("名称", max_length=60)
    remark = models.CharField("说明", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "期限规则集"
        verbose_name_plural = "期限规则集"
        ordering: ClassVar = ["key", "-valid_from"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            never_overlapping("deadlines_ruleset_no_overlap", "key", "同一规则集的有效期不能重叠。"),
        ]

    def __str__(self) -> str:
        return self.label


class Unit(models.TextChoices):
    """What an offset counts. The day after the event is day 1."""

    MONTHS = "months", "个月"
    WEEKS = "weeks", "周"
    DAYS = "days", "天"
    WORKING_DAYS = "working_days", "个工作日"


class RestDay(models.TextChoices):
    """What happens when the day falls on a rest day."""

    KEEP = "keep", "不调整（提示）"
    BEFORE = "before", "提前到前一个工作日"
    AFTER = "after", "顺延到后一个工作日"


class DueRule(models.Model):
    """A step of a matter is due at anchor + offset (negative: before)."""

    ruleset = models.ForeignKey(RuleSet, verbose_name="规则集", on_delete=models.PROTECT, related_name="rules")
    step = models.SlugField("步骤标识", max_length=40)
    label = models.CharField("步骤", max_length=60)
    order = models.PositiveSmallIntegerField("次序", default=0)
    anchor = models.SlugField("起算日", max_length=40)
    offset = models.SmallIntegerField(
        "间隔", help_text="负数为之前", validators=[MinValueValidator(-1000), MaxValueValidator(1000)]
    )
    unit = models.CharField("单位", max_length=15, choices=Unit.choices)
    rest_day = models.CharField("遇休息日", max_length=10, choices=RestDay.choices, default=RestDay.KEEP)
    responsible = models.SlugField("责任方", max_length=40)
    remind = ArrayField(models.SmallIntegerField(), verbose_name="提前几天提醒", default=list, blank=True)
    repeat = models.PositiveSmallIntegerField(
        "逾期后每隔几个工作日提醒", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    escalate_after = models.PositiveSmallIntegerField(
        "逾期几个工作日后报告", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    escalate_to = models.SlugField("报告给", max_length=40, blank=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "期限规则"
        verbose_name_plural = "期限规则"
        ordering: ClassVar = ["ruleset", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ruleset", "step"], name="deadlines_duerule_step_unique")
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Reminders are days before, not negative; an escalation names both after how long and to whom."""
        if any(days < 0 or days > 365 for days in self.remind or []):
            raise ValidationError(
                {"remind": "提前天数须在 0 到 365 之间；逾期后的提醒请填“逾期后每隔几个工作日提醒”。"}
            )
        if bool(self.escalate_after) != bool(self.escalate_to):
            raise ValidationError({"escalate_to": "“逾期几个工作日后报告”和“报告给”须同时填写，或同时留空。"})

    @property
    def when(self) -> str:
        """The offset in words, for instance 之前2个月."""
        if self.offset == 0:
            return "当天"
        return f"{'之前' if self.offset < 0 else '之后'}{abs(self.offset)}{self.get_unit_display()}"
