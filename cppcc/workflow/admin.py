"""Administration of chains; movements and duties are read, never edited."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from cppcc.workflow import models


class StepInline(admin.StackedInline):
    """Steps of a chain."""

    model = models.ApprovalStep
    extra = 0
    autocomplete_fields = ("body", "organization", "issuers")


@admin.register(models.ApprovalChain)
class ApprovalChainAdmin(SimpleHistoryAdmin):
    """Approval chains: a new one is made here, from data alone (R009-R011)."""

    list_display = ("name", "key", "valid_from", "valid_to", "remark")
    inlines = (StepInline,)


class ReadOnly(admin.ModelAdmin):
    """Rows that only the engine writes."""

    def has_add_permission(self, request) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Never by hand."""
        return False


@admin.register(models.Movement)
class MovementAdmin(ReadOnly):
    """Who did what."""

    list_display = ("at", "label", "actor", "post_title", "source_label", "target_label", "opinion")
    list_filter = ("name",)
    search_fields = ("actor", "opinion")
    date_hierarchy = "at"


@admin.register(models.Waiting)
class WaitingAdmin(ReadOnly):
    """What waits for whom."""

    list_display = ("label", "holder", "since")
    list_select_related = ("post__organization", "organization")
