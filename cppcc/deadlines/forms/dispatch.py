"""The form of a dispatch: what it says, and to whom it goes."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cppcc.deadlines.dispatching import addressed
from cppcc.deadlines.models import Dispatch
from cppcc.deadlines.models.delivery import Channel
from cppcc.deadlines.recipients import find_persons, units_to_choose, written
from cppcc.office.models import Organization
from cppcc.office.units_field import UnitsField

CHANNELS = [
    (Channel.EMAIL, "站内信和电子邮件（都没有的，列入电话通知）"),
    (Channel.PRINT, "打印送达（有账号的同时收到站内信）"),
    (Channel.PHONE, "电话通知（有账号的同时收到站内信）"),
]


class DispatchForm(forms.ModelForm):
    """Title, text, way, recipients."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(label="送达方式", choices=CHANNELS, widget=forms.RadioSelect, initial=Channel.EMAIL)
    names = forms.CharField(
        label="个人收件人", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="填姓名，用顿号、空格或换行分开；有重名的写作“张三（单位简称）”",
    )  # fmt: skip

    class Meta:
        model = Dispatch
        fields = ("title", "body", "formal")
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
        help_texts = {"body": "原样作为邮件、站内信和打印件的正文；称呼、落款和日期在打印件上自动加"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = units_to_choose()
        self.units = {unit.pk: unit for unit in found}
        kinds = dict.fromkeys(unit.kind for unit in found)
        labels = dict(Organization.Kind.choices)
        self.fields["kinds"] = forms.MultipleChoiceField(
            label="整类单位", choices=[(kind, labels[kind]) for kind in kinds], required=False,
            widget=forms.CheckboxSelectMultiple, help_text="勾选后，该类全部现有单位都是收件人",
        )  # fmt: skip
        self.fields["chosen"] = UnitsField("逐个选择单位", found)
        if self.instance.pk:
            self._present()
        else:
            self.initial.setdefault("token", uuid.uuid4())

    def _present(self) -> None:
        units, self.persons, channel = addressed(self.instance)
        self.initial.update(version=self.instance.version, channel=channel, chosen=[unit.pk for unit in units])
        if not self.is_bound:
            self.initial["names"] = written(self.persons)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_names(self) -> str:
        """Every name is one person that we know."""
        self.found, wrong = find_persons(self.cleaned_data["names"])
        if wrong:
            raise ValidationError("".join(wrong[:10]) + ("……" if len(wrong) > 10 else ""))
        return self.cleaned_data["names"]

    def clean(self) -> dict[str, Any]:
        """`units` and `persons` out of what was ticked and typed; at least one of them; a token for a new one."""
        cleaned = super().clean() or {}
        if not self.instance.pk and not cleaned.get("token"):
            cleaned["token"] = uuid.uuid4()
        kinds = cleaned.get("kinds") or []
        chosen = {unit.pk: unit for unit in cleaned.get("chosen") or []}
        cleaned["units"] = [unit for unit in self.units.values() if unit.kind in kinds or unit.pk in chosen]
        cleaned["persons"] = getattr(self, "found", [])
        if not cleaned["units"] and not cleaned["persons"] and "names" not in self.errors:
            self.add_error(None, "请至少选择一个收件单位，或填写一位收件人的姓名。")
        return cleaned

    def saved_value(self, dispatch: Dispatch, name: str) -> Any:
        """What the stored draft says for a field of the form that is none of the model."""
        units, persons, channel = addressed(dispatch)
        values = {"chosen": units, "names": written(persons), "channel": channel}
        return values.get(name)


class ReleaseForm(forms.Form):
    """Sending: the version that was in view, and that it was looked over."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.BooleanField(label="已核对标题、正文和全部收件人", required=False)


class ResendForm(forms.Form):
    """To which address a failed mail goes."""

    address = forms.EmailField(label="电子邮箱", max_length=254, help_text="只用于这一次；长期更正请联系系统管理员")


class NoteForm(forms.Form):
    """What a clerk notes about a delivery."""

    note = forms.CharField(label="说明", max_length=150, required=False, help_text="如：已电话通知张科长")
