"""Administration of sectors, positions, acts and tables of links; rosters and the ledger are worked on in pages."""

from django.contrib import admin

from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory
from members import models


@admin.register(models.Sector)
class SectorAdmin(HistoryAdmin):
    """Sectors of the terms."""

    list_display = ("name", "short_name", "term", "order")
    list_select_related = ("term",)
    list_filter = ("term",)
    filter_horizontal = ("came_from",)


@admin.register(models.SectorGroup)
class SectorGroupAdmin(HistoryAdmin):
    """Groups within sectors."""

    list_display = ("organization", "sector")
    list_select_related = ("organization", "sector")


@admin.register(models.Position)
class PositionAdmin(HistoryAdmin):
    """Positions of members."""

    list_display = ("label", "key", "standing", "leading", "order")


@admin.register(models.Act)
class ActAdmin(HistoryAdmin):
    """What counts as performance."""

    list_display = ("label", "key", "parent", "unit", "proposable", "valid_from", "valid_to")
    list_select_related = ("parent",)


@admin.register(models.Field)
class FieldAdmin(HistoryAdmin):
    """Fields of experts."""

    list_display = ("name", "words", "order")


@admin.register(models.Member)
class MemberAdmin(ReadOnlyHistory):
    """Members."""

    list_display = ("person", "term", "valid_from", "valid_to", "left_by")
    list_select_related = ("person", "term")
    list_filter = ("term",)
    search_fields = ("person__name",)


@admin.register(models.PerformanceEntry)
class PerformanceEntryAdmin(ReadOnly):
    """The ledger."""

    list_display = ("member", "act", "on", "title", "status", "n", "reverses", "recorded_by", "recorded_at")
    list_select_related = ("member__person", "act", "recorded_by__person", "reverses__member__person")
    list_filter = ("act",)
    search_fields = ("member__person__name", "title")


@admin.register(models.Unmasking)
class UnmaskingAdmin(ReadOnly):
    """Who looked at what is sealed, and why."""

    list_display = ("person", "field", "reason", "by", "at")
    list_select_related = ("person", "by__person")
