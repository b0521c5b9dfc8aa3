"""Filters of the lists."""

import django_filters
from django import forms

from cppcc.office.models import Organization
from cppcc.workflow.models import ApprovalStep, Sitting


def bodies(request):
    """The bodies that some chain asks."""
    return Organization.objects.filter(pk__in=ApprovalStep.objects.filter(body__isnull=False).values("body"))


class SittingFilter(django_filters.FilterSet):
    """Sittings by body and year."""

    body = django_filters.ModelChoiceFilter(label="会议", queryset=bodies, empty_label="全部会议")
    year = django_filters.NumberFilter(
        field_name="held_on", lookup_expr="year", label="年度", min_value=1900, max_value=2200, decimal_places=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    class Meta:
        model = Sitting
        fields = ("body", "year")
