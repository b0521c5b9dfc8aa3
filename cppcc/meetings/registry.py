"""What apps above hand down to meetings, in `AppConfig.ready()`: rosters to invite from, and who hears of a closing."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cppcc.office.models import Organization, Person


@dataclass(frozen=True)
class Candidate:
    """A person who may be invited: with the unit and title that stand on the list."""

    person: Person
    organization: Organization | None = None
    title: str = ""


@dataclass(frozen=True)
class Roster:
    """A list of persons, such as 常务委员会组成人员. `persons(day)` gives those of a day, in their order."""

    key: str
    label: str
    persons: Callable[[date], Iterable[Candidate]]


@dataclass(frozen=True)
class Wording:
    """How what holds a meeting (a forum, ...) writes the invitation letters of it; they are about the holder then.

    draft(holder): the text. addressees(holder, participants): to whom, of the ticked rows (none: all who should get
    one). objection(holder): why no letter can go out now, "" when it can.
    """

    draft: Callable[[Any], dict[str, Any]]
    addressees: Callable[[Any, Collection[int]], Iterable[Any]]
    objection: Callable[[Any], str] = lambda holder: ""


Titles = Callable[[Collection[int], date], Mapping[int, Candidate]]

ROSTERS: dict[str, Roster] = {}
MORE_ROSTERS: list[Callable[[], Iterable[Roster]]] = []
TITLES: list[Titles] = []
ON_CLOSED: list[Callable[[Any, Any], None]] = []
ON_REOPENED: list[Callable[[Any, Any, str], None]] = []
ON_MOVED: list[Callable[[Any, Any], None]] = []
ON_INVITED: list[Callable[[Any, Any, Any], None]] = []
WORDINGS: dict[type[Any], Wording] = {}
OBJECTIONS: list[Callable[[Any, str], str]] = []


def register_roster(roster: Roster) -> None:
    """Make a list of persons known to invite rules by its key."""
    ROSTERS[roster.key] = roster


def register_rosters(rosters: Callable[[], Iterable[Roster]]) -> None:
    """The same for lists that are data, such as one for each sector: `rosters()` gives those of today."""
    if rosters not in MORE_ROSTERS:
        MORE_ROSTERS.append(rosters)


def all_rosters() -> dict[str, Roster]:
    """All lists of persons by key, those that are data after the others."""
    return ROSTERS | {roster.key: roster for rosters in MORE_ROSTERS for roster in rosters()}


def roster_of(key: str) -> Roster | None:
    """The list of that key; the data are asked only when none of the others has it."""
    return ROSTERS.get(key) or all_rosters().get(key)


def register_titles(titles: Titles) -> None:
    """Hand down unit and title of persons who hold no post: `titles(persons, day)` gives those it knows, by person.

    One or two queries, however many persons.
    """
    if titles not in TITLES:
        TITLES.append(titles)


def register_on_closed(closed: Callable[[Any, Any], None]) -> None:
    """Hand down what happens when a meeting's attendance is locked: `closed(meeting, by)`, in the same transaction."""
    if closed not in ON_CLOSED:
        ON_CLOSED.append(closed)


def register_on_reopened(reopened: Callable[[Any, Any, str], None]) -> None:
    """The same for a closed meeting that is opened again or cancelled: `reopened(meeting, by, reason)`."""
    if reopened not in ON_REOPENED:
        ON_REOPENED.append(reopened)


def register_on_moved(moved: Callable[[Any, Any], None]) -> None:
    """The same for a meeting whose time or place was changed: `moved(meeting, by)`."""
    if moved not in ON_MOVED:
        ON_MOVED.append(moved)


def register_on_invited(invited: Callable[[Any, Any, Any], None]) -> None:
    """The same for people who were told formally: `invited(meeting, participants, by)`, in the same transaction."""
    if invited not in ON_INVITED:
        ON_INVITED.append(invited)


def register_objection(objection: Callable[[Any, str], str]) -> None:
    """Hand down why a meeting that is held by something cannot be changed by itself: `objection(meeting, act)`.

    act: the name of a transition, "edit" for another time, "kind" for another kind. It answers "" when it may.
    """
    if objection not in OBJECTIONS:
        OBJECTIONS.append(objection)


def register_wording(model: type[Any], wording: Wording) -> None:
    """Hand down how a matter of `model`, which has a `meeting`, writes the letters that invite to it."""
    WORDINGS[model] = wording


def holder_of(meeting: Any) -> Any:
    """What the letters and the minutes of a meeting are about: what holds it and writes its own, else itself."""
    held = meeting.matter
    return held if type(held) in WORDINGS and held.meeting_id == meeting.pk else meeting


def note_invited(meeting: Any, participants: Any, *, by: Any) -> None:
    """Let whoever registered know that these people were told."""
    for invited in ON_INVITED:
        invited(meeting, participants, by)


def objection_to(meeting: Any, act: str) -> str:
    """The first sentence against `act` on the meeting; "" when nobody objects."""
    return next((said for objection in OBJECTIONS if (said := objection(meeting, act))), "")
