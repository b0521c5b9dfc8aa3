"""The work of the desk's pages does not grow with what is stored: the same statements at 1 row and at 30."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cppcc.deadlines.feeds import issue_feed
from cppcc.deadlines.models import Deadline
from cppcc.desk.pages.home import due_soon
from cppcc.workflow.models import Sitting, Waiting
from tests.consultation.test_query_counts import statements
from tests.deadlines.calendar_rows import deadline

TODAY = date(2026, 4, 22)
PAGES = {
    "/calendar/": 12,
    "/calendar/?view=quarter": 12,
    "/calendar/?view=year": 12,
    "/calendar/?own=on&kind=deadline": 12,
    "/whose-court/": 16,
    "/whose-court/?sort=unit": 16,
    "/whose-court/?export=xlsx": 12,
    "/whose-court/chart.svg": 10,
    "/morning/": 24,
    "/dates/feed/": 6,
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to("2026-04-22 09:00+08:00", tick=False)


def fill(world, rows):
    """Deadlines, sittings, rounds and duties, `rows` of each kind of matter."""
    plan = world.plan(2026, topics=rows, linked=rows)
    for n, topic in enumerate(plan.topics.all()):
        world.solicitation(plan)
        suggestion = world.suggestion(world.solicitation(plan), title=f"建议{n}")
        adoption = world.adoption(topic)
        deadline(topic, TODAY + timedelta(days=(-4, 3)[n % 2]), (world.orgs["econ"], ""), (world.orgs["dept1"], ""))
        deadline(adoption, TODAY - timedelta(days=n % 9), (world.orgs["county1"], ""))
        Sitting.of(world.orgs["party-group"], TODAY + timedelta(days=n), by=world.users["clerk"])
        for matter in (topic, suggestion, adoption, plan):
            Waiting.objects.create(matter=matter, label=f"事项{n}", organization=world.orgs["cppcc"], role="chair")


def counted(world, name, rows):
    """address -> number of statements, in a city of `rows` rows that is taken back afterwards."""
    with transaction.atomic():
        fill(world, rows)
        found = {}
        for address in PAGES:
            client = Client()
            client.force_login(world.users[name], backend="cppcc.office.accounts.AccountBackend")
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found[address] = len(statements(captured))
        feed = reverse("deadlines:calendar_feed", args=[issue_feed(world.users[name])])
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(feed).status_code == 200
        found["feed"] = len(statements(captured))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", ["chair", "econ_head"])
def test_statements_do_not_grow_and_stay_few(world, name):
    few, many = counted(world, name, 2), counted(world, name, 30)
    assert {address: (few[address], many[address]) for address in few if many[address] > few[address]} == {}
    most = PAGES | {"feed": 11}
    assert {address: count for address, count in few.items() if count > most[address]} == {}


def test_the_deadlines_of_the_desk_are_two_statements_and_eight_rows(world, django_assert_num_queries):
    fill(world, 30)
    user = world.users["clerk"]
    assert user.acting
    with django_assert_num_queries(2):
        rows = due_soon(user)
    assert len(rows) == 8 and [row.is_late for row in rows] == [True] * 4 + [False] * 4
    Deadline.objects.filter(due_on__lt=TODAY).update(due_on=TODAY + timedelta(days=1))
    assert [row.is_late for row in due_soon(user)] == [False] * 8
