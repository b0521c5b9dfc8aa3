"""Counts of a list of members by sector, gender, age and party."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count

from cppcc.office.validity import today
from members.models import Particulars
from members.standing import party_of_status

AGES = ((35, "35 岁以下"), (45, "36—45 岁"), (55, "46—55 岁"), (65, "56—65 岁"), (200, "66 岁以上"))
UNKNOWN = "未填"


def by_sector(members: Any) -> dict[str, int]:
    """In the order of the sectors."""
    rows = members.order_by().values("sector_name", "sector_order").annotate(n=Count("pk", distinct=True))
    found = sorted(
        rows, key=lambda row: (row["sector_name"] is None, row["sector_order"] or 0, row["sector_name"] or "")
    )
    counts: Counter[str] = Counter()
    for row in found:  # terms may have sectors of the same name
        counts[row["sector_name"] or UNKNOWN] += row["n"]
    return dict(counts)


def by_gender(members: Any) -> dict[str, int]:
    """Men, women, not told."""
    counts = Counter(members.order_by().values_list("person__particulars__gender", flat=True))
    labels = dict(Particulars.Gender.choices)
    found = {label: counts[value] for value, label in labels.items()}
    missing = sum(counts.values()) - sum(found.values())
    return found | ({UNKNOWN: missing} if missing else {})


def by_age(members: Any) -> dict[str, int]:
    """In bands of ten years, as of today."""
    counts = Counter(band(born) for born in members.order_by().values_list("person__particulars__born", flat=True))
    names = [label for _, label in AGES]
    return {label: counts[label] for label in (*names, UNKNOWN) if label in names or counts[label]}


def band(born: date | None) -> str:
    """The band of an age; the day of birth is not known, so the month counts."""
    if born is None:
        return UNKNOWN
    day = today()
    age = day.year - born.year - (day.month < born.month)
    return next(label for last, label in AGES if age <= last)


def by_party(members: Any) -> dict[str, int]:
    """Parties, then those in none by their political status, the largest first."""
    counts: Counter[str] = Counter()
    for party, status in members.order_by().values_list("party_name", "person__particulars__political_status"):
        counts[party or party_of_status(status or "") or "其他"] += 1
    return dict(counts.most_common())


FIGURES: dict[str, tuple[str, Callable[[Any], dict[str, int]]]] = {
    "sector": ("界别", by_sector),
    "gender": ("性别", by_gender),
    "age": ("年龄", by_age),
    "party": ("党派", by_party),
}
