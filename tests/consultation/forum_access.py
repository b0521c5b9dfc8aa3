"""What the pages of a forum's scheme and people are about, for the table of who may open which address."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultation.models import Booking, ForumRules
from consultation.models.forum import ForumState
from cppcc.office.models import OneTimeLink
from tests.consultation import forum_people_world as crowd
from tests.world import World


def furnish_forums(world: World) -> dict[str, Any]:
    """One of the economic committee being prepared, to which a member was asked, and one whose scheme is drafted."""
    made = crowd.a_forum(world, state=ForumState.PREPARING, topic_title="治理城市内涝")
    ForumRules.objects.update(open_to_members=True)
    me, applicant = world.users["member"].person, crowd.people(1, "报名人")[0]
    crowd.on_list(world, made, "members", [me])
    [asked] = crowd.booked(world, made, "members", [me])
    applied = Booking.objects.create(
        forum=made, seat=crowd.seat(made, "members"), person=applicant, applied_at=timezone.now(), answer="yes"
    )
    opinion = made.list_opinions.create(
        organization=world.orgs["edu"], on=timezone.localdate(), text="增加教育界委员", by=world.users["clerk"]
    )
    talk = made.contacts.create(leader="王市长", on=timezone.localdate(), text="同意", by=world.users["clerk"])
    token = OneTimeLink.issue(
        asked, "consultation.booking", by=world.users["clerk"], expires_at=timezone.now() + timedelta(days=3)
    )
    draft = crowd.a_forum(world, days=80, topic_title="发展职业教育")
    return {
        "forum": made, "forum-draft": draft, "booking": asked, "booking-applied": applied, "opinion": opinion,
        "talk": talk,
        "booking-token": token,
    }  # fmt: skip
