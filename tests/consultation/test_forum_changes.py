"""A forum that is moved, cancelled, given to another committee: who hears of it, whose work it is then. R015, R039."""

from datetime import timedelta

import pytest

from consultation.forums.booking import PURPOSE, answer, ask, issue_links
from consultation.models import Booking, Forum
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Dispatch, Notice
from cppcc.meetings.models import Meeting
from cppcc.meetings.replying import Said
from cppcc.office.models import OneTimeLink
from tests.consultation import forum_people_world as crowd
from tests.consultation import outcome_world
from tests.consultation.forum_world import at

pytestmark = pytest.mark.django_db


def act(world, forum, name, **given):
    """One act of the leading committee."""
    found = Forum.objects.get(pk=forum.pk)
    FORUM.move(found, name, by=world.users["econ_clerk"], version=found.version, opinion="议题调整", **given)
    return Forum.objects.get(pk=forum.pk)


def later(forum):
    """The data of a move to the afternoon."""
    meeting, by = Meeting.objects.get(pk=forum.meeting_id), timedelta(hours=5)
    return {"data": {"starts": meeting.starts + by, "ends": meeting.ends + by}}


@pytest.fixture
def forum(world):
    """One to which 试member was asked beforehand."""
    made = crowd.a_forum(world, state="preparing", starts=at(10))
    crowd.on_list(world, made, "members", [world.users["member"].person])
    ask(made, [world.users["member"].person_id], "", by=world.users["econ_clerk"])
    return made


@pytest.mark.parametrize(("name", "said"), [("cancel", "已取消"), ("merge", "并入全体会议")])
def test_who_was_asked_beforehand_hears_that_it_does_not_take_place(world, forum, name, said):
    answer(Booking.objects.get(), Said("yes"), by=world.users["member"], how="login")
    act(world, forum, name)
    told = Notice.objects.get(user=world.users["member"], title__startswith="座谈会变更")
    assert said in told.body
    assert "议题调整" in told.body


def test_who_declined_hears_nothing_more(world, forum):
    answer(Booking.objects.get(), Said("no", reason="出差"), by=world.users["member"], how="login")
    act(world, forum, "cancel")
    assert not Notice.objects.filter(user=world.users["member"], title__startswith="座谈会变更").exists()


def test_who_was_told_formally_hears_it_once(world, forum):
    forum.meeting.participants.update(invited_at=at(0, 0))
    Meeting.objects.filter(pk=forum.meeting_id).update(state="invited")
    before = Dispatch.objects.count()
    act(world, forum, "cancel")
    assert Dispatch.objects.count() == before + 1


def test_another_time_is_told_to_who_was_asked_and_his_link_lives_until_then(world, forum):
    issue_links(forum, [], by=world.users["econ_clerk"])
    paper = outcome_world.paper(world, forum=forum)
    OneTimeLink.issue(paper, "consultation.paper", by=world.users["clerk"], expires_at=forum.meeting.starts)
    moved = act(world, forum, "postpone", **later(forum))
    told = Notice.objects.get(user=world.users["member"], title__startswith="座谈会改期")
    assert moved.meeting.when in told.body
    links = OneTimeLink.objects.values_list("purpose", "expires_at").order_by("purpose")
    assert list(links) == [(PURPOSE, moved.meeting.starts), ("consultation.paper", moved.meeting.starts)]
