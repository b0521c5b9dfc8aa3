"""The office itself: one row that names it and sets its ways."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models.organizations import Organization
from cppcc.office.refusals import Refused


class Office(models.Model):
    """The committee this deployment serves. Exactly one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    key = models.SlugField("标识", default="office", editable=False, unique=True)
    name = models.CharField("简称", max_length=60, help_text="如：云江市政协")
    full_name = models.CharField("全称", max_length=100)
    system_name = models.CharField("系统名称", max_length=60, default="协商履职工作平台")
    organization = models.ForeignKey(
        Organization, verbose_name="办公室", on_delete=models.PROTECT, related_name="+", help_text="本机关办公室"
    )
    profile = models.CharField("所用配置", max_length=40, editable=False, blank=True)
    demo = models.BooleanField("演示数据", default=False, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "本机关设置"
        verbose_name_plural = "本机关设置"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="office_office_one_row")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Office | None":
        """The row, or None before a profile was loaded."""
        return cls.objects.select_related("organization").first()

    @classmethod
    def required(cls) -> "Office":
        """The row. Raises Refused before a profile was loaded."""
        office = cls.current()
        if office is None:
            raise Refused("系统还没有载入机关配置，请系统管理员先运行 load_profile。")
        return office
