"""Stored files, to look at only."""

from django.contrib import admin

from cppcc.files.models import Classification, StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):
    """What is stored, of whom, and how large; 工作秘密 files are not the administrators' to know of. R048."""

    list_display = ("name", "extension", "size", "classification", "uploaded_by", "created_at")
    list_filter = ("extension", "classification")
    list_select_related = ("uploaded_by",)
    search_fields = ("name", "uuid")

    def get_queryset(self, request):
        """Without 工作秘密."""
        return super().get_queryset(request).exclude(classification=Classification.WORK_SECRET)

    def has_add_permission(self, request):
        """Nobody."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody."""
        return False
