"""The roster of a term as an import compares it: one plain entry a member, read in three queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cppcc.office.models import Organization, Term
from cppcc.office.validity import today
from members.models import Affiliation, Member
from members.models.particulars import SEALED

Kind = Affiliation.Kind
PARTICULARS = ("gender", "born", "ethnicity", "political_status", "education", "expertise", *SEALED)


@dataclass
class Held:
    """An affiliation that holds."""

    pk: int
    target: int
    begun: date | None
    ends: date | None


@dataclass
class Entry:
    """A member: primary keys, `values` by column key, `held` affiliations by kind."""

    pk: int
    person: int
    particulars: int | None
    day: date
    values: dict[str, Any]
    held: dict[str, list[Held]] = field(default_factory=dict)

    def targets(self, kind: str) -> list[int]:
        """What is held of a kind."""
        return [row.target for row in self.held.get(kind, [])]


def enrolled(term: Term) -> list[Entry]:
    """All members of a term."""
    fields = [
        "pk",
        "person",
        "person__particulars",
        "valid_from",
        "valid_to",
        "remark",
        "person__name",
        "person__phone",
    ]
    rows = Member.objects.filter(term=term).values_list(*fields, *(f"person__particulars__{n}" for n in PARTICULARS))
    entries = {row[0]: _entry(row) for row in rows}
    groups = set(Organization.objects.filter(kind=Organization.Kind.SECTOR_GROUP).values_list("pk", flat=True))
    for member, kind, held in _held(term):
        entry = entries[member]
        holds = (not held.begun or held.begun <= entry.day) and (not held.ends or entry.day <= held.ends)
        if holds and (kind != Kind.GROUP or held.target in groups):
            entry.held.setdefault(kind, []).append(held)
    for entry in entries.values():
        _fill(entry)
    return list(entries.values())


def _entry(row: tuple) -> Entry:
    pk, person, particulars, begun, ends, remark, name, phone, *rest = row
    now = today()
    end = min(now, ends or now)
    values = (
        dict(zip(PARTICULARS, rest, strict=True)) if particulars else dict.fromkeys(PARTICULARS, "") | {"born": None}
    )
    values |= {"name": name, "phone": phone, "remark": remark, "valid_from": begun, "valid_to": ends}
    return Entry(pk, person, particulars, max(end, begun or end), values)


def _held(term: Term) -> Iterable[tuple[int, str, Held]]:
    rows = Affiliation.objects.filter(member__term=term).order_by("pk").values_list(
        "member", "kind", "pk", "sector", "organization", "position", "valid_from", "valid_to"
    )  # fmt: skip
    for member, kind, pk, sector, organization, position, begun, ends in rows:
        yield member, kind, Held(pk, sector or organization or position, begun, ends)


def _fill(entry: Entry) -> None:
    for key, kind in ONES.items():
        entry.values[key] = next(iter(entry.targets(kind)), None)
    for key, kind in MANY.items():
        entry.values[key] = tuple(sorted(entry.targets(kind)))


ONES = {"sector": Kind.SECTOR.value, "party": Kind.PARTY.value, "employer": Kind.EMPLOYER.value}
MANY = {"committees": Kind.COMMITTEE.value, "positions": Kind.POSITION.value, "groups": Kind.GROUP.value}
