"""Working days: which days are worked, and counting them. The day after an event is day 1."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cppcc.deadlines.models.calendar import WorkCalendar

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """A day of the calendar: worked or not, and whether the yearly notice says so."""

    is_workday: bool
    official: bool


class WorkingDays:
    """The calendar in memory. A day that it does not hold follows the week and is not official."""

    def __init__(self, days: Mapping[date, Day] | None = None) -> None:
        self.days: Mapping[date, Day] = days or {}

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked."""
        found = self.days.get(day)
        return found.is_workday if found else day.weekday() < SATURDAY

    def is_official(self, day: date) -> bool:
        """Whether the notice of the year has fixed `day`."""
        found = self.days.get(day)
        return bool(found and found.official)

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day after `day` (negative: before it; 0: `day` itself, worked or not).

        `day` does not count: the day after it is day 1. Raises OverflowError at the end of the calendar.
        """
        step, left = (ONE_DAY if n > 0 else -ONE_DAY), abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative, from `start` back to `end`, when before."""
        if end < start:
            return -sum(self.is_workday(day) for day in span(end, start - ONE_DAY))
        return sum(self.is_workday(day) for day in span(start + ONE_DAY, end))

    def on_or_before(self, day: date) -> date:
        """`day` when it is worked, else the last working day before it."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """`day` when it is worked, else the first working day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def official_between(self, a: date, b: date) -> bool:
        """Whether all days from one to the other, both included, in whatever order, are official."""
        return all(self.is_official(day) for day in span(min(a, b), max(a, b)))

    def changed(self, days: Mapping[date, Day]) -> "WorkingDays":
        """The same calendar with other `days`; this one stays as it is."""
        return WorkingDays({**self.days, **days})


def span(first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included; none when `last` is before."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)


def load_working_days() -> WorkingDays:
    """The calendar as it is stored, in one query."""
    rows = WorkCalendar.objects.order_by().values_list("date", "is_workday", "official")
    known = {(worked, official): Day(worked, official) for worked in (True, False) for official in (True, False)}
    return WorkingDays({day: known[worked, official] for day, worked, official in rows})
