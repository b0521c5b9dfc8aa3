"""The forms of a member: person and particulars, a new member, what he belongs to, leaving, what is sealed."""

from typing import Any

from django import forms

from cppcc.office.models import Organization, Person, Term
from cppcc.office.validity import today
from members.columns import IdentityNumber, SecretText
from members.enrolment import MEMBER, PERSON, TOLD
from members.forms.fields import MonthField, PhoneField, day_field, read
from members.house import current_term
from members.identity import Known
from members.models import Affiliation, Member, Particulars, Position, Sector
from members.models.particulars import SEALED
from members.standing import particulars_of

Kind = Affiliation.Kind
K = Organization.Kind
NEW_PERSON = "new"


class PersonForm(forms.Form):
    """What is said of the person, and of the membership besides what he belongs to."""

    form_columns = 2
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="姓名", max_length=50)
    gender = forms.ChoiceField(label="性别", required=False, choices=[("", "未填"), *Particulars.Gender.choices])
    born = MonthField(label="出生年月", required=False, help_text="如 1970-03")
    ethnicity = forms.CharField(label="民族", max_length=20, required=False)
    political_status = forms.CharField(
        label="政治面貌", max_length=20, required=False, help_text="如：中共党员、民革党员、无党派人士、群众"
    )
    education = forms.CharField(label="学历", max_length=40, required=False)
    phone = PhoneField(label="手机", max_length=30, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)
    expertise = forms.CharField(label="专长", max_length=200, required=False, help_text="几项用顿号分开")
    valid_from = day_field("任职起")
    remark = forms.CharField(label="备注", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @classmethod
    def stored(cls, member: Member) -> dict[str, Any]:
        """What is stored of a member, as the form shows it."""
        told = particulars_of(member)
        found = {name: getattr(member.person, name) for name in PERSON} | {name: getattr(told, name) for name in TOLD}
        return found | {name: getattr(member, name) for name in MEMBER} | {"version": member.version}

    def saved_value(self, member: Member, name: str) -> Any:
        """The same of one field, for the page of a stale form."""
        value = self.stored(member).get(name)
        return dict(Particulars.Gender.choices).get(str(value), value) if name == "gender" else value


class NewMemberForm(PersonForm):
    """A member of a term with what he belongs to. When somebody of that name is registered, it asks who he is."""

    term = forms.ModelChoiceField(label="届次", queryset=Term.objects.all(), empty_label=None)
    sector = forms.ModelChoiceField(label="界别", queryset=Sector.objects.none(), empty_label="未定", required=False)
    party = forms.ModelChoiceField(label="党派", queryset=Organization.objects.none(),
                                   empty_label="无（中共、无党派、群众）",
                                   required=False)  # fmt: skip
    employer = forms.CharField(label="工作单位", max_length=100, required=False)
    duty = forms.CharField(label="单位职务", max_length=100, required=False)
    new_unit = forms.BooleanField(label="名称里没有登记的，登记为新单位", required=False)
    committee = forms.ModelChoiceField(
        label="专门委员会", queryset=Organization.objects.none(), empty_label="未定", required=False
    )
    position = forms.ModelChoiceField(
        label="政协职务", queryset=Position.objects.all(), empty_label="委员", required=False
    )
    field_order = (
        "term", "valid_from", "name", "gender", "born", "ethnicity", "political_status", "party", "sector", "committee",
        "position", "employer", "duty", "new_unit", "phone", "email", "education", "expertise", "remark",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Organization.objects.valid()
        self.fields["party"].queryset = units.filter(kind=K.PARTY)
        self.fields["committee"].queryset = units.filter(kind=K.COMMITTEE)
        self.fields["sector"].queryset = Sector.objects.select_related("term")
        self.fields["sector"].label_from_instance = lambda sector: f"{sector.name}（{sector.term}）"
        self.initial.setdefault("term", current_term())
        self.initial.setdefault("valid_from", today())

    def clean(self) -> dict[str, Any]:
        """The sector belongs to the term; a person of that name is told apart from others."""
        cleaned = super().clean() or {}
        sector, term = cleaned.get("sector"), cleaned.get("term")
        if sector and term and sector.term_id != term.pk:
            self.add_error("sector", f"“{sector.name}”不是{term}的界别，请重新选择。")
        begun = cleaned.get("valid_from")
        if term and begun and not term.starts <= begun <= term.ends:
            self.add_error("valid_from", f"不在{term}之内（{term.starts:%Y-%m-%d} 至 {term.ends:%Y-%m-%d}）。")
        if term and cleaned.get("name"):
            self._who(cleaned, term)
        return cleaned

    def _who(self, cleaned: dict[str, Any], term: Term) -> None:
        same = [p for p in namesakes(cleaned["name"]) if not known(p).contradicts(cleaned)]
        there = [p for p in same if p.memberships.filter(term=term).exists()]
        same = [person for person in same if person not in there]
        cleaned["person"] = None
        if not same and not there:
            return
        choices = [(str(p.pk), f"就是{described(p)}") for p in same] + [(NEW_PERSON, "是另一个同名的人，新登记")]
        self.fields["who"] = forms.ChoiceField(label="系统里有同名的人", choices=choices, widget=forms.RadioSelect)
        chosen = self.data.get("who")
        if chosen not in dict(choices):
            told = f"{there[0].name}已是{term}委员；" if there else ""
            self.add_error("who", f"{told}请选明是不是同一个人。")
        elif chosen != NEW_PERSON:
            cleaned["person"] = next(person for person in same if str(person.pk) == chosen)


def namesakes(name: str) -> list[Person]:
    """The registered persons of a name."""
    return list(
        Person.objects.filter(name=name)
        .select_related("particulars")
        .prefetch_related("tenures__post__organization")[:20]
    )


def known(person: Person) -> Known:
    """The person as an import compares it."""
    told = getattr(person, "particulars", None)
    return Known(person.pk, person.phone, told.born if told else None)


def described(person: Person) -> str:
    """赵甲子（1970 年 3 月生，市教育局 · 部门经办）."""
    told = known(person)
    born = f"{told.born:%Y 年 %-m 月}生" if told.born else ""
    posts = "、".join(str(tenure.post) for tenure in person.tenures.all()[:2])
    return f"{person.name}（{'，'.join(filter(None, [born, posts])) or '没有其他登记'}）"


class ChangeForm(forms.Form):
    """From a day on the member belongs to something else; the old row stays."""

    target = forms.ModelChoiceField(label="", queryset=Sector.objects.none(), required=False)
    employer = forms.CharField(
        label="新的工作单位", max_length=100, required=False, help_text="空着即不再有工作单位登记"
    )
    new_unit = forms.BooleanField(label="名称里没有登记的，登记为新单位", required=False)
    duty = forms.CharField(label="在其中的职务", max_length=100, required=False, help_text="如：主任、召集人；可空")
    since = day_field("从哪天起", hint="原来的到前一天为止，仍保留在清单里")

    def __init__(self, *args: Any, member: Member, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.member = kind, member
        self.initial.setdefault("since", today())
        single = kind in Affiliation.ONE_AT_A_TIME
        if kind == Kind.EMPLOYER:
            del self.fields["target"]
        else:
            del self.fields["employer"], self.fields["new_unit"]
            field = self.fields["target"]
            field.label, field.queryset = Kind(kind).label, choices_of(kind, member.term_id)
            field.required, field.empty_label = not single, "（无）" if single else "请选择"
        if kind in (Kind.SECTOR, Kind.PARTY, Kind.POSITION):
            del self.fields["duty"]


def choices_of(kind: str, term: int | None) -> Any:
    """What a member of a term can belong to, of one kind."""
    units = Organization.objects.valid()
    if kind == Kind.SECTOR:
        return Sector.objects.filter(term=term)
    if kind == Kind.POSITION:
        return Position.objects.all()
    kinds = {Kind.PARTY: [K.PARTY], Kind.COMMITTEE: [K.COMMITTEE], Kind.GROUP: [K.SECTOR_GROUP, K.ACTIVITY_GROUP]}
    return units.filter(kind__in=kinds[Kind(kind)]) if kind in kinds else units


class CorrectForm(forms.ModelForm):
    """A row that was entered wrongly, or that ends."""

    class Meta:
        model = Affiliation
        fields = ("duty", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = day_field("起")
        self.fields["valid_to"] = day_field("止", required=False, hint="仍在的空着；最后一天也算在内")
        if self.instance.kind in (Kind.SECTOR, Kind.PARTY, Kind.POSITION):
            del self.fields["duty"]

    def clean(self) -> dict[str, Any]:
        """The period lies within the membership."""
        cleaned = super().clean() or {}
        begun, ends, member = cleaned.get("valid_from"), cleaned.get("valid_to"), self.instance.member
        if begun and member.valid_from and begun < member.valid_from:
            self.add_error("valid_from", f"不能早于任职起始日期（{member.valid_from:%Y-%m-%d}）。")
        if begun and ends and ends < begun:
            self.add_error("valid_to", "不能早于起始日期。")
        return cleaned


class LeaveForm(forms.Form):
    """Leaving before the term ends, or with it. R141."""

    left_by = forms.ChoiceField(label="离任原因", choices=Member.Left.choices)
    day = day_field("离任日期", hint="在任的最后一天；界别、党派、单位、委员会、联系安排和特约职务同日终止")
    left_why = forms.CharField(
        label="说明", max_length=200, required=False, help_text="如：调任外市工作；经第几次常委会会议决定"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", today())

    def clean(self) -> dict[str, Any]:
        """Another reason is explained."""
        cleaned = super().clean() or {}
        if cleaned.get("left_by") in (Member.Left.OTHER, Member.Left.REMOVED) and not cleaned.get("left_why"):
            self.add_error("left_why", "这种离任原因请写明说明（依据或经过）。")
        return cleaned


class PhotoForm(forms.Form):
    """A photograph."""

    photo = forms.FileField(
        label="照片", help_text="png 或 jpg，最大 5 MB；存入前会缩小并去掉拍摄信息",
        error_messages={"required": "请选择照片文件。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )  # fmt: skip


class SealedForm(forms.Form):
    """What is sealed, to be entered; what stands there is never shown, and what was typed never comes back.

    The names of the fields begin with `secret_`, so that no page of a refusal or of an expired session repeats them.
    """

    secret_id_number = forms.CharField(label="身份证号", required=False, widget=forms.PasswordInput)
    secret_address = forms.CharField(label="家庭住址", required=False, widget=forms.PasswordInput)
    secret_religion = forms.CharField(label="宗教信仰", required=False, widget=forms.PasswordInput)
    clear = forms.MultipleChoiceField(
        label="清除已登记的内容", choices=list(SEALED.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SEALED:
            self.fields[f"secret_{name}"].help_text = "空着则不改"
            self.fields[f"secret_{name}"].widget.attrs["autocomplete"] = "off"

    def clean_secret_id_number(self) -> str:
        """Eighteen digits that agree."""
        return read(IdentityNumber(), self.cleaned_data["secret_id_number"])

    def clean_secret_address(self) -> str:
        """At most 200 characters."""
        return read(SecretText(200), self.cleaned_data["secret_address"])

    def clean_secret_religion(self) -> str:
        """At most 40 characters."""
        return read(SecretText(40), self.cleaned_data["secret_religion"])

    @property
    def values(self) -> dict[str, str]:
        """The fields that change."""
        typed = {name: self.cleaned_data[f"secret_{name}"] for name in SEALED}
        return {name: text for name, text in typed.items() if text} | dict.fromkeys(self.cleaned_data["clear"], "")


class UnmaskForm(forms.Form):
    """Which sealed particular is asked for, and why."""

    field = forms.ChoiceField(label="查看项目", choices=list(SEALED.items()))
    reason = forms.CharField(
        label="查看理由", max_length=200, min_length=4,
        help_text="如：为委员办理体检预约；理由、时间和查看人会留下记录",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
