"""Dates of rounds, of bodies and of counties: each reminds, and reports when it is late. R003, R012."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultation.models import Addressee, CountyAdoption
from consultation.rounds import add_addressee
from consultation.suggesting import note_answer
from consultation.workflows.adoption import ADOPTION
from consultation.workflows.plan import PLAN
from consultation.workflows.solicitation import SOLICITATION
from consultation.workflows.topic import TOPIC
from cppcc.deadlines.keeping import catch_up, keep_dates
from cppcc.deadlines.models import Deadline, Reminder
from cppcc.workflow.forms import decision_for
from tests.consultation.notices import brought

NOW = "2026-03-02T10:00:00+08:00"


@pytest.fixture(autouse=True)
def _rules(world):
    world.due_rules()
    with time_machine.travel(NOW, tick=False):
        yield


def act(world, plan, name, *, who="clerk", opinion="", data=None):
    """An act on the plan, by its newest version, with today's decision where a body decides."""
    plan.refresh_from_db()
    if hasattr(plan, "_approval_round"):
        del plan._approval_round
    by, step, decision = world.users[who], plan.approval_round and plan.approval_round.step, None
    if step and name in ("pass", "pass_amended", "send_back"):
        decision = decision_for(plan, step, timezone.localdate(), None, by=by)
    PLAN.move(plan, name, by=by, version=plan.version, opinion=opinion, decision=decision, data=data,
              proxy_source="来电")  # fmt: skip


def turns():
    return [(d.step, d.label, d.status, d.due_on) for d in Deadline.objects.order_by("pk")]


def holders(deadline):
    return {(h.part, h.organization.key, h.role) for h in deadline.holders.select_related("organization")}


def waiting_for(key):
    return Reminder.objects.filter(status="pending", organization__key=key).exclude(mark="e").count()


def test_a_house_that_was_there_before_its_rules_gets_the_dates_of_what_is_under_way(world):
    solicitation = world.solicitation(world.plan(), state="drafting", days=20)
    SOLICITATION.move(solicitation, "open", by=world.users["clerk"], version=1)
    world.solicitation(world.plan(2027), state="drafting")
    Deadline.objects.all().delete()
    assert catch_up() == 1
    deadline = Deadline.objects.get()
    assert (deadline.matter, deadline.due_on) == (solicitation, date(2026, 3, 22))
    assert catch_up() == 0


def test_each_unit_is_reminded_until_it_has_answered(world):
    solicitation = world.solicitation(world.plan(), state="drafting", days=20)
    keep_dates(solicitation)
    assert not Deadline.objects.exists()
    SOLICITATION.move(solicitation, "open", by=world.users["clerk"], version=1)
    deadline = Deadline.objects.get()
    assert (deadline.step, deadline.due_on) == ("answer", date(2026, 3, 22))
    asked = set(solicitation.addressees.values_list("organization__key", flat=True))
    assert {key for part, key, _ in holders(deadline) if part == "do"} == asked
    assert ("told", "office", "office_clerk") in holders(deadline)
    assert waiting_for("dept1") == 13
    solicitation.refresh_from_db()
    note_answer(solicitation, [world.orgs["dept1"]], on=timezone.localdate())
    assert (waiting_for("dept1"), waiting_for("dept2")) == (0, 13)
    Addressee.objects.filter(organization=world.orgs["dept2"]).delete()
    keep_dates(solicitation)
    assert waiting_for("dept2") == 0
    add_addressee(solicitation, world.orgs["dept2"])
    assert waiting_for("dept2") == 13
    SOLICITATION.move(solicitation, "close", by=world.users["clerk"], version=solicitation.version)
    deadline.refresh_from_db()
    assert (deadline.status, deadline.closed_on, deadline.late_days) == ("done", date(2026, 3, 2), 0)
    assert not Reminder.objects.filter(status="pending").exists()


def test_a_round_that_all_have_answered_was_met_on_the_last_answer(world):
    solicitation = world.solicitation(world.plan(), days=1)
    keep_dates(solicitation)
    Addressee.objects.update(answered_on=date(2026, 3, 1))
    with time_machine.travel("2026-03-20T10:00:00+08:00", tick=False):
        SOLICITATION.move(solicitation, "close", by=world.users["clerk"], version=1)
    deadline = Deadline.objects.get()
    assert (deadline.due_on, deadline.closed_on, deadline.late_days) == (date(2026, 3, 3), date(2026, 3, 1), 0)


def test_a_round_that_is_opened_again_has_its_new_day(world):
    solicitation = world.solicitation(world.plan(), days=1)
    keep_dates(solicitation)
    SOLICITATION.move(solicitation, "close", by=world.users["clerk"], version=1)
    data = {"closes_on": date(2026, 3, 31)}
    SOLICITATION.move(solicitation, "reopen", by=world.users["clerk"], version=2, data=data)
    deadline = Deadline.objects.get()
    assert (deadline.status, deadline.due_on) == ("open", date(2026, 3, 31))
    assert Reminder.objects.filter(mark="moved", organization__key="dept1").count() == 1


def test_each_body_has_its_own_turn(world):
    plan = world.plan(topics=3)
    act(world, plan, "submit", opinion="先行研究")
    first = Deadline.objects.get()
    assert turns() == [("decide-1-1", plan.chain.steps.get(order=1).label, "open", date(2026, 3, 23))]
    assert ("do", "cppcc", "chair") in holders(first)
    with time_machine.travel("2026-03-25T10:00:00+08:00", tick=False):
        act(world, plan, "pass")
        first.refresh_from_db()
        assert (first.status, first.closed_on, first.late_days) == ("done", date(2026, 3, 25), 2)
        assert [(step, status) for step, _, status, _ in turns()][1:] == [("decide-1-2", "open")]
        act(world, plan, "send_back", opinion="补充县级议题")
    with time_machine.travel("2026-03-26T10:00:00+08:00", tick=False):
        act(world, plan, "submit", opinion="已补充")
        act(world, plan, "withdraw", opinion="再议")
    assert [(step, status) for step, _, status, _ in turns()] == [
        ("decide-1-1", "done"), ("decide-1-2", "done"), ("decide-2-1", "waived")
    ]  # fmt: skip
    last = Deadline.objects.get(step="decide-2-1")
    assert (last.status, last.reason) == ("waived", "事项有变，不再需要办理")
    assert not Reminder.objects.filter(status="pending").exists()


def issued(world):
    plan = world.plan(topics=3, linked=2)
    act(world, plan, "submit", opinion="理由")
    act(world, plan, "pass")
    act(world, plan, "pass")
    act(world, plan, "issue", data=brought(world, day=date(2026, 3, 2)))
    return plan


def test_the_counties_have_their_day_from_the_issue_on(world):
    plan = issued(world)
    found = Deadline.objects.filter(step="adopt")
    assert {(d.title, d.due_on, d.status) for d in found} == {
        ("青溪县：议题第1号", date(2026, 5, 2), "open"), ("青溪县：议题第2号", date(2026, 5, 2), "open"),
    }  # fmt: skip
    assert holders(found[0]) == {("do", "county1", "county"), ("told", "cppcc", "secretary_general")} or holders(
        found[0]
    ) == {("do", "county1", "county"), ("told", "office", "secretary_general")}
    first, second = CountyAdoption.objects.order_by("pk")
    with time_machine.travel("2026-05-08T10:00:00+08:00", tick=False):
        data = {"committee_date": date(2026, 5, 6)}
        ADOPTION.move(first, "record", by=world.users["county1"], version=1, data=data)
        met = Deadline.objects.get(object_id=first.pk, step="adopt")
        assert (met.status, met.closed_on, met.owes_reason) == ("done", date(2026, 5, 8), True)
        topic = second.topic
        TOPIC.move(topic, "withdraw", by=world.users["clerk"], version=topic.version, opinion="不再开展")
        assert Deadline.objects.get(object_id=second.pk, step="adopt").status == "waived"
        TOPIC.move(topic, "reinstate", by=world.users["clerk"], version=topic.version, opinion="恢复")
        again = Deadline.objects.get(object_id=second.pk, step="adopt")
        assert (again.status, again.due_on) == ("open", date(2026, 5, 2))
        assert Reminder.objects.filter(deadline=again, status="pending", mark="r2").exists()
    act(world, plan, "close", opinion="年度结束")
    assert Deadline.objects.get(object_id=second.pk, step="adopt").status == "waived"
    assert Deadline.objects.get(object_id=first.pk, step="adopt").status == "done"


def test_issuing_costs_the_same_for_many_counties(world):
    counts = []
    for year, topics in ((2026, 2), (2027, 30)):
        plan = world.plan(year, topics=topics, linked=topics)
        act(world, plan, "submit", opinion="理由")
        act(world, plan, "pass")
        act(world, plan, "pass")
        data = brought(world, number=f"试政协办〔{year}〕1号")
        with CaptureQueriesContext(connection) as captured:
            act(world, plan, "issue", data=data)
        counts.append(len(captured))
    assert counts[1] <= counts[0], counts
    assert Deadline.objects.filter(step="adopt", status="open").count() == 32
    assert Deadline.objects.late(timezone.localdate() + timedelta(days=90)).count() == 32
