"""Forms of the list: names to paste, the class as which people are added, what is done with those ticked."""

from typing import Any

from django import forms

from cppcc.deadlines.recipients import find_persons
from cppcc.meetings.models import ParticipantClass
from cppcc.office.models import Person


class AddForm(forms.Form):
    """Names, pasted or typed, and as what they take part."""

    participant_class = forms.ModelChoiceField(
        label="作为", queryset=ParticipantClass.objects.all(), empty_label=None, to_field_name="key"
    )
    names = forms.CharField(
        label="姓名", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可以整段粘贴，用顿号、空格或换行分开；有重名的写作“张三（单位简称）”",
    )  # fmt: skip

    def clean_names(self) -> str:
        """Every name is one person that we know."""
        self.persons, wrong = find_persons(self.cleaned_data["names"])
        if wrong:
            raise forms.ValidationError("".join(wrong[:10]) + ("……" if len(wrong) > 10 else ""))
        return self.cleaned_data["names"]

    def chosen(self, picked: list[int]) -> list[Person]:
        """Those whose names were typed and those ticked in the search."""
        found = {person.pk: person for person in [*self.persons, *Person.objects.filter(pk__in=picked)]}
        return list(found.values())


class BulkForm(forms.Form):
    """What is done with the ticked people of a list."""

    act = forms.ChoiceField(choices=[("class", "改为"), ("remove", "移出名单"), ("order", "保存顺序")])
    participant_class = forms.ModelChoiceField(
        label="类别", queryset=ParticipantClass.objects.all(), required=False, empty_label="选择类别"
    )

    def clean(self) -> dict[str, Any]:
        """A class to change to."""
        cleaned = super().clean() or {}
        if cleaned.get("act") == "class" and not cleaned.get("participant_class"):
            self.add_error("participant_class", "请先选择要改成的类别。")
        return cleaned
