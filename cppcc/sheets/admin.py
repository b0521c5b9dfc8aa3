"""Imports, to look at only."""

from django.contrib import admin

from cppcc.sheets.models import ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """Who imported what and when."""

    list_display = ("file_name", "kind", "status", "owner", "created_at", "applied_at")
    list_filter = ("status", "kind")
    list_select_related = ("owner",)
    exclude = ("data",)

    def get_queryset(self, request):
        """Without the bytes."""
        return super().get_queryset(request).defer("data")

    def has_add_permission(self, request):
        """Nobody."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody."""
        return False
