"""Two people at once with papers and suggestions, in real threads: exactly one wins."""

import pytest
from django.db import transaction
from django.utils import timezone

from consultation.forums.papers import list_papers
from consultation.forums.reviewing import judge
from consultation.models import Forum, Paper, ReviewSheet, Suggestion
from consultation.workflows.forum import FORUM
from consultation.workflows.forum_suggestion import TRACKING
from consultation.workflows.paper import PAPER
from cppcc.meetings.models.participants import How
from cppcc.workflow.models import Movement
from tests.consultation import forum_world
from tests.consultation.outcome_world import came, invite, paper, suggestion
from tests.consultation.test_races import at_once, user, won
from tests.documents.papers import a_file
from tests.world import build


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


def mover(world, workflow, obj, name, who, **given):
    """A job: `who` does `name`, having read it before the start."""
    seen, by = type(obj).objects.get(pk=obj.pk), user(world, who)

    def job():
        with transaction.atomic():
            return workflow.move(seen, name, by=by, version=seen.version, opinion="已办", proxy_source="来函", **given)

    return job


def test_delivery_and_waiving_at_once_is_one_of_them(world):
    made = paper(world)
    stored = a_file()
    results = at_once(
        mover(world, PAPER, made, "deliver", "dept1", data={"file": stored}),
        mover(world, PAPER, made, "waive", "econ_clerk"),
    )
    assert len(won(results)) == 1
    assert Movement.for_matter(made).count() == 1
    assert Paper.objects.get().state in ("delivered", "waived")


def test_two_who_approve_at_once_make_one_movement(world):
    made = paper(world)
    Paper.objects.filter(pk=made.pk).update(state="delivered", file=a_file())
    results = at_once(
        mover(world, PAPER, made, "approve", "econ_clerk"), mover(world, PAPER, made, "approve", "econ_head")
    )
    assert len(won(results)) == 1
    assert Movement.for_matter(made).filter(name="approve").count() == 1


def test_listing_twice_at_once_lists_once(world):
    forum = forum_world.forum(world, state="preparing")
    clerks = [user(world, name) for name in ("clerk", "econ_clerk")]
    results = at_once(*(lambda by=by: list_papers(forum, by=by) for by in clerks))
    assert sorted(len(new) for new in won(results)) == [0, forum.papers.count()]


def test_a_delivery_and_the_cancellation_of_the_forum_leave_nothing_owed(world):
    made = paper(world)
    results = at_once(
        mover(world, PAPER, made, "deliver", "dept1", data={"file": a_file()}),
        mover(world, FORUM, made.forum, "cancel", "clerk"),
    )
    assert Forum.objects.get().state == "cancelled" and won(results)
    assert Paper.objects.get().state == "waived"


def test_two_answers_at_once_are_one(world):
    made = suggestion(world)
    Suggestion.objects.filter(pk=made.pk).update(state="sent", sent_on=timezone.localdate())
    results = at_once(mover(world, TRACKING, made, "settle", "dept1"), mover(world, TRACKING, made, "decline", "clerk"))
    assert len(won(results)) == 1 and made.news.count() == 1


def test_one_sheet_of_each(world):
    forum = forum_world.forum(world, days=-3, state="held")
    row = invite(world, forum, **came())
    scores = {item.pk: 8 for item in forum.rules.reviewitems.all()}
    member, clerk = user(world, "member"), user(world, "clerk")
    results = at_once(
        lambda: judge(forum, row, scores, remark="", by=member, how=How.LOGIN),
        lambda: judge(forum, row, scores, remark="", by=clerk, how=How.PROXY, source="纸质"),
    )
    assert len(won(results)) == 1 and ReviewSheet.objects.count() == 1
