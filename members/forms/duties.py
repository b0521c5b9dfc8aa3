"""Forms of links between leaders and members, special duties, stations, activity groups and their money."""

from typing import Any

from django import forms

from cppcc.office.models import Organization
from cppcc.office.validity import today
from members.forms.fields import day_field
from members.house import current_term
from members.links import leaders, linked_members, serving
from members.models import GroupMoney, LeaderLink, Member, Sector, SpecialDuty, Station

K = Organization.Kind
Kind = LeaderLink.Kind
BODIES = (K.COURT, K.DEPARTMENT, K.GOVERNMENT, K.PARTY_COMMITTEE)


class DatedForm(forms.ModelForm):
    """From a day to a day, today on unless said otherwise."""

    form_columns = 2
    begins, ends = "起", "止"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = day_field(self.begins)
        self.fields["valid_to"] = day_field(self.ends, required=False, hint="仍有效的空着")
        if not self.instance.pk:
            self.initial.setdefault("valid_from", today())


class LinkForm(DatedForm):
    """Who keeps contact with whom. R138."""

    class Meta:
        model = LeaderLink
        fields = ("leader", "sector", "member", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.instance.kind
        self.fields["leader"].queryset = leaders(kind)
        if kind == Kind.CHAIRS:
            self.fields["sector"].queryset = Sector.objects.filter(term=current_term())
            self.fields["sector"].required, self.fields["sector"].empty_label = True, "请选择"
            del self.fields["member"]
        else:
            self.fields["member"].queryset = linked_members(kind)
            self.fields["member"].required, self.fields["member"].empty_label = True, "请选择"
            del self.fields["sector"]


class DutyForm(DatedForm):
    """A special duty of a member. R124."""

    begins, ends = "聘任起", "聘期止"

    class Meta:
        model = SpecialDuty
        fields = ("member", "organization", "title", "valid_from", "valid_to", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = serving() | Member.objects.filter(pk=self.instance.member_id).select_related(
            "person"
        )
        self.fields["organization"].queryset = Organization.objects.valid().filter(kind__in=BODIES)


class StationForm(DatedForm):
    """A place where members work. R143."""

    begins, ends = "设立日期", "撤销日期"

    class Meta:
        model = Station
        fields = ("kind", "name", "place", "organization", "sector", "keepers", "valid_from", "valid_to")
        widgets = {"keepers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (K.COMMITTEE, K.SECTOR_GROUP, K.ACTIVITY_GROUP, K.COUNTY, K.TOWNSHIP)
        self.fields["organization"].queryset = Organization.objects.valid().filter(kind__in=kinds)
        self.fields["sector"].queryset = Sector.objects.filter(term=current_term())
        self.fields["keepers"].queryset = serving()


class GroupForm(DatedForm):
    """An activity group. R142."""

    begins, ends = "成立日期", "撤销日期"

    class Meta:
        model = Organization
        fields = ("name", "short_name", "parent", "order", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        field.queryset = Organization.objects.valid().filter(kind=K.COMMITTEE)
        field.label, field.required = "联系委室", True


class GroupMemberForm(forms.Form):
    """Somebody joins a group."""

    member = forms.ModelChoiceField(label="委员", queryset=Member.objects.none(), empty_label="请选择")
    duty = forms.CharField(label="组内职务", max_length=100, required=False, help_text="如：组长、副组长")
    since = day_field("加入日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = serving()
        self.initial.setdefault("since", today())


class MoneyForm(forms.ModelForm):
    """Money of a group: what came in is positive, what was spent negative. R142."""

    class Meta:
        model = GroupMoney
        fields = ("on", "amount", "what")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = day_field("日期")
        self.initial.setdefault("on", today())

    def clean_amount(self) -> Any:
        """Not nothing."""
        if self.cleaned_data["amount"] == 0:
            raise forms.ValidationError("金额不能为零。")
        return self.cleaned_data["amount"]
