"""Fields that the forms of members share: days, months of birth, telephone numbers."""

from datetime import date
from typing import Any

from django import forms

from members.columns import Month, Phone


def day_field(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, widget=widget)


class MonthField(forms.CharField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs["placeholder"] = "1970-03"

    def prepare_value(self, value: Any) -> Any:
        """1970-03."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        """The first day of the month; None when empty."""
        return read(Month(), super().clean(value))


class PhoneField(forms.CharField):
    """A telephone number."""

    def clean(self, value: Any) -> Any:
        """As it was written."""
        return read(Phone(), super().clean(value))


def read(parse: Any, text: str) -> Any:
    """What a parser of cells makes of `text`; its sentence is the field's error."""
    try:
        return parse(text)
    except ValueError as problem:
        raise forms.ValidationError(f"{problem}。") from None
