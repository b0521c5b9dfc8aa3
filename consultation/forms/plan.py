"""Forms of the plan: head, targets, sharing."""

from typing import Any

from django import forms

from consultation.forms.picked import PickedForm
from consultation.models import AnnualPlan, PlanTarget
from consultation.models.reference import Measure
from cppcc.office.models import Organization, Post
from cppcc.workflow.models import ApprovalChain


class PlanForm(PickedForm):
    """The head of a plan."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AnnualPlan
        fields = ("year", "title", "chain", "remark")
        widgets = {"remark": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"title": "不填时按“某年度协商计划”命名"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["chain"].queryset = ApprovalChain.objects.valid()
        self.fields["chain"].empty_label = "请选择"
        self.fields["year"].min_value, self.fields["year"].max_value = 2000, 2100
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            del self.fields["year"]

    def clean_year(self) -> int:
        """A year that a plan can have."""
        year = self.cleaned_data["year"]
        if not 2000 <= year <= 2100:
            raise forms.ValidationError("年度须在 2000 至 2100 之间。")
        return year


class TargetForm(forms.ModelForm):
    """One target of the plan."""

    class Meta:
        model = PlanTarget
        fields = ("target", "tolerance")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share = self.instance.measure in (Measure.LINKED_SHARE, Measure.SUPERVISORY)
        self.fields["target"].help_text = "%" if share else "次"
        for name, field in self.fields.items():
            field.min_value = 0
            if self.initial.get(name) is not None:
                self.initial[name] = f"{self.initial[name]:f}".rstrip("0").rstrip(".")
        if self.instance.measure != Measure.LINKED_SHARE:
            del self.fields["tolerance"]

    def clean_target(self) -> Any:
        """Not negative, a share at most 100."""
        target = self.cleaned_data["target"]
        if target is not None and not 0 <= target <= 100:
            raise forms.ValidationError("目标值须在 0 至 100 之间。")
        return target

    def clean_tolerance(self) -> Any:
        """Not negative, at most 100."""
        tolerance = self.cleaned_data["tolerance"]
        if tolerance is not None and not 0 <= tolerance <= 100:
            raise forms.ValidationError("允许偏差须在 0 至 100 之间。")
        return tolerance


TargetFormSet = forms.modelformset_factory(
    PlanTarget, form=TargetForm, extra=0, edit_only=True, max_num=len(Measure), absolute_max=len(Measure)
)


class ShareForm(forms.Form):
    """Let a unit's post read a plan that is not issued yet."""

    post = forms.ModelChoiceField(
        label="查阅岗位", queryset=Post.objects.none(), empty_label="请选择", help_text="该单位同一角色的人员均可查阅"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = (Organization.Kind.COMMITTEE, Organization.Kind.DECIDING_BODY)
        posts = Post.objects.valid().exclude(organization__kind__in=inside).select_related("organization")
        self.fields["post"].queryset = posts.order_by("organization__kind", "organization__order", "pk")
