"""Long work, to look at only."""

from django.contrib import admin

from cppcc.jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """What runs, what failed and why; what it is about stands in words that only its owner reads."""

    exclude = ("key", "arguments", "result")

    list_display = ("pk", "kind", "status", "owner", "attempts", "created_at", "finished_at")
    list_filter = ("status", "kind")
    list_select_related = ("owner",)

    def has_add_permission(self, request):
        """Nobody."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody."""
        return False
