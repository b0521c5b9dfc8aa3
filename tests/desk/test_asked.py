"""The invitations on the desk: one's own and those of one's unit, until they are answered or the day has come."""

import pytest
from django.utils import timezone

from cppcc.desk.asked import asked_of
from cppcc.meetings.models import Meeting, Participant
from cppcc.office.models import User
from tests.consultation import forum_people_world as crowd
from tests.meetings.gatherings import HOUR, invited

pytestmark = pytest.mark.django_db


def labels(world, name):
    """What a person is asked, with whom it is about."""
    return [(one.label, one.who) for one in asked_of(User.objects.get(pk=world.users[name].pk))]


def test_a_meeting_asks_whom_it_invited_and_his_unit(world):
    made = invited(world, "member", "dept1")
    assert labels(world, "member") == [("回复会议通知", "试member")]
    assert labels(world, "dept1") == [("回复会议通知", "试dept1")]
    assert labels(world, "member2") == labels(world, "nobody") == []
    made.participants.filter(person=world.users["member"].person).update(reply="yes")
    assert labels(world, "member") == []
    Meeting.objects.filter(pk=made.pk).update(starts=timezone.now() - HOUR)
    assert labels(world, "dept1") == [], "it has begun"


def test_leave_that_was_refused_asks_again(world):
    invited(world, "member")
    for leave, asked in (("asked", []), ("granted", []), ("refused", [("回复会议通知", "试member")])):
        Participant.objects.update(leave=leave, reason="出差", replied_at=timezone.now())
        assert labels(world, "member") == asked, leave


def test_a_forum_asks_until_it_is_answered(world, login):
    forum = crowd.a_forum(world, state="preparing")
    [booking] = crowd.booked(world, forum, "members", [world.users["member"].person])
    [asked] = asked_of(User.objects.get(pk=world.users["member"].pk))
    assert (asked.label, asked.title) == ("答复座谈会邀请", forum.title)
    page = login("member").get("/")
    assert asked.url in page.text and "有邀请请您答复" in page.text
    assert login("member").get(asked.url).status_code == 200
    assert labels(world, "member2") == []
    type(booking).objects.update(answer="yes")
    assert labels(world, "member") == []
    assert "请答复的邀请" not in login("member").get("/").text


@pytest.mark.parametrize("count", [1, 30])
def test_two_statements_however_many(world, django_assert_num_queries, count):
    forum = crowd.a_forum(world, state="preparing")
    people = [*crowd.people(count), world.users["dept1"].person]
    crowd.booked(world, forum, "departments", people, organization=world.orgs["dept1"])
    user = User.objects.get(pk=world.users["dept1"].pk)
    assert user.acting
    with django_assert_num_queries(2):
        assert len(asked_of(user)) == min(count + 1, 20)
