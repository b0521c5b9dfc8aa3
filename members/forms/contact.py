"""Forms of contacts with members. R129, R137."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.workflow.forms import DATE, MoveForm
from members.forms.entry import NamesField
from members.models import Contact, Member
from members.task_sources import answers_of

LONG_AGO = timedelta(days=3 * 366)


class ContactForm(forms.ModelForm):
    """A visit, a talk, a letter or a call; with a difficulty it waits for its answer."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Contact
        fields = ("kind", "on", "by", "notes", "difficulty")
        widgets = {
            "kind": forms.RadioSelect, "on": DATE, "notes": forms.Textarea(attrs={"rows": 4}),
            "difficulty": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip
        help_texts = {"difficulty": "填写后转为“待解决”，按期限规则起算答复期限；没有可不填"}

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Contact.Kind.choices
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        else:
            self.fields["member"] = NamesField(members, label="委员")
            self.fields["member"].widget = forms.TextInput()
            self.fields["member"].help_text = "填一位委员的姓名"
            self.order_fields(("kind", "member"))
            self.initial.setdefault("token", uuid.uuid4())
            self.initial.setdefault("on", timezone.localdate())
        self.fields["on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_on(self) -> Any:
        """Not to come, and not by a slip years ago."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("日期不能晚于今天。")
        if day < timezone.localdate() - LONG_AGO:
            raise forms.ValidationError("日期在三年以前，请核对年份。")
        return day

    def clean_member(self) -> Member:
        """One member."""
        found = self.cleaned_data["member"]
        if len(found) != 1:
            raise forms.ValidationError("一条联系记录只填一位委员；同时走访几位的，请分别登记。")
        return found[0]

    def clean(self) -> dict[str, Any]:
        """A token even where none came."""
        cleaned = super().clean() or {}
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        return cleaned


class SolveForm(MoveForm):
    """What was done about it, and when."""

    solution = forms.CharField(label="解决（答复）情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    solved_on = forms.DateField(label="解决（答复）日期", widget=DATE)
    own_fields = ("solution", "solved_on")

    def __init__(self, *args: Any, matter: Contact, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        answers, pending = answers_of(matter)
        self.initial = {**self.initial, "solution": matter.solution or answers, "solved_on": timezone.localdate()}
        self.facts = [("任务", f"还有 {pending} 项交办的任务没有办结")] if pending else []
