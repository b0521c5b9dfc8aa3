"""How the administration shows rows: their history in words, and rows that only pages and the engine write."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from cppcc.office.differences import differences

CLOSED: list[Callable[[], QuerySet]] = []


def close_to_administrators(matters: Callable[[], QuerySet]) -> None:
    """Say which matters are not the administrators' to read: what was decided on them is kept from them too. R048."""
    CLOSED.append(matters)


def boxes(db_field: Any, choices: Any) -> forms.MultipleChoiceField:
    """The field of a form that ticks values of a list column, instead of typing them between commas."""
    return forms.MultipleChoiceField(
        label=db_field.verbose_name, help_text=db_field.help_text, required=not db_field.blank, choices=choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class HistoryAdmin(SimpleHistoryAdmin):
    """With a history page that names fields, choices and rows as the screen does; lists of choices are ticked."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Boxes for a list of choices."""
        if isinstance(db_field, ArrayField) and db_field.base_field.choices:
            return boxes(db_field, db_field.base_field.choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A file by its number: a list of all of them would name those that the reader may not know of. R048."""
        if db_field.remote_field.model._meta.label == "files.StoredFile":
            kwargs["widget"] = ForeignKeyRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True) -> None:
        """Note on every record what it changed."""
        for record, items in differences(self.model, list(historical_records)):
            record.history_delta_changes = items

    def get_history_queryset(self, request, history_manager, pk_name, object_id):
        """Nothing of a row that the administration does not show."""
        found = super().get_history_queryset(request, history_manager, pk_name, object_id)
        return found.none() if self._is_hidden(request, object_id) else found

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """One record; 404 for a row that the administration does not show."""
        if self._is_hidden(request, unquote(object_id)):
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _is_hidden(self, request: HttpRequest, key: str) -> bool:
        try:
            there = self.model._default_manager.filter(pk=key).exists()
        except (ValueError, TypeError):
            return False
        return there and not self.get_queryset(request).filter(pk=key).exists()


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


class OfMatters(ReadOnly):
    """Rows that belong to matters, without those of matters that are not the administrators' to read."""

    def get_queryset(self, request) -> QuerySet:
        """Without these."""
        found = super().get_queryset(request)
        for matters in CLOSED:
            rows = matters()
            kind = ContentType.objects.get_for_model(rows.model)
            found = found.exclude(content_type=kind, object_id__in=rows.order_by().values("pk"))
        return found


class ReadOnlyHistory(ReadOnly, HistoryAdmin):
    """The same with its history."""
