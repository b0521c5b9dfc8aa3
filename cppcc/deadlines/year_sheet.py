"""A year of the work calendar as twelve small months, and in sentences."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import SATURDAY, span
from cppcc.deadlines.yearly_notice import Span, spans_of

WEEKS = Calendar()


@dataclass(frozen=True)
class Cell:
    """A day as the page shows it: its kind is work, rest, off (a holiday) or swap (a weekend day worked)."""

    day: date
    kind: str
    label: str = ""

    @property
    def mark(self) -> str:
        """The sign beside the number."""
        return {"off": "休", "swap": "班"}.get(self.kind, "")


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday, None for days of its neighbours, and how many days are worked."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]
    workdays: int


@dataclass(frozen=True)
class YearSheet:
    """A year: months, named spans, how many days are worked, whether the whole is announced, where it is from."""

    months: Sequence[Month]
    off: Sequence[Span]
    worked: Sequence[Span]
    workdays: int
    official: bool
    sources: Sequence[str]


def year_sheet(year: int, rows: Iterable[WorkCalendar]) -> YearSheet:
    """The sheet of `year` out of its rows in the order of their dates; a day without a row follows the week."""
    known = {row.date: row for row in rows}
    cells = {day: _cell(day, known.get(day)) for day in span(date(year, 1, 1), date(year, 12, 31))}
    months = [_month(year, number, cells) for number in range(1, 13)]
    off, worked = spans_of(known.values())
    official = len(known) == len(cells) and all(row.official for row in known.values())
    sources = sorted({row.source for row in known.values() if row.source})
    return YearSheet(months, off, worked, sum(month.workdays for month in months), official, sources)


def _month(year: int, number: int, cells: dict[date, Cell]) -> Month:
    weeks = [
        [cells[day] if day.month == number else None for day in week] for week in WEEKS.monthdatescalendar(year, number)
    ]
    worked = sum(cell.kind in ("work", "swap") for week in weeks for cell in week if cell)
    return Month(number, weeks, worked)


def _cell(day: date, row: WorkCalendar | None) -> Cell:
    weekend = day.weekday() >= SATURDAY
    worked = row.is_workday if row else not weekend
    label = row.label if row else ""
    if worked:
        return Cell(day, "swap" if weekend else "work", label)
    return Cell(day, "off" if label or not weekend else "rest", label)
