"""Clashes: gatherings at the same time, with the same people or in the same room, or twice by one body on a day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import combinations

from cppcc.deadlines.calendar import Entry


@dataclass(frozen=True)
class Clash:
    """Two gatherings of one day that stand in each other's way, and why, as a clerk reads it."""

    day: date
    one: Entry
    other: Entry
    why: str


def clashes_of(entries: Iterable[Entry]) -> list[Clash]:
    """All clashes among `entries`, each pair once, on the first day that they share."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.is_gathering:
            for day in _days(entry):
                by_day[day].append(entry)
    found: dict[tuple[str, str], Clash] = {}
    for day, held in sorted(by_day.items()):
        for one, other in combinations(held, 2):
            if why := why_clashing(one, other):
                found.setdefault((one.uid, other.uid), Clash(day, one, other, why))
    return list(found.values())


def why_clashing(one: Entry, other: Entry) -> str:
    """Why two gatherings of one day clash, "" when they do not.

    A time that is not fixed is no reason by itself, but with the same people or the same room it is one.
    """
    shared = [
        word
        for word, same in (("地点相同", _same_place(one, other)), ("有共同的参加单位或人员", one.who & other.who))
        if same
    ]
    if one.at and other.at:
        if not _overlap(one, other):
            return ""
        return "，".join(["时间重叠", *shared])
    if one.kind == other.kind == "sitting" and one.who & other.who:
        return "同一机构同日有两次会议"
    return "，".join(["同一天", *shared, "时间未定，请核对"]) if shared else ""


def _days(entry: Entry) -> Iterator[date]:
    for number in range((entry.end - entry.start).days + 1):
        yield entry.start + timedelta(days=number)


def _same_place(one: Entry, other: Entry) -> bool:
    return bool(one.place) and one.place == other.place


def _overlap(one: Entry, other: Entry) -> bool:
    """Whether the times meet; a gathering without an end lasts to the end of the half day."""
    return one.at < _end(other) and other.at < _end(one)  # type: ignore[operator]


def _end(entry: Entry) -> time:
    if entry.until and entry.at and entry.until > entry.at:
        return entry.until
    return next((end for end in (time(12), time(18)) if entry.at and entry.at < end), time.max)
