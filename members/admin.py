"""Administration of sectors, positions, acts and tables of links; rosters and the ledger are worked on in pages."""

from django.contrib import admin

from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory
from members import models
from members.models.particulars import SEALED


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


@admin.register(models.Wording)
class WordingAdmin(HistoryAdmin):
    """Sentences of letters (R140)."""

    list_display = ("label", "key", "rule", "text")


@admin.register(models.EntryProposal)
class EntryProposalAdmin(ReadOnlyHistory):
    """What members say that they did."""

    list_display = ("member", "act", "on", "title", "state")
    list_select_related = ("member__person", "act")
    list_filter = ("state",)


@admin.register(models.Contact)
class ContactAdmin(ReadOnlyHistory):
    """Contacts with members (R129, R137)."""

    list_display = ("on", "kind", "member", "by", "state")
    list_select_related = ("member__person",)
    list_filter = ("kind", "state")


@admin.register(models.Allowance)
class AllowanceAdmin(ReadOnlyHistory):
    """Travel and allowances (R140)."""

    list_display = ("on", "member", "kind", "amount", "paid_on")
    list_select_related = ("member__person",)
    list_filter = ("kind",)


@admin.register(models.Particulars)
class ParticularsAdmin(ReadOnlyHistory):
    """Particulars, without what is sealed: that is shown on its own page only, for a reason."""

    list_display = ("person", "gender", "born", "political_status")
    list_select_related = ("person",)
    search_fields = ("person__name",)
    exclude = tuple(SEALED)


@admin.register(models.Affiliation)
class AffiliationAdmin(ReadOnlyHistory):
    """What members belong to, and belonged to."""

    list_display = ("member", "kind", "target", "duty", "valid_from", "valid_to")
    list_select_related = ("member__person", "sector", "organization", "position")
    list_filter = ("kind",)
    search_fields = ("member__person__name",)


@admin.register(models.AttendanceNorm)
class AttendanceNormAdmin(HistoryAdmin):
    """How often leaders attend (R145)."""

    list_display = ("label", "source", "value", "times", "valid_from", "valid_to")
    filter_horizontal = ("kinds",)


@admin.register(models.SpecialDuty)
class SpecialDutyAdmin(ReadOnlyHistory):
    """Special duties (R124)."""

    list_display = ("member", "organization", "title", "valid_from", "valid_to")
    list_select_related = ("member__person", "organization")


@admin.register(models.LeaderLink)
class LeaderLinkAdmin(ReadOnlyHistory):
    """Contacts between leaders and members (R138)."""

    list_display = ("kind", "leader", "sector", "member", "valid_from", "valid_to")
    list_select_related = ("leader", "sector", "member__person")
    list_filter = ("kind",)


@admin.register(models.Station)
class StationAdmin(ReadOnlyHistory):
    """Places where members work (R143)."""

    list_display = ("name", "kind", "place", "organization")
    list_select_related = ("organization",)


@admin.register(models.GroupMoney)
class GroupMoneyAdmin(ReadOnlyHistory):
    """Money of activity groups (R142)."""

    list_display = ("organization", "on", "amount", "what")
    list_select_related = ("organization",)


@admin.register(models.Expert)
class ExpertAdmin(ReadOnlyHistory):
    """The expert pool (R080)."""

    list_display = ("person", "employer", "title", "valid_from", "valid_to")
    list_select_related = ("person",)
