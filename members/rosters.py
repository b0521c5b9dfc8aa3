"""Lists of persons that meetings invite from: members, the standing committee, sectors, the counties' chairs. R118."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cppcc.meetings.registry import Candidate, Roster
from cppcc.office.models import Organization, Tenure
from cppcc.office.validity import valid_on
from members.house import current_term
from members.models import Affiliation, Expert, Member, Sector

Kind = Affiliation.Kind
MEMBER_TITLE = "委员"


def serving(day: date) -> Any:
    """The members in office on a day, with what stands on a list, in the order of position, sector and name."""
    members: Any = Member.objects.valid(day).called_on(day).select_related("person")
    return members.order_by("position_order", "sector_order", "person__pinyin", "pk")


def candidates(members: Iterable[Member]) -> list[Candidate]:
    """Each member once, with employer and position."""
    found = list(members)
    employers = Organization.objects.in_bulk({m.employer_id_now for m in found if m.employer_id_now})  # type: ignore[attr-defined]
    return [_candidate(member, employers) for member in found]


def _candidate(member: Any, employers: dict[int, Organization]) -> Candidate:
    unit = employers.get(member.employer_id_now)
    return Candidate(member.person, unit, (member.position_name or member.duty_name or MEMBER_TITLE)[:100])


def all_members(day: date) -> list[Candidate]:
    """全体委员."""
    return candidates(serving(day))


def standing_committee(day: date) -> list[Candidate]:
    """常务委员会组成人员: chair, vice-chairs, secretary-general and standing members."""
    sits = Affiliation.objects.filter(valid_on(day), kind=Kind.POSITION, position__standing=True, member=OuterRef("pk"))
    return candidates(serving(day).filter(Exists(sits)))


def of_sector(pk: int, day: date) -> list[Candidate]:
    """The members of a sector."""
    belongs = Affiliation.objects.filter(valid_on(day), kind=Kind.SECTOR, sector=pk, member=OuterRef("pk"))
    return candidates(serving(day).filter(Exists(belongs)))


def of_unit(pk: int, day: date) -> list[Candidate]:
    """The members of a committee or group."""
    belongs = Affiliation.objects.filter(
        valid_on(day), kind__in=[Kind.COMMITTEE, Kind.GROUP], organization=pk, member=OuterRef("pk")
    )
    return candidates(serving(day).filter(Exists(belongs)))


def county_heads(day: date, *, vice: bool) -> list[Candidate]:
    """R118: chairs (or vice-chairs) of the counties who do not sit on the city's standing committee.

    A county's posts are told apart by their title.
    """
    sits = Affiliation.objects.filter(
        valid_on(day), valid_on(day, "member__"), kind=Kind.POSITION, position__standing=True,
        member__person=OuterRef("person"),
    )  # fmt: skip
    titled = Q(post__title__contains="主席")
    titled &= Q(post__title__contains="副主席") if vice else ~Q(post__title__contains="副主席")
    held = (
        Tenure.objects.filter(titled, valid_on(day), valid_on(day, "post__"), valid_on(day, "post__organization__"))
        .filter(~Exists(sits), post__organization__kind=Organization.Kind.COUNTY)
        .select_related("person", "post__organization")
        .order_by("post__organization__order", "post__order", "pk")
    )
    first = {row.person_id: row for row in reversed(held)}
    return [Candidate(row.person, row.post.organization, row.post.title) for row in reversed(first.values())]


def fixed() -> list[Roster]:
    """The rosters that every office has."""
    return [
        Roster("members", "全体委员", all_members),
        Roster("standing", "常务委员会组成人员", standing_committee),
        Roster("county-chairs", "不是常委的县级政协主席", lambda day: county_heads(day, vice=False)),
        Roster("county-vice-chairs", "不是常委的县级政协副主席", lambda day: county_heads(day, vice=True)),
    ]


def of_the_term() -> list[Roster]:
    """A roster for each sector of the present term, each committee and each group."""
    term = current_term()
    sectors = Sector.objects.filter(term=term) if term else Sector.objects.none()
    kinds = (Organization.Kind.COMMITTEE, Organization.Kind.SECTOR_GROUP, Organization.Kind.ACTIVITY_GROUP)
    return [_of_sector(sector) for sector in sectors] + [
        _of_unit(unit) for unit in Organization.objects.valid().filter(kind__in=kinds)
    ]


def _of_sector(sector: Sector) -> Roster:
    return Roster(f"sector:{sector.pk}", f"界别：{sector.name}", lambda day: of_sector(sector.pk, day))


def _of_unit(unit: Organization) -> Roster:
    return Roster(f"unit:{unit.pk}", f"{unit.get_kind_display()}：{unit.name}委员", lambda day: of_unit(unit.pk, day))


def titles(persons: Collection[int], day: date) -> dict[int, Candidate]:
    """What stands on a list beside members and outside experts who hold no post: person -> candidate."""
    found = {c.person.pk: c for c in candidates(serving(day).filter(person__in=persons))}
    experts = Expert.objects.filter(valid_on(day), person__in=persons).select_related("person")
    for expert in experts:
        told = f"{expert.employer}{expert.title}"[:100]
        found.setdefault(expert.person_id, Candidate(expert.person, None, told))
    return found
