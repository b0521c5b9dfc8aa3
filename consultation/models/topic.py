"""Topics (议题): what is consulted on, in which forms and months, who leads, who proposed it."""

import re
import unicodedata
from typing import ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from simple_history.models import HistoricalRecords

from consultation.models.plan import AnnualPlan
from consultation.models.reference import ConsultationForm, TopicCategory
from cppcc.office.models import Organization, OrganizationName, Post
from cppcc.office.validity import valid_on
from cppcc.workflow.models import Matter


class TopicState(models.TextChoices):
    """Where a topic stands in its year."""

    PLANNED = "planned", "列入计划"
    DONE = "done", "已完成"
    WITHDRAWN = "withdrawn", "已撤销"


class Linkage(models.TextChoices):
    """Linked with the counties, or the city's own. R001."""

    LINKED = "linked", "联接"
    SELF_SELECTED = "self_selected", "自选"


class Part(models.TextChoices):
    """What an organisation does for a topic."""

    LEAD = "lead", "牵头单位"
    SUPPORT = "support", "协办单位"
    CONSULTED = "consulted", "协商部门"
    COUNTY = "county", "涉及县（市、区）"
    PROPOSER = "proposer", "提出单位"


def title_key(title: str) -> str:
    """By what two titles are the same: width, spaces and punctuation do not count; at most 200 characters.

    Folding can make a text longer (㎏ becomes kg), hence the cut.
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return (re.sub(r"[\W_]+", "", folded) or folded)[:200]


class TopicQuerySet(models.QuerySet):
    """Topics as users see them and as lists show them."""

    def visible_to(self, user) -> "TopicQuerySet":
        """The topics of the plans that `user` may see."""
        return self.filter(plan__in=AnnualPlan.objects.visible_to(user))

    def counted(self) -> "TopicQuerySet":
        """Those that belong to the plan: neither withdrawn nor added outside it."""
        return self.filter(off_plan=False).exclude(state=TopicState.WITHDRAWN)

    def with_parts(self) -> "TopicQuerySet":
        """With units and their names, forms, category and chair: three queries whatever the number of topics."""
        forms = TopicForm.objects.select_related("form").order_by("order", "pk")
        return self.select_related("plan", "category", "leading_chair__organization").prefetch_related(
            named_units(), Prefetch("stages", forms)
        )

    def for_forums(self) -> "TopicQuerySet":
        """Those with a consultation forum among their forms, with units and their names, and the chair: two queries."""
        forum = TopicForm.objects.filter(topic=OuterRef("pk"), form__is_forum=True)
        named = self.select_related("plan", "leading_chair__organization").prefetch_related(named_units())
        return named.filter(Exists(forum)).exclude(state=TopicState.WITHDRAWN)

    def with_channels(self) -> "TopicQuerySet":
        """With the suggestions that became them and the channels of these: one query."""
        suggestions = apps.get_model("consultation.TopicSuggestion").objects.select_related("channel")
        return self.prefetch_related(Prefetch("suggestions", suggestions))


class Topic(Matter):
    """One topic of a plan."""

    plan = models.ForeignKey(AnnualPlan, verbose_name="年度计划", on_delete=models.PROTECT, related_name="topics")
    number = models.PositiveSmallIntegerField("序号", default=0)
    title = models.CharField("议题", max_length=200)
    title_key = models.CharField(max_length=200, editable=False)
    state = models.CharField(
        "状态", max_length=20, choices=TopicState.choices, default=TopicState.PLANNED, editable=False
    )
    category = models.ForeignKey(
        TopicCategory, verbose_name="议题类别", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    linkage = models.CharField("议题类型", max_length=15, choices=Linkage.choices, default=Linkage.SELF_SELECTED)
    supervisory = models.BooleanField("监督性议题", default=False)
    leading_chair = models.ForeignKey(
        Post, verbose_name="牵头领导", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    month_from = models.PositiveSmallIntegerField("起始月份", null=True, blank=True)
    month_to = models.PositiveSmallIntegerField("截止月份", null=True, blank=True)
    placeholder = models.BooleanField(
        "占位项", default=False, help_text="如“10 件左右重点提案”，内容以后确定，计作一个议题"
    )
    off_plan = models.BooleanField("计划外议题", default=False, help_text="党委、政府临时交办，不计入比例")
    off_plan_origin = models.ForeignKey(
        Organization, verbose_name="交办单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField("备注", max_length=1000, blank=True)
    forms = models.ManyToManyField(
        ConsultationForm, verbose_name="协商形式", through="TopicForm", related_name="topics"
    )
    organizations = models.ManyToManyField(
        Organization, verbose_name="有关单位", through="TopicUnit", related_name="topics"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = "议题"
        verbose_name_plural = "议题"
        ordering: ClassVar = ["plan", "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "title_key"],
                name="consultation_topic_title_unique",
                violation_error_message="本年度计划中已有同名议题。",
            ),
            models.CheckConstraint(
                condition=Q(month_from__isnull=True, month_to__isnull=True)
                | Q(month_from__gte=1, month_to__lte=12, month_to__gte=F("month_from"), month_to__isnull=False),
                name="consultation_topic_months",
                violation_error_message="月份须在 1 至 12 之间，起始月份不能晚于截止月份。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan", "state", "number"]),
            models.Index(fields=["plan", "month_from"]),
            models.Index(fields=["plan", "title"]),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        """Keep the key of the title in step."""
        self.title_key = title_key(self.title)
        if (fields := kwargs.get("update_fields")) and "title" in fields:
            kwargs["update_fields"] = {*fields, "title_key"}
        super().save(*args, **kwargs)

    def namesakes(self) -> "TopicQuerySet":
        """Other topics of the plan that bear the same title."""
        same = Topic.objects.filter(plan=self.plan_id, title_key=title_key(self.title))
        return same.exclude(pk=self.pk)

    @property
    def asks_counties(self) -> bool:
        """Whether the counties involved take it into their own plans once the plan is issued. R012."""
        return self.linkage == Linkage.LINKED and self.state != TopicState.WITHDRAWN

    def units_of(self, part: str) -> list[Organization]:
        """The organisations that do `part`, in their order, under the names of the day on which the plan was issued.

        Prefetch with `with_parts`.
        """
        return [unit.organization_of_the_day for unit in self.units.all() if unit.part == part]

    @property
    def leads(self) -> list[Organization]:
        """Leading units."""
        return self.units_of(Part.LEAD)

    @property
    def supports(self) -> list[Organization]:
        """Supporting units."""
        return self.units_of(Part.SUPPORT)

    @property
    def consulted(self) -> list[Organization]:
        """Departments consulted."""
        return self.units_of(Part.CONSULTED)

    @property
    def counties(self) -> list[Organization]:
        """Counties involved. R008."""
        return self.units_of(Part.COUNTY)

    @property
    def proposers(self) -> list[Organization]:
        """Who proposed it. R004."""
        return self.units_of(Part.PROPOSER)

    @property
    def overlapping(self) -> bool:
        """Whether two or more bodies asked for it. R007."""
        return len(self.proposers) >= 2

    @property
    def is_forum(self) -> bool:
        """Whether one of its forms is a consultation forum."""
        return any(stage.form.is_forum for stage in self.stages.all())

    @property
    def is_special(self) -> bool:
        """Whether one of its forms counts as a special consultation. R014."""
        return any(stage.form.is_special for stage in self.stages.all())

    @property
    def month_text(self) -> str:
        """The months as a table prints them."""
        if self.month_from is None:
            return ""
        if (self.month_from, self.month_to) == (1, 12):
            return "全年"
        return f"{self.month_from}月" if self.month_from == self.month_to else f"{self.month_from}—{self.month_to}月"

    @property
    def form_text(self) -> str:
        """The forms in their order, each with its note."""
        return "、".join(str(stage) for stage in self.stages.all())

    def as_text(self) -> dict[str, str]:
        """Every field as text, for versions and differences."""
        return {
            "序号": str(self.number),
            "议题": self.title,
            "协商形式": self.form_text,
            "议题类型": self.get_linkage_display(),
            "监督性": "是" if self.supervisory else "否",
            "议题类别": str(self.category or ""),
            "牵头领导": str(self.leading_chair or ""),
            **{label: "、".join(str(unit) for unit in self.units_of(part)) for part, label in Part.choices},
            "月份": self.month_text,
            "备注": self.remark,
        }


class TopicUnitQuerySet(models.QuerySet):
    """Parts with the names that organisations bore when the plan was issued."""

    def with_names(self) -> "TopicUnitQuerySet":
        """With `dated_name` and `dated_short`, where the organisation bore another name on that day."""
        names = OrganizationName.objects.filter(
            valid_on(OuterRef("topic__plan__issued_on")), organization=OuterRef("organization")
        )
        return self.annotate(
            dated_name=Subquery(names.values("name")[:1]), dated_short=Subquery(names.values("short_name")[:1])
        )


def named_units() -> Prefetch:
    """To prefetch the units of topics with their names, in their order."""
    units = TopicUnit.objects.with_names().select_related("organization").order_by("part", "order", "pk")
    return Prefetch("units", units)


class TopicUnit(models.Model):
    """An organisation's part in a topic."""

    topic = models.ForeignKey(Topic, verbose_name="议题", on_delete=models.CASCADE, related_name="units")
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="topic_units"
    )
    part = models.CharField("作用", max_length=10, choices=Part.choices)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = TopicUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "议题单位"
        verbose_name_plural = "议题单位"
        ordering: ClassVar = ["topic", "part", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "organization", "part"], name="consultation_topicunit_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "part"])]

    def __str__(self) -> str:
        return str(self.organization_of_the_day)

    @property
    def organization_of_the_day(self) -> Organization:
        """The organisation under its name of the day on which the plan was issued, when asked `with_names`."""
        return self.organization.under(getattr(self, "dated_name", None), getattr(self, "dated_short", None))


class TopicForm(models.Model):
    """A stage of a topic: one form of consultation, in its order."""

    topic = models.ForeignKey(Topic, verbose_name="议题", on_delete=models.CASCADE, related_name="stages")
    form = models.ForeignKey(ConsultationForm, verbose_name="协商形式", on_delete=models.PROTECT, related_name="stages")
    order = models.PositiveSmallIntegerField("次序", default=0)
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = "议题协商形式"
        verbose_name_plural = "议题协商形式"
        ordering: ClassVar = ["topic", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "form", "note"], name="consultation_topicform_unique")
        ]

    def __str__(self) -> str:
        return f"{self.form}（{self.note}）" if self.note else str(self.form)
