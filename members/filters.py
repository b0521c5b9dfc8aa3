"""Filters of the roster and of the expert pool."""

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Replace

from cppcc.office.models import Organization, Term
from cppcc.office.validity import today, valid_on
from members.house import current_term
from members.models import Affiliation, Expert, Field, Member, Position, Sector

Kind = Affiliation.Kind
K = Organization.Kind
STATES = (("serving", "在任"), ("left", "离任"), ("coming", "未就任"))
LATIN = re.compile(r"[a-z ]+")


def text(label: str, method: str, hint: str = "") -> django_filters.CharFilter:
    """A search field."""
    widget = forms.TextInput(attrs={"type": "search", "placeholder": hint})
    return django_filters.CharFilter(label=label, method=method, widget=widget)


def holds(**conditions: Any) -> Exists:
    """Whether a member has such an affiliation on the day as of which he is shown."""
    return Exists(Affiliation.objects.filter(valid_on(OuterRef("as_of")), member=OuterRef("pk"), **conditions))


def sounds_like(text: str, prefix: str = "person__") -> Q:
    """Names by characters, syllables (zhangsan, zhang san) or initials (zs)."""
    asked = text.strip().lower()
    found = Q(**{f"{prefix}name__icontains": asked})
    if LATIN.fullmatch(asked):
        closed = asked.replace(" ", "")
        found |= Q(sound__startswith=closed) | Q(**{f"{prefix}pinyin__contains": f"|{closed}"})
        found |= Q(**{f"{prefix}pinyin__contains": f" {asked}"})
    return found


def with_sound(rows: Any, prefix: str = "person__") -> Any:
    """Rows with the syllables of the person's name written together, as `sound`."""
    return rows.annotate(sound=Replace(F(f"{prefix}pinyin"), Value(" "), Value("")))


class MemberFilter(django_filters.FilterSet):
    """The roster: of the present term and in office unless asked otherwise."""

    q = text("姓名、单位", "search", "姓名、拼音、首字母或单位")
    term = django_filters.ChoiceFilter(label="届次", empty_label="全部届次")
    sector = django_filters.ChoiceFilter(label="界别", method="in_sector", empty_label="全部界别")
    committee = django_filters.ChoiceFilter(label="专门委员会", method="in_committee", empty_label="全部委员会")
    party = django_filters.ChoiceFilter(label="党派", method="in_party", empty_label="全部党派")
    position = django_filters.ModelChoiceFilter(
        label="职务", queryset=Position.objects.all(), method="with_position", empty_label="全部职务"
    )
    state = django_filters.ChoiceFilter(label="状态", choices=STATES, method="in_state", empty_label="全部状态")

    class Meta:
        model = Member
        fields = ("q", "term", "sector", "committee", "party", "position", "state")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        terms = list(Term.objects.all())
        current = current_term(terms)
        if data is not None and not set(data) & set(self.base_filters):
            data = data.copy()
            data["term"], data["state"] = (current.pk if current else ""), "serving"
        super().__init__(data, *args, **kwargs)
        shown = next((term for term in terms if data and str(term.pk) == data.get("term")), current)
        units = list(Organization.objects.filter(kind__in=(K.COMMITTEE, K.PARTY)))
        self._offer("term", terms)
        self._offer("sector", Sector.objects.filter(term=shown))
        self._offer("committee", [unit for unit in units if unit.kind == K.COMMITTEE])
        self._offer("party", [unit for unit in units if unit.kind == K.PARTY])

    def _offer(self, name: str, rows: Iterable[Any]) -> None:
        self.filters[name].extra["choices"] = [(row.pk, str(row)) for row in rows]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        """By the sound of the name, or by the employer."""
        asked = value.strip()
        employer = Q(organization__name__icontains=asked) | Q(organization__short_name__icontains=asked)
        at = Affiliation.objects.filter(
            employer, valid_on(OuterRef("as_of")), member=OuterRef("pk"), kind=Kind.EMPLOYER
        )
        return with_sound(queryset).filter(sounds_like(asked) | Exists(at)) if asked else queryset

    def in_sector(self, queryset: Any, name: str, value: str) -> Any:
        """Of a sector."""
        return queryset.filter(holds(kind=Kind.SECTOR, sector=value))

    def in_committee(self, queryset: Any, name: str, value: str) -> Any:
        """Of a committee."""
        return queryset.filter(holds(kind=Kind.COMMITTEE, organization=value))

    def in_party(self, queryset: Any, name: str, value: str) -> Any:
        """Of a party."""
        return queryset.filter(holds(kind=Kind.PARTY, organization=value))

    def with_position(self, queryset: Any, name: str, value: Position) -> Any:
        """With a position."""
        return queryset.filter(holds(kind=Kind.POSITION, position=value))

    def in_state(self, queryset: Any, name: str, value: str) -> Any:
        """In office today, gone, or to come."""
        day = today()
        if value == "serving":
            return queryset.filter(valid_on(day))
        return queryset.filter(valid_to__lt=day) if value == "left" else queryset.filter(valid_from__gt=day)


class ExpertFilter(django_filters.FilterSet):
    """Experts by name, employer, field and whether they are in the pool today."""

    q = text("姓名、单位、研究方向", "search", "姓名、拼音、首字母、单位或研究方向")
    field = django_filters.ModelChoiceFilter(
        label="专业领域", queryset=Field.objects.all(), field_name="fields", empty_label="全部领域"
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=(("in", "在库"), ("out", "已出库")), method="in_state", empty_label="全部状态"
    )

    class Meta:
        model = Expert
        fields = ("q", "field", "state")

    def search(self, queryset: Any, name: str, value: str) -> Any:
        """By the sound of the name, the employer, what he works on."""
        asked = value.strip()
        said = Q(employer__icontains=asked) | Q(strengths__icontains=asked) | Q(title__icontains=asked)
        return with_sound(queryset).filter(sounds_like(asked) | said) if asked else queryset

    def in_state(self, queryset: Any, name: str, value: str) -> Any:
        """In the pool today, or not."""
        return queryset.filter(valid_on(today())) if value == "in" else queryset.exclude(valid_on(today()))
