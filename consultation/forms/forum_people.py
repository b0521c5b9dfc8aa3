"""Forms of the list: further persons, new ones, opinions, answers to a booking, reasons. R035-R039."""

from typing import Any

from django import forms

from consultation.models import Booking, ListOpinion
from cppcc.deadlines.recipients import find_persons, units_to_choose
from cppcc.meetings.forms.reply import AnswerForm
from cppcc.meetings.models.participants import Reply
from cppcc.meetings.registry import Candidate
from cppcc.office.models import Organization, Person
from cppcc.office.pinyin import pinyin_key

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ANSWERS = [(Reply.YES, "能够出席"), (Reply.DEPUTY, "委派他人出席"), (Reply.NO, "不能出席")]


class MoreForm(forms.Form):
    """Persons whom the pool does not have: known by name, or new with unit and title."""

    names = forms.CharField(
        label="其他人员", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="系统中已有的人，可以整段粘贴姓名；有重名的写作“张三（单位简称）”",
    )  # fmt: skip
    new_name = forms.CharField(label="新登记人员姓名", required=False, max_length=50)
    new_unit = forms.ModelChoiceField(
        label="单位", queryset=Organization.objects.none(), required=False, empty_label="请选择"
    )
    new_title = forms.CharField(label="职务", required=False, max_length=100)
    new_phone = forms.CharField(label="电话", required=False, max_length=30)
    form_columns = 2

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["new_unit"]
        unit.queryset = Organization.objects.valid()
        unit.choices = [("", "请选择"), *((one.pk, str(one)) for one in units_to_choose())]

    def clean_names(self) -> str:
        """Every name is one person that we know."""
        self.persons, wrong = find_persons(self.cleaned_data["names"])
        if wrong:
            raise forms.ValidationError("".join(wrong[:10]))
        return self.cleaned_data["names"]

    def clean_new_name(self) -> str:
        """A name that nobody bears yet; else he is looked for by name."""
        name = self.cleaned_data["new_name"].strip()
        if name and Person.objects.filter(name=name).exists():
            raise forms.ValidationError(f"系统中已有“{name}”，是同一人的请填在“其他人员”中。")
        return name

    def chosen(self, picked: list[int]) -> list[Person]:
        """Those ticked in the order of the page, which is that of the list; those named; the new one, made here."""
        known = Person.objects.in_bulk(picked)
        found = {person.pk: person for person in [*(known[pk] for pk in picked if pk in known), *self.persons]}
        if name := self.cleaned_data["new_name"]:
            made = Person.objects.create(name=name, pinyin=pinyin_key(name), phone=self.cleaned_data["new_phone"])
            found[made.pk] = made
            self.made = Candidate(made, self.cleaned_data["new_unit"], self.cleaned_data["new_title"])
        return list(found.values())

    made: Candidate | None = None  # the new one with his unit and title, once `chosen` was asked


class OpinionForm(forms.ModelForm):
    """What was said on the list, by a unit or a person, and whether it was taken. R037."""

    author = forms.CharField(label="提出人", required=False, max_length=60, help_text="由个人提出的，填写姓名")

    class Meta:
        model = ListOpinion
        fields = ("organization", "on", "text", "taken")
        labels = {"organization": "提出单位", "text": "意见内容"}
        widgets = {"on": DATE, "text": forms.Textarea(attrs={"rows": 3})}

    field_order = ("organization", "author", "on", "text", "taken")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["organization"]
        unit.queryset = Organization.objects.valid()
        unit.choices = [("", "请选择"), *((one.pk, str(one)) for one in units_to_choose())]
        if self.instance.person_id:
            self.initial["author"] = self.instance.person.name

    def clean(self) -> dict[str, Any]:
        """A unit or a person that we know."""
        cleaned = super().clean() or {}
        name = (cleaned.get("author") or "").strip()
        persons, wrong = find_persons(name) if name else ([], [])
        if wrong or len(persons) > 1:
            self.add_error("author", "".join(wrong) or "请只填写一个人。")
        elif not persons and not cleaned.get("organization"):
            self.add_error("organization", "请填写提意见的单位或个人。")
        self.instance.person = persons[0] if persons else None
        return cleaned


class BookingForm(AnswerForm):
    """Whether he would come."""

    act = forms.ChoiceField(label="能否出席", choices=ANSWERS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, booking: Booking, how: str, **kwargs: Any) -> None:
        super().__init__(*args, row=booking, act=booking.answer or None, how=how, **kwargs)
        self.fields["reason"].help_text = "不能出席的必填"
        if "source" in self.fields:
            self.fields["source"].help_text = "如：来电人及时间、微信答复"


class ReasonForm(forms.Form):
    """Why something is done that needs a reason."""

    why = forms.CharField(label="理由", max_length=200)
