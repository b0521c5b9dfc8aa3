"""The form of a scheme: a field for each part of the rules, with what it said when the form was opened. R031."""

from collections.abc import Sequence
from typing import Any

from django import forms

from consultation.forums.scheme import Written, mark_of

LONG = 50  # characters that stand in a line of a field


class SchemeForm(forms.Form):
    """One text a part. `base-…` names the text that stood there when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, parts: Sequence[Written], version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        self.news: list[dict[str, Any]] = []
        self.initial["version"] = version
        for written in parts:
            rows = 2 + written.shown.count("\n") + len(written.shown) // LONG
            self.fields[self.name(written)] = forms.CharField(
                label=written.part.label, required=False, max_length=5000, initial=written.shown,
                help_text=written.part.hint, widget=forms.Textarea(attrs={"rows": min(rows, 14)}),
            )  # fmt: skip
            self.fields[f"base-{written.part.pk}"] = forms.CharField(
                required=False, max_length=16, initial=mark_of(written.text), widget=forms.HiddenInput
            )

    @staticmethod
    def name(written: Written) -> str:
        """The field of a part."""
        return f"part-{written.part.pk}"

    @property
    def texts(self) -> dict[int, str]:
        """part -> what was typed."""
        return {
            written.part.pk: self.cleaned_data[self.name(written)].replace("\r\n", "\n").strip()
            for written in self.parts
        }

    def merge(self, latest: Sequence[Written], version: int) -> None:
        """Bring in what others saved meanwhile: their text where nothing was typed here, else both side by side.

        What was typed stays in its field; `news` says which parts differ. The next press saves over `version`.
        """
        data, typed = self.data.copy(), self.texts
        data["version"] = str(version)
        for written in latest:
            name, base = self.name(written), f"base-{written.part.pk}"
            mine, seen = typed.get(written.part.pk, ""), self.cleaned_data.get(base, "")
            theirs_changed = mark_of(written.text) != seen
            if theirs_changed and mine != written.text:
                untouched = mark_of(mine) == seen
                if untouched:
                    data[name] = written.text
                news = {"label": written.part.label, "mine": mine, "theirs": written.text, "taken": untouched}
                self.news.append(news)
            data[base] = mark_of(written.text)
        self.data = data
