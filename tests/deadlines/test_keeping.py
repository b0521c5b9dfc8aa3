"""Deadlines follow from anchors, rules and the calendar; pending reminders are a pure function of the deadlines."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cppcc.deadlines.calendar_keeping import keep_calendar
from cppcc.deadlines.closing import explain, finish, move_by_hand, waive
from cppcc.deadlines.keeping import keep_dates, keep_many, preview, recompute
from cppcc.deadlines.models import Deadline, DeadlineMove, Reminder, WorkCalendar
from cppcc.deadlines.reminding import let_go
from cppcc.office.models import Post
from cppcc.office.refusals import Refused, Stale
from tests.deadlines.dated import rule_set, table  # noqa: F401  # a fixture

Cause = DeadlineMove.Cause
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.get_default_timezone())  # a Monday
LADDER = {"remind": [7, 1, 0], "repeat": 3, "escalate_after": 2, "escalate_to": "boss", "rule": "R030"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def topic(world, table):  # noqa: F811
    """A topic whose session is on 24 April, led by econ, with the secretary-general told when it is late."""
    found = world.plan(2026, topics=1).topics.get()
    table.anchors[found.pk] = {"session": date(2026, 4, 24)}
    table.holders[found.pk, "lead"] = [(world.orgs["econ"].pk, "committee_clerk")]
    table.holders[found.pk, "boss"] = [(world.orgs["office"].pk, "secretary_general")]
    return found


def pending():
    return {(r.mark, timezone.localtime(r.due_at).date()) for r in Reminder.objects.filter(status="pending")}


def test_a_deadline_and_its_ladder_follow_from_the_anchor(topic):
    rule_set({"step": "scheme", "offset": -2, "unit": "weeks", **LADDER})
    keep_dates(topic)
    deadline = Deadline.objects.get()
    assert (deadline.due_on, deadline.planned_on, deadline.status) == (date(2026, 4, 10), date(2026, 4, 10), "open")
    assert deadline.title == str(topic)
    assert deadline.url == f"/consultation/topics/{topic.pk}/"
    found = pending()
    assert {("b7", date(2026, 4, 3)), ("b1", date(2026, 4, 9)), ("b0", date(2026, 4, 10))} <= found
    assert {("r1", date(2026, 4, 15)), ("r2", date(2026, 4, 20)), ("e", date(2026, 4, 14))} <= found
    assert len(found) == 14
    told = Reminder.objects.get(mark="e")
    assert (told.role, told.rule) == ("secretary_general", "R030")
    assert timezone.localtime(told.due_at).time() == time(8, 30)


def test_deriving_twice_changes_nothing(topic):
    rule_set({"offset": -14, **LADDER})
    keep_dates(topic)
    before = list(Reminder.objects.values()), list(Deadline.objects.values())
    assert keep_dates(topic) == []
    assert (list(Reminder.objects.values()), list(Deadline.objects.values())) == before
    assert Deadline.history.count() == 1


def test_a_moved_anchor_moves_what_is_open_and_tells_each_holder_once(topic, table):  # noqa: F811
    rule_set({"step": "scheme", "offset": -14, **LADDER}, {"step": "outcome", "offset": 10, **LADDER},
             {"step": "kept", "anchor": "other", **LADDER})  # fmt: skip
    table.anchors[topic.pk]["other"] = date(2026, 5, 1)
    keep_dates(topic)
    old = set(Reminder.objects.filter(status="pending").values_list("pk", flat=True))
    table.anchors[topic.pk]["session"] = date(2026, 5, 8)
    moved = keep_dates(topic, reason="场地冲突")
    assert {(m.deadline.step, m.from_day, m.to_day) for m in moved} == {
        ("scheme", date(2026, 4, 10), date(2026, 4, 24)), ("outcome", date(2026, 5, 4), date(2026, 5, 18))
    }  # fmt: skip
    told = Reminder.objects.get(mark="moved")
    assert told.due_at == NOW
    assert told.body.count("改为") == 2
    kept = Reminder.objects.filter(pk__in=old, status="pending")
    assert set(kept.values_list("deadline__step", flat=True)) == {"kept"}
    assert Reminder.objects.filter(pk__in=old, status="cancelled").count() == len(old) - kept.count()
    move = DeadlineMove.objects.filter(deadline__step="scheme").get()
    assert (move.cause, move.reason) == ("anchor", "场地冲突")
    table.anchors[topic.pk]["session"] = date(2026, 4, 24)
    keep_dates(topic)
    assert Reminder.objects.filter(mark="moved").count() == 2


def test_a_move_that_fails_leaves_nothing_half_done(topic, table, monkeypatch):  # noqa: F811
    rule_set({"offset": -14, **LADDER})
    keep_dates(topic)
    before = list(Reminder.objects.values()), list(Deadline.objects.values())
    table.anchors[topic.pk]["session"] = date(2026, 5, 8)
    monkeypatch.setattr("cppcc.deadlines.keeping.tell_moves", lambda *args, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keep_dates(topic)
    assert (list(Reminder.objects.values()), list(Deadline.objects.values())) == before


def test_what_people_did_stays(topic, table, world):  # noqa: F811
    clerk = world.users["clerk"]
    rule_set({"step": "a", **LADDER}, {"step": "b", **LADDER}, {"step": "c", **LADDER})
    keep_dates(topic)
    a, b, c = Deadline.objects.order_by("rule__order")
    finish(a, on=date(2026, 3, 2), by=clerk, reason="", revision=1)
    waive(b, by=clerk, reason="合并召开", revision=1)
    move_by_hand(c, to=date(2026, 4, 30), by=clerk, reason="等材料", revision=1)
    assert set(Reminder.objects.filter(status="pending").values_list("deadline__step", flat=True)) == {"c", None}
    keep_dates(topic)
    assert [d.status for d in Deadline.objects.order_by("rule__order")] == ["done", "waived", "open"]
    assert Deadline.objects.get(step="c").due_on == date(2026, 4, 30)
    table.anchors[topic.pk]["session"] = date(2026, 5, 20)
    keep_dates(topic)
    assert [d.due_on for d in Deadline.objects.order_by("rule__order")] == [
        date(2026, 4, 24), date(2026, 4, 24), date(2026, 5, 20)
    ]  # fmt: skip


def test_a_done_step_is_met_with_its_days_late_and_opens_again(topic, table):  # noqa: F811
    rule_set({"step": "scheme", "offset": -60, **LADDER})
    table.done[topic.pk] = {"scheme": date(2026, 3, 2)}
    keep_dates(topic)
    deadline = Deadline.objects.get()
    assert (deadline.due_on, deadline.status, deadline.late_days) == (date(2026, 2, 23), "done", 5)
    assert deadline.owes_reason
    assert pending() == set()
    del table.done[topic.pk]
    keep_dates(topic)
    deadline.refresh_from_db()
    assert (deadline.status, deadline.closed_on, deadline.late_days) == ("open", None, 0)
    assert ("r2", date(2026, 3, 3)) in pending()


def test_reminders_of_a_past_day_are_listed_and_not_sent(topic, table):  # noqa: F811
    rule_set({"step": "scheme", **LADDER})
    table.anchors[topic.pk]["session"] = date(2026, 2, 25)
    keep_dates(topic)
    assert [(r.mark, r.status) for r in Reminder.objects.exclude(status="pending")] == [("b0", "lapsed")]
    assert ("r1", date(2026, 3, 2)) not in pending()  # 8:30 had passed when it was derived
    assert ("r2", date(2026, 3, 5)) in pending()
    table.done[topic.pk] = {"scheme": date(2026, 3, 2)}
    keep_dates(topic)
    assert set(Reminder.objects.values_list("status", flat=True)) == {"cancelled"}


def test_what_was_said_on_its_day_is_not_listed_as_unsent_when_the_rule_is_edited(topic, table):  # noqa: F811
    made = rule_set({"step": "scheme", **LADDER})
    table.anchors[topic.pk]["session"] = date(2026, 3, 3)
    keep_dates(topic)
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        Reminder.objects.filter(due_at__lte=timezone.now()).update(status="sent", handed_at=timezone.now())
        recompute(cause=Cause.RULE, rules=[made.rules.get().pk])
        assert Deadline.objects.get().revision == 2
        assert not Reminder.objects.filter(status="lapsed").exists()
        assert ("r3", date(2026, 3, 16)) in pending()


def test_what_was_moved_by_hand_is_sure_once_the_notice_is_there(topic, world):
    rule_set({"step": "scheme"})
    keep_dates(topic)
    move_by_hand(Deadline.objects.get(), to=date(2026, 4, 28), by=world.users["clerk"], reason="改期", revision=1)
    assert Deadline.objects.get().provisional
    WorkCalendar.objects.create(date=date(2026, 4, 28), is_workday=True)
    assert recompute(cause=Cause.CALENDAR) == []
    found = Deadline.objects.get()
    assert (found.provisional, found.due_on, found.revision) == (False, date(2026, 4, 28), 2)


def test_an_anchor_that_is_taken_away_ends_the_step_until_it_comes_back(topic, table):  # noqa: F811
    rule_set({"step": "scheme", **LADDER})
    keep_dates(topic)
    table.anchors[topic.pk] = {}
    keep_dates(topic)
    assert Deadline.objects.get().status == "waived"
    assert pending() == set()
    table.anchors[topic.pk] = {"session": date(2026, 4, 24)}
    keep_dates(topic)
    assert Deadline.objects.get().status == "open"
    assert ("b0", date(2026, 4, 24)) in pending()


def test_a_holder_who_is_done_hears_no_more_and_a_new_one_hears_from_now_on(topic, table, world):  # noqa: F811
    rule_set({"step": "answer", **LADDER})
    econ, edu = world.orgs["econ"].pk, world.orgs["edu"].pk
    table.holders[topic.pk, "lead"] = [(econ, ""), (edu, "")]
    keep_dates(topic)
    let_go(topic, [econ])
    live = Reminder.objects.filter(status="pending")
    assert set(live.exclude(mark="e").values_list("organization", flat=True)) == {edu}
    assert live.filter(mark="e").exists()
    with time_machine.travel(NOW + timedelta(days=50), tick=False):
        keep_dates(topic)
        theirs = live.filter(organization=econ)
        assert {r.mark for r in theirs} == {"b1", "b0", *(f"r{n}" for n in range(1, 11))}


def test_the_rule_set_of_the_day_applies(topic, table):  # noqa: F811
    rule_set({"step": "scheme", "offset": -1}, valid_to=date(2026, 4, 30))
    rule_set({"step": "scheme", "offset": -9}, valid_from=date(2026, 5, 1))
    keep_dates(topic)
    assert Deadline.objects.get().due_on == date(2026, 4, 23)
    table.anchors[topic.pk]["session"] = date(2026, 5, 20)
    keep_dates(topic)
    assert Deadline.objects.get().due_on == date(2026, 5, 11)


def test_an_edited_rule_and_an_edited_calendar_move_what_rests_on_them(topic, world):
    made = rule_set({"step": "scheme", "offset": -3, "unit": "working_days", **LADDER}, {"step": "other"})
    keep_dates(topic)
    rule = made.rules.get(step="scheme")
    rule.offset = -5
    assert [(m.from_day, m.to_day) for m in preview(rules={rule.pk: rule})] == [(date(2026, 4, 21), date(2026, 4, 17))]
    rule.save()
    moved = recompute(cause=Cause.RULE, by=world.users["clerk"], rules=[rule.pk])
    assert [(m.from_day, m.to_day) for m in moved] == [(date(2026, 4, 21), date(2026, 4, 17))]
    assert ("r1", date(2026, 4, 22)) in pending()
    WorkCalendar.objects.create(date=date(2026, 4, 20), is_workday=False)
    moved = recompute(cause=Cause.CALENDAR, by=world.users["clerk"])
    assert [(m.from_day, m.to_day) for m in moved] == [(date(2026, 4, 17), date(2026, 4, 16))]
    assert Deadline.objects.get(step="other").revision == 1


def test_the_calendar_moves_a_reminder_of_a_deadline_that_stays(topic):
    rule_set({"step": "scheme", **LADDER})
    keep_dates(topic)
    assert ("r1", date(2026, 4, 29)) in pending()
    WorkCalendar.objects.create(date=date(2026, 4, 27), is_workday=False)
    assert recompute(cause=Cause.CALENDAR) == []
    assert ("r1", date(2026, 4, 30)) in pending()
    assert Deadline.objects.get().revision == 1


def test_people_are_told_what_is_wrong(topic, world):
    clerk = world.users["clerk"]
    rule_set({"step": "scheme", "offset": -60})
    keep_dates(topic)
    deadline = Deadline.objects.get()
    for act, sentence in (
        (lambda: finish(deadline, on=date(2026, 3, 3), by=clerk, reason="", revision=1), "不能晚于今天"),
        (lambda: finish(deadline, on=date(2026, 3, 2), by=clerk, reason=" ", revision=1), "逾期5个工作日"),
        (lambda: waive(deadline, by=clerk, reason="", revision=1), "理由"),
        (lambda: move_by_hand(deadline, to=date(2026, 2, 23), by=clerk, reason="x", revision=1), "相同"),
        (lambda: move_by_hand(deadline, to=date(2026, 3, 1), by=clerk, reason="x", revision=1), "早于今天"),
        (lambda: explain(deadline, by=clerk, reason="x"), "没有待补填"),
    ):
        with pytest.raises(Refused, match=sentence):
            act()
    with pytest.raises(Stale):
        waive(deadline, by=clerk, reason="x", revision=7)
    finish(deadline, on=date(2026, 3, 2), by=clerk, reason="等待汇总", revision=1)
    with pytest.raises(Refused, match="已完成"):
        waive(deadline, by=clerk, reason="x", revision=1)
    deadline.refresh_from_db()
    assert (deadline.late_days, deadline.reason, deadline.closed_by) == (5, "等待汇总", clerk)


def test_many_matters_cost_no_more_statements_than_one(world, table):  # noqa: F811
    rule_set({"offset": -14, **LADDER}, {"offset": 3, **LADDER})
    topics = list(world.plan(2026, topics=31).topics.order_by("pk"))
    for topic in topics:
        table.anchors[topic.pk] = {"session": date(2026, 4, 24)}
        table.holders[topic.pk, "lead"] = [(world.orgs["econ"].pk, "")]
    counts = []
    for some in (topics[:1], topics[1:]):
        with CaptureQueriesContext(connection) as captured:
            keep_many(some)
        counts.append(len(captured))
    assert counts[1] <= counts[0]
    assert Deadline.objects.count() == 62


def test_each_night_the_coming_year_is_there_and_seats_that_changed_hands_are_followed(topic, world):
    made = rule_set({"step": "scheme", "responsible": "secretary_general", **LADDER})
    keep_dates(topic)
    assert not WorkCalendar.objects.filter(date__year=2027).exists()
    Post.objects.create(organization=world.orgs["cppcc"], role="secretary_general", title="秘书长", order=0)
    Post.objects.filter(pk=world.posts["sg"].pk).update(valid_to=date(2026, 3, 1))
    keep_calendar()
    assert WorkCalendar.objects.filter(date__year=2027, official=False).count() == 365
    holders = Deadline.objects.get(rule__ruleset=made).holders.filter(part="do")
    assert [holder.organization for holder in holders] == [world.orgs["cppcc"]]
