"""How the administration shows rows: their history in words, and rows that only pages and the engine write."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from cppcc.office.differences import differences


class HistoryAdmin(SimpleHistoryAdmin):
    """With a history page that names fields, choices and rows as the screen does."""

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True) -> None:
        """Note on every record what it changed."""
        for record, items in differences(self.model, list(historical_records)):
            record.history_delta_changes = items


class ReadOnly(admin.ModelAdmin):
    """Seen here, written only by pages and the engine."""

    def has_add_permission(self, request) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Matters are cancelled, never deleted."""
        return False


class ReadOnlyHistory(ReadOnly, HistoryAdmin):
    """The same with its history."""
