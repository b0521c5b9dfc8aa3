"""A year's ledger over all members: who has no entry, and what was done by sector and act. R070, R133."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cppcc.office.validity import valid_on
from members.acts import Tree
from members.models import Act, Affiliation, PerformanceEntry

NO_SECTOR = "未定界别"
CONDITIONS = (
    ("none", "没有履职记录", Q(entries_done=0)),
    ("some", "有履职记录", Q(entries_done__gt=0)),
)


@dataclass(frozen=True)
class SectorYear:
    """A sector's year. counts: entries by root act, in the order of the acts."""

    name: str
    members: int
    without: int
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """All entries."""
        return sum(self.counts)


@dataclass(frozen=True)
class LedgerYear:
    """All sectors of a year, and their sum."""

    acts: Sequence[Act]
    sectors: Sequence[SectorYear]

    @property
    def total(self) -> SectorYear:
        """The sum of all sectors."""
        columns = zip(*(sector.counts for sector in self.sectors), strict=True)
        return SectorYear(
            "合计", sum(s.members for s in self.sectors), sum(s.without for s in self.sectors),
            [sum(column) for column in columns],
        )  # fmt: skip


def with_entries(year: int, members: Any) -> Any:
    """Members with `entries_done`, how many entries of things done they have in the year, and `last_done`."""
    done = PerformanceEntry.objects.done().of_year(year).filter(member=OuterRef("pk")).order_by()
    counted = done.values("member").annotate(count=Count("pk")).values("count")
    return members.annotate(
        entries_done=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        last_done=Subquery(done.order_by("-on").values("on")[:1]),
    )


def ledger_year(year: int, rows: Any, tree: Tree) -> LedgerYear:
    """The table by sector and root act over members annotated by `with_entries` and `called_on`. Two queries.

    An entry counts for the sector to which the member belonged on its day.
    """
    sector = Affiliation.objects.filter(
        valid_on(OuterRef("on")), member=OuterRef("member"), kind=Affiliation.Kind.SECTOR
    ).values("sector__name")[:1]
    done = PerformanceEntry.objects.done().of_year(year).filter(member__in=rows.order_by().values("pk"))
    counted = done.order_by().annotate(sector=Subquery(sector)).values_list("sector", "act").annotate(n=Count("pk"))
    roots = list({tree.root(pk).pk: tree.root(pk) for pk in tree.acts}.values())
    place = {act.pk: number for number, act in enumerate(roots)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(roots))
    for name, act, number in counted:
        counts[name or NO_SECTOR][place[tree.root(act).pk]] += number
    return LedgerYear(roots, [
        SectorYear(name, people, without, counts[name]) for name, people, without in _sectors(rows, counts)
    ])  # fmt: skip


def _sectors(rows: Any, counts: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    """(sector, members, members without an entry) in the order of the sectors; sectors of past entries last."""
    grouped = rows.order_by().values_list("sector_name", "sector_order")
    asked = grouped.annotate(people=Count("pk"), without=Count("pk", filter=Q(entries_done=0)))
    found: dict[str, tuple[int, int]] = {}
    for name, _, people, without in sorted(asked, key=lambda row: (row[0] is None, row[1] or 0, row[0] or "")):
        before = found.get(name or NO_SECTOR, (0, 0))
        found[name or NO_SECTOR] = (before[0] + people, before[1] + without)
    past = {name: (0, 0) for name in counts if name not in found}
    return [(name, *pair) for name, pair in {**found, **past}.items()]
