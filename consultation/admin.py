"""Administration of what differs between offices; plans and topics are worked on in pages, read here."""

from django.contrib import admin

from consultation import models
from cppcc.files.models import Classification
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


class OfRulesInline(admin.StackedInline):
    """The rows of a rule set, under it."""

    extra = 0


class ForumStepInline(OfRulesInline):
    """Steps (R022, R023, R030-R034, R053, R054)."""

    model = models.ForumStep
    filter_horizontal = ("meeting_kinds",)


class ForumSeatInline(OfRulesInline):
    """Seats (R035, R036, R038)."""

    model = models.ForumSeat


class SpeechKindInline(OfRulesInline):
    """Kinds of speeches with their minutes (R040-R045)."""

    model = models.SpeechKind


class PaperRuleInline(OfRulesInline):
    """Papers (R047-R050)."""

    model = models.PaperRule


class SchemePartInline(OfRulesInline):
    """Parts of the scheme (R031)."""

    model = models.SchemePart


class OutcomeFormInline(OfRulesInline):
    """Forms of the outcome (R053)."""

    model = models.OutcomeForm


class ReviewItemInline(OfRulesInline):
    """Questions of the evaluation (R083)."""

    model = models.ReviewItem


@admin.register(models.ForumRules)
class ForumRulesAdmin(HistoryAdmin):
    """Rule sets of forums, with all that they say (R015, R022-R054, R083)."""

    list_display = ("label", "key", "cadence", "merged_until", "serial", "valid_from", "valid_to")
    inlines = (
        ForumStepInline, ForumSeatInline, SpeechKindInline, PaperRuleInline, SchemePartInline, OutcomeFormInline,
        ReviewItemInline,
    )  # fmt: skip


@admin.register(
    models.ForumStep, models.ForumSeat, models.SpeechKind, models.PaperRule, models.SchemePart, models.OutcomeForm,
    models.ReviewItem,
)  # fmt: skip
class OfRulesAdmin(ReadOnlyHistory):
    """The same rows by themselves, for their history; they are changed in their rule set."""

    list_display = ("label", "key", "order", "rule", "rules")
    list_select_related = ("rules",)
    list_filter = ("rules",)


@admin.register(models.Forum)
class ForumAdmin(ReadOnlyHistory):
    """Forums."""

    list_display = ("title", "plan", "number", "state", "lead", "reported_on")
    list_select_related = ("plan", "lead")
    list_filter = ("plan", "state")
    search_fields = ("title",)


@admin.register(
    models.SchemeText, models.StepDone, models.LeaderContact, models.ListOpinion, models.Booking, models.Speech,
    models.Question, models.Suggestion, models.Outcome, models.Tracking,
)  # fmt: skip
class OfForumAdmin(ReadOnlyHistory):
    """What was written down of a forum."""

    list_display = ("__str__", "forum")
    list_select_related = ("forum",)
    list_filter = ("forum__plan",)


@admin.register(models.DeskPress, models.ReviewSheet)
class OfForumReadOnly(ReadOnly):
    """What was pressed, and what was judged."""

    list_display = ("__str__", "forum")
    list_select_related = ("forum",)


@admin.register(models.SuggestionNews)
class SuggestionNewsAdmin(ReadOnly):
    """What was reported of suggestions."""

    list_display = ("__str__", "suggestion", "on")
    list_select_related = ("suggestion",)


@admin.register(models.ReviewScore)
class ReviewScoreAdmin(ReadOnly):
    """Points."""

    list_display = ("item", "score", "sheet")
    list_select_related = ("item", "sheet__forum", "sheet__participant__person")


@admin.register(models.Paper)
class PaperAdmin(ReadOnlyHistory):
    """Papers of forums, but not those that are closed to administrators (R048)."""

    list_display = ("label", "owner", "forum", "state", "due_on")
    list_select_related = ("owner", "forum")

    def get_queryset(self, request):
        """Without work secrets."""
        return super().get_queryset(request).exclude(classification=Classification.WORK_SECRET)


@admin.register(models.PartyConsultation)
class PartyConsultationAdmin(HistoryAdmin):
    """What the party committee consults the parties on (R025)."""

    list_display = ("title", "year", "held_on", "organizer")
    list_filter = ("year",)
