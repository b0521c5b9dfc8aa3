"""The seeded calendar: the State Council's days of 2010-2026, the coming year 暂定, nothing overwritten."""

import io
from datetime import date

import chinese_calendar
import holidays
import pytest
import time_machine
from django.core.management import CommandError, call_command

from cppcc.deadlines import years
from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.working_days import load_working_days, span
from cppcc.deadlines.years import Known, is_announced, known, seed_workdays
from cppcc.office import profiles

NOW = time_machine.travel("2026-03-10 09:00+08:00", tick=False)


@pytest.fixture
def seeded(db):
    """The calendar as an office has it in March 2026."""
    with NOW:
        yield seed_workdays()


def test_every_day_of_2010_to_2026_is_as_the_other_package_says(seeded):
    days = load_working_days()
    every = list(span(date(2010, 1, 1), date(2026, 12, 31)))
    assert [day for day in every if days.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert days.official_between(every[0], every[-1])


def test_the_coming_year_is_provisional(seeded):
    days = load_working_days()
    assert not any(days.is_official(day) for day in span(date(2027, 1, 1), date(2027, 12, 31)))
    assert not days.is_workday(date(2027, 10, 1))
    assert WorkCalendar.objects.filter(date__year=2027).count() == 365
    assert not WorkCalendar.objects.filter(date__year__gt=2027).exists()


@pytest.mark.parametrize(("year", "official"), [(2010, True), (2011, True), (2026, True), (2027, False), (2028, False)])
def test_the_package_knows_a_year_by_the_weekend_days_that_people_work(year, official):
    assert known(year).official is official


def test_a_swap_at_the_end_of_december_does_not_make_its_year_known():
    calendar = holidays.country_holidays("CN", years=2027)
    calendar.weekend_workdays.add(date(2027, 12, 26))
    assert not is_announced(calendar, 2027)
    calendar.weekend_workdays.add(date(2027, 9, 26))
    assert is_announced(calendar, 2027)


def test_days_are_named(seeded):
    label = dict(WorkCalendar.objects.values_list("date", "label"))
    assert label[date(2026, 10, 1)] == "国庆节"
    assert label[date(2026, 10, 10)] == "调休上班"
    assert label[date(2026, 10, 7)] == "调休放假"
    assert label[date(2026, 4, 6)] == "清明节"
    assert label[date(2026, 3, 10)] == ""


def test_seeding_twice_changes_nothing_and_writes_nothing(seeded, django_assert_max_num_queries):
    rows = WorkCalendar.history.count()
    with NOW, django_assert_max_num_queries(4):
        assert seed_workdays() == []
    assert WorkCalendar.history.count() == rows


def test_a_row_of_another_source_is_never_overwritten(db):
    with NOW:
        WorkCalendar.objects.create(date=date(2026, 10, 1), is_workday=True, source="市里通知", label="演练")
        assert date(2026, 10, 1) not in seed_workdays()
    kept = WorkCalendar.objects.get(date=date(2026, 10, 1))
    assert (kept.is_workday, kept.source, kept.label) == (True, "市里通知", "演练")


def test_a_newer_package_brings_the_notice_and_leaves_history(seeded, monkeypatch):
    off = date(2027, 10, 7)
    better = Known(known(2027).days | {off: (False, "国庆节")}, True)
    monkeypatch.setattr(years, "known", lambda year: better if year == 2027 else known(year))
    with NOW:
        changed = seed_workdays()
    assert len(changed) == 365 and off in changed
    row = WorkCalendar.objects.get(date=off)
    assert (row.is_workday, row.official, row.label) == (False, True, "国庆节")
    newer, older = row.history.all()
    assert [change.field for change in newer.diff_against(older).changes] == ["is_workday", "label", "official"]


def test_only_what_the_week_does_not_say_counts_as_changed(seeded):
    assert date(2027, 3, 1) not in seeded and date(2027, 1, 1) in seeded and date(2026, 3, 2) in seeded


def test_a_profile_brings_the_calendar(db):
    with NOW:
        outcome = profiles.load("county-anhua")
        assert outcome.besides == ["work calendar: 2010-2027 seeded, 6222 days"]
        assert profiles.load("county-anhua").besides == []
    assert WorkCalendar.objects.count() == 18 * 365 + 4


def test_a_dry_run_of_a_profile_brings_nothing(db):
    assert profiles.load("county-anhua", dry_run=True).besides == []
    assert not WorkCalendar.objects.exists()


@NOW
def test_the_command_says_what_changed_and_what_is_provisional(db):
    out = io.StringIO()
    call_command("seed_workdays", "--from", "2026", stdout=out)
    assert out.getvalue().splitlines() == [
        "2026-2027: 378 days changed, 0 deadlines moved",
        "provisional (暂定), no notice known: 2027",
    ]
    out = io.StringIO()
    call_command("seed_workdays", "--from", "2010", "--to", "2026", stdout=out)
    assert "provisional" not in out.getvalue()


@pytest.mark.parametrize("args", [("--from", "1999"), ("--to", "2200"), ("--from", "2026", "--to", "2025")])
def test_the_command_refuses_years_out_of_range(db, args):
    with pytest.raises(CommandError, match="--from and --to"):
        call_command("seed_workdays", *args)
