"""Filters of the lists."""

import django_filters
from django import forms

from consultation.known import known_forms
from consultation.models import (
    AnnualPlan,
    CountyAdoption,
    Forum,
    PartyConsultation,
    Solicitation,
    SolicitationChannel,
    Topic,
    TopicSuggestion,
)
from consultation.models.adoption import AdoptionState
from consultation.models.forum import ForumState
from consultation.models.plan import PlanState
from consultation.models.solicitation import SolicitationState
from consultation.models.suggestion import SuggestionState
from consultation.models.topic import Linkage, Part, TopicState
from cppcc.office.models import Organization

MONTHS = [(n, f"{n}月") for n in range(1, 13)]


def text(label: str, method: str) -> django_filters.CharFilter:
    """A search field."""
    return django_filters.CharFilter(label=label, method=method, widget=forms.TextInput(attrs={"type": "search"}))


def visible_plans(request):
    """The plans that the reader may see."""
    return AnnualPlan.objects.visible_to(request.user)


def visible_rounds(request):
    """The rounds that the reader may see."""
    return Solicitation.objects.visible_to(request.user)


def leading_units(request):
    """Units that lead some topic."""
    return Organization.objects.filter(topic_units__part=Part.LEAD).distinct()


def counties(request):
    """The counties."""
    return Organization.objects.filter(kind=Organization.Kind.COUNTY)


def form_choices():
    """The forms of consultation."""
    return [(form.pk, form.label) for form in known_forms()]


class PlanFilter(django_filters.FilterSet):
    """Plans by state."""

    state = django_filters.ChoiceFilter(label="状态", choices=PlanState.choices, empty_label="全部状态")

    class Meta:
        model = AnnualPlan
        fields = ("state",)


class TopicFilter(django_filters.FilterSet):
    """Topics of all years by what one looks for."""

    q = text("议题", "search")
    plan = django_filters.ModelChoiceFilter(label="年度计划", queryset=visible_plans, empty_label="全部年度")
    linkage = django_filters.ChoiceFilter(label="类型", choices=Linkage.choices, empty_label="全部类型")
    form = django_filters.ChoiceFilter(
        label="协商形式", choices=form_choices, field_name="stages__form", empty_label="全部形式"
    )
    lead = django_filters.ModelChoiceFilter(
        label="牵头单位", queryset=leading_units, method="led_by", empty_label="全部单位"
    )
    month = django_filters.ChoiceFilter(label="月份", choices=MONTHS, method="in_month", empty_label="全部月份")
    supervisory = django_filters.BooleanFilter(
        label="监督性", widget=forms.Select(choices=[("", "不限"), ("true", "监督性"), ("false", "非监督性")])
    )
    state = django_filters.ChoiceFilter(label="状态", choices=TopicState.choices, empty_label="全部状态")

    class Meta:
        model = Topic
        fields = ("q", "plan", "linkage", "form", "lead", "month", "supervisory", "state")

    def search(self, queryset, name, value):
        """In title and remark."""
        return queryset.filter(title__icontains=value.strip())

    def led_by(self, queryset, name, value):
        """Topics that a unit leads."""
        return queryset.filter(units__part=Part.LEAD, units__organization=value)

    def in_month(self, queryset, name, value):
        """Topics whose months include this one."""
        return queryset.filter(month_from__lte=int(value), month_to__gte=int(value))


class SolicitationFilter(django_filters.FilterSet):
    """Rounds by state."""

    state = django_filters.ChoiceFilter(label="状态", choices=SolicitationState.choices, empty_label="全部状态")

    class Meta:
        model = Solicitation
        fields = ("state",)


class SuggestionFilter(django_filters.FilterSet):
    """Suggestions by round, channel, state, words."""

    q = text("建议议题", "search")
    solicitation = django_filters.ModelChoiceFilter(label="征集", queryset=visible_rounds, empty_label="全部征集")
    channel = django_filters.ModelChoiceFilter(
        label="渠道", queryset=SolicitationChannel.objects.all(), empty_label="全部渠道"
    )
    state = django_filters.ChoiceFilter(label="状态", choices=SuggestionState.choices, empty_label="全部状态")

    class Meta:
        model = TopicSuggestion
        fields = ("q", "solicitation", "channel", "state")

    def search(self, queryset, name, value):
        """In the title."""
        return queryset.filter(title__icontains=value.strip())


class AdoptionFilter(django_filters.FilterSet):
    """Adoptions by plan, county and state."""

    plan = django_filters.ModelChoiceFilter(
        label="年度计划", queryset=visible_plans, field_name="topic__plan", empty_label="全部年度"
    )
    county = django_filters.ModelChoiceFilter(label="县（市、区）", queryset=counties, empty_label="全部县（市、区）")
    state = django_filters.ChoiceFilter(label="状态", choices=AdoptionState.choices, empty_label="全部状态")

    class Meta:
        model = CountyAdoption
        fields = ("plan", "county", "state")


class ForumFilter(django_filters.FilterSet):
    """By year, state, leading committee, words of the title."""

    q = text("名称", "by_words")
    plan = django_filters.ModelChoiceFilter(label="年度", queryset=visible_plans, empty_label="全部年度")
    state = django_filters.ChoiceFilter(label="状态", choices=ForumState.choices, empty_label="全部状态")
    lead = django_filters.ModelChoiceFilter(
        label="牵头委室", queryset=Organization.objects.filter(kind="committee"), empty_label="全部委室"
    )

    class Meta:
        model = Forum
        fields = ("q", "plan", "state", "lead")

    def by_words(self, queryset, name, value):
        """Titles that contain the words."""
        return queryset.filter(title__icontains=value)


class PartyConsultationFilter(django_filters.FilterSet):
    """By year, words of the title."""

    q = text("题目", "by_words")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = PartyConsultation
        fields = ("q", "year")

    def by_words(self, queryset, name, value):
        """Titles that contain the words."""
        return queryset.filter(title__icontains=value.strip())
