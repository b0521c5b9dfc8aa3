"""Administration of what differs between offices; plans and topics are worked on in pages, read here."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from consultation import models


@admin.register(models.TopicCategory)
class TopicCategoryAdmin(SimpleHistoryAdmin):
    """Categories (R016)."""

    list_display = ("label", "key", "order", "valid_from", "valid_to")


@admin.register(models.ConsultationForm)
class ConsultationFormAdmin(SimpleHistoryAdmin):
    """Forms with their rule sheets (R020, R021)."""

    list_display = ("label", "order", "is_special", "is_forum", "valid_from", "valid_to")
    search_fields = ("label", "aliases")


@admin.register(models.SolicitationChannel)
class SolicitationChannelAdmin(SimpleHistoryAdmin):
    """Channels (R002, R005)."""

    list_display = ("label", "kind", "order", "valid_from", "valid_to")


@admin.register(models.MeasureDefault)
class MeasureDefaultAdmin(SimpleHistoryAdmin):
    """What new plans are measured against (R001, R013-R015)."""

    list_display = ("measure", "target", "tolerance", "mandatory", "rule", "valid_from", "valid_to")


class ReadOnlyHistory(SimpleHistoryAdmin):
    """Seen with history, changed only through the workflow's pages."""

    def has_add_permission(self, request) -> bool:
        """In pages."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """In pages."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Matters are cancelled, never deleted."""
        return False


@admin.register(models.AnnualPlan)
class AnnualPlanAdmin(ReadOnlyHistory):
    """Plans."""

    list_display = ("year", "title", "state", "number", "issued_on")


@admin.register(models.Topic)
class TopicAdmin(ReadOnlyHistory):
    """Topics."""

    list_display = ("title", "plan", "state", "linkage", "supervisory")
    list_select_related = ("plan",)
    list_filter = ("plan", "state", "linkage")
    search_fields = ("title",)


@admin.register(models.Solicitation)
class SolicitationAdmin(ReadOnlyHistory):
    """Rounds."""

    list_display = ("title", "state", "opens_on", "closes_on")


@admin.register(models.TopicSuggestion)
class TopicSuggestionAdmin(ReadOnlyHistory):
    """Suggestions."""

    list_display = ("title", "organization", "person", "state", "created_at")
    list_select_related = ("organization", "person")
    search_fields = ("title",)


@admin.register(models.CountyAdoption)
class CountyAdoptionAdmin(ReadOnlyHistory):
    """Adoptions."""

    list_display = ("topic", "county", "state", "committee_date")
    list_select_related = ("topic", "county")
