"""What the office enters for others says so; rounds check their state under the lock. R003."""

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.models import Addressee, AnnualPlan, Solicitation, SolicitationChannel, Topic
from consultation.rounds import add_addressee, answer_nothing, new_round
from consultation.workflows.suggestion import SUGGESTION
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement


@pytest.mark.parametrize(("key", "named"), [("dept1", "市发改局"), ("member", "试member")])
def test_the_office_withdraws_for_another_only_with_a_source(world, key, named):
    suggestion, clerk = world.suggestion(world.solicitation(world.plan()), key), world.users["clerk"]
    with pytest.raises(Refused, match="来源"):
        SUGGESTION.move(suggestion, "withdraw", by=clerk, version=1)
    SUGGESTION.move(suggestion, "withdraw", by=clerk, version=1, proxy_source="来函")
    movement = Movement.for_matter(suggestion).get()
    assert (movement.on_behalf, movement.proxy_source) == (named, "来函")


@pytest.mark.parametrize("key", ["dept1", "member"])
def test_who_withdraws_the_own_suggestion_needs_no_source(world, key):
    suggestion = world.suggestion(world.solicitation(world.plan()), key)
    SUGGESTION.move(suggestion, "withdraw", by=world.users[key], version=1)
    assert Movement.for_matter(suggestion).get().on_behalf == ""


def test_nothing_to_suggest_entered_by_the_office_names_who_entered_it(world):
    asked = world.solicitation(world.plan())
    by_office, own = (asked.addressees.get(organization=world.orgs[key]) for key in ("dept1", "dept2"))
    answer_nothing(asked, by_office, by=world.users["clerk"])
    answer_nothing(asked, own, by=world.users["dept2"])
    assert Addressee.objects.get(pk=by_office.pk).note == f"办公室代录：{world.users['clerk']}"
    assert Addressee.objects.get(pk=own.pk).note == ""


def test_a_round_that_was_closed_meanwhile_takes_no_addressee(world):
    asked = world.solicitation(world.plan())
    Solicitation.objects.filter(pk=asked.pk).update(state="closed")
    with pytest.raises(Refused, match="已截止"):
        add_addressee(asked, world.orgs["audit"])


def test_a_plan_that_was_submitted_meanwhile_takes_no_round(world):
    plan = world.plan()
    today = timezone.localdate()
    asked = Solicitation(plan=plan, title="补充征集", opens_on=today, closes_on=today)

    class Form:
        def save(self, commit):
            AnnualPlan.objects.filter(pk=plan.pk).update(state="in_approval")
            return asked

        def save_m2m(self):
            asked.channels.set(SolicitationChannel.objects.all())

    with pytest.raises(Refused, match="不能再建立征集"):
        new_round(Form(), by=world.users["clerk"])
    assert not plan.solicitations.exists()


def test_a_withdrawn_topic_is_not_edited(world, login):
    topic = world.topics(world.plan(), 1)[0]
    Topic.objects.filter(pk=topic.pk).update(state="withdrawn")
    page = login("clerk").get(reverse("consultation:topic_edit", args=[topic.pk]), follow=True)
    assert "请先恢复该议题" in page.content.decode()


def test_the_list_of_plans_counts_the_topics_of_the_plan_only(world):
    plan = world.plan(topics=2, linked=1)
    Topic.objects.filter(plan=plan, number=2).update(off_plan=True)
    listed = AnnualPlan.objects.listed().get(pk=plan.pk)
    assert (listed.topic_count, listed.linked_count) == (1, 1)
