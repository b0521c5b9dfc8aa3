"""Filters of tasks."""

from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import VIEW_ALL, TaskState
from cppcc.deadlines.sources import SOURCES
from cppcc.office.access import reaches_any
from cppcc.office.models import Organization

WHOSE = [("mine", "由我（本单位）承办"), ("given", "由本单位交办")]
STANDING = [("late", "逾期未回复"), *TaskState.choices]
NONE = "none"


def owners(request: Any) -> QuerySet[Organization]:
    """Units that have some task."""
    return Organization.objects.filter(pk__in=Task.objects.order_by().values("owner"))


def kinds() -> list[tuple[str, str]]:
    """Where tasks come from."""
    found = [(str(ContentType.objects.get_for_model(m).pk), str(m._meta.verbose_name)) for m in SOURCES]
    return [*found, (NONE, "直接交办")]


class TaskFilter(django_filters.FilterSet):
    """Tasks by words, whose they are, how they stand, unit, where they come from."""

    q = django_filters.CharFilter(label="任务", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    whose = django_filters.ChoiceFilter(label="范围", choices=WHOSE, method="of_whom", empty_label="全部任务")
    standing = django_filters.ChoiceFilter(label="状态", choices=STANDING, method="stands", empty_label="全部状态")
    owner = django_filters.ModelChoiceFilter(label="承办单位", queryset=owners, empty_label="全部单位")
    kind = django_filters.ChoiceFilter(label="来源", choices=kinds, method="from_kind", empty_label="全部来源")

    class Meta:
        model = Task
        fields = ("q", "whose", "standing", "owner", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reaches_any(self.request.user, VIEW_ALL):
            del self.filters["owner"], self.filters["kind"]

    def search(self, queryset, name, value):
        """In the title."""
        return queryset.filter(title__icontains=value.strip())

    def of_whom(self, queryset, name, value):
        """For oneself to answer, or given by one's unit."""
        user = self.request.user
        return queryset.to_answer(user) if value == "mine" else queryset.given(user)

    def stands(self, queryset, name, value):
        """Late is derived."""
        return queryset.late() if value == "late" else queryset.filter(state=value)

    def from_kind(self, queryset, name, value):
        """Of a kind of matter, or of none."""
        return queryset.filter(content_type=None if value == NONE else value)
