"""What stands in the calendar: apps hand in providers in `AppConfig.ready()`, each gives what a user may see.

A provider makes a bounded number of queries whatever it finds, and at most `MOST + 1` entries.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

MOST = 2000  # entries of one provider for one period; beyond it the page says that not all are shown
OUT_OF_SIGHT = "内部事项，请登录后查看"


@dataclass(frozen=True)
class Entry:
    """Something on a day, or from a day to a day, both included.

    `uid` never changes, whatever else does. `url` is an address on this site. `tone` is the colour of its tag.
    `at`, `until`: the times of day, None for the whole day. `who`: units and persons concerned, by `unit` and
    `person`. `internal`: outside the house neither its title nor its place is told. `revised_at`: when it last changed.
    """

    start: date
    end: date
    label: str
    kind: str
    url: str
    uid: str
    tone: str = ""
    at: time | None = None
    until: time | None = None
    place: str = ""
    who: frozenset[str] = frozenset()
    provisional: bool = False
    done: bool = False
    internal: bool = False
    revised_at: datetime | None = None
    revision: int = 0
    step: str = ""
    late: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it goes over several days."""
        return self.end > self.start

    @property
    def kind_label(self) -> str:
        """Its kind in the words of the screen."""
        return KINDS[self.kind].label

    @property
    def is_gathering(self) -> bool:
        """Whether people come together for it, so that it can clash with another."""
        return KINDS[self.kind].gathering

    @property
    def hours(self) -> str:
        """Its times of day, "" for the whole day."""
        if self.at is None:
            return ""
        return f"{self.at:%H:%M}—{self.until:%H:%M}" if self.until else f"{self.at:%H:%M}"

    @property
    def told_outside(self) -> str:
        """What it is called where others may read it: of an internal matter only the step."""
        return f"{self.step or self.kind_label}（{OUT_OF_SIGHT}）" if self.internal else self.label


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its name, its colour, and whether people come together for it."""

    label: str
    tone: str = "gray"
    gathering: bool = False


Provider = Callable[[Any, date, date], Iterable[Entry]]
KINDS: dict[str, Kind] = {}
PROVIDERS: list[Provider] = []


def register(provider: Provider, kinds: Mapping[str, Kind]) -> None:
    """Hand down a provider: `provider(user, start, end)` gives entries that touch these days, of these kinds."""
    KINDS.update(kinds)
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)


def unit(pk: int) -> str:
    """An organisation, for `Entry.who`."""
    return f"unit:{pk}"


def person(pk: int) -> str:
    """A natural person, for `Entry.who`."""
    return f"person:{pk}"


@dataclass(frozen=True)
class Gathered:
    """The entries of a period in order; `cut`: there were more than one page can show."""

    entries: list[Entry]
    cut: bool = False


def gather(user, start: date, end: date) -> Gathered:
    """What `user` may see from `start` to `end`, both included, from all providers."""
    found: list[Entry] = []
    cut = False
    for provider in PROVIDERS:
        given = [entry for entry in provider(user, start, end) if entry.start <= end and entry.end >= start]
        cut |= len(given) > MOST
        found += given[:MOST]
    return Gathered(sorted(found, key=_order), cut)


def _order(entry: Entry) -> tuple:
    return entry.start, entry.at or time.min, not entry.is_gathering, entry.label, entry.uid
