"""Administration of dates: rules and the calendar are only seen here; their pages change them and show what moves."""

from django.contrib import admin

from cppcc.deadlines import models
from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory


class DueRuleInline(admin.TabularInline):
    """The rules of a set."""

    model = models.DueRule
    fields = ("order", "step", "label", "anchor", "offset", "unit", "rest_day", "responsible", "rule")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        """Rules come with profiles."""
        return False


@admin.register(models.RuleSet)
class RuleSetAdmin(ReadOnlyHistory):
    """Sets of due rules: they come with profiles."""

    list_display = ("label", "key", "valid_from", "valid_to", "remark")
    inlines = (DueRuleInline,)


@admin.register(models.DueRule)
class DueRuleAdmin(ReadOnlyHistory):
    """Due rules."""

    list_display = ("label", "ruleset", "anchor", "offset", "unit", "rest_day", "responsible", "rule")
    list_select_related = ("ruleset",)
    list_filter = ("ruleset",)


@admin.register(models.WorkCalendar)
class WorkCalendarAdmin(ReadOnlyHistory):
    """Days of the work calendar."""

    list_display = ("date", "is_workday", "label", "official", "source")
    list_filter = ("official", "is_workday")
    date_hierarchy = "date"
    ordering = ("-date",)


@admin.register(models.Deadline)
class DeadlineAdmin(ReadOnlyHistory):
    """Deadlines."""

    list_display = ("title", "label", "due_on", "status", "late_days", "provisional")
    list_filter = ("status", "provisional")
    search_fields = ("title", "label")
    date_hierarchy = "due_on"


@admin.register(models.Reminder)
class ReminderAdmin(ReadOnly):
    """Reminders."""

    list_display = ("title", "organization", "role", "due_at", "status")
    list_select_related = ("organization",)
    list_filter = ("status",)
    search_fields = ("title", "key")


@admin.register(models.Dispatch)
class DispatchAdmin(ReadOnlyHistory):
    """Dispatches; the outbox desk works on them."""

    list_display = ("title", "formal", "status", "created_by", "created_at", "released_at")
    list_select_related = ("created_by__person",)
    list_filter = ("status", "formal")
    search_fields = ("title",)


@admin.register(models.Outbox)
class OutboxAdmin(ReadOnly):
    """Deliveries."""

    list_display = ("subject", "organization", "person", "channel", "status", "created_at", "sent_at")
    list_select_related = ("organization", "person")
    list_filter = ("status", "channel", "formal")
    search_fields = ("subject", "address", "key")


@admin.register(models.Notice)
class NoticeAdmin(ReadOnly):
    """In-app notices: that they were made and read; what they say is between office and reader."""

    list_display = ("key", "user", "urgent", "created_at", "read_at")
    list_select_related = ("user__person",)
    search_fields = ("key", "user__username")
    exclude = ("title", "body")


@admin.register(models.NoticeWish)
class NoticeWishAdmin(ReadOnly):
    """How accounts want to be told; each sets it for itself."""

    list_display = ("user", "mail", "quiet_from", "quiet_to")
    list_select_related = ("user__person",)


@admin.register(models.DeliverySetting)
class DeliverySettingAdmin(HistoryAdmin):
    """The ways of reminding and sending: one row."""

    list_display = ("__str__", "remind_at", "digest_at", "quiet_from", "quiet_to", "hold_formal", "mail_enabled")

    def has_add_permission(self, request) -> bool:
        """The first only."""
        return not models.DeliverySetting.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        """It is changed, never deleted."""
        return False


@admin.register(models.Pulse)
class PulseAdmin(ReadOnly):
    """When what runs by itself last ran."""

    list_display = ("name", "at", "note")


@admin.register(models.Task)
class TaskAdmin(ReadOnlyHistory):
    """Tasks."""

    list_display = ("title", "owner", "due_on", "state")
    list_select_related = ("owner",)
    list_filter = ("state",)
