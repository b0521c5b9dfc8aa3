"""Administration of kinds, series and copy rules; documents are worked on in pages, read here."""

from django.contrib import admin

from cppcc.documents import models
from cppcc.files.models import Classification
from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory


@admin.register(models.NumberSeries)
class NumberSeriesAdmin(HistoryAdmin):
    """Number series."""

    list_display = ("label", "code", "counting", "first", "first_year")


@admin.register(models.DocumentKind)
class DocumentKindAdmin(HistoryAdmin):
    """Kinds of documents."""

    list_display = ("label", "key", "format", "issued_by", "series", "serial", "upward", "valid_from", "valid_to")
    list_select_related = ("series",)


@admin.register(models.CopyRule)
class CopyRuleAdmin(HistoryAdmin):
    """Copy rules (R111, R113, R120)."""

    list_display = ("label", "rule", "part", "forbid", "reason", "valid_from", "valid_to")
    filter_horizontal = ("kinds",)


@admin.register(models.Document)
class DocumentAdmin(ReadOnlyHistory):
    """Documents; those of 工作秘密 are not the administrators' to read. R048."""

    list_display = ("__str__", "kind", "state", "classification", "issued_on")
    list_select_related = ("kind",)
    list_filter = ("kind", "state", "classification")

    def get_queryset(self, request):
        """Without 工作秘密."""
        return super().get_queryset(request).exclude(classification=Classification.WORK_SECRET)


@admin.register(models.DocumentNumber)
class DocumentNumberAdmin(ReadOnly):
    """Numbers given."""

    list_display = ("text", "series", "year", "value", "allocated_at", "cancelled_at", "reason")
    list_select_related = ("series",)
    list_filter = ("series", "year")


@admin.register(models.Recipient)
class RecipientAdmin(ReadOnly):
    """Who got what."""

    list_display = ("organization", "document", "part", "sent_at", "received_at", "how", "read_at")
    list_select_related = ("organization", "document")
    search_fields = ("organization__name",)
