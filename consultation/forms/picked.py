"""Forms whose values are picked from lists, and fields that pick from a list loaded once."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db import models

from cppcc.office.models import Organization

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


class UnitsField(forms.TypedMultipleChoiceField):
    """Several units, grouped by kind: those that fit, loaded once for all fields, and those chosen before.

    `chosen` is asked only when the field is shown, or when something was picked that does not fit.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: str, fitting: list[Organization], chosen: Callable[[], list[Organization]]) -> None:
        self.fitting, self.chosen = {str(unit.pk): unit for unit in fitting}, chosen
        super().__init__(label=label, required=False, choices=self._groups, coerce=self._unit, empty_value=[])

    @property
    def units(self) -> dict[str, Organization]:
        """All that may be picked."""
        others = {str(unit.pk): unit for unit in self.chosen() if str(unit.pk) not in self.fitting}
        return self.fitting | others

    def valid_value(self, value: Any) -> bool:
        """What fits is found without asking for what was chosen before."""
        return str(value) in self.fitting or super().valid_value(value)

    def _unit(self, pk: Any) -> Organization:
        return self.fitting.get(str(pk)) or self.units[str(pk)]

    def _groups(self) -> list[tuple[str, list[tuple[int, str]]]]:
        groups: dict[str, list[tuple[int, str]]] = {}
        for unit in self.units.values():
            groups.setdefault(unit.get_kind_display(), []).append((unit.pk, unit.name))
        return list(groups.items())
