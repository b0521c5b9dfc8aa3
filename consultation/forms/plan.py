"""Forms of the plan: head, targets, issue, sending, sharing."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from consultation.forms.picked import PickedForm
from consultation.models import AnnualPlan, PlanTarget
from consultation.models.reference import Measure
from cppcc.office.models import Organization, Post
from cppcc.workflow.forms import DATE, MoveForm
from cppcc.workflow.models import ApprovalChain

NUMBER = re.compile(r"\S+〔[0-9]{4}〕[1-9][0-9]{0,5}号")


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


class IssueForm(MoveForm):
    """Issuing asks for number and day."""

    number_text = forms.CharField(label="文号", max_length=60, help_text="如：机关代字〔2026〕3号")
    issued_on = forms.DateField(label="印发日期", widget=DATE)
    own_fields = ("number_text", "issued_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["issued_on"] = timezone.localdate()

    def clean_number_text(self) -> str:
        """Brackets become hexagonal, digits half-width; a zero before the serial or a missing 号 is told."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["number_text"]).replace(" ", "")
        text = re.sub(r"[\[(【〔]([0-9]{4})[\])】〕]", r"〔\1〕", text)
        if not NUMBER.fullmatch(text) or len(text) > 60:
            raise forms.ValidationError("文号应写成“机关代字〔四位年份〕序号号”，序号不补零，如“某政协办〔2026〕3号”。")
        return text

    def clean_issued_on(self):
        """Not in the future."""
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("印发日期不能晚于今天。")
        return day

    @property
    def data_of_act(self) -> dict:
        """For the workflow's guard and effect."""
        return {"number": self.cleaned_data["number_text"], "issued_on": self.cleaned_data["issued_on"]}


class SendForm(forms.Form):
    """Tick several units as sent on a day."""

    sent_on = forms.DateField(label="发出日期", widget=DATE)
    method = forms.CharField(label="方式", max_length=60, required=False, help_text="如：公文交换、邮寄、专人送达")

    def clean_sent_on(self) -> date:
        """Not in the future."""
        day: date = self.cleaned_data["sent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("发出日期不能晚于今天。")
        return day


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
