"""Forms of a round and of suggestions."""

import uuid
from typing import Any

from django import forms

from consultation.forms.picked import PickedForm, RowsField
from consultation.known import valid_forms
from consultation.models import AnnualPlan, Solicitation, SolicitationChannel, Topic, TopicSuggestion
from cppcc.office.models import Organization
from cppcc.workflow.forms import DATE, MoveForm

Kind = Organization.Kind
MONTHS = [("", "不限"), *((n, f"{n}月") for n in range(1, 13))]


class SolicitationForm(PickedForm):
    """A round: for which plan, from when to when, through which channels."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Solicitation
        fields = ("plan", "title", "opens_on", "closes_on", "channels", "requirements")
        widgets = {
            "opens_on": DATE,
            "closes_on": DATE,
            "channels": forms.CheckboxSelectMultiple,
            "requirements": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = AnnualPlan.objects.filter(state__in=("drafting", "amending"))
        self.fields["plan"].empty_label = "请选择"
        self.fields["channels"].queryset = SolicitationChannel.objects.valid()
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            del self.fields["plan"]

    def clean(self) -> dict[str, Any]:
        """No second round of the same title for one plan, as a double click would make it."""
        cleaned = super().clean() or {}
        plan = cleaned.get("plan") or self.instance.plan_id
        same = Solicitation.objects.filter(plan=plan, title=cleaned.get("title", "")).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("title", "本年度计划已有同名征集，请直接打开，或改用别的名称。")
        return cleaned


class ReopenForm(MoveForm):
    """Opening again asks for the new last day."""

    closes_on = forms.DateField(label="新的截止日期", widget=DATE)
    own_fields = ("closes_on",)


class AddresseeForm(forms.Form):
    """One more unit to ask."""

    organization = forms.ModelChoiceField(label="单位", queryset=Organization.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, solicitation: Solicitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = solicitation.addressees.values("organization")
        self.fields["organization"].queryset = (
            Organization.objects.valid().exclude(pk__in=asked).exclude(kind__in=(Kind.DECIDING_BODY, Kind.EMPLOYER))
        )


class SuggestionForm(PickedForm):
    """A suggestion by a unit or a member; the office names the unit and its source."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    month = forms.TypedChoiceField(label="建议月份", choices=MONTHS, coerce=int, empty_value=None, required=False)

    class Meta:
        model = TopicSuggestion
        fields = (
            "organization", "title", "reason", "forms", "counties", "month", "supervisory", "contact", "proxy_source",
        )  # fmt: skip
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 6}),
            "forms": forms.CheckboxSelectMultiple,
            "counties": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "title": "一句话写清要协商的事，不超过 200 字",
            "proxy_source": "如来函文号、来电人及时间",
            "supervisory": "属于监督某项工作落实情况的，请勾选",
        }

    def __init__(self, *args: Any, units: list[int] | None = None, office: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["forms"] = RowsField(valid_forms(), label=self.fields["forms"].label)
        self.fields["counties"].queryset = Organization.objects.valid().filter(kind=Kind.COUNTY)
        if office:
            asked = Organization.objects.valid().exclude(kind__in=(Kind.DECIDING_BODY, Kind.EMPLOYER))
            self.fields["organization"].queryset, self.fields["organization"].required = asked, True
            self.fields["proxy_source"].required = True
            self.fields["organization"].empty_label = "请选择"
        else:
            del self.fields["proxy_source"]
            self._own_units(units or [])
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.fields.pop("organization", None)
        else:
            self.initial.setdefault("token", uuid.uuid4())

    def _own_units(self, units: list[int]) -> None:
        if len(units) > 1:
            self.fields["organization"].queryset = Organization.objects.filter(pk__in=units)
            self.fields["organization"].required = True
        else:
            del self.fields["organization"]

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def add_many(self) -> None:
        """Keep the forms and counties of a new suggestion, which has none that they would replace."""
        self.instance.forms.add(*self.cleaned_data["forms"])
        self.instance.counties.add(*self.cleaned_data["counties"])


class ConsolidateForm(forms.Form):
    """Make the chosen suggestions a new topic or join them to one."""

    title = forms.CharField(
        label="新议题名称", max_length=200, required=False, help_text="不填时用所选第一条建议的名称"
    )
    topic = forms.ModelChoiceField(
        label="并入已有议题", queryset=Topic.objects.none(), required=False, empty_label="列为新议题"
    )

    def __init__(self, *args: Any, solicitation: Solicitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(plan=solicitation.plan_id).exclude(state="withdrawn")

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())


class AdoptForm(MoveForm):
    """Take up one suggestion into an existing topic."""

    topic = forms.ModelChoiceField(label="列入议题", queryset=Topic.objects.none(), empty_label="请选择")
    own_fields = ("topic",)

    def __init__(self, *args: Any, matter: TopicSuggestion, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        plan = matter.solicitation.plan_id
        self.fields["topic"].queryset = Topic.objects.filter(plan=plan).exclude(state="withdrawn")
