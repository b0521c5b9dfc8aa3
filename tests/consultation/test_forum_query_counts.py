"""The work of the pages that plan a forum does not grow with what is stored."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from consultation.models import Forum, LeaderContact
from tests.consultation import forum_course, forum_world
from tests.consultation.test_forum_planning import forum_topic, moment, next_year
from tests.consultation.test_forum_work import held
from tests.consultation.test_query_counts import POST, measure
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db


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
    "forum_list": (9, lambda plan, forum: []),
    "forum_detail": (13, lambda plan, forum: [forum.pk]),
    "forum_work": (12, lambda plan, forum: [forum.pk]),
    "forum_edit": (9, lambda plan, forum: [forum.pk]),
    "forum_host": (5, lambda plan, forum: [forum.pk]),
    "forum_postpone": (6, lambda plan, forum: [forum.pk]),
    "forum_year": (14, lambda plan, forum: [plan.year]),
    "forum_create": (10, lambda plan, forum: [plan.year]),
    "forum_flight": (8, lambda plan, forum: []),
}


def test_pages_ask_as_much_for_one_as_for_thirty(world, client):
    found = []
    for rows in (1, 30):
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


# What is above 15 moves a forum with its meeting, its papers and its days, or makes one: of each row moved a movement
# and its history, its duties, its deadlines with theirs, holders and reminders, and one telling of everybody concerned.
ABOVE = {
    "forum_step": 18, "scheme": 16, "cancel": 39, "merge": 39, "forum_create": 40, "submit": 29, "convene": 26,
}  # fmt: skip


def posts(world, plan, forum, ready):
    """name -> (url name, arguments, data) of what is saved day by day, and of the acts."""
    parts = {f"part-{part.pk}": "写明" for part in forum.rules.schemeparts.all()}
    yesterday = f"{timezone.localdate() - timedelta(1):%Y-%m-%d}"
    topic = forum_topic(world, plan, "又一个议题", month=9)
    new = {"topic": topic.pk, "starts": f"{moment(plan, 1, 15):%Y-%m-%dT%H:%M}"}  # in the time of the plenary
    said = {"version": forum.version, "opinion": "议题调整"}
    return {
        "forum_step": ("forum_step", [forum.pk, "coordination"], {"on": yesterday, "note": "会议记录第3号"}),
        "contact": ("forum_contact_create", [forum.pk], {"leader": "王市长", "on": yesterday, "text": "同意"}),
        "host": ("forum_host", [forum.pk], {
            "version": forum.version, "host": world.posts["vice"].pk, "mandate": "主席口头委托",
        }),
        "scheme": ("forum_scheme_edit", [forum.pk], {"version": forum.version} | parts),
        "cancel": ("forum_move", [forum.pk, "cancel"], said),
        "merge": ("forum_move", [forum.pk, "merge"], said),
        "forum_create": ("forum_create", [plan.year], new),
        "submit": ("forum_move", [ready.pk, "submit"], {"version": ready.version}),
        "convene": ("forum_move", [ready.pk, "convene"], {"version": ready.version}),
    }  # fmt: skip


def count_posts(world, client, plan, forum, ready):
    """name -> statements of each, taken back again."""
    client.get("/")
    found = {}
    for name, (url, args, data) in posts(world, plan, forum, ready).items():
        with transaction.atomic():
            if name == "convene":
                Forum.objects.filter(pk=ready.pk).update(state="preparing")
            address = reverse(f"consultation:{url}", args=args)
            if name == "forum_create":  # what stands in the way is shown first, and confirmed
                data["confirmed"] = client.post(address, data).context["form"].digest
            found[name] = measure(client, address, data=data, status=302)[0]
            transaction.set_rollback(True)
    return found


def test_saving_costs_the_same_however_much_there_is(world, client):
    plan, forum = filled(world, 1)
    ready = forum_course.ready(world)
    client.force_login(world.users["clerk"])
    few = count_posts(world, client, plan, forum, ready)
    more(world, 30, plan, forum)
    many = count_posts(world, client, plan, forum, ready)
    assert {n: [len(few[n]), len(many[n]), *many[n]] for n in few if len(many[n]) > len(few[n])} == {}
    assert {n: len(few[n]) for n in few if len(few[n]) > ABOVE.get(n, POST)} == {}
