"""Months, quarters and years of the calendar: which days a page shows and what it says of each."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from cppcc.deadlines.calendar import Entry
from cppcc.deadlines.clashes import Clash, clashes_of
from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import SATURDAY, Day, WorkingDays, span

VIEWS = {"month": "月", "quarter": "季", "year": "年"}
STEPS = {"month": 1, "quarter": 3, "year": 12}
FIRST_YEAR, LAST_YEAR = 2000, 2099
SHOWN_A_DAY, SHOWN_A_MONTH = 4, 12  # entries before the rest is folded


@dataclass(frozen=True)
class Period:
    """A month, quarter or year."""

    view: str
    first: date
    last: date

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return [_month_after(self.first, n) for n in range(STEPS[self.view])]

    @property
    def shown(self) -> tuple[date, date]:
        """The days that the page shows: a month is filled up to whole weeks, Monday first."""
        if self.view != "month":
            return self.first, self.last
        return self.first - timedelta(self.first.weekday()), self.last + timedelta(6 - self.last.weekday())

    @property
    def title(self) -> str:
        """Its name."""
        if self.view == "year":
            return f"{self.first.year}年"
        if self.view == "quarter":
            return f"{self.first.year}年第{'一二三四'[self.first.month // 3]}季度"
        return f"{self.first.year}年{self.first.month}月"

    @property
    def view_label(self) -> str:
        """What it is: 月, 季 or 年."""
        return VIEWS[self.view]

    @property
    def before(self) -> date | None:
        """A day of the period before; None at the beginning of the calendar."""
        day = self.first - timedelta(1)
        return day if day.year >= FIRST_YEAR else None

    @property
    def after(self) -> date | None:
        """A day of the period after; None at the end of the calendar."""
        day = self.last + timedelta(1)
        return day if day.year <= LAST_YEAR else None


def period_of(view: str, day: date) -> Period:
    """The month, quarter or year in which `day` is; an unknown `view` is a month."""
    view = view if view in VIEWS else "month"
    first = date(day.year, (day.month - 1) // STEPS[view] * STEPS[view] + 1, 1)
    return Period(view, first, _month_after(first, STEPS[view]) - timedelta(1))


def day_of(text: str, today: date) -> date:
    """A day from an address; today when it is none, or out of the calendar's reach."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def _month_after(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Item:
    """An entry on one day: a long one stands on its first and last day only."""

    entry: Entry
    clashing: bool = False
    note: str = ""


@dataclass
class Cell:
    """A day as the calendar draws it. `sign`: 休, 班 (worked against the week) or nothing; `name`: of the holiday."""

    day: date
    today: bool = False
    rest: bool = False
    sign: str = ""
    name: str = ""
    outside: bool = False
    items: list[Item] = field(default_factory=list)

    @property
    def shown(self) -> Sequence[Item]:
        """What stands open."""
        return self.items if len(self.items) <= SHOWN_A_DAY + 1 else self.items[:SHOWN_A_DAY]

    @property
    def folded(self) -> Sequence[Item]:
        """The rest."""
        return self.items[len(self.shown) :]

    @property
    def alarm(self) -> str:
        """The strongest thing of the day: clash, late, gathering, some, or nothing."""
        if any(item.clashing for item in self.items):
            return "clash"
        if any(item.entry.late for item in self.items):
            return "late"
        if any(item.entry.is_gathering for item in self.items):
            return "gathering"
        return "some" if self.items else ""


@dataclass(frozen=True)
class Month:
    """A month as a grid; `blanks`: how many days of its first week belong to the month before."""

    first: date
    cells: Sequence[Cell]

    @property
    def blanks(self) -> range:
        """Empty places before the first day."""
        return range(self.cells[0].day.weekday())

    @property
    def weeks(self) -> list[list[Cell | None]]:
        """The grid, Monday first, filled with None."""
        places: list[Cell | None] = [*([None] * len(self.blanks)), *self.cells]
        places += [None] * (-len(places) % 7)
        return [places[n : n + 7] for n in range(0, len(places), 7)]

    @property
    def agenda(self) -> list[Cell]:
        """The days on which something is."""
        return [cell for cell in self.cells if cell.items and not cell.outside]

    @property
    def count(self) -> int:
        """How many entries the month has."""
        return len({item.entry.uid for cell in self.agenda for item in cell.items})

    @property
    def open_agenda(self) -> list[Cell]:
        """The days whose entries stand open."""
        return self.agenda[: self._fold]

    @property
    def folded_agenda(self) -> list[Cell]:
        """The days whose entries are folded."""
        return self.agenda[self._fold :]

    @property
    def folded_count(self) -> int:
        """How many entries are folded."""
        return sum(len(cell.items) for cell in self.folded_agenda)

    @property
    def _fold(self) -> int:
        shown = 0
        for number, cell in enumerate(self.agenda):
            shown += len(cell.items)
            if shown > SHOWN_A_MONTH and number:
                return number
        return len(self.agenda)

    @property
    def kinds(self) -> dict[str, int]:
        """How many entries of each kind the month has, by the kind's name."""
        counted: dict[str, set[str]] = defaultdict(set)
        for cell in self.agenda:
            for item in cell.items:
                counted[item.entry.kind_label].add(item.entry.uid)
        return {kind: len(uids) for kind, uids in counted.items()}


@dataclass(frozen=True)
class Sheet:
    """All that a calendar page shows."""

    period: Period
    months: Sequence[Month]
    spans: Sequence[Entry]
    clashes: Sequence[Clash]
    official: bool
    count: int


def lay_out(period: Period, entries: Sequence[Entry], days: "Days", today: date) -> Sheet:
    """The period with its entries on their days."""
    clashes = clashes_of(entries)
    clashing = {entry.uid for clash in clashes for entry in (clash.one, clash.other)}
    on_day = _by_day(entries, clashing)
    first, last = period.shown

    def cell(day: date) -> Cell:
        inside = period.first <= day <= period.last
        return days.cell(day, today=day == today, outside=not inside, items=on_day.get(day, []))

    if period.view == "month":
        months = [Month(period.first, [cell(day) for day in span(first, last)])]
    else:
        months = [Month(month, [cell(day) for day in span(month, _end_of(month))]) for month in period.months]
    touching = [entry for entry in entries if entry.start <= period.last and entry.end >= period.first]
    spans = [entry for entry in touching if entry.is_long]
    told = [clash for clash in clashes if period.first <= clash.day <= period.last]
    return Sheet(period, months, spans, told, days.are_official(period), len(touching))


def _end_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _by_day(entries: Iterable[Entry], clashing: set[str]) -> Mapping[date, list[Item]]:
    found: dict[date, list[Item]] = defaultdict(list)
    for entry in entries:
        for day, note in _places(entry):
            found[day].append(Item(entry, entry.uid in clashing, note))
    return found


def _places(entry: Entry) -> Iterator[tuple[date, str]]:
    if not entry.is_long:
        yield entry.start, ""
    elif entry.is_gathering:
        for day in span(entry.start, entry.end):
            yield day, ""
    else:
        yield entry.start, "开始"
        yield entry.end, "截止"


class Days:
    """The working calendar of the days from one to another, with the names of holidays: one query."""

    def __init__(self, first: date, last: date) -> None:
        rows = WorkCalendar.objects.filter(date__range=(first, last)).order_by()
        found = list(rows.values_list("date", "is_workday", "official", "label"))
        self.working = WorkingDays({day: Day(worked, official) for day, worked, official, _ in found})
        self.names = {day: label for day, _, _, label in found if label}

    def cell(self, day: date, **given: object) -> Cell:
        """`day` as the calendar draws it."""
        worked, weekend = self.working.is_workday(day), day.weekday() >= SATURDAY
        name = self.names.get(day, "")
        sign = "班" if worked and weekend else "休" if not worked and (name or not weekend) else ""
        return Cell(day, rest=not worked, sign=sign, name=name, **given)  # type: ignore[arg-type]

    def are_official(self, period: Period) -> bool:
        """Whether the yearly notice has fixed every day of the period."""
        return self.working.official_between(period.first, period.last)
