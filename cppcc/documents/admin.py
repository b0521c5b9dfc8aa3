"""Administration of kinds, series and copy rules; documents are worked on in pages, read here."""

from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.utils import timezone
from django.utils.html import format_html

from cppcc.documents import models
from cppcc.documents.forms.seals import SealAdminForm
from cppcc.documents.seals import small
from cppcc.files.models import Classification
from cppcc.files.storing import read, store
from cppcc.office.administration import HistoryAdmin, ReadOnly, ReadOnlyHistory, boxes
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused


@admin.register(models.NumberSeries)
class NumberSeriesAdmin(HistoryAdmin):
    """Number series."""

    list_display = ("label", "code", "counting", "first", "first_year")


@admin.register(models.DocumentKind)
class DocumentKindAdmin(HistoryAdmin):
    """Kinds of documents."""

    list_display = ("label", "key", "format", "issued_by", "series", "serial", "upward", "valid_from", "valid_to")
    list_select_related = ("series",)


class TwoLists(FilteredSelectMultiple):
    """Two lists to pick from, in the wrapper without which the administration's script moves their label."""

    def render(self, *args, **kwargs):
        """The lists."""
        return format_html('<div class="related-widget-wrapper">{}</div>', super().render(*args, **kwargs))


@admin.register(models.CopyRule)
class CopyRuleAdmin(HistoryAdmin):
    """Copy rules (R111, R113, R120)."""

    list_display = ("label", "rule", "part", "forbid", "reason", "valid_from", "valid_to")
    filter_horizontal = ("kinds",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Units that are named by their keys are picked by their names."""
        if db_field.name in ("when_keys", "to_keys"):
            units = Organization.objects.exclude(key=None).exclude(key="").order_by("kind", "order", "pk")
            names = {unit.key: unit.name for unit in units}
            used = {key for keys in models.CopyRule.objects.values_list(db_field.name, flat=True) for key in keys}
            offered = [*names.items(), *((key, key) for key in sorted(used - set(names)))]
            field = boxes(db_field, offered)
            field.widget = TwoLists(db_field.verbose_name, False, choices=offered)
            return field
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(models.Document)
class DocumentAdmin(ReadOnlyHistory):
    """Documents; those of 工作秘密 are not the administrators' to read. R048."""

    list_display = ("__str__", "kind", "state", "classification", "issued_on")
    list_select_related = ("kind",)
    list_filter = ("kind", "state", "classification")

    def get_queryset(self, request):
        """Without 工作秘密."""
        return super().get_queryset(request).exclude(classification=Classification.WORK_SECRET)


@admin.register(models.DocumentNumber)
class DocumentNumberAdmin(ReadOnly):
    """Numbers given."""

    list_display = ("text", "series", "year", "value", "allocated_at", "cancelled_at", "reason")
    list_select_related = ("series",)
    list_filter = ("series", "year")

    def get_queryset(self, request):
        """Without those of 工作秘密: the reasons of cancelled ones tell of them."""
        secret = models.Document.objects.filter(classification=Classification.WORK_SECRET).values("pk")
        found = super().get_queryset(request)
        return found.exclude(document__in=secret).exclude(letter__document__in=secret)


@admin.register(models.Recipient)
class RecipientAdmin(ReadOnly):
    """Who got what."""

    list_display = ("organization", "document", "part", "sent_at", "received_at", "how", "read_at")
    list_select_related = ("organization", "document")
    search_fields = ("organization__name",)

    def get_queryset(self, request):
        """Without those of 工作秘密."""
        return super().get_queryset(request).exclude(document__classification=Classification.WORK_SECRET)


@admin.register(models.Seal)
class SealAdmin(HistoryAdmin):
    """Seals. The picture is uploaded here, shown only small, and given out by no page."""

    form = SealAdminForm
    list_display = ("label", "organization", "kept_by", "valid_from", "valid_to")
    list_select_related = ("organization",)
    filter_horizontal = ("keepers",)
    readonly_fields = ("looks",)
    fields = ("label", "organization", "file", "looks", "keepers", "order", "valid_from", "valid_to")

    def get_queryset(self, request):
        """With their keepers."""
        return super().get_queryset(request).prefetch_related("keepers__organization")

    @admin.display(description="保管岗位")
    def kept_by(self, seal):
        """The keepers' posts."""
        return "、".join(map(str, seal.keepers.all()))

    @admin.display(description="现用图片")
    def looks(self, seal):
        """Too small to be printed."""
        if not seal.picture_id:
            return "尚未上传"
        try:
            address = small(read(seal.picture))
        except Refused as refusal:
            return refusal.sentence
        day = timezone.localtime(seal.picture.created_at)
        return format_html('<img src="{}" alt="印章缩略图">（{}上传）', address, f"{day:%Y-%m-%d}")

    def save_model(self, request, obj, form, change):
        """Keep the picture without an uploader: the download of files gives it to nobody."""
        data = form.cleaned_data["file"]
        if data:
            obj.picture = store(data, name=f"{obj.label}.png", by=None, allowed={"png"})
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        """A seal is ended by its date."""
        return False


@admin.register(models.SealUse)
class SealUseAdmin(ReadOnly):
    """Who placed which seal on what."""

    list_display = ("seal", "document", "place", "used_by", "used_at", "withdrawn_by", "withdrawn_at")
    list_select_related = ("seal", "document", "used_by__person", "withdrawn_by__person")
    list_filter = ("seal",)
