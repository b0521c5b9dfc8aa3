"""The three tables of who keeps contact with whom, and who is without a contact. R138."""

from typing import Any

from cppcc.office.models import Person
from members.house import current_term
from members.models import Affiliation, LeaderLink, Member, Position, Sector

Kind = LeaderLink.Kind


def links_of(kind: str) -> list[tuple[Any, list[LeaderLink]]]:
    """(leader, his links of today), in the order of names."""
    rows = LeaderLink.objects.valid().filter(kind=kind).select_related("leader", "sector", "member__person")
    found: dict[Any, list[LeaderLink]] = {}
    for row in rows:
        found.setdefault(row.leader, []).append(row)
    return list(found.items())


def gaps(kind: str) -> dict[str, Any]:
    """Sectors (or members) without a contact, and leaders who keep none."""
    links = LeaderLink.objects.valid().filter(kind=kind)
    idle = leaders(kind).exclude(pk__in=links.values("leader"))
    if kind == Kind.CHAIRS:
        alone: Any = Sector.objects.filter(term=current_term()).exclude(pk__in=links.values("sector"))
    else:
        alone = linked_members(kind).exclude(pk__in=links.values("member")).order_by("person__pinyin")
    return {"alone": list(alone[:500]), "idle": list(idle[:100]) if kind != Kind.PARTY_MEMBERS else []}


def serving() -> Any:
    """The members in office today, for a choice."""
    return Member.objects.valid().select_related("person")


def leaders(kind: str) -> Any:
    """Who may keep contact: those with a leading position; for the third table members of the party."""
    members = Member.objects.valid()
    if kind == Kind.PARTY_MEMBERS:
        members = members.filter(person__particulars__political_status__startswith="中共")
    else:
        leading = Position.objects.filter(leading=True)
        rows = Affiliation.objects.valid().filter(kind=Affiliation.Kind.POSITION, position__in=leading)
        members = members.filter(pk__in=rows.values("member"))
    return Person.objects.filter(pk__in=members.values("person"))


def linked_members(kind: str) -> Any:
    """With whom contact is kept: without a party or of a religion's sector; or outside the party."""
    outside = serving().exclude(person__particulars__political_status__startswith="中共")
    return outside if kind == Kind.PARTY_MEMBERS else outside_parties(outside)


def outside_parties(members: Any) -> Any:
    """Of them those in no party, and those of the sector 宗教界."""
    rows = Affiliation.objects.valid()
    in_party = rows.filter(kind=Affiliation.Kind.PARTY).values("member")
    religious = rows.filter(kind=Affiliation.Kind.SECTOR, sector__name__contains="宗教").values("member")
    return members.exclude(pk__in=in_party) | members.filter(pk__in=religious)
