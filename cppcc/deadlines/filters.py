"""Filters of deadlines, dispatches and deliveries."""

from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineHolder, Dispatch, Outbox
from cppcc.deadlines.models.deadlines import VIEW_ALL, DeadlineStatus, HolderPart
from cppcc.deadlines.models.delivery import Channel, DispatchStatus, OutboxStatus
from cppcc.deadlines.registry import DATED
from cppcc.office.access import reaches_any
from cppcc.office.models import Organization

SEARCH = forms.TextInput(attrs={"type": "search"})
STANDING = [
    ("late", "已逾期"), ("unsure", "暂定"), (DeadlineStatus.DONE.value, "已完成"), ("met_late", "逾期完成"),
    (DeadlineStatus.WAIVED.value, "已免除"), ("all", "全部"),
]  # fmt: skip


def holding_units(request: Any) -> QuerySet[Organization]:
    """Units that have some deadline to meet."""
    held = DeadlineHolder.objects.filter(organization=OuterRef("pk"), part=HolderPart.DO)
    return Organization.objects.filter(Exists(held))


def kinds() -> list[tuple[int, str]]:
    """The kinds of matters that have deadlines."""
    found = [(ContentType.objects.get_for_model(model).pk, str(model._meta.verbose_name)) for model in DATED]
    return sorted(found)


class DeadlineFilter(django_filters.FilterSet):
    """Deadlines by standing (open ones unless asked), unit, kind, month, words."""

    q = django_filters.CharFilter(label="事项", method="search", widget=SEARCH)
    status = django_filters.ChoiceFilter(label="状态", choices=STANDING, method="standing", empty_label="未完成")
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=holding_units, method="of_unit", empty_label="全部单位"
    )
    kind = django_filters.ChoiceFilter(
        label="事项类别", choices=kinds, field_name="content_type", empty_label="全部类别"
    )
    month = django_filters.DateFilter(
        label="到期月份", method="in_month", input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )  # fmt: skip

    class Meta:
        model = Deadline
        fields = ("q", "status", "unit", "kind", "month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reaches_any(self.request.user, VIEW_ALL):
            del self.filters["unit"]

    def search(self, queryset, name, value):
        """In the matter's title and the step."""
        words = value.strip()
        return queryset.filter(Q(title__icontains=words) | Q(label__icontains=words))

    def standing(self, queryset, name, value):
        """Late and provisional are derived from open ones."""
        if value == "late":
            return queryset.filter(status=DeadlineStatus.OPEN, due_on__lt=timezone.localdate())
        if value == "unsure":
            return queryset.filter(status=DeadlineStatus.OPEN, provisional=True)
        if value == "met_late":
            return queryset.filter(status=DeadlineStatus.DONE, late_days__gt=0)
        return queryset if value == "all" else queryset.filter(status=value)

    def of_unit(self, queryset, name, value):
        """Those that a unit has to meet."""
        held = DeadlineHolder.objects.filter(deadline=OuterRef("pk"), organization=value, part=HolderPart.DO)
        return queryset.filter(Exists(held))

    def in_month(self, queryset, name, value):
        """Due in a month."""
        return queryset.filter(due_on__year=value.year, due_on__month=value.month)


class DispatchFilter(django_filters.FilterSet):
    """Dispatches by status and words."""

    q = django_filters.CharFilter(label="标题", method="search", widget=SEARCH)
    status = django_filters.ChoiceFilter(label="状态", choices=DispatchStatus.choices, empty_label="全部状态")
    formal = django_filters.BooleanFilter(
        label="类别", widget=forms.Select(choices=[("", "全部"), ("true", "正式函件"), ("false", "一般通知")])
    )

    class Meta:
        model = Dispatch
        fields = ("q", "status", "formal")

    def search(self, queryset, name, value):
        """In the title."""
        return queryset.filter(title__icontains=value.strip())


class DeliveryFilter(django_filters.FilterSet):
    """Deliveries by state, way and words."""

    q = django_filters.CharFilter(label="标题、收件人、邮箱", method="search", widget=SEARCH)
    status = django_filters.ChoiceFilter(label="状态", choices=OutboxStatus.choices, empty_label="全部状态")
    channel = django_filters.ChoiceFilter(label="方式", choices=Channel.choices, empty_label="全部方式")

    class Meta:
        model = Outbox
        fields = ("q", "status", "channel")

    def search(self, queryset, name, value):
        """In the subject, the recipient's names and the address."""
        words = value.strip()
        return queryset.filter(
            Q(subject__icontains=words)
            | Q(address__icontains=words)
            | Q(organization__name__icontains=words)
            | Q(organization__short_name__icontains=words)
            | Q(person__name__icontains=words)
        )
