"""Administration of what differs between offices; plans and topics are worked on in pages, read here."""

from django.contrib import admin

from consultation import models
from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory


@admin.register(models.TopicCategory)
class TopicCategoryAdmin(HistoryAdmin):
    """Categories (R016)."""

    list_display = ("label", "key", "order", "valid_from", "valid_to")


@admin.register(models.ConsultationForm)
class ConsultationFormAdmin(HistoryAdmin):
    """Forms with their rule sheets (R020, R021)."""

    list_display = ("label", "order", "is_special", "is_forum", "valid_from", "valid_to")
    search_fields = ("label", "aliases")


@admin.register(models.SolicitationChannel)
class SolicitationChannelAdmin(HistoryAdmin):
    """Channels (R002, R005)."""

    list_display = ("label", "kind", "order", "valid_from", "valid_to")


@admin.register(models.MeasureDefault)
class MeasureDefaultAdmin(HistoryAdmin):
    """What new plans are measured against (R001, R013-R015)."""

    list_display = ("measure", "target", "tolerance", "mandatory", "rule", "valid_from", "valid_to")


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


@admin.register(models.PlanTarget)
class PlanTargetAdmin(ReadOnlyHistory):
    """Targets of plans."""

    list_display = ("plan", "measure", "target", "tolerance", "mandatory", "rule")
    list_select_related = ("plan",)
    list_filter = ("plan",)


@admin.register(models.Addressee)
class AddresseeAdmin(ReadOnly):
    """Who was asked, and who answered."""

    list_display = ("organization", "solicitation", "sent_on", "answered_on", "none_to_suggest", "note")
    list_select_related = ("organization", "solicitation")
    list_filter = ("solicitation",)
    search_fields = ("organization__name",)


@admin.register(models.AnnualPlanGroupObjectPermission)
class PlanGrantAdmin(ReadOnly):
    """Who may read a plan before it is issued."""

    list_display = ("content_object", "group", "permission")
    list_select_related = ("content_object", "group", "permission__content_type")
