"""Administration of kinds, classes, invite rules and rooms; meetings are worked on in pages, read here."""

from django.contrib import admin

from cppcc.meetings import models
from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory


@admin.register(models.ParticipantClass)
class ParticipantClassAdmin(HistoryAdmin):
    """As what people take part."""

    list_display = ("label", "key", "counts", "platform", "observes", "salutation", "order")


@admin.register(models.MeetingKind)
class MeetingKindAdmin(HistoryAdmin):
    """Kinds of meetings."""

    list_display = ("label", "key", "act", "training", "leave_by", "wants_findings", "valid_from", "valid_to")


@admin.register(models.InviteRule)
class InviteRuleAdmin(HistoryAdmin):
    """Who should be invited (R114, R118)."""

    list_display = ("kind", "participant_class", "source", "value", "chosen", "rule", "reason")
    list_select_related = ("kind", "participant_class")
    list_filter = ("kind",)


@admin.register(models.Room)
class RoomAdmin(HistoryAdmin):
    """Rooms."""

    list_display = ("name", "place", "seats", "platform", "rows", "per_row", "seating", "valid_from", "valid_to")


@admin.register(models.Busy)
class BusyAdmin(HistoryAdmin):
    """When leaders cannot be had (R127)."""

    list_display = ("person", "starts", "ends", "label")
    list_select_related = ("person",)


@admin.register(models.Meeting)
class MeetingAdmin(ReadOnlyHistory):
    """Meetings."""

    list_display = ("title", "kind", "starts", "room", "host", "state")
    list_select_related = ("kind", "room", "host")
    list_filter = ("kind", "state")


@admin.register(models.Participant)
class ParticipantAdmin(ReadOnly):
    """Who was where."""

    list_display = ("person", "meeting", "participant_class", "reply", "leave", "attendance")
    list_select_related = ("person", "meeting", "participant_class")
    search_fields = ("person__name",)
