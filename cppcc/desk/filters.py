"""What the lists of the desk can be narrowed to."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest

from cppcc.deadlines.calendar import KINDS, Entry
from cppcc.deadlines.models import DeadlineHolder
from cppcc.deadlines.models.deadlines import VIEW_ALL, DeadlineStatus, HolderPart
from cppcc.desk.court import Chosen, Court, kinds_held
from cppcc.office.access import reaches_any
from cppcc.office.models import Organization
from cppcc.workflow.models import Waiting


def kinds_of_entries() -> list[tuple[str, str]]:
    """The kinds of entries that apps have handed in."""
    return [("", "全部类型"), *((key, kind.label) for key, kind in KINDS.items())]


class CalendarForm(forms.Form):
    """The kind, and whether only one's own unit is shown. What makes no sense narrows nothing."""

    view = forms.CharField(required=False, widget=forms.HiddenInput)
    day = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="类型", choices=kinds_of_entries, required=False)
    own = forms.BooleanField(label="只看本单位的", required=False)

    def takes(self, entry: Entry, own: set[str]) -> bool:
        """Whether an entry is shown; `own`: the reader's units."""
        self.is_valid()
        kind = self.cleaned_data.get("kind")
        return (not kind or entry.kind == kind) and (not self.cleaned_data.get("own") or bool(entry.who & own))


def units_asked() -> Any:
    """Units in whose hands something is, or may be."""
    holding = Waiting.objects.order_by().values("organization")
    due = DeadlineHolder.objects.filter(part=HolderPart.DO, deadline__status=DeadlineStatus.OPEN).order_by()
    return Organization.objects.filter(Q(pk__in=holding) | Q(pk__in=due.values("organization")))


class CourtForm(forms.Form):
    """By words, unit, kind of matter, duty or deadline, and whether it is late."""

    q = forms.CharField(label="事项", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    unit: Any = forms.ModelChoiceField(label="在谁手里", queryset=None, required=False, empty_label="全部单位")
    kind = forms.TypedChoiceField(
        label="事项类型",
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", "全部类型"), *kinds_held()],
    )
    what = forms.ChoiceField(
        label="性质", required=False, choices=[("", "待办和期限"), ("duty", "待办"), ("deadline", "期限")]
    )
    late = forms.BooleanField(label="只看逾期的", required=False)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        unit: Any = self.fields["unit"]
        unit.queryset = units_asked() if reaches_any(user, VIEW_ALL) else own_units(user)


def own_units(user: Any) -> Any:
    """The units in which `user` acts."""
    return Organization.objects.filter(pk__in=[acting.organization_id for acting in user.acting])


class CourtFilter:
    """The filter of `ListPage` over rows of two kinds. What makes no sense narrows nothing."""

    def __init__(self, data: Any, *, queryset: Any, request: HttpRequest) -> None:
        self.form = CourtForm(data, user=request.user)
        self.form.is_valid()
        given = self.form.cleaned_data
        self.court = Court(
            request.user,
            Chosen(
                words=given.get("q", "").strip(),
                unit=given["unit"].pk if given.get("unit") else None,
                kind=given.get("kind"),
                what=given.get("what", ""),
                late=given.get("late", False),
            ),
        )
        self.qs = self.court.rows()
