"""The regulation registry (R148): versions, articles in our own words, and which article carries a rule here."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.validity import Valid


class Regulation(models.Model):
    """A regulation: what its title is and who adopted it."""

    key = models.SlugField("标识", max_length=60, unique=True)
    title = models.CharField("名称", max_length=200)
    adopting_body = models.CharField("制定（通过）机关", max_length=100, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "制度文件"
        verbose_name_plural = "制度文件"
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return f"《{self.title}》"


class RegulationVersion(Valid):
    """One version of a regulation; `text` is the source as it came, unmodified. Empty dates: in force, not dated."""

    regulation = models.ForeignKey(Regulation, verbose_name="制度", on_delete=models.PROTECT, related_name="versions")
    label = models.CharField("版本", max_length=60)
    adopted_on = models.DateField("通过日期", null=True, blank=True)
    adopted_at = models.CharField("通过的会议", max_length=120, blank=True)
    text = models.TextField("原文", blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "制度版本"
        verbose_name_plural = "制度版本"
        ordering: ClassVar = ["regulation", "-valid_from"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["regulation", "label"], name="office_regulationversion_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.regulation}{self.label}"


class Article(models.Model):
    """An article of a version: its place in the text and what it asks, in our own words."""

    version = models.ForeignKey(
        RegulationVersion, verbose_name="制度版本", on_delete=models.PROTECT, related_name="articles"
    )
    code = models.CharField("条款", max_length=40)
    summary = models.CharField("要点", max_length=300)
    order = models.PositiveIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "条款"
        verbose_name_plural = "条款"
        ordering: ClassVar = ["version", "order", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="office_article_unique")]

    def __str__(self) -> str:
        return f"{self.version.regulation}{self.code}"


class RuleBasis(Valid):
    """Which article carries a rule of the product in this office. A rule without a basis shows no 依据."""

    rule = models.CharField("规则编号", max_length=4)
    article = models.ForeignKey(Article, verbose_name="条款", on_delete=models.PROTECT, related_name="bases")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "规则依据"
        verbose_name_plural = "规则依据"
        ordering: ClassVar = ["rule", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(fields=["rule", "article"], name="office_rulebasis_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.article}"
