"""Filters of entries, proposals, contacts, allowances, and of the members of a year."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from cppcc.meetings.models import Meeting
from cppcc.office.models import Organization, Term
from cppcc.office.validity import valid_on
from members.acts import Tree
from members.filters import sounds_like, with_sound
from members.house import in_house
from members.models import Act, Affiliation, Allowance, Contact, EntryProposal, Member, PerformanceEntry, Sector
from members.models.contacts import ContactState
from members.models.ledger import ProposalState

SEARCH = forms.TextInput(attrs={"type": "search"})
MONTH = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
SOURCES = [("hand", "手工登记"), ("meeting", "会议活动"), ("proposal", "委员申报"), ("other", "其他")]
STANDING = [("standing", "有效"), ("reversed", "已冲销"), ("counter", "冲销记录")]


def named(label: str = "委员") -> django_filters.CharFilter:
    """A search for a member by name or pinyin."""
    return django_filters.CharFilter(label=label, method="by_name", widget=SEARCH)


def month(label: str = "月份") -> django_filters.DateFilter:
    """A month, 2026-03."""
    return django_filters.DateFilter(label=label, method="in_month", input_formats=["%Y-%m"], widget=MONTH)


def year(label: str = "年度") -> django_filters.NumberFilter:
    """A year."""
    return django_filters.NumberFilter(
        label=label, field_name="on", lookup_expr="year", min_value=1950, max_value=2200,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


def act_choices() -> list[tuple[int, str]]:
    """All acts, those below others moved in."""
    return [(act.pk, f"{'　' * depth}{act.label}") for act, depth in Tree().walked()]


class OfMembers(django_filters.FilterSet):
    """What filters of rows that belong to a member share."""

    path = "member__"

    def by_name(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the name's characters, syllables or initials."""
        prefix = f"{self.path}person__"
        return with_sound(queryset, prefix).filter(sounds_like(value, prefix)) if value.strip() else queryset

    def in_month(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        """In a calendar month."""
        return queryset.filter(on__year=value.year, on__month=value.month)


class EntryFilter(OfMembers):
    """Entries by term, member, act with all under it, month, how they came, who wrote them, whether they stand."""

    member = named()
    q = django_filters.CharFilter(label="内容", field_name="title", lookup_expr="icontains", widget=SEARCH)
    term = django_filters.ModelChoiceFilter(
        label="届次", queryset=Term.objects.all(), field_name="member__term", empty_label="全部届次"
    )
    act = django_filters.ChoiceFilter(label="履职事项", choices=act_choices, method="of_act", empty_label="全部事项")
    year = year()
    month = month()
    source = django_filters.ChoiceFilter(label="来源", choices=SOURCES, method="of_source", empty_label="全部来源")
    by = django_filters.CharFilter(
        label="登记人", field_name="recorded_by__person__name", lookup_expr="icontains", widget=SEARCH
    )
    state = django_filters.ChoiceFilter(label="记录状态", choices=STANDING, method="as_it_stands", empty_label="全部")

    class Meta:
        model = PerformanceEntry
        fields = ("member", "q", "term", "act", "year", "month", "source", "by", "state")

    def of_act(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The act and what is under it."""
        return queryset.filter(act__in=Tree().below(int(value)))

    def of_source(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the kind of its matter."""
        known = [ContentType.objects.get_for_model(model).pk for model in (Meeting, EntryProposal)]
        if value == "hand":
            return queryset.filter(content_type__isnull=True)
        if value == "other":
            return queryset.filter(content_type__isnull=False).exclude(content_type__in=known)
        return queryset.filter(content_type=known[value == "proposal"])

    def as_it_stands(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Standing, cancelled, or counter-entries."""
        if value == "counter":
            return queryset.filter(reverses__isnull=False)
        counters = PerformanceEntry.objects.filter(reverses=OuterRef("pk"))
        rows = queryset.filter(reverses__isnull=True)
        return rows.filter(Exists(counters)) if value == "reversed" else rows.exclude(Exists(counters))


class ProposalFilter(OfMembers):
    """Members' own entries by state, member, act, month."""

    member = named()
    act = django_filters.ModelChoiceFilter(
        label="履职事项", queryset=Act.objects.filter(proposable=True), empty_label="全部事项"
    )
    month = month()
    state = django_filters.ChoiceFilter(label="状态", choices=ProposalState.choices, empty_label="全部状态")

    class Meta:
        model = EntryProposal
        fields = ("member", "act", "month", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_house(self.request.user):
            del self.filters["member"]


class ContactFilter(OfMembers):
    """Contacts by kind, state, member, year."""

    member = named()
    q = django_filters.CharFilter(label="情况、困难", method="search", widget=SEARCH)
    kind = django_filters.ChoiceFilter(label="类别", choices=Contact.Kind.choices, empty_label="全部类别")
    state = django_filters.ChoiceFilter(label="状态", choices=ContactState.choices, empty_label="全部状态")
    year = year()

    class Meta:
        model = Contact
        fields = ("member", "q", "kind", "state", "year")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """In what was noted, raised and answered."""
        words = value.strip()
        return queryset.filter(
            Q(notes__icontains=words) | Q(difficulty__icontains=words) | Q(solution__icontains=words)
        )


class AllowanceFilter(OfMembers):
    """Allowances by member, item, month, whether they were paid."""

    member = named()
    q = django_filters.CharFilter(label="会议活动", field_name="meeting__title", lookup_expr="icontains", widget=SEARCH)
    kind = django_filters.ChoiceFilter(label="项目", choices=Allowance.Kind.choices, empty_label="全部项目")
    year = year()
    month = month()
    paid = django_filters.ChoiceFilter(
        label="发放", choices=[("yes", "已发放"), ("no", "待发放")], method="was_paid", empty_label="全部"
    )

    class Meta:
        model = Allowance
        fields = ("member", "q", "kind", "year", "month", "paid")

    def was_paid(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Paid or not."""
        return queryset.filter(paid_on__isnull=value == "no")


class OfYear(OfMembers):
    """The members of a year by name, sector and committee; who has what the page asks for, and who has not."""

    path = ""
    member = named("姓名")
    sector = django_filters.ChoiceFilter(label="界别", method="of_sector", empty_label="全部界别")
    committee = django_filters.ModelChoiceFilter(
        label="专门委员会", method="of_committee", empty_label="全部专门委员会",
        queryset=Organization.objects.filter(kind=Organization.Kind.COMMITTEE),
    )  # fmt: skip
    who = django_filters.ChoiceFilter(label="范围", method="chosen", empty_label="全部委员")

    class Meta:
        model = Member
        fields = ("member", "sector", "committee", "who")

    conditions: dict[str, tuple[str, Q]] = {}
    day: date

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Sector.objects.order_by("-term__number", "order").values_list("name", flat=True)
        self.filters["sector"].extra["choices"] = [(name, name) for name in dict.fromkeys(names)]
        self.filters["who"].extra["choices"] = [(key, label) for key, (label, _) in self.conditions.items()]

    def of_sector(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Of the sector on the day of the page."""
        return self._belonging(queryset, kind=Affiliation.Kind.SECTOR, sector__name=value)

    def of_committee(self, queryset: QuerySet, name: str, value: Organization) -> QuerySet:
        """Of the committee on the day of the page."""
        return self._belonging(queryset, kind=Affiliation.Kind.COMMITTEE, organization=value)

    def _belonging(self, queryset: QuerySet, **what: Any) -> QuerySet:
        rows = Affiliation.objects.filter(valid_on(self.day), member=OuterRef("pk"), **what)
        return queryset.filter(Exists(rows))

    def chosen(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those for whom the condition holds."""
        return queryset.filter(self.conditions[value][1])


def of_year(day: date, conditions: Iterable[tuple[str, str, Q]]) -> type[OfYear]:
    """A filter of members as of `day`; `conditions`: (key, label, condition on the annotated rows)."""
    found = {key: (label, condition) for key, label, condition in conditions}
    return type("OfThisYear", (OfYear,), {"day": day, "conditions": found})
