"""Forms of entries by hand and of their reversal, and of what a member proposes himself."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.office.validity import today
from cppcc.workflow.forms import DATE
from members.acts import Tree
from members.models import Act, Member, PerformanceEntry
from members.picking import find_members, told

STATUSES = ("出席", "迟到", "早退", "请假", "缺席", "采用", "立案", "获奖")
LEVELS = ("全国", "省", "市", "县（市、区）")
ROLES = ("第一提案人", "联名人", "执笔人", "发言人", "召集人")
EVIDENCE = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"


class NamesField(forms.CharField):
    """Members by name; the form gets them as a list."""

    def __init__(self, members: QuerySet[Member], **given: Any) -> None:
        self.members = members
        super().__init__(
            max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}),
            help_text="填姓名，几位用顿号、空格或换行分开；有重名的写作“张三（界别或单位）”", **given,
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Every name is one member within reach."""
        text = super().clean(value)
        if not text.strip():
            return []
        found, wrong = find_members(text, self.members)
        if wrong:
            raise forms.ValidationError(told(wrong))
        return found


class ActForm(forms.Form):
    """What was done: act, day, title, evidence. A token makes a double click the same thing."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    act = forms.TypedChoiceField(label="履职事项")
    on = forms.DateField(label="日期", widget=DATE)
    title = forms.CharField(label="内容", max_length=200, widget=forms.TextInput())
    role = forms.CharField(label="身份", max_length=30, required=False, help_text="如：第一提案人、执笔人、发言人")
    level = forms.CharField(label="层次", max_length=30, required=False, help_text="如：全国、省、市")
    n = forms.DecimalField(
        label="数量", min_value=Decimal("0.01"), max_value=Decimal("999999"), max_digits=8, decimal_places=2, initial=1
    )
    evidence = forms.FileField(
        label="佐证材料", required=False, help_text="照片、通知、证书等，一个文件，不超过 20 MB",
        widget=forms.FileInput(attrs={"accept": EVIDENCE}),
    )  # fmt: skip

    def __init__(self, *args: Any, acts: Sequence[Act], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acts = {act.pk: act for act in acts}
        field = self.fields["act"]
        field.choices = [("", "请选择"), *Tree().choices(self.acts)]
        field.coerce = lambda pk: self.acts[int(pk)]
        self.initial.setdefault("token", uuid.uuid4())
        self.fields["on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"
        for name, words in (("role", "roles"), ("level", "levels"), ("status", "statuses")):
            if name in self.fields:
                self.fields[name].widget.attrs["list"] = words

    @property
    def suggestions(self) -> dict[str, Sequence[str]]:
        """Words that fields offer, by the key of their list."""
        return {"roles": ROLES, "levels": LEVELS, "statuses": STATUSES}

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """A token even where none came."""
        cleaned = super().clean() or {}
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        return cleaned


class EntryForm(ActForm):
    """An entry by hand for one member or several."""

    status = forms.CharField(label="情况", max_length=30, required=False, help_text="如：出席、请假、缺席、采用")
    coauthors = forms.IntegerField(label="其他合作人数", min_value=0, max_value=999, initial=0, help_text="不含本人")
    again = forms.BooleanField(label="确实不是重复，仍要登记", required=False)
    field_order = ("names", "act", "on", "title", "role", "status", "level", "n", "coauthors", "evidence", "again")

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, acts=list(Act.objects.valid()), **kwargs)
        self.fields["names"] = NamesField(members, label="委员")
        self.order_fields(self.field_order)
        self.doubles: Sequence[PerformanceEntry] = ()
        if "again" not in self.data:
            self.fields["again"].widget = forms.HiddenInput()

    def ask_again(self, doubles: Sequence[PerformanceEntry]) -> None:
        """Show what looks the same, and the box that says that it is not."""
        self.doubles = doubles
        self.fields["again"].widget = forms.CheckboxInput()
        names = "、".join(dict.fromkeys(str(entry.member) for entry in doubles))
        self.add_error("again", f"{names}在同一天已有同样内容的记录，请核对；确实不是重复的，请勾选后再保存。")

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the entry."""
        return {
            name: self.cleaned_data[name]
            for name in ("act", "on", "title", "role", "status", "level", "n", "coauthors")
        }


class ProposalForm(ActForm):
    """What a member says that he did; of acts that members may propose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, acts=list(Act.objects.valid(today()).filter(proposable=True)), **kwargs)
        self.fields["title"].help_text = "写明做了什么，如：参加社区义诊，服务群众 60 人"
        self.fields["evidence"].help_text = "可以直接拍照上传"
        self.initial.setdefault("on", timezone.localdate())

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the proposal."""
        return {name: self.cleaned_data[name] for name in ("act", "on", "title", "role", "level", "n")}


class ReverseForm(forms.Form):
    """Why an entry is cancelled."""

    reason = forms.CharField(
        label="冲销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原记录和冲销记录都会保留并显示这一原因",
    )  # fmt: skip

    def clean_reason(self) -> str:
        """Without blanks around."""
        return self.cleaned_data["reason"].strip()
