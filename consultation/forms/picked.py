"""Forms whose values are picked from lists, and fields that pick from a list loaded once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models

PICKED = (forms.ChoiceField, forms.ModelChoiceField)


class PickedForm(forms.ModelForm):
    """A form that does not ask the database again whether what was picked from a list may be picked.

    A constraint over such a field is checked by the list, by the form's `clean`, or by the act under its lock;
    the database itself holds it in any case.
    """

    def _get_validation_exclusions(self) -> set[str]:
        picked = {name for name, field in self.fields.items() if isinstance(field, PICKED)}
        return super()._get_validation_exclusions() | picked  # type: ignore[misc]  # the stubs lack it


class RowsField(forms.TypedMultipleChoiceField):
    """Several rows out of a list that is loaded already."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, rows: Iterable[models.Model], *, label: Any, help_text: str = "") -> None:
        self.rows = {str(row.pk): row for row in rows}
        super().__init__(
            label=label, help_text=help_text, required=False, choices=[(pk, str(row)) for pk, row in self.rows.items()],
            coerce=lambda pk: self.rows[str(pk)], empty_value=[],
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """Rows become their keys."""
        return [getattr(row, "pk", row) for row in value] if isinstance(value, list) else value
