"""Filters of the lists."""

import django_filters
from django import forms
from django.db.models import Q

from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.models.document import DocumentState
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
        return queryset.filter(Q(title__icontains=words) | Q(numbered__text__icontains=words))
