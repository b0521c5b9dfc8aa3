"""Administration of people, organisations, posts, regulations and settings; everything with history."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from cppcc.office import models
from cppcc.office.administration import HistoryAdmin
from cppcc.office.groups import sync_groups


@admin.register(models.User)
class UserAdmin(HistoryAdmin, DjangoUserAdmin):
    """Accounts: rights come from posts, so neither groups nor permissions are edited here."""

    list_display = ("username", "person", "is_active", "is_staff", "is_superuser", "last_login")
    list_select_related = ("person",)
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "person__name", "person__pinyin")
    autocomplete_fields = ("person",)
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password", "person", "email", "large_type")}),
        ("状态", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "person", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")


@admin.register(models.Person)
class PersonAdmin(HistoryAdmin):
    """Persons."""

    list_display = ("name", "phone", "email", "remark")
    search_fields = ("name", "pinyin", "phone")


class OrganizationNameInline(admin.TabularInline):
    """Names of earlier days."""

    model = models.OrganizationName
    extra = 0


@admin.register(models.Organization)
class OrganizationAdmin(HistoryAdmin):
    """Organisations with their earlier names."""

    list_display = ("name", "short_name", "kind", "parent", "order", "valid_from", "valid_to", "merged_into")
    list_select_related = ("parent", "merged_into")
    list_filter = ("kind",)
    search_fields = ("name", "short_name", "aliases", "pinyin", "names__name")
    autocomplete_fields = ("parent", "merged_into")
    inlines = (OrganizationNameInline,)


class FollowsPosts(HistoryAdmin):
    """Saving or deleting rewrites the role groups."""

    def save_model(self, request, obj, form, change) -> None:
        """Save, then let the groups follow."""
        super().save_model(request, obj, form, change)
        sync_groups()

    def delete_model(self, request, obj) -> None:
        """Delete, then let the groups follow."""
        super().delete_model(request, obj)
        sync_groups()

    def delete_queryset(self, request, queryset) -> None:
        """Delete the ticked rows, then let the groups follow."""
        super().delete_queryset(request, queryset)
        sync_groups()


class TenureInline(admin.TabularInline):
    """Who holds the post, from when to when."""

    model = models.Tenure
    extra = 0
    autocomplete_fields = ("person",)


@admin.register(models.Post)
class PostAdmin(FollowsPosts):
    """Posts with their holders."""

    list_display = ("title", "organization", "role", "valid_from", "valid_to")
    list_select_related = ("organization",)
    list_filter = ("role",)
    search_fields = ("title", "organization__name", "organization__short_name", "tenures__person__name")
    autocomplete_fields = ("organization",)
    inlines = (TenureInline,)

    def save_related(self, request, form, formsets, change) -> None:
        """Save the holders, then let the groups follow."""
        super().save_related(request, form, formsets, change)
        sync_groups()


@admin.register(models.Tenure, models.Delegation)
class PostPersonAdmin(FollowsPosts):
    """Who holds a post, who stands in."""

    list_display = ("person", "post", "valid_from", "valid_to")
    list_select_related = ("person", "post__organization")
    search_fields = ("person__name", "person__pinyin", "post__title", "post__organization__name")
    autocomplete_fields = ("person", "post")


@admin.register(models.CommitteeRouting)
class CommitteeRoutingAdmin(HistoryAdmin):
    """Which deputy looks after which committee (R128)."""

    list_display = ("committee", "post", "valid_from", "valid_to")
    list_select_related = ("committee", "post__organization")
    autocomplete_fields = ("committee", "post")


class SessionInline(admin.TabularInline):
    """Sessions of a term."""

    model = models.Session
    extra = 0


@admin.register(models.Term)
class TermAdmin(HistoryAdmin):
    """Terms with their sessions."""

    list_display = ("number", "starts", "ends")
    inlines = (SessionInline,)


class VersionInline(admin.StackedInline):
    """Versions of a regulation."""

    model = models.RegulationVersion
    extra = 0


@admin.register(models.Regulation)
class RegulationAdmin(HistoryAdmin):
    """Regulations with their versions (R148)."""

    list_display = ("title", "adopting_body", "number")
    search_fields = ("title", "number")
    inlines = (VersionInline,)


class ArticleInline(admin.TabularInline):
    """Articles of a version."""

    model = models.Article
    extra = 0


@admin.register(models.RegulationVersion)
class RegulationVersionAdmin(HistoryAdmin):
    """One version with its articles."""

    list_display = ("regulation", "label", "adopted_on", "valid_from", "valid_to")
    list_select_related = ("regulation",)
    search_fields = ("regulation__title", "label")
    inlines = (ArticleInline,)


@admin.register(models.Article)
class ArticleAdmin(HistoryAdmin):
    """Articles, found when a rule gets its basis."""

    list_display = ("code", "version", "summary")
    list_select_related = ("version__regulation",)
    search_fields = ("code", "summary", "version__regulation__title")
    autocomplete_fields = ("version",)


@admin.register(models.RuleBasis)
class RuleBasisAdmin(HistoryAdmin):
    """Which article carries which rule."""

    list_display = ("rule", "article", "valid_from", "valid_to")
    list_select_related = ("article__version__regulation",)
    search_fields = ("rule", "article__code", "article__summary")
    autocomplete_fields = ("article",)


@admin.register(models.Office)
class OfficeAdmin(HistoryAdmin):
    """The office itself; made by a profile, edited here."""

    list_display = ("name", "full_name", "organization")
    autocomplete_fields = ("organization",)

    def has_add_permission(self, request) -> bool:
        """One row only, from the profile."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Never."""
        return False


@admin.register(models.OneTimeLink)
class OneTimeLinkAdmin(admin.ModelAdmin):
    """One-time links: seen and revoked here, made by pages."""

    list_display = ("purpose", "organization", "created_by", "created_at", "expires_at", "used_at", "revoked_at")
    list_select_related = ("organization", "created_by__person")
    actions = ("revoke",)

    @admin.action(description="撤销所选链接")
    def revoke(self, request, queryset) -> None:
        """Make the chosen links useless."""
        for link in queryset.filter(revoked_at__isnull=True, used_at__isnull=True):
            link.revoke()

    def has_add_permission(self, request) -> bool:
        """Tokens are shown once, by the page that makes them."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """A link is never edited."""
        return False
