"""The form of an outside expert."""

from typing import Any

from django import forms

from cppcc.office.models import Person
from cppcc.office.validity import today
from members.experts import sentence_for_member
from members.forms.fields import PhoneField, day_field
from members.forms.member import NEW_PERSON, described, namesakes
from members.models import Expert, Field


class ExpertForm(forms.Form):
    """An expert with his fields. When somebody of that name is registered, it asks who he is. R080."""

    form_columns = 2
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="姓名", max_length=50)
    employer = forms.CharField(label="工作单位", max_length=100, required=False)
    title = forms.CharField(label="职务职称", max_length=60, required=False)
    phone = PhoneField(label="手机", max_length=30, required=False)
    fields_known = forms.ModelMultipleChoiceField(
        label="专业领域", queryset=Field.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个专业领域，议题按领域推荐专家。"},
    )  # fmt: skip
    strengths = forms.CharField(
        label="研究方向", max_length=300, required=False, help_text="几项用顿号分开，议题中出现即推荐"
    )
    valid_from = day_field("入库日期")
    valid_to = day_field("出库日期", required=False, hint="在库的空着")
    remark = forms.CharField(label="备注", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, expert: Expert | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expert = expert
        self.fields["fields_known"].queryset = Field.objects.all()
        stored: dict[str, Any] = self.stored(expert) if expert else {"valid_from": today()}
        self.initial = {**self.initial, **stored}

    @staticmethod
    def stored(expert: Expert) -> dict[str, Any]:
        """What is stored of an expert."""
        names = ("version", "employer", "title", "strengths", "valid_from", "valid_to", "remark")
        person = {"name": expert.person.name, "phone": expert.person.phone}
        return person | {name: getattr(expert, name) for name in names} | {"fields_known": list(expert.fields.all())}

    def saved_value(self, expert: Expert, name: str) -> Any:
        """The same of one field, for the page of a stale form."""
        return self.stored(expert).get(name)

    def clean(self) -> dict[str, Any]:
        """Dates in order; no present member; no second entry of one person."""
        cleaned = super().clean() or {}
        begun, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begun and ends and ends < begun:
            self.add_error("valid_to", "出库日期不能早于入库日期。")
        if cleaned.get("name"):
            cleaned["person"] = self.expert.person if self.expert else self._who(cleaned)
            sentence = sentence_for_member(cleaned["person"]) if cleaned["person"] else ""
            if sentence and not ends:
                self.add_error("name", sentence)
        return cleaned

    def _who(self, cleaned: dict[str, Any]) -> Person | None:
        same = namesakes(cleaned["name"])
        if not same:
            return None
        choices = [(str(p.pk), f"就是{described(p)}") for p in same] + [(NEW_PERSON, "是另一个同名的人，新登记")]
        self.fields["who"] = forms.ChoiceField(label="系统里有同名的人", choices=choices, widget=forms.RadioSelect)
        chosen = self.data.get("who")
        if chosen not in dict(choices):
            self.add_error("who", "请选明是不是同一个人。")
            return None
        person = next((p for p in same if str(p.pk) == chosen), None)
        if person and Expert.objects.filter(person=person).exists():
            self.add_error("name", f"{person.name}已在专家库中，请直接修改原有登记。")
        return person
