"""What goes into a bundle: a title, the parts to take and their order."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from cppcc.documents.bundle_sheets import title_lines
from cppcc.documents.material import Item
from cppcc.files.secrecy import refuse_secret
from cppcc.office.refusals import Refused

LAST = 9999


class BundleForm(forms.Form):
    """A title, and for each item of the material whether it is taken and at which place."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label="标题", max_length=80, help_text="印在封面上")

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.initial.setdefault("token", uuid.uuid4())
        for place, item in enumerate(items, start=1):
            self.fields[f"take_{item.key}"] = forms.BooleanField(
                required=False, initial=True, label=f"编入{item.label}",
                widget=forms.CheckboxInput(attrs={"aria-label": f"编入{item.label}"}),
            )  # fmt: skip
            self.fields[f"place_{item.key}"] = forms.IntegerField(
                required=False, initial=place, min_value=1, max_value=LAST, label=f"{item.label}的次序",
                widget=forms.NumberInput(attrs={"aria-label": f"{item.label}的次序"}),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The items with their two fields."""
        return [
            {"item": item, "take": self[f"take_{item.key}"], "place": self[f"place_{item.key}"]} for item in self.items
        ]

    def clean_title(self) -> str:
        """No mark of a state secret (R048), no character that cannot be printed."""
        title: str = self.cleaned_data["title"]
        try:
            refuse_secret(title, where="标题")
            title_lines(title)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return title

    def clean(self) -> dict[str, Any]:
        """Something is taken."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen():
            raise forms.ValidationError("请至少勾选一份材料。")
        return data

    def chosen(self) -> list[str]:
        """The keys of what is taken, in the order of their places; of two at one place the one that was moved there."""
        data = self.cleaned_data
        taken = []
        for before, item in enumerate(self.items, start=1):
            place = data.get(f"place_{item.key}") or LAST
            if data.get(f"take_{item.key}"):
                taken.append((place, place == before, before, item.key))
        return [key for *_, key in sorted(taken)]
