"""Administration of chains; movements and duties are read, never edited."""

from django.contrib import admin

from cppcc.office.administration import HistoryAdmin, OfMatters, ReadOnly, ReadOnlyHistory
from cppcc.workflow import models


class StepInline(admin.StackedInline):
    """Steps of a chain."""

    model = models.ApprovalStep
    extra = 0
    autocomplete_fields = ("body", "organization", "issuers")


@admin.register(models.ApprovalChain)
class ApprovalChainAdmin(HistoryAdmin):
    """Approval chains: a new one is made here, from data alone (R009-R011)."""

    list_display = ("name", "key", "valid_from", "valid_to", "remark")
    inlines = (StepInline,)


@admin.register(models.Movement)
class MovementAdmin(OfMatters):
    """Who did what."""

    list_display = ("at", "label", "actor", "post_title", "source_label", "target_label", "opinion")
    list_filter = ("label",)
    search_fields = ("actor", "opinion")
    date_hierarchy = "at"


@admin.register(models.Waiting)
class WaitingAdmin(ReadOnly):
    """What waits for whom."""

    list_display = ("label", "holder", "since")
    list_select_related = ("post__organization", "organization")


@admin.register(models.Sitting)
class SittingAdmin(ReadOnlyHistory):
    """Sittings."""

    list_display = ("body", "number", "held_on")
    list_select_related = ("body",)
    date_hierarchy = "held_on"


@admin.register(models.Decision)
class DecisionAdmin(ReadOnlyHistory):
    """What sittings decided."""

    list_display = ("sitting", "order", "result", "opinion", "recorded_by", "recorded_at")
    list_select_related = ("sitting__body", "recorded_by__person")
    list_filter = ("result",)


@admin.register(models.ApprovalRound)
class ApprovalRoundAdmin(ReadOnly):
    """Rounds of matters before their chains."""

    list_display = ("chain", "number", "step", "started_at", "ended_at", "outcome")
    list_select_related = ("chain", "step")
    list_filter = ("outcome",)


@admin.register(models.Snapshot)
class SnapshotAdmin(OfMatters):
    """Versions of matters."""

    list_display = ("number", "movement", "created_at")
    list_select_related = ("movement",)
