"""The calendar feed: its address, what it holds, and that any reader of RFC 5545 reads it."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cppcc.deadlines import calendar
from cppcc.deadlines.calendar import Kind
from cppcc.deadlines.feeds import calendar_text, digest, issue_feed
from cppcc.deadlines.models import CalendarFeed
from cppcc.office.models import Tenure, User
from cppcc.workflow.models import Sitting
from tests.deadlines.calendar_rows import TODAY, deadline, entry
from tests.reading import words

STAMP = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to("2026-04-22 09:00+08:00", tick=False)


@pytest.fixture
def filled(world):
    """A deadline of the economic committee, one of a department, a sitting, a window."""
    plan = world.plan(2026, topics=2)
    first, second = plan.topics.order_by("number")
    deadline(first, date(2026, 4, 24), (world.orgs["econ"], ""), provisional=True)
    deadline(second, date(2026, 4, 25), (world.orgs["dept1"], ""))
    Sitting.of(world.orgs["party-group"], date(2026, 4, 24), by=world.users["clerk"], number=3)
    world.solicitation(plan)
    return world


def address(token):
    """The feed's address."""
    return reverse("deadlines:calendar_feed", args=[token])


def events(response):
    """The events of a feed by their summary."""
    return {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def text_of(*entries):
    """A feed of these entries."""
    return calendar_text(entries, name="日历", host="cppcc.test", absolute="http://cppcc.test{}".format, stamp=STAMP)


class TestAddress:
    """Made, shown once, renewed, revoked."""

    def test_it_is_shown_once_and_stored_as_a_hash(self, login):
        client = login("dept1")
        response = client.post(reverse("deadlines:feed_create"))
        found = re.search(r"http://testserver(/dates/calendar/([\w-]{43})\.ics)", response.content.decode())
        feed = CalendarFeed.objects.get()
        assert feed.token_hash == digest(found[2]) != found[2]
        assert Client().get(found[1]).status_code == 200
        page = client.get(reverse("deadlines:feed_setting"))
        assert found[2] not in page.content.decode() and "使用中" in words(page)

    def test_renewing_kills_the_one_before(self, login, world):
        old = issue_feed(world.users["dept1"])
        response = login("dept1").post(reverse("deadlines:feed_create"))
        assert "旧地址已经失效" in words(response)
        assert Client().get(address(old)).status_code == 404
        assert CalendarFeed.objects.filter(user=world.users["dept1"], revoked_at__isnull=True).count() == 1

    def test_revoking_kills_it_and_only_ones_own(self, login, world):
        mine, other = issue_feed(world.users["dept1"]), issue_feed(world.users["dept2"])
        client = login("dept1")
        for _ in range(2):
            assert client.post(reverse("deadlines:feed_revoke")).status_code == 302
        assert [Client().get(address(token)).status_code for token in (mine, other)] == [404, 200]
        assert "未启用" in words(client.get(reverse("deadlines:feed_setting")))

    def test_a_wrong_token_and_an_account_out_of_use_are_not_there(self, world):
        token = issue_feed(world.users["dept1"])
        User.objects.filter(pk=world.users["dept1"].pk).update(is_active=False)
        for wrong in (token, "x", "x" * 43, digest(token)):
            assert Client().get(address(wrong)).status_code == 404

    def test_its_last_reading_is_noted_at_most_once_an_hour(self, world, time_machine):
        token = issue_feed(world.users["dept1"])
        noted = []
        for minutes in (0, 30, 61):
            time_machine.move_to(datetime(2026, 4, 22, 1, tzinfo=UTC) + timedelta(minutes=minutes), tick=False)
            Client().get(address(token))
            noted.append(CalendarFeed.objects.get().used_at)
        assert noted[0] == noted[1] != noted[2]


class TestContent:
    """What is read."""

    def test_each_reads_what_he_may_see(self, filled):
        seen = {name: set(events(Client().get(address(issue_feed(filled.users[name]))))) for name in
                ("clerk", "dept1", "party1", "nobody", "admin")}  # fmt: skip
        econ, dept = "〔期限·暂定〕议题第1号：实施方案", "〔期限〕议题第2号：实施方案"
        window, sitting = "〔征集期〕2026年度协商议题征集", "〔上会审议〕市政协党组会议第3次会议"
        assert seen == {
            "clerk": {econ, dept, window, sitting}, "dept1": {dept, window}, "party1": {window}, "nobody": set(),
            "admin": set(),
        }  # fmt: skip

    def test_rights_are_asked_at_each_reading(self, filled):
        token = issue_feed(filled.users["clerk"])
        assert len(events(Client().get(address(token)))) == 4
        Tenure.objects.filter(person=filled.users["clerk"].person).update(valid_to=TODAY - timedelta(days=1))
        response = Client().get(address(token))
        assert (response.status_code, events(response)) == (200, {})

    def test_days_are_whole_and_the_end_is_the_day_after(self, filled):
        found = events(Client().get(address(issue_feed(filled.users["clerk"]))))
        sitting, window = found["〔上会审议〕市政协党组会议第3次会议"], found["〔征集期〕2026年度协商议题征集"]
        assert (sitting["dtstart"].dt, sitting["dtend"].dt) == (date(2026, 4, 24), date(2026, 4, 25))
        assert (window["dtstart"].dt, window["dtend"].dt) == (date(2026, 4, 12), date(2026, 5, 13))
        assert str(sitting["url"]).startswith("http://testserver/workflow/sittings/")
        assert sitting["categories"].cats == ["上会审议"]
        assert str(found["〔期限·暂定〕议题第1号：实施方案"]["status"]) == "TENTATIVE"
        assert all("dtstamp" in event and not event.walk("VALARM") for event in found.values())

    def test_uids_are_different_and_stay(self, filled):
        token = issue_feed(filled.users["clerk"])
        uids = [sorted(str(e["uid"]) for e in events(Client().get(address(token))).values()) for _ in range(2)]
        assert uids[0] == uids[1] and len(set(uids[0])) == 4

    def test_hours_are_told_in_utc(self, monkeypatch):
        monkeypatch.setitem(calendar.KINDS, "meeting", Kind("会议", gathering=True))
        meeting = entry(TODAY, at=time(0, 30), until=time(2), place="一会议室，东楼")
        [event] = Calendar.from_ical(text_of(meeting)).walk("VEVENT")
        assert event["dtstart"].dt == datetime(2026, 4, 21, 16, 30, tzinfo=UTC)
        assert event["dtend"].dt == datetime(2026, 4, 21, 18, tzinfo=UTC)
        assert (str(event["location"]), str(event["transp"])) == ("一会议室，东楼", "OPAQUE")
        [event] = Calendar.from_ical(text_of(entry(TODAY, at=time(9), until=time(8)))).walk("VEVENT")
        assert event["dtend"].dt == event["dtstart"].dt

    def test_of_an_internal_matter_only_the_step_and_a_link_are_told(self, monkeypatch):
        monkeypatch.setitem(calendar.KINDS, "meeting", Kind("会议"))
        text = text_of(entry(TODAY, label="内部题目", internal=True, place="保密室", step="征求意见")).decode()
        assert "内部题目" not in text and "保密室" not in text
        [event] = Calendar.from_ical(text).walk("VEVENT")
        assert str(event["summary"]) == "〔会议〕征求意见（内部事项，请登录后查看）"
        assert str(event["url"]) == "http://cppcc.test/"


class TestAnswer:
    """The answer as HTTP."""

    def test_its_kind_and_that_nothing_between_keeps_it(self, filled):
        response = Client().get(address(issue_feed(filled.users["clerk"])))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Cache-Control"] == "private, no-cache"

    def test_unchanged_is_told_by_its_tag(self, filled):
        token = issue_feed(filled.users["clerk"])
        tag = Client().get(address(token))["ETag"]
        again = Client().get(address(token), headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        deadline(filled.plan(2027, topics=1).topics.get(), TODAY, (filled.orgs["econ"], ""))
        assert Client().get(address(token), headers={"If-None-Match": tag}).status_code == 200

    def test_head_is_answered_and_nothing_can_be_written(self, filled):
        token = issue_feed(filled.users["clerk"])
        assert Client().head(address(token)).status_code == 200
        assert Client().post(address(token)).status_code == 405


@pytest.fixture(scope="module")
def kind():
    """A kind for entries that hypothesis makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(calendar.KINDS, "meeting", Kind("会议"))
        yield


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)


@given(label=PRINTABLE | st.text("中文，；:;,\\\n\"'ΩÀ😀", min_size=1, max_size=120), place=PRINTABLE)
def test_any_title_is_escaped_and_folded_so_that_it_reads_the_same(kind, label, place):
    text = text_of(entry(TODAY, label=label, place=place))
    assert text.endswith(b"END:VCALENDAR\r\n")
    for line in text.split(b"\r\n"):
        assert len(line) <= 75 and b"\n" not in line and b"\r" not in line
        line.decode()  # a character of several bytes is not cut
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["summary"]) == f"〔会议〕{label}"
    assert str(event["location"]) == place
    assert set(event) >= {"UID", "DTSTAMP", "DTSTART", "DTEND"}


def test_two_live_addresses_of_one_account_are_impossible(world):
    issue_feed(world.users["dept1"])
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(user=world.users["dept1"], token_hash="other")
