"""When a step is due: anchor + offset, and what happens on a rest day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from cppcc.deadlines.models.rules import RestDay, Unit
from cppcc.deadlines.working_days import WorkingDays

WEEKDAYS = "一二三四五六日"
MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class Due:
    """A day that follows from a rule. `provisional`: it rests on days that no notice has fixed yet.

    `warning`: that the day is a rest day, or was moved off one; "" when there is nothing to say.
    """

    day: date
    provisional: bool = False
    warning: str = ""


def due(anchor: date, offset: int, unit: str, rest_day: str, days: WorkingDays) -> Due:
    """The day `offset` units after `anchor` (negative: before). The day after the anchor is day 1.

    unit: months, weeks, days or working_days. Months keep the day of the month; where the month is shorter it is its
    last day (31 December - 2 months = 31 October, 30 April - 2 months = the last day of February).
    rest_day: keep leaves the day on a rest day and warns, before and after move it to the next working day.
    Raises ValueError for an unknown unit or rest day, and OverflowError beyond the years 1-9999.
    """
    counted = shifted(anchor, offset, unit, days)
    day = settled(counted, rest_day, days)
    first = _first_day_relied_on(anchor, counted, unit)
    provisional = not (days.official_between(first, counted) and days.official_between(counted, day))
    return Due(day, provisional, _rest_day_sentence(counted, day, days))


def shifted(anchor: date, offset: int, unit: str, days: WorkingDays) -> date:
    """`anchor` + `offset` units, wherever it falls."""
    if unit == Unit.MONTHS:
        return add_months(anchor, offset)
    if unit == Unit.WORKING_DAYS:
        return days.add(anchor, offset)
    if unit in (Unit.WEEKS, Unit.DAYS):
        return anchor + timedelta(days=offset * (7 if unit == Unit.WEEKS else 1))
    raise ValueError(f"unknown unit {unit!r}")


def settled(day: date, rest_day: str, days: WorkingDays) -> date:
    """What a rule makes of a day that may be a rest day."""
    if rest_day == RestDay.BEFORE:
        return days.on_or_before(day)
    if rest_day == RestDay.AFTER:
        return days.on_or_after(day)
    if rest_day == RestDay.KEEP:
        return day
    raise ValueError(f"unknown rest day {rest_day!r}")


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day. Raises OverflowError beyond the years 1-9999."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("date out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def before(anchor: date, count: int, unit: str, days: WorkingDays, rest_day: str = RestDay.KEEP) -> Due:
    """The day `count` units before `anchor`."""
    return due(anchor, -count, unit, rest_day, days)


def after(anchor: date, count: int, unit: str, days: WorkingDays, rest_day: str = RestDay.KEEP) -> Due:
    """The day `count` units after `anchor`."""
    return due(anchor, count, unit, rest_day, days)


def weekday(day: date) -> str:
    """The day of the week, as 星期五."""
    return f"星期{WEEKDAYS[day.weekday()]}"


def _first_day_relied_on(anchor: date, counted: date, unit: str) -> date:
    """Counting working days rests on every day counted; other units only on where they lead."""
    if unit != Unit.WORKING_DAYS or counted == anchor:
        return counted
    return anchor + timedelta(days=1 if counted > anchor else -1)


def _rest_day_sentence(counted: date, day: date, days: WorkingDays) -> str:
    if days.is_workday(counted):
        return ""
    if day == counted:
        return f"期限落在休息日（{weekday(day)}）"
    return f"{counted:%Y-%m-%d}是休息日（{weekday(counted)}），已{'提前' if day < counted else '顺延'}"
