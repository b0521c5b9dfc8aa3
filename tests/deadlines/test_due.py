"""Anchor + offset: units, the end of the month, rest days, what is 暂定. R030, R034, R053."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cppcc.deadlines.due import add_months, after, before, due
from cppcc.deadlines.models.rules import RestDay, Unit
from cppcc.deadlines.working_days import Day, WorkingDays, span
from cppcc.deadlines.years import known

VECTORS = yaml.safe_load((Path(__file__).parents[1] / "data" / "deadline_vectors.yaml").read_text(encoding="utf-8"))
KNOWN = WorkingDays(
    {
        day: Day(worked, known(year).official)
        for year in (2025, 2026, 2027)
        for day, (worked, _) in known(year).days.items()
    }
)
WEEK = WorkingDays()
dates = st.dates(date(2025, 3, 1), date(2027, 10, 31))
months = st.integers(-300, 300)


def test_there_are_vectors():
    assert len(VECTORS) == 4


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["session"]))
def test_the_vectors_hold(vector):
    session = vector["session"]
    outcome = after(session, 10, Unit.WORKING_DAYS, KNOWN)
    assert (outcome.day, outcome.provisional, outcome.warning) == (vector["outcome"], False, "")
    assert after(session, 10, Unit.WORKING_DAYS, WEEK).day == vector["naive"]
    assert before(session, 2, Unit.MONTHS, KNOWN).day == vector["scheme"]
    assert before(session, 1, Unit.WEEKS, KNOWN).day == vector["coordination"]


def test_the_spring_holiday_of_2026_makes_the_difference():
    """R053: 2026-05-12 and not 05-08."""
    assert after(date(2026, 4, 24), 10, Unit.WORKING_DAYS, KNOWN).day == date(2026, 5, 12)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2026, 12, 31), -2, date(2026, 10, 31)),
        (date(2026, 4, 30), -2, date(2026, 2, 28)),
        (date(2024, 4, 30), -2, date(2024, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 2, 28), 2, date(2026, 4, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 6, 1), -12, date(2025, 6, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_keep_the_day_or_take_the_last_of_the_month(day, count, result):
    assert add_months(day, count) == result


def test_keep_stays_on_a_rest_day_and_warns():
    found = due(date(2026, 10, 30), -2, Unit.MONTHS, RestDay.KEEP, KNOWN)
    assert (found.day, found.warning) == (date(2026, 8, 30), "期限落在休息日（星期日）")


def test_before_and_after_move_off_the_rest_day_and_say_so():
    found = due(date(2026, 10, 30), -2, Unit.MONTHS, RestDay.BEFORE, KNOWN)
    assert (found.day, found.warning) == (date(2026, 8, 28), "2026-08-30是休息日（星期日），已提前")
    found = due(date(2026, 10, 30), -2, Unit.MONTHS, RestDay.AFTER, KNOWN)
    assert (found.day, found.warning) == (date(2026, 8, 31), "2026-08-30是休息日（星期日），已顺延")


def test_a_holiday_inside_the_week_is_a_rest_day_and_a_worked_saturday_is_none():
    assert due(date(2026, 5, 1), 0, Unit.DAYS, RestDay.KEEP, KNOWN).warning == "期限落在休息日（星期五）"
    assert due(date(2026, 5, 9), 0, Unit.DAYS, RestDay.AFTER, KNOWN) == due(
        date(2026, 5, 8), 1, Unit.DAYS, RestDay.KEEP, KNOWN
    )


def test_late_in_december_the_count_rests_on_the_coming_year():
    found = after(date(2026, 12, 25), 10, Unit.WORKING_DAYS, KNOWN)
    assert (found.day, found.provisional) == (date(2027, 1, 11), True)
    assert not before(date(2026, 12, 25), 2, Unit.MONTHS, KNOWN).provisional


def test_working_days_rest_on_every_day_counted_other_units_on_where_they_lead():
    days = WorkingDays(
        {day: Day(day.weekday() < 5, day != date(2026, 3, 4)) for day in span(date(2026, 3, 1), date(2026, 3, 31))}
    )
    assert due(date(2026, 3, 2), 4, Unit.WORKING_DAYS, RestDay.KEEP, days).provisional
    assert due(date(2026, 3, 6), -4, Unit.WORKING_DAYS, RestDay.KEEP, days).provisional
    assert not due(date(2026, 3, 2), 1, Unit.WEEKS, RestDay.KEEP, days).provisional
    assert not due(date(2026, 3, 4), 2, Unit.WORKING_DAYS, RestDay.KEEP, days).provisional
    assert due(date(2026, 3, 2), 2, Unit.DAYS, RestDay.KEEP, days).provisional


def test_a_day_moved_rests_on_the_day_it_moved_to():
    days = WorkingDays({date(2026, 3, 8): Day(False, True)})
    assert not due(date(2026, 3, 1), 7, Unit.DAYS, RestDay.KEEP, days).provisional
    assert due(date(2026, 3, 1), 7, Unit.DAYS, RestDay.AFTER, days).provisional


@pytest.mark.parametrize(("unit", "rest_day"), [("years", "keep"), ("days", "never")])
def test_an_unknown_unit_or_rest_day_is_an_error(unit, rest_day):
    with pytest.raises(ValueError, match="unknown"):
        due(date(2026, 3, 1), 1, unit, rest_day, WEEK)


@pytest.mark.parametrize("unit", list(Unit))
def test_beyond_the_calendar_is_an_overflow(unit):
    with pytest.raises(OverflowError):
        due(date(9999, 12, 20), 1000, unit, RestDay.KEEP, WEEK)


@given(dates, months)
def test_months_there_and_back_meet_but_for_short_months(day, count):
    there = add_months(day, count)
    assert add_months(there, -count) <= day
    assert add_months(there, -count).month == day.month
    if day.day <= 28:
        assert add_months(there, -count) == day


@given(dates, dates, months)
def test_months_keep_the_order_of_days(a, b, count):
    a, b = sorted((a, b))
    assert add_months(a, count) <= add_months(b, count)


@given(dates, st.integers(-200, 200), st.sampled_from(Unit), st.sampled_from(RestDay))
def test_a_rule_that_moves_never_ends_on_a_rest_day(day, offset, unit, rest_day):
    found = due(day, offset, unit, rest_day, KNOWN)
    if rest_day != RestDay.KEEP:
        assert KNOWN.is_workday(found.day)
    assert bool(found.warning) == (not KNOWN.is_workday(due(day, offset, unit, RestDay.KEEP, KNOWN).day))


@given(dates, st.integers(-100, 100), st.sampled_from(Unit), st.sampled_from(RestDay))
def test_a_later_anchor_is_never_due_earlier(day, offset, unit, rest_day):
    first = due(day, offset, unit, rest_day, KNOWN).day
    second = due(day + timedelta(days=1), offset, unit, rest_day, KNOWN).day
    assert first <= second


@given(dates, st.integers(0, 200))
def test_weeks_are_seven_days(day, count):
    assert after(day, count, Unit.WEEKS, WEEK).day == after(day, 7 * count, Unit.DAYS, WEEK).day
