"""Finding things, units above all, by the names that offices type: full, short, aliases, names of earlier days."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from cppcc.office.models import Organization, OrganizationName

PREFIXES = ("省政协", "市政协", "县政协", "区政协", "政协", "省", "市", "县", "区")


def fold(name: str) -> str:
    """By what two names are the same: width, spaces and 委员会/委 do not count."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    return re.sub(r"委员会$", "委", text)


def bare(name: str) -> str:
    """The folded name without the level of government before it."""
    text = fold(name)
    for prefix in PREFIXES:
        if text.startswith(prefix) and len(text) > len(prefix) + 1:
            return text.removeprefix(prefix)
    return text


class Names:
    """Objects by the names they bear; a name that several bear finds none, unless it is the full name of one."""

    def __init__(self, named: Iterable[tuple[Any, str, Iterable[str]]]) -> None:
        self.full: dict[str, Any] = {}
        self.other: dict[str, set[Any]] = {}
        for obj, name, others in named:
            self.add(obj, name, others)

    def add(self, obj: Any, name: str, others: Iterable[str] = ()) -> None:
        """Know `obj` by its full `name` and by its other names."""
        self.full.setdefault(fold(name), obj)
        for other in (name, *others):
            for key in {fold(other), bare(other)} - {""}:
                self.other.setdefault(key, set()).add(obj)

    def find(self, name: str) -> Any | None:
        """The one object that bears `name`."""
        for key in (fold(name), bare(name)):
            if key in self.full:
                return self.full[key]
            if len(self.other.get(key, ())) == 1:
                return next(iter(self.other[key]))
        return None


def organizations(kinds: Iterable[str] = ()) -> Names:
    """All units of today (of `kinds`, when given) by their names, and by those of units that were merged into them."""
    asked = list(kinds)
    others: dict[int, list[str]] = {}
    for old in OrganizationName.objects.all():
        others.setdefault(old.organization_id, []).extend(filter(None, [old.name, old.short_name]))
    units = list(Organization.objects.valid().exclude(kind=Organization.Kind.DECIDING_BODY))
    current = {unit.pk for unit in units}
    merged = Organization.objects.filter(merged_into__isnull=False).exclude(pk__in=current)
    gone = {unit.pk: unit for unit in merged}
    for unit in gone.values():
        successor = unit.merged_into_id
        for _ in gone:
            successor = gone[successor].merged_into_id if successor in gone else successor
        names = filter(None, [unit.name, unit.short_name, *unit.aliases, *others.get(unit.pk, [])])
        others.setdefault(successor or unit.pk, []).extend(list(names))
    return Names(
        (u, u.name, [*filter(None, [u.short_name]), *u.aliases, *others.get(u.pk, [])])
        for u in units
        if not asked or u.kind in asked
    )
