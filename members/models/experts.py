"""The expert pool: outsiders with their fields, found by topic. R080."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models import Person
from cppcc.office.validity import Valid


class Field(models.Model):
    """A field of knowledge; its words find it in the title of a topic."""

    name = models.CharField("领域", max_length=40, unique=True)
    words = models.CharField("关键词", max_length=300, blank=True, help_text="用顿号分开，议题中出现即推荐")
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "专业领域"
        verbose_name_plural = "专业领域"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Expert(Valid):
    """An outside expert."""

    person = models.OneToOneField(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="expert")
    employer = models.CharField("工作单位", max_length=100, blank=True)
    title = models.CharField("职务职称", max_length=60, blank=True)
    fields = models.ManyToManyField(Field, verbose_name="专业领域", blank=True, related_name="experts")
    strengths = models.CharField("研究方向", max_length=300, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[fields])

    class Meta(Valid.Meta):
        verbose_name = "专家"
        verbose_name_plural = "专家"
        ordering: ClassVar = ["person__pinyin", "pk"]

    def __str__(self) -> str:
        return self.person.name
