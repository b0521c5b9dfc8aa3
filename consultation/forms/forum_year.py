"""The year's forums as one plain form: a time for each, a tick for those to be planned, one reason. R015, R027."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from consultation.forums.year import Change, Line, Year
from cppcc.meetings.clashing import Clash, digest
from cppcc.meetings.forms.meeting import MOMENT


class LineForm(forms.Form):
    """One line: when, and for a proposal whether it is planned now."""

    starts = forms.DateTimeField(label="开始时间", widget=MOMENT)
    take = forms.BooleanField(label="安排", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.year = year

    def clean_starts(self) -> datetime:
        """Within the plan's year."""
        starts: datetime = self.cleaned_data["starts"]
        if timezone.localdate(starts).year != self.year:
            raise forms.ValidationError(f"须在{self.year}年内。")
        return starts


class YearForm(forms.Form):
    """The form of a year: its lines, and the reason why days that stood are changed."""

    reason = forms.CharField(
        label="调整原因", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="改动已经排定的座谈会须写明原因，一并记入各次座谈会",
    )  # fmt: skip

    def __init__(self, data: Any, year: int, *, asked: Mapping[str, tuple[datetime, int]]) -> None:
        super().__init__(data)
        self.lines = {
            key: LineForm(data, prefix=key, year=year, initial={"starts": starts, "version": version})
            for key, (starts, version) in asked.items()
        }

    def is_valid(self) -> bool:
        """Itself and all its lines."""
        right = [form.is_valid() for form in self.lines.values()]  # each says what is wrong with it
        return all(right) and super().is_valid()

    @property
    def moved(self) -> dict[str, datetime]:
        """Other times than those that stood, as far as they can be read."""
        return {
            key: form.cleaned_data["starts"]
            for key, form in self.lines.items()
            if form.is_bound and form.is_valid() and form.cleaned_data["starts"] != form.initial["starts"]
        }

    def changes(self, year: Year) -> list[Change]:
        """What is to be done: forums that moved, proposals that were ticked."""
        moved, found = self.moved, []
        for line in year.lines:
            form = self.lines.get(line.key)
            if form is None or not form.is_bound or not form.is_valid():
                continue
            if line.key in moved if not line.is_new else form.cleaned_data["take"]:
                found.append(Change(line, form.cleaned_data["version"] or 0))
        return found


def lines_asked(lines: Sequence[Line]) -> dict[str, tuple[datetime, int]]:
    """The lines that somebody may change: key -> its time and version."""
    return {line.key: (line.starts, line.forum.version) for line in lines if line.may_change}


def digest_of(changes: Sequence[Change]) -> str:
    """The name of what stands in the way of these changes, for the box that confirms it."""
    found = ((change.line.key, clash.sentence) for change in changes for clash in change.line.clashes)
    return digest([Clash("", f"{key}{sentence}") for key, sentence in found])
