"""How often leaders attend which meetings in a year, as the office's own norms. R145."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.meetings.models import InviteRule, MeetingKind
from cppcc.office.validity import Valid


class AttendanceNorm(Valid):
    """Whoever is named attends meetings of these kinds at least so many times a year; named as in rules of invitation.

    R145.
    """

    key = models.SlugField("标识", max_length=60, unique=True)
    label = models.CharField("要求", max_length=60)
    kinds = models.ManyToManyField(MeetingKind, verbose_name="会议活动种类", related_name="+")
    source = models.CharField("对象来源", max_length=10, choices=InviteRule.Source.choices)
    value = models.CharField("取值", max_length=60, help_text="岗位角色、单位类别、单位标识，或名册的标识")
    times = models.PositiveSmallIntegerField("每年至少（次）", default=1, validators=[MinValueValidator(1)])
    rule = models.CharField("规则编号", max_length=4, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[kinds])

    class Meta(Valid.Meta):
        verbose_name = "领导出席要求"
        verbose_name_plural = "领导出席要求"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label
