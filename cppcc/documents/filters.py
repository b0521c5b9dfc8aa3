"""Filters of the lists."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from cppcc.documents.models import Document, DocumentKind, Letter
from cppcc.documents.models.document import DocumentState
from cppcc.documents.places import UNIT
from cppcc.files.models import Classification


class DocumentFilter(django_filters.FilterSet):
    """Documents by what one looks for."""

    q = django_filters.CharFilter(label="标题或文号", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    kind = django_filters.ModelChoiceFilter(label="种类", queryset=DocumentKind.objects.all(), empty_label="全部种类")
    state = django_filters.ChoiceFilter(label="状态", choices=DocumentState.choices, empty_label="全部状态")
    classification = django_filters.ChoiceFilter(label="密级标识", choices=Classification.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="印发年份", field_name="issued_on__year", min_value=1950, max_value=2200)

    class Meta:
        model = Document
        fields = ("q", "kind", "state", "classification", "year")

    def search(self, queryset, name, value):
        """In title and number."""
        words = value.strip()
        number = Q(numbered__text__icontains=words) | Q(outside_number__icontains=words)
        number |= Q(Exists(Letter.objects.filter(document=OuterRef("pk"), numbered__text__icontains=words)))
        return queryset.filter(Q(title__icontains=words) | number)


class LetterFilter(django_filters.FilterSet):
    """Letters by name and by how far they are."""

    STATES = (("open", "待印制"), ("failed", "未印成"), ("printed", "已印成"))

    q = django_filters.CharFilter(
        label="收件人或单位", method="search", widget=forms.TextInput(attrs={"type": "search"})
    )  # fmt: skip
    state = django_filters.ChoiceFilter(label="印制", choices=STATES, method="printing", empty_label="全部")

    class Meta:
        model = Letter
        fields = ("q", "state")

    def search(self, queryset, name, value):
        """In names, units, numbers."""
        words = value.strip()
        unit = Q(organization__name__icontains=words) | Q(**{f"values__{UNIT}__icontains": words})
        return queryset.filter(Q(name__icontains=words) | Q(numbered__text__icontains=words) | unit)

    def printing(self, queryset, name, value):
        """Still to be printed, failed, printed."""
        if value == "printed":
            return queryset.filter(file__isnull=False)
        return queryset.failed() if value == "failed" else queryset.open().filter(failure="")
