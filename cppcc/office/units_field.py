"""The field that picks units, for every form that addresses some."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from cppcc.office.models import Organization


class UnitsField(forms.TypedMultipleChoiceField):
    """Several units, grouped by kind: those that fit, loaded once for all fields, and those chosen before.

    `chosen` is asked only when the field is shown, or when something was picked that does not fit.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, label: str, fitting: Iterable[Organization], chosen: Callable[[], Iterable[Organization]] = tuple
    ) -> None:
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
