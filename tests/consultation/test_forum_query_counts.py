"""The work of the pages that plan a forum does not grow with what is stored."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.models import LeaderContact
from tests.consultation import forum_world
from tests.consultation.test_forum_planning import forum_topic, moment, next_year
from tests.consultation.test_forum_work import held
from tests.consultation.test_query_counts import DETAIL, POST, measure
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db
YEAR = 24  # the calendar brings together topics, forums, rules, days, rooms, people, engagements, adjustments


def filled(world, rows):
    """A plan with as many forums and proposals, a forum with as many meetings and talks."""
    plan = next_year(world)
    made = [
        forum_world.forum(world, starts=moment(plan, 3 + n % 10, 1 + n), topic_title=f"座谈{n}") for n in range(rows)
    ]
    for n in range(rows):
        forum_topic(world, plan, f"议题{n}", month=3 + n % 10)
    for n in range(rows):
        held(world, made[0], "study", "member")
        LeaderContact.objects.create(forum=made[0], leader=f"领导{n}", on=timezone.localdate(), text="同意",
                                     by=world.users["clerk"])  # fmt: skip
    invite(world, made[0].meeting, "member", "dept1")
    return plan, made[0]


PAGES = {
    "forum_detail": (DETAIL + 4, lambda plan, forum: [forum.pk]),
    "forum_work": (DETAIL, lambda plan, forum: [forum.pk]),
    "forum_edit": (DETAIL, lambda plan, forum: [forum.pk]),
    "forum_host": (DETAIL, lambda plan, forum: [forum.pk]),
    "forum_postpone": (DETAIL, lambda plan, forum: [forum.pk]),
    "forum_year": (YEAR, lambda plan, forum: [plan.year]),
    "forum_create": (DETAIL, lambda plan, forum: [plan.year]),
    "forum_flight": (DETAIL, lambda plan, forum: []),
}


def test_pages_ask_as_much_for_one_as_for_twenty(world, client):
    found = []
    for rows in (1, 20):
        plan, forum = filled(world, rows) if rows == 1 else more(world, rows, *found[0][1:])
        client.force_login(world.users["clerk"])
        counts = {}
        for name, (_, args) in PAGES.items():
            statements, _objects = measure(client, reverse(f"consultation:{name}", args=args(plan, forum)))
            counts[name] = len(statements)
        found.append((counts, plan, forum))
    few, many = found[0][0], found[1][0]
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][0]} == {}


def more(world, rows, plan, forum):
    """As many again in the same year."""
    for n in range(1, rows):
        forum_world.forum(world, starts=moment(plan, 3 + n % 10, 1 + n % 27), topic_title=f"座谈{n}")
        forum_topic(world, plan, f"议题{n}", month=3 + n % 10)
        held(world, forum, "study", "member")
        LeaderContact.objects.create(forum=forum, leader=f"领导{n}", on=timezone.localdate(), text="同意",
                                     by=world.users["clerk"])  # fmt: skip
    return plan, forum


def test_a_step_entered_by_hand_costs_the_same_however_much_there_is(world, client):
    _, forum = filled(world, 8)
    client.force_login(world.users["clerk"])
    data = {"on": f"{timezone.localdate() - timedelta(1):%Y-%m-%d}", "note": "会议记录第3号"}
    url = reverse("consultation:forum_step", args=[forum.pk, "coordination"])
    statements, _ = measure(client, url, data=data, status=302)
    assert len(statements) <= 2 * POST + 2  # its steps are read before and after, and its days follow in the same act
