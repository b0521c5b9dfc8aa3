"""The forms of an act: opinion, the sitting that decided, the source of what is recorded for others."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from cppcc.office.models import Organization
from cppcc.workflow.engine import Transition
from cppcc.workflow.models import ApprovalStep, Decision, Matter, Sitting

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MoveForm(forms.Form):
    """What an act asks for; fields that this act does not need are not there. Subclasses add an act's own data."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    held_on = forms.DateField(label="会议日期", widget=DATE)
    number = forms.IntegerField(label="第几次会议", required=False, min_value=1, max_value=999, help_text="没有可不填")
    opinion = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    proxy_source = forms.CharField(label="代录来源", max_length=200, help_text="如会议纪要文号、来电人及时间、来函日期")

    def __init__(self, *args, transition: Transition, matter: Matter, step: ApprovalStep | None, proxy: bool, **kwargs):
        kwargs["initial"] = {"version": matter.version, "held_on": timezone.localdate()}
        super().__init__(*args, **kwargs)
        self.step = step
        if not (transition.needs_decision and step and step.needs_decision):
            del self.fields["held_on"], self.fields["number"]
        if not proxy:
            del self.fields["proxy_source"]
        self.fields["opinion"].required = transition.needs_opinion
        self.fields["opinion"].help_text = "" if transition.needs_opinion else "可不填"
        self.order_fields([*self.own_fields, "held_on", "number", "opinion", "proxy_source"])

    own_fields: tuple[str, ...] = ()

    @property
    def data_of_act(self) -> dict:
        """The act's own data, for its guards and effects."""
        return {name: self.cleaned_data[name] for name in self.own_fields}


class SittingForm(forms.ModelForm):
    """A sitting: which body, which day."""

    class Meta:
        model = Sitting
        fields = ("body", "number", "held_on", "minutes")
        widgets = {"held_on": DATE, "minutes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].empty_label = "请选择"
        self.fields["body"].queryset = Organization.objects.valid().filter(
            pk__in=ApprovalStep.objects.filter(body__isnull=False).values("body")
        )


class DecisionForm(forms.ModelForm):
    """The decision on one matter of a sitting; an opinion is due where the body did not simply pass it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    matter: Any = None  # with its address, set by the page that draws the list
    url: str = ""

    class Meta:
        model = Decision
        fields = ("result", "opinion")
        widgets = {"opinion": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [("", "未录入"), *Decision.Result.choices]

    def clean(self) -> dict:
        """An opinion where the result needs one."""
        cleaned = super().clean() or {}
        needs = cleaned.get("result") in (Decision.Result.AMENDED, Decision.Result.RETURNED)
        if needs and not cleaned.get("opinion", "").strip():
            self.add_error("opinion", "修改后通过或退回修改，须写明意见。")
        return cleaned


def decision_for(matter: Matter, step: ApprovalStep, held_on: date, number: int | None, *, by) -> Decision:
    """The unsaved (or still open) decision on `matter` of the sitting that the step's body held that day."""
    if step.body is None:
        raise ValueError(f"no body decides at {step}")
    sitting = Sitting.of(step.body, held_on, by=by, number=number)
    return Decision.for_matter(matter).filter(sitting=sitting, result="").first() or Decision(
        sitting=sitting, matter=matter
    )
