"""Forms of the list of addressees: pasted, picked, one row."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cppcc.deadlines.recipients import find_persons, people_of, units_to_choose
from cppcc.documents.addressees import LONGEST_NAME, LONGEST_SALUTATION, LONGEST_VALUE, MOST
from cppcc.documents.letters import Addressee, columns_of, units_named
from cppcc.documents.models import Letter
from cppcc.documents.places import NAME, OWN, PLACE, UNIT, places_in
from cppcc.office.models import Organization, Person
from cppcc.office.units_field import UnitsField

ADD, REPLACE = "add", "replace"


class PasteForm(forms.Form):
    """A list out of a spreadsheet."""

    text = forms.CharField(
        label="名单", max_length=600_000, strip=False, widget=forms.Textarea(attrs={"rows": 14}),
        help_text="从 Excel 或 WPS 表格里选中后复制，粘贴到这里。第一行可以是表头（姓名、称呼、单位，还可以有别的栏）；"
        "没有表头的，按姓名、称呼、单位的次序排列。称呼不填的写作“某某同志”；姓名不填的寄给单位。",
    )  # fmt: skip
    mode = forms.ChoiceField(
        label="加入方式", choices=[(ADD, "加在现有名单后面"), (REPLACE, "替换现有名单")], initial=ADD,
        widget=forms.RadioSelect,
    )  # fmt: skip
    keep = forms.BooleanField(label="重复的也加入", required=False, help_text="姓名和单位都相同的，一般只发一份")


class PickForm(forms.Form):
    """Persons by name, units themselves, or the people who hold posts in them."""

    UNITS, PEOPLE = "units", "people"

    names = forms.CharField(
        label="人员", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="填姓名，用顿号、空格或换行分开；有重名的写作“张三（单位简称）”",
    )  # fmt: skip
    to = forms.ChoiceField(
        label="所选单位", choices=[(UNITS, "一个单位一份"), (PEOPLE, "单位现任职人员每人一份")], initial=UNITS,
        widget=forms.RadioSelect,
    )  # fmt: skip
    salutation = forms.CharField(
        label="个人的称呼", max_length=40, initial="{姓名}同志", help_text="{姓名}处填各人的姓名，如：{姓名}委员"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"] = UnitsField("单位", units_to_choose())

    def clean_names(self) -> str:
        """Every name is one person that we know."""
        self.persons, wrong = find_persons(self.cleaned_data["names"])
        if wrong:
            raise ValidationError("".join(wrong[:10]) + ("……" if len(wrong) > 10 else ""))
        return self.cleaned_data["names"]

    def clean_salutation(self) -> str:
        """Names the person, and nothing else."""
        places = PLACE.findall(self.cleaned_data["salutation"])
        if places != [NAME]:
            raise ValidationError("请写明姓名的位置，如：{姓名}同志。")
        return self.cleaned_data["salutation"]

    def clean(self) -> dict[str, Any]:
        """Somebody was picked."""
        cleaned = super().clean() or {}
        if not self.errors and not self.persons and not cleaned.get("units"):
            raise ValidationError("请填写一位人员的姓名，或选择一个单位。")
        return cleaned

    @property
    def rows(self) -> list[Addressee]:
        """The addressees that were picked."""
        units = self.cleaned_data["units"]
        rows = [self._person(person, None) for person in self.persons]
        if self.cleaned_data["to"] == self.UNITS:
            return rows + [Addressee(unit.name[:LONGEST_NAME], unit.name, unit) for unit in units]
        return rows + self._people({unit.pk: unit for unit in units})

    def _people(self, units: dict[int, Organization]) -> list[Addressee]:
        reached = people_of(units)
        persons = Person.objects.in_bulk([row.person for row in reached])
        return [self._person(persons[row.person], units.get(row.organization or 0)) for row in reached]

    def _person(self, person: Person, unit: Organization | None) -> Addressee:
        return Addressee(person.name, PLACE.sub(person.name, self.cleaned_data["salutation"]), unit, person)


class LetterForm(forms.Form):
    """One addressee: before the issue all of it, afterwards what is printed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.IntegerField(label="序号", min_value=1, max_value=MOST)
    name = forms.CharField(label=NAME, max_length=LONGEST_NAME)
    salutation = forms.CharField(label="称呼", max_length=LONGEST_SALUTATION, help_text="印在主送处，不写冒号")
    unit = forms.CharField(label=UNIT, max_length=100, required=False)

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        self.letter, self.issued = letter, bool(letter.number_text)
        super().__init__(*args, **kwargs)
        self.labels = _labels(letter)
        for number, label in enumerate(self.labels):
            self.fields[f"value{number}"] = forms.CharField(label=label, max_length=LONGEST_VALUE, required=False)
        if self.issued:
            del self.fields["place"]
        self.initial = {**self.stored(), **self.initial}

    def stored(self) -> dict[str, Any]:
        """What the row says now."""
        letter = self.letter
        values = {f"value{number}": letter.values.get(label, "") for number, label in enumerate(self.labels)}
        return values | {
            "version": letter.document.version, "place": letter.order, "name": letter.name,
            "salutation": letter.salutation, "unit": letter.unit,
        }  # fmt: skip

    def saved_value(self, document: Any, name: str) -> Any:
        """The same for the page of a stale form."""
        self.letter.refresh_from_db()
        return self.stored().get(name)

    @property
    def row(self) -> Addressee:
        """What was typed. After the issue the unit that was told stays, however it is written."""
        data = self.cleaned_data
        values = {label: text for n, label in enumerate(self.labels) if (text := data[f"value{n}"].strip())}
        written = data["unit"].strip()
        unit = self.letter.organization if self.issued else units_named([written]).get(written)
        if written and (self.issued or unit is None or unit.name != written):
            values[UNIT] = written
        return Addressee(data["name"], data["salutation"].rstrip("：:"), unit, None, values)


def _labels(letter: Letter) -> Sequence[str]:
    """The further columns: those of the list, and those that the text asks for."""
    asked = [place for place in places_in(letter.document.description) if place not in OWN]
    return list(dict.fromkeys([*columns_of(letter.document), *asked]))
