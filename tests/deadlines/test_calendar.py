"""The calendar: entries and who sees them, clashes, the bounds of months, quarters and years."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from cppcc.deadlines import calendar
from cppcc.deadlines.calendar import Kind, gather, unit
from cppcc.deadlines.clashes import clashes_of
from cppcc.deadlines.models import WorkCalendar
from cppcc.desk.periods import Days, day_of, lay_out, period_of
from cppcc.office.models import User
from cppcc.office.roles import Role
from cppcc.workflow.models import Sitting
from tests.access_table import PERSONS
from tests.deadlines.calendar_rows import TODAY, deadline, entry
from tests.reading import words

APRIL = (date(2026, 4, 1), date(2026, 4, 30))


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to("2026-04-22 09:00+08:00", tick=False)


@pytest.fixture
def meetings(monkeypatch):
    """A kind of gathering beside the sittings."""
    monkeypatch.setitem(calendar.KINDS, "meeting", Kind("会议", "blue", gathering=True))


@pytest.fixture
def month(world):
    """Deadlines of several holders, sittings, windows, all in April 2026."""
    plan = world.plan(2026, topics=3)
    first, second, third = plan.topics.order_by("number")
    orgs = world.orgs
    rows = {
        "econ": deadline(first, date(2026, 4, 24), (orgs["econ"], Role.COMMITTEE_CLERK)),
        "dept": deadline(second, date(2026, 4, 24), (orgs["dept1"], Role.DEPARTMENT), provisional=True),
        "anybody": deadline(third, date(2026, 4, 30), (orgs["dept1"], ""), (orgs["county1"], Role.COUNTY)),
        "done": deadline(first, date(2026, 4, 1), (orgs["econ"], ""), step="done", status="done"),
        "waived": deadline(second, date(2026, 4, 2), (orgs["econ"], ""), step="waived", status="waived"),
        "march": deadline(third, date(2026, 3, 31), (orgs["econ"], ""), step="march"),
        "sitting": Sitting.of(orgs["party-group"], date(2026, 4, 24), by=world.users["clerk"], number=3),
        "round": world.solicitation(plan),
        "preparing": world.solicitation(plan, state="drafting"),
    }
    return {name: f"{type(row).__name__.lower()}-{row.pk}" for name, row in rows.items()}


def fresh(world, name):
    """The account as a request sees it."""
    return User.objects.get(pk=world.users[name].pk)


def seen(world, name, start=APRIL[0], end=APRIL[1]):
    """The uids that a person sees."""
    return {found.uid for found in gather(fresh(world, name), start, end).entries}


def test_everybody_sees_exactly_what_is_his(world, month):
    deadlines, windows = {"econ", "dept", "anybody", "done"}, {"round"}
    readers = deadlines | {"sitting"} | windows | {"preparing"}
    wanted = dict.fromkeys(("clerk", "sg", "chair", "vice", "auditor"), readers)
    wanted |= dict.fromkeys(("econ_clerk", "econ_head", "edu_clerk"), deadlines | {"sitting"} | windows)
    wanted |= {"dept1": {"dept", "anybody"} | windows, "county1": {"anybody"} | windows}
    wanted |= dict.fromkeys(("dept2", "party1", "party2", "county2", "pco", "member", "member2"), windows)
    for name in PERSONS:
        assert seen(world, name) == {month[key] for key in wanted.get(name, ())}, name


def test_a_period_takes_its_first_and_last_day_and_windows_that_only_touch_it(world, month):
    assert month["march"] not in seen(world, "clerk")
    assert month["march"] in seen(world, "clerk", date(2026, 3, 31), date(2026, 3, 31))
    assert month["anybody"] in seen(world, "clerk", date(2026, 4, 30), date(2026, 4, 30))
    assert month["round"] in seen(world, "clerk", TODAY, TODAY)
    assert seen(world, "clerk", date(2026, 6, 1), date(2026, 6, 2)) == set()


def test_an_entry_says_whom_it_concerns_and_whether_it_is_late_provisional_or_done(world, month):
    entries = {found.uid: found for found in gather(fresh(world, "clerk"), date(2026, 3, 1), APRIL[1]).entries}
    assert entries[month["anybody"]].who == {unit(world.orgs["dept1"].pk), unit(world.orgs["county1"].pk)}
    assert [entries[month[key]].provisional for key in ("econ", "dept")] == [False, True]
    assert [entries[month[key]].done for key in ("econ", "done")] == [False, True]
    assert [entries[month[key]].tone for key in ("econ", "done", "march")] == ["amber", "gray", "red"]


def test_what_is_too_much_is_cut_and_said(world, monkeypatch, meetings):
    monkeypatch.setattr(calendar, "MOST", 3)
    monkeypatch.setattr(calendar, "PROVIDERS", [lambda user, start, end: [entry(TODAY, str(n)) for n in range(4)]])
    found = gather(fresh(world, "clerk"), *APRIL)
    assert (len(found.entries), found.cut) == (3, True)


class TestClashes:
    """When two gatherings stand in each other's way."""

    pytestmark = pytest.mark.usefixtures("meetings")

    @pytest.mark.parametrize(
        ("one", "other", "why"),
        [
            ({"at": time(9), "until": time(11)}, {"at": time(10), "until": time(12)}, "时间重叠"),
            ({"at": time(9), "until": time(10)}, {"at": time(10), "until": time(12)}, ""),
            ({"at": time(9)}, {"at": time(11)}, "时间重叠"),
            ({"at": time(9)}, {"at": time(14)}, ""),
            (
                {"at": time(9), "until": time(11), "place": "一会议室"},
                {"at": time(10), "until": time(12), "place": "一会议室"},
                "时间重叠，地点相同",
            ),
            (
                {"at": time(9), "until": time(11), "who": frozenset({"person:1"})},
                {"at": time(10), "until": time(12), "who": frozenset({"person:1", "person:2"})},
                "时间重叠，有共同的参加单位或人员",
            ),
            ({"place": "一会议室"}, {"place": "一会议室", "at": time(9)}, "同一天，地点相同，时间未定，请核对"),
            ({"place": "一会议室"}, {"place": "二会议室"}, ""),
            ({}, {}, ""),
            ({"kind": "sitting", "who": frozenset({"unit:1"})}, {"kind": "sitting", "who": frozenset({"unit:1"})},
             "同一机构同日有两次会议"),
            ({"kind": "sitting", "who": frozenset({"unit:1"})}, {"kind": "sitting", "who": frozenset({"unit:2"})}, ""),
            ({"kind": "deadline", "place": "甲"}, {"kind": "deadline", "place": "甲"}, ""),
        ],
    )  # fmt: skip
    def test_of_one_day(self, one, other, why):
        found = clashes_of([entry(TODAY, "a", **one), entry(TODAY, "b", **other)])
        assert [clash.why for clash in found] == ([why] if why else [])

    def test_of_two_days_only_where_they_meet_and_each_pair_once(self):
        long = entry(TODAY, "a", end=TODAY + timedelta(days=3), place="礼堂")
        other = entry(TODAY + timedelta(days=2), "b", end=TODAY + timedelta(days=4), place="礼堂")
        found = clashes_of([long, other, entry(TODAY + timedelta(days=9), "c", place="礼堂")])
        assert [(clash.day, clash.one.uid, clash.other.uid) for clash in found] == [
            (TODAY + timedelta(days=2), "a", "b")
        ]


@pytest.mark.parametrize(
    ("view", "day", "first", "last", "title"),
    [
        ("month", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        ("quarter", date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31), "2026年第一季度"),
        ("quarter", date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30), "2026年第二季度"),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
        ("year", date(2028, 2, 29), date(2028, 1, 1), date(2028, 12, 31), "2028年"),
        ("no-such", date(2026, 4, 22), date(2026, 4, 1), date(2026, 4, 30), "2026年4月"),
    ],
)
def test_periods_begin_and_end_with_their_months(view, day, first, last, title):
    period = period_of(view, day)
    assert (period.first, period.last, period.title) == (first, last, title)
    assert period_of(period.view, period.after).first == last + timedelta(days=1)
    assert period_of(period.view, period.before).last == first - timedelta(days=1)
    assert period.months[0] == first
    assert period_of("month", period.months[-1]).last == last


def test_the_calendar_has_ends_and_makes_nothing_of_nonsense():
    assert period_of("year", date(2000, 5, 1)).before is None
    assert period_of("month", date(2099, 12, 1)).after is None
    for text in ("", "gestern", "2026-02-30", "1999-12-31", "9999-12-31", "2026-4-2", "\x00"):
        assert day_of(text, TODAY) == TODAY
    assert day_of("2028-02-29", TODAY) == date(2028, 2, 29)


@pytest.mark.parametrize("view", ["month", "quarter", "year"])
@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 2, 1), date(2027, 1, 1)])
def test_every_day_stands_once_in_whole_weeks(db, view, day):
    period = period_of(view, day)
    sheet = lay_out(period, [], Days(*period.shown), TODAY)
    days = [cell.day for month in sheet.months for cell in month.cells]
    assert days == sorted(set(days))
    assert [days[0], days[-1]] == list(period.shown)
    assert {cell.day for month in sheet.months for cell in month.cells if not cell.outside} == {
        period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)
    }
    for month in sheet.months:
        assert {len(week) for week in month.weeks} == {7}
        assert [cell.day.weekday() for cell in month.weeks[1]] == list(range(7))


def test_rest_days_and_days_worked_against_the_week_are_marked(world, login):
    WorkCalendar.objects.bulk_create(
        [
            WorkCalendar(date=date(2026, 10, 1), is_workday=False, label="国庆节"),
            WorkCalendar(date=date(2026, 10, 10), is_workday=True, label="调休上班"),
            WorkCalendar(date=date(2026, 10, 11), is_workday=False),
        ]
    )
    days = Days(date(2026, 10, 1), date(2026, 10, 31))
    signs = {n: days.cell(date(2026, 10, n)) for n in (1, 2, 3, 10, 11)}
    assert {n: (cell.sign, cell.rest) for n, cell in signs.items()} == {
        1: ("休", True), 2: ("", False), 3: ("", True), 10: ("班", False), 11: ("", True),
    }  # fmt: skip
    said = words(login("clerk").get(reverse("desk:calendar"), {"day": "2026-10-10"}))
    assert "休国庆节" in said and "暂定显示" in said


class TestPages:
    """The three views as pages."""

    def open(self, login, name="clerk", **given):
        return login(name).get(reverse("desk:calendar"), {"day": "2026-04-22", **given})

    @pytest.mark.parametrize("view", ["month", "quarter", "year"])
    def test_each_view_says_what_is_on_and_marks_today(self, login, month, view):
        response = self.open(login, view=view)
        sheet = response.context["sheet"]
        assert sheet.count == {"month": 7, "quarter": 7, "year": 8}[view]
        assert [cell.day for m in sheet.months for cell in m.cells if cell.today] == [TODAY]
        assert ("议题第1号" in words(response)) == (view != "year")
        assert response.content.count(b'aria-current="date"') == 1

    def test_a_long_entry_stands_on_its_first_and_last_day_and_over_the_month(self, login, month):
        said = words(self.open(login))
        assert "持续多日" in said and "征集（开始）" in said

    def test_one_may_look_at_one_kind_and_at_ones_own(self, login, month):
        shown = {item.entry.uid for cell in self.cells(self.open(login, kind="sitting")) for item in cell.items}
        assert shown == {month["sitting"]}
        own = {item.entry.uid for cell in self.cells(self.open(login, "econ_clerk", own="on")) for item in cell.items}
        assert own == {month["econ"], month["done"], month["march"], month["round"]}
        for nonsense in ({"kind": "bogus"}, {"view": "\x00", "day": "x"}):
            assert self.open(login, **nonsense).status_code == 200

    def cells(self, response):
        """The cells of the page."""
        return [cell for month in response.context["sheet"].months for cell in month.cells]

    def test_a_full_day_is_folded_and_can_be_unfolded(self, login, world):
        plan = world.plan(2026, topics=9)
        for topic in plan.topics.all():
            deadline(topic, date(2026, 4, 24), (world.orgs["econ"], ""))
        assert "还有5项" in words(self.open(login))
        assert b'<details class="cal-more" open' in self.open(login, all="1").content

    def test_clashes_are_told_in_words(self, login, monkeypatch, meetings):
        both = [entry(TODAY, n, at=time(9), until=time(11), label=f"协商会{n}") for n in ("一", "二")]
        monkeypatch.setattr(calendar, "PROVIDERS", [lambda user, start, end: both])
        for view in ("month", "quarter", "year"):
            said = words(self.open(login, view=view))
            assert "时间冲突1处" in said
            assert "4月22日09:00—11:00协商会一与09:00—11:00协商会二：时间重叠" in said

    def test_an_empty_month_says_so(self, login):
        assert "本月没有安排" in words(self.open(login, "nobody"))

    def test_those_without_a_post_see_the_frame_only(self, login, month):
        assert self.open(login, "expired").context["sheet"].count == 0
