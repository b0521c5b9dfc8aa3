"""What differs between offices: kinds of documents, number series, and whom a document is copied to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models import Office, Organization
from cppcc.office.validity import Valid

PLACES = ("full_name", "name", "office")


class Issuer(models.TextChoices):
    """In whose name a document goes out."""

    COMMITTEE = "committee", "政协"
    PARTY_GROUP = "party_group", "党组"
    OFFICE = "office", "办公室"


class Format(models.TextChoices):
    """How a document is typeset (GB/T 9704)."""

    DOCUMENT = "document", "文件式"
    LETTER = "letter", "信函式"
    MINUTES = "minutes", "纪要式"


class Counting(models.TextChoices):
    """When a series begins again."""

    PER_YEAR = "per_year", "按年编号"
    RUNNING = "running", "连续编号"


def number_span(first: str, last: str) -> str:
    """The successive numbers of a batch in short: 试政协办函〔2026〕3号至402号."""
    return first if first == last else f"{first}至{last.rpartition('〕')[2]}"


class NumberSeries(models.Model):
    """Numbers under one 发文代字. An office that begins within a year says where its paper register ends."""

    key = models.SlugField("标识", max_length=40, unique=True)
    code = models.CharField("发文代字", max_length=30, help_text="如：试政协办；期刊、简报可填刊名")
    label = models.CharField("名称", max_length=60)
    counting = models.CharField("编号方式", max_length=10, choices=Counting.choices, default=Counting.PER_YEAR)
    first = models.PositiveIntegerField(
        "启用时的起始号",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="启用本系统前已编到第几号，就从下一号起",
    )
    first_year = models.PositiveSmallIntegerField(
        "启用年份", null=True, blank=True, help_text="按年编号的，只在这一年从起始号开始，以后各年从 1 开始"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "发文编号"
        verbose_name_plural = "发文编号"
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1),
                name="documents_series_first_positive",
                violation_error_message="起始号从 1 开始。",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def first_of(self, year: int | None) -> int:
        """The first value of a year (None: of a running series)."""
        if self.counting == Counting.RUNNING:
            return self.first
        return self.first if year == self.first_year else 1


class DocumentKind(Valid):
    """A kind of document: how it looks, who issues it, how it is numbered.

    `masthead` and `signature` may name the office by {full_name}, {name} and {office}.
    """

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=40)
    format = models.CharField("格式", max_length=10, choices=Format.choices, default=Format.DOCUMENT)
    masthead = models.CharField("发文机关标志", max_length=200, help_text="可用 {full_name}、{name}、{office}")
    signature = models.CharField("署名", max_length=200, blank=True, help_text="可用 {full_name}、{name}、{office}")
    upward = models.BooleanField("上行文（标注签发人）", default=False)
    issued_by = models.CharField("发文名义", max_length=20, choices=Issuer.choices, default=Issuer.OFFICE)
    series = models.ForeignKey(
        NumberSeries, verbose_name="发文编号", on_delete=models.PROTECT, related_name="kinds", null=True, blank=True
    )
    serial = models.BooleanField("编期号（第N期）", default=False)
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "公文种类"
        verbose_name_plural = "公文种类"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Only places that exist; only a document of format 文件式 goes upward."""
        for name in ("masthead", "signature"):
            try:
                getattr(self, name).format(**dict.fromkeys(PLACES, ""))
            except (KeyError, IndexError, ValueError):
                raise ValidationError({name: "花括号里只能是 full_name、name 或 office。"}) from None
        if self.upward and self.format != Format.DOCUMENT:
            raise ValidationError({"upward": "只有文件式公文才标注签发人，请改选格式或取消上行文。"})

    def in_the_name_of(self, office: Office) -> dict[str, str]:
        """Masthead and signature with the office's names."""
        places = {"full_name": office.full_name, "name": office.name, "office": office.organization.name}
        return {"masthead": self.masthead.format(**places), "signature": self.signature.format(**places)}


class Part(models.TextChoices):
    """In which part of the document a recipient stands."""

    MAIN = "main", "主送"
    COPY = "copy", "抄送"


class CopyRule(Valid):
    """Whom documents of some kinds also go to, or never go to. R111, R113, R120.

    An empty list of kinds or issuers means all. `when_kinds`/`when_keys`: only when a main recipient is one of these.
    """

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=80)
    kinds = models.ManyToManyField(DocumentKind, verbose_name="公文种类", blank=True, related_name="+")
    issuers = ArrayField(
        models.CharField(max_length=20, choices=Issuer.choices), verbose_name="发文名义", default=list, blank=True
    )
    when_kinds = ArrayField(
        models.CharField(max_length=30, choices=Organization.Kind.choices), verbose_name="主送单位类别", default=list,
        blank=True, help_text="只在主送这些单位时适用；不填则都适用",
    )  # fmt: skip
    when_keys = ArrayField(models.SlugField(max_length=60), verbose_name="主送单位标识", default=list, blank=True)
    to_kinds = ArrayField(
        models.CharField(max_length=30, choices=Organization.Kind.choices), verbose_name="发往单位类别", default=list,
        blank=True,
    )  # fmt: skip
    to_keys = ArrayField(models.SlugField(max_length=60), verbose_name="发往单位标识", default=list, blank=True)
    part = models.CharField("主送或抄送", max_length=10, choices=Part.choices, default=Part.COPY)
    forbid = models.BooleanField("禁止发往", default=False)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    reason = models.CharField("理由", max_length=120)
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[kinds])

    class Meta(Valid.Meta):
        verbose_name = "分送规则"
        verbose_name_plural = "分送规则"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """It says where to."""
        if not self.to_kinds and not self.to_keys:
            raise ValidationError("请填写发往单位的类别或标识。")
