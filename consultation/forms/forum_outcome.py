"""Forms of the outcome of a forum: suggestions, papers, tracking, feedback. R053, R054."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from consultation.forms.forum_paper import NO_READERS
from consultation.forums.suggestions import Drawn, Line
from consultation.models import Forum, OutcomeForm, Suggestion
from cppcc.files.models import Classification
from cppcc.office.models import Organization
from cppcc.workflow.forms import DATE


def departments() -> Any:
    """The units that can deal with a suggestion."""
    return Organization.objects.valid().exclude(kind__in=NO_READERS).order_by("kind", "order", "pk")


def as_choices(units: Any) -> list[tuple[int | str, str]]:
    """A choice for each, asked once for all fields."""
    return [("", "待定"), *((unit.pk, unit.name) for unit in units)]


class DrawForm(forms.Form):
    """The points of the speeches: which to take, as what, for whom."""

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, units = lines, as_choices(departments())
        for line in lines:
            label = {"aria-label": f"{line.speech.who}：{line.text[:20]}"}
            self.fields[f"take_{line.key}"] = forms.BooleanField(
                required=False, initial=not line.taken, disabled=line.taken, widget=forms.CheckboxInput(attrs=label)
            )
            self.fields[f"text_{line.key}"] = forms.CharField(
                required=False, initial=line.text, max_length=2000, disabled=line.taken,
                widget=forms.Textarea(attrs={"rows": 2} | {"aria-label": f"{label['aria-label']}，文字"}),
            )  # fmt: skip
            self.fields[f"unit_{line.key}"] = forms.TypedChoiceField(
                required=False, choices=units, coerce=int, empty_value=None, disabled=line.taken,
                widget=forms.Select(attrs={"aria-label": f"{label['aria-label']}，办理单位"}),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The points with their three fields."""
        return [
            {"line": line, "take": self[f"take_{line.key}"], "text": self[f"text_{line.key}"],
             "unit": self[f"unit_{line.key}"]}
            for line in self.lines
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something is taken."""
        cleaned = super().clean() or {}
        if not self.errors and not self.drawn:
            raise forms.ValidationError("请至少勾选一条。")
        return cleaned

    @property
    def drawn(self) -> list[Drawn]:
        """What is to be taken."""
        data = self.cleaned_data
        return [
            Drawn(line.speech, (data.get(f"text_{line.key}") or line.text).strip(), data.get(f"unit_{line.key}"))
            for line in self.lines if not line.taken and data.get(f"take_{line.key}")
        ]  # fmt: skip


class SuggestionForm(forms.ModelForm):
    """A suggestion: its words, where it comes from, who deals with it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Suggestion
        fields = ("text", "speech", "proposer", "department")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.forum = forum
        self.fields["speech"].queryset = forum.speeches.select_related(
            "participant__person", "organization", "kind"
        )  # fmt: skip
        people = forum.meeting.participants.select_related("person") if forum.meeting else None
        self.fields["proposer"].queryset = people if people is not None else Suggestion.objects.none()
        self.fields["department"].queryset = departments()
        for name in ("speech", "proposer", "department"):
            self.fields[name].empty_label = "未定"
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        """The speaker of the speech proposed it, unless another is chosen."""
        cleaned = super().clean() or {}
        speech = cleaned.get("speech")
        if speech and not cleaned.get("proposer"):
            cleaned["proposer"] = self.instance.proposer = speech.participant
        return cleaned


class OutcomeDraftForm(forms.Form):
    """As what it leaves."""

    form = forms.ModelChoiceField(
        label="成果形式", queryset=OutcomeForm.objects.none(), empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = forum.rules.outcomeforms.select_related("document_kind").order_by("-default", "order", "pk")
        self.fields["form"].queryset = rows


class OutcomeRecordForm(OutcomeDraftForm):
    """What left outside the system."""

    sent_on = forms.DateField(label="报送日期", widget=DATE)
    number = forms.CharField(label="文号", max_length=60, required=False)
    late_reason = forms.CharField(
        label="逾期原因", max_length=300, required=False, help_text="报送日期超过期限的必填"
    )  # fmt: skip
    upload = forms.FileField(label="成果文件", required=False)
    classification = forms.ChoiceField(
        label="密级标识", choices=[c for c in Classification.choices if c[0] != Classification.WORK_SECRET],
        initial=Classification.INTERNAL,
    )  # fmt: skip
    source = forms.CharField(label="代录来源", max_length=200, help_text="如发文登记簿、印发件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["sent_on"] = timezone.localdate()


class ReasonForm(forms.Form):
    """Why it is late."""

    reason = forms.CharField(label="逾期原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class NewsForm(forms.Form):
    """What the department reports without an end."""

    on = forms.DateField(label="日期", widget=DATE)
    text = forms.CharField(label="办理进展", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    source = forms.CharField(label="代录来源", max_length=200, required=False, help_text="代办理单位登记的必填")

    def __init__(self, *args: Any, proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = timezone.localdate()
        if proxy:
            self.fields["source"].required = True
        else:
            del self.fields["source"]


class TrackingForm(forms.Form):
    """The leading committee's collation."""

    on = forms.DateField(label="汇总日期", widget=DATE)
    text = forms.CharField(label="汇总情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = timezone.localdate()
