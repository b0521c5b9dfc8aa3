"""What differs between offices: categories, forms of consultation, channels, the defaults of the rule meter."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models import Organization
from cppcc.office.validity import Valid


class TopicCategory(Valid):
    """What a topic is about. R016."""

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "议题类别"
        verbose_name_plural = "议题类别"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class ConsultationForm(Valid):
    """A form of consultation with its rule sheet. R020, R021."""

    key = models.SlugField("标识", max_length=40, unique=True, null=True, blank=True)
    label = models.CharField("名称", max_length=40, unique=True)
    aliases = ArrayField(models.CharField(max_length=40), verbose_name="别名", default=list, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_special = models.BooleanField("计入专题协商次数", default=False)
    is_forum = models.BooleanField("属于协商座谈会", default=False)
    participants = models.TextField("参加范围", blank=True)
    principles = models.TextField("讨论原则", blank=True)
    procedure = models.TextField("基本程序", blank=True)
    exchange = models.TextField("交流方式", blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "协商形式"
        verbose_name_plural = "协商形式"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class SolicitationChannel(Valid):
    """Who is asked for topics and in which capacity: naming (点题) or recommending (荐题). R002, R005, R006."""

    class Kind(models.TextChoices):
        """Naming or recommending."""

        NAMED = "named", "点题"
        RECOMMENDED = "recommended", "荐题"

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=40)
    kind = models.CharField("方式", max_length=12, choices=Kind.choices)
    organization_kinds = ArrayField(
        models.CharField(max_length=30, choices=Organization.Kind.choices),
        verbose_name="面向的单位类别",
        default=list,
        blank=True,
        help_text="建立征集时，这些类别的单位自动列为征集对象；为空表示面向个人（委员）。",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "征集渠道"
        verbose_name_plural = "征集渠道"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class Measure(models.TextChoices):
    """What the rule meter measures."""

    LINKED_SHARE = "linked_share", "联接议题占比"
    SUPERVISORY = "supervisory", "监督性议题"
    SPECIAL_CONSULTATIONS = "special_consultations", "专题协商"
    FORUMS = "forums", "协商座谈会"
    BY_PROPOSER = "by_proposer", "提出渠道"


class MeasureValues(models.Model):
    """Abstract: what a measure is held against. Which of the values count depends on the measure."""

    measure = models.CharField("指标", max_length=30, choices=Measure.choices)
    target = models.DecimalField(
        "目标值", max_digits=6, decimal_places=2, null=True, blank=True, help_text="占比填百分数，次数填整数"
    )
    tolerance = models.DecimalField("允许偏差", max_digits=6, decimal_places=2, null=True, blank=True)
    cadence = models.PositiveSmallIntegerField("每次间隔（月）", null=True, blank=True)
    merged_until = models.PositiveSmallIntegerField(
        "并入全体会议的月份截至", null=True, blank=True, help_text="如填 2，表示 1—2 月的座谈会并入全体会议"
    )
    mandatory = models.BooleanField("刚性要求", default=False, help_text="不足时显示为“缺项”，否则为“提醒”")
    rule = models.CharField("规则编号", max_length=4, blank=True)

    class Meta:
        abstract = True


class MeasureDefault(Valid, MeasureValues):
    """The office's own values; a new plan starts with a copy of those valid in its year."""

    key = models.SlugField("标识", max_length=40, unique=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "计划指标默认值"
        verbose_name_plural = "计划指标默认值"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.get_measure_display()
