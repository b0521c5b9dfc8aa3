"""Which deputy secretary-general looks after which committee. R128."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from cppcc.office.models import CommitteeRouting
from cppcc.office.routing import deputies_of
from cppcc.workflow.engine import Hold, rewrite_waiting
from cppcc.workflow.models import Waiting


def route(world, committee, **validity):
    """The secretary-general's post looks after a committee."""
    validity.setdefault("valid_from", date(2022, 1, 1))
    return CommitteeRouting.objects.create(post=world.posts["sg"], committee=world.orgs[committee], **validity)


def test_the_deputy_of_today_is_found_once(world):
    route(world, "econ")
    route(world, "edu")
    assert deputies_of([world.orgs["econ"], world.orgs["edu"]]) == [world.posts["sg"]]
    assert deputies_of([world.orgs["dept1"]]) == []


def test_a_routing_that_ended_routes_no_more(world):
    route(world, "econ", valid_to=timezone.localdate() - timedelta(days=1))
    assert deputies_of([world.orgs["econ"]]) == []


def test_the_duties_of_the_committees_stand_on_the_deputys_desk(world, login):
    route(world, "econ")
    solicitation = world.solicitation(world.plan())
    econ, edu = world.orgs["econ"].pk, world.orgs["edu"].pk
    rewrite_waiting(solicitation, [Hold("报送议题建议", econ), Hold("报送议题建议", edu)])
    found = Waiting.objects.looked_after_by(world.users["sg"])
    assert [duty.organization_id for duty in found] == [econ]
    assert not Waiting.objects.looked_after_by(world.users["clerk"]).exists()
    assert [duty.organization_id for duty in login("sg").get("/").context["routed"]] == [econ]


def test_a_topic_names_the_deputy_of_its_leading_committee(world, login):
    route(world, "econ")
    topic = world.plan(topics=1).topics.get()
    page = login("clerk").get(reverse("consultation:topic_detail", args=[topic.pk]))
    assert page.context["deputies"] == [world.posts["sg"]]
    assert world.posts["sg"].title in page.content.decode()
