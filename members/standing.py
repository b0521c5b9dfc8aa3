"""What a member belongs to on a day, put together from the rows that were loaded with him."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cppcc.office.models import Organization
from members.models import Affiliation, Member, Particulars

Kind = Affiliation.Kind
COMMUNIST, NON_PARTY = "中共", "无党派"


@dataclass
class Standing:
    """The affiliations of a day, by kind."""

    sector: Affiliation | None = None
    party: Affiliation | None = None
    employer: Affiliation | None = None
    committees: list[Affiliation] = field(default_factory=list)
    groups: list[Affiliation] = field(default_factory=list)
    positions: list[Affiliation] = field(default_factory=list)

    @property
    def work(self) -> str:
        """The employer with the post there."""
        return f"{self.employer.organization.name}{self.employer.duty}" if self.employer else ""

    @property
    def sector_groups(self) -> list[Affiliation]:
        """The groups that are 界别组."""
        return [row for row in self.groups if row.organization.kind == Organization.Kind.SECTOR_GROUP]


LISTS = {Kind.COMMITTEE: "committees", Kind.GROUP: "groups", Kind.POSITION: "positions"}


def standing(member: Member, day: date | None = None) -> Standing:
    """What the member belongs to on a day (`member.day` unless given). Needs `with_past()`, else it asks."""
    rows = getattr(member, "all_affiliations", None)
    if rows is None:
        rows = list(member.affiliations.select_related("sector", "organization", "position"))
    found, on = Standing(), day or member.day
    for row in rows:
        if not row.is_valid(on):
            continue
        if row.kind in LISTS:
            getattr(found, LISTS[row.kind]).append(row)
        else:
            setattr(found, row.kind, row)
    return found


def with_standing(members: Sequence[Member]) -> list[Member]:
    """Give each member its `standing`, `told` (particulars, empty ones where there are none) and `party_shown`."""
    for member in members:
        noted: Any = member
        noted.standing = standing(member)
        noted.told = particulars_of(member)
        noted.party_shown = party_text(member)
    return list(members)


def particulars_of(member: Member) -> Particulars:
    """The particulars of the member's person; unsaved empty ones where there are none."""
    try:
        return member.person.particulars
    except Particulars.DoesNotExist:
        return Particulars(person=member.person)


def party_text(member: Member) -> str:
    """民革, or 中共 and 无党派 after the political status."""
    noted: Any = member
    if noted.standing.party:
        return str(noted.standing.party.organization)
    return party_of_status(noted.told.political_status)


def party_of_status(status: str) -> str:
    """What 党派 says of a member without a democratic party."""
    return COMMUNIST if status.startswith(COMMUNIST) else NON_PARTY if status.startswith(NON_PARTY) else ""
