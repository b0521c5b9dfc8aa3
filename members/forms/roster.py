"""The form of an import of a roster: the term, the table, from when changes hold."""

from typing import Any

from django import forms

from cppcc.office.models import Term
from cppcc.sheets.forms import UploadForm
from members.forms.fields import day_field
from members.house import current_term


class RosterForm(UploadForm):
    """A table to import into the roster of a term."""

    term = forms.ModelChoiceField(label="导入到", queryset=Term.objects.all(), empty_label=None)
    since = day_field(
        "变动自哪天起",
        required=False,
        hint="表中与名册不同的界别、党派、单位、委员会、职务：填了日期，自这一天起变动，原来的保留；空着，按更正处理",
    )
    field_order = ("term", "file", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("term", current_term())

    def clean(self) -> dict[str, Any]:
        """The day lies within the term."""
        cleaned = super().clean() or {}
        term, since = cleaned.get("term"), cleaned.get("since")
        if term and since and not term.starts <= since <= term.ends:
            self.add_error("since", f"不在{term}之内（{term.starts:%Y-%m-%d} 至 {term.ends:%Y-%m-%d}）。")
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        """Where the table goes."""
        since = self.cleaned_data["since"]
        return {"term": self.cleaned_data["term"].pk, "since": since.isoformat() if since else ""}
