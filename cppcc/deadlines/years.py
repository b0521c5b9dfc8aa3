"""The years of the work calendar, as the package `holidays` knows the State Council's notices.

Every day of a year is a row, not only the exceptions: a row says of its day whether a notice has fixed it, so the page,
the export and the comparison of two states of a year need no rule about days without a row, and one whole year is
replaced when its notice comes.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain

import holidays
from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.models.calendar import WorkCalendar
from cppcc.deadlines.working_days import SATURDAY, span

FIRST_YEAR = 2010
SEEDED = "holidays"
FIELDS = ["is_workday", "label", "source", "official"]
DECEMBER = 12


@dataclass(frozen=True)
class Known:
    """What the package knows of a year: its days as (worked, label), and whether the notice of the year is in it."""

    days: dict[date, tuple[bool, str]]
    official: bool


@cache
def known(year: int) -> Known:
    """The days of `year`."""
    calendar = holidays.country_holidays("CN", years=year, language="zh_CN")
    days = {
        day: (calendar.is_working_day(day), _label(calendar, day)) for day in span(date(year, 1, 1), date(year, 12, 31))
    }
    return Known(days, is_announced(calendar, year))


def is_announced(calendar: holidays.HolidayBase, year: int) -> bool:
    """Whether the package knows the notice of `year`: each notice makes people work on some weekend days (调休).

    December does not count: a weekend worked at its end may come from the notice of the year that follows.
    """
    return any(day.year == year and day.month < DECEMBER for day in calendar.weekend_workdays)


def _label(calendar: holidays.HolidayBase, day: date) -> str:
    if day in calendar.weekend_workdays:
        return "调休上班"
    name = calendar.get(day) or ""
    return "调休放假" if name.startswith("休息日") else name.split("（")[0][:40]


def rows_of(year: int) -> list[WorkCalendar]:
    """Every day of `year`, unsaved."""
    found, source = known(year), f"{SEEDED} {holidays.__version__}"
    return [
        WorkCalendar(date=day, is_workday=worked, label=label, source=source, official=found.official)
        for day, (worked, label) in found.days.items()
    ]


@transaction.atomic
def seed_workdays(first: int = FIRST_YEAR, last: int | None = None) -> list[date]:
    """Bring the years `first` to `last` (the coming one unless given) into the calendar.

    Returns the days of which the calendar now says something else than before; a day that had no row followed the
    week and was not official. Rows of another source stay as they are: somebody entered them. Years whose notice the
    package does not know are not official (暂定). Days past leave no history: nobody corrects them.
    """
    today = timezone.localdate()
    wanted = list(chain.from_iterable(rows_of(year) for year in range(first, (last or today.year + 1) + 1)))
    present = WorkCalendar.objects.select_for_update().in_bulk([row.date for row in wanted])
    new = [row for row in wanted if row.date not in present]
    other = [row for row in wanted if row.date in present and _differs(row, present[row.date])]
    WorkCalendar.objects.bulk_create(new, batch_size=2000)
    WorkCalendar.objects.bulk_update(other, FIELDS, batch_size=500)
    WorkCalendar.history.bulk_history_create([row for row in new if row.date.year >= today.year])
    WorkCalendar.history.bulk_history_create(other, update=True)
    return [row.date for row in new if row.official or row.is_workday != _by_the_week(row.date)] + [
        row.date for row in other
    ]


def _by_the_week(day: date) -> bool:
    return day.weekday() < SATURDAY


def _differs(row: WorkCalendar, present: WorkCalendar) -> bool:
    """Whether the package says something else now than when it gave this row; rows of another source never differ."""
    if not present.source.startswith(SEEDED):
        return False
    return any(getattr(row, name) != getattr(present, name) for name in ("is_workday", "label", "official"))
