"""Counting working days: the day after the event is day 1; back and forth meet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import Day, WorkingDays, load_working_days, span

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, 6) + timedelta(days=n) for n in range(4))
BEGIN = date(2026, 1, 1)
WEEK = WorkingDays()

dates = st.dates(date(2025, 1, 1), date(2027, 12, 31))
calendars = st.dictionaries(dates, st.builds(Day, st.booleans(), st.booleans()), max_size=60).map(WorkingDays)


def test_a_day_without_a_row_follows_the_week_and_is_not_official():
    assert [WEEK.is_workday(day) for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY)] == [True, False, False, True]
    assert not WEEK.is_official(FRIDAY)


def test_a_row_says_more_than_the_week():
    days = WorkingDays({SATURDAY: Day(True, True), MONDAY: Day(False, False)})
    assert (days.is_workday(SATURDAY), days.is_official(SATURDAY)) == (True, True)
    assert (days.is_workday(MONDAY), days.is_official(MONDAY)) == (False, False)


def test_the_day_after_the_event_is_day_1():
    assert WEEK.add(date(2026, 3, 5), 1) == FRIDAY
    assert WEEK.add(FRIDAY, 1) == MONDAY
    assert WEEK.add(SATURDAY, 1) == MONDAY
    assert WEEK.add(MONDAY, -1) == FRIDAY
    assert WEEK.add(SUNDAY, -1) == FRIDAY
    assert WEEK.add(SUNDAY, 0) == SUNDAY


def test_between_counts_after_the_start_up_to_the_end():
    assert WEEK.between(FRIDAY, FRIDAY) == 0
    assert WEEK.between(FRIDAY, MONDAY) == 1
    assert WEEK.between(MONDAY, FRIDAY) == -1
    assert WEEK.between(FRIDAY, SUNDAY) == 0
    assert WEEK.between(SUNDAY, FRIDAY) == -1


def test_the_nearest_working_day_before_and_after():
    assert (WEEK.on_or_before(SUNDAY), WEEK.on_or_after(SATURDAY)) == (FRIDAY, MONDAY)
    assert (WEEK.on_or_before(MONDAY), WEEK.on_or_after(FRIDAY)) == (MONDAY, FRIDAY)


def test_official_between_asks_every_day_in_either_order():
    days = WorkingDays({day: Day(True, True) for day in span(FRIDAY, SUNDAY)})
    assert days.official_between(FRIDAY, SUNDAY) and days.official_between(SUNDAY, FRIDAY)
    assert not days.official_between(FRIDAY, MONDAY)
    assert not days.official_between(MONDAY, FRIDAY)


def test_a_changed_calendar_leaves_the_old_one_alone():
    changed = WEEK.changed({FRIDAY: Day(False, True)})
    assert not changed.is_workday(FRIDAY) and WEEK.is_workday(FRIDAY)


@pytest.mark.django_db
def test_the_calendar_is_one_query(django_assert_num_queries):
    WorkCalendar.objects.create(date=SATURDAY, is_workday=True, official=False)
    WorkCalendar.objects.create(date=MONDAY, is_workday=False)
    with django_assert_num_queries(1):
        days = load_working_days()
        assert (days.is_workday(SATURDAY), days.is_official(SATURDAY)) == (True, False)
        assert (days.is_workday(MONDAY), days.is_official(MONDAY)) == (False, True)


@given(calendars, dates, st.integers(1, 60))
def test_add_lands_on_a_working_day_and_between_counts_it_back(days, day, n):
    after, before = days.add(day, n), days.add(day, -n)
    assert days.is_workday(after) and days.is_workday(before)
    assert (days.between(day, after), days.between(day, before)) == (n, -n)


@given(calendars, dates, st.integers(1, 60))
def test_back_and_forth_meet_on_a_working_day(days, day, n):
    day = days.on_or_after(day)
    assert days.add(days.add(day, n), -n) == day == days.add(days.add(day, -n), n)


@given(calendars, dates, st.integers(-30, 30), st.integers(-30, 30))
def test_more_days_lead_further(days, day, n, m):
    first, second = sorted((n, m))
    assert days.add(day, first) < days.add(day, second) or first == second or 0 in (first, second)
    if 0 in (first, second) and first != second:
        assert days.add(day, first) != days.add(day, second)


@given(calendars, dates, dates)
def test_between_turned_round_is_the_same_count_when_both_are_worked(days, a, b):
    a, b = days.on_or_after(a), days.on_or_after(b)
    assert days.between(a, b) == -days.between(b, a)
