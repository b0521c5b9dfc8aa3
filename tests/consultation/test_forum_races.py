"""Forums at once, in real threads: numbers without a gap, one forum a topic, one move that wins. R027."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from consultation.forums.numbering import give_number
from consultation.forums.planning import new_forum
from consultation.models import Forum
from consultation.workflows.forum import FORUM
from cppcc.meetings.models import Meeting
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import User
from cppcc.office.refusals import Refused
from cppcc.workflow.engine import Act
from cppcc.workflow.models import Movement
from tests.consultation import forum_course, forum_world
from tests.consultation.test_forum_planning import forum_topic, moment, next_year
from tests.consultation.test_races import at_once
from tests.world import build

MANY = 50


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


def test_fifty_that_are_convened_at_once_are_numbered_without_a_gap(world):
    made = [forum_world.forum(world, days=30 + n, topic_title=f"议题{n}") for n in range(MANY)]
    Forum.objects.update(plan=made[0].plan)

    def job(pk):
        def convene():
            with transaction.atomic():
                forum = Forum.objects.select_for_update(of=("self",)).get(pk=pk)
                give_number(Act(forum, None, FORUM["convene"]))
                forum.save()

        return convene

    assert at_once(*(job(forum.pk) for forum in made), within=30) == [None] * MANY
    assert sorted(Forum.objects.values_list("number", flat=True)) == list(range(1, MANY + 1))


def test_a_topic_that_two_plan_at_once_gets_one_forum(world):
    plan = next_year(world)
    topic, pk = forum_topic(world, plan), world.users["clerk"].pk

    def job(month):
        return lambda: new_forum(plan, topic, moment(plan, month, 16), by=User.objects.get(pk=pk))

    results = at_once(job(6), job(8), within=30)
    assert sum(isinstance(result, Refused) for result in results) == 1, results
    assert Forum.objects.count() == 1 and Meeting.objects.count() == 1


def test_two_that_move_it_at_once_move_it_once(world):
    made = forum_world.forum(world, days=0)
    pk, by = made.pk, world.users["clerk"].pk

    def job(name):
        def act():
            forum = Forum.objects.get(pk=pk)
            forum.version = made.version
            data = {"starts": made.meeting.starts.replace(hour=6), "ends": made.meeting.starts.replace(hour=8)}
            return FORUM.move(
                forum, name, by=User.objects.get(pk=by), version=made.version, opinion="调整", data=data
            )  # fmt: skip

        return act

    results = at_once(job("postpone"), job("cancel"), within=30)
    assert sum(isinstance(result, Movement) for result in results) == 1, results
    assert Movement.for_matter(made).count() == 1


def test_its_meeting_is_closed_while_somebody_opens_the_forum_again_and_nothing_locks_up(world):
    made = forum_course.ready(world)
    Forum.objects.filter(pk=made.pk).update(state="in_session")
    begun = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(pk=made.meeting_id).update(state="invited", starts=begun, ends=begun + timedelta(hours=2))
    by = world.users["clerk"].pk

    def close():
        meeting = Meeting.objects.get(pk=made.meeting_id)
        return MEETING.move(meeting, "close", by=User.objects.get(pk=by), version=meeting.version)

    def end():
        forum = Forum.objects.get(pk=made.pk)
        return FORUM.move(forum, "end", by=User.objects.get(pk=by), version=forum.version, data={"meeting": 1})

    results = at_once(close, end, within=30)
    assert not any(isinstance(result, DatabaseError) for result in results), results
    assert Forum.objects.get(pk=made.pk).state == "held"
