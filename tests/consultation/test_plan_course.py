"""The plan's course through the workflow: submit, decide, amend, send back, issue, close. R009-R012."""

from datetime import date

import pytest
from django.utils import timezone

from consultation.models import AnnualPlan, CountyAdoption
from consultation.workflows.adoption import ADOPTION
from consultation.workflows.plan import PLAN
from cppcc.office.models import Post, Tenure
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.engine import Late
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import Decision, Movement, Snapshot, Waiting
from tests.consultation.notices import brought


def act(world, plan, name, who, *, opinion="", held_on=None, proxy="", **data):
    """Do an act on a plan as a person, with the decision that the step asks for."""
    user = type(world.users[who]).objects.get(pk=world.users[who].pk)
    plan = AnnualPlan.objects.get(pk=plan.pk)
    decision = None
    if held_on:
        decision = decision_for(plan, plan.approval_round.step, held_on, None, by=user)
    PLAN.move(
        plan, name, by=user, version=plan.version, opinion=opinion, decision=decision, proxy_source=proxy, data=data
    )
    return AnnualPlan.objects.get(pk=plan.pk)


def test_the_plan_walks_its_chain_to_the_issued_document_and_the_counties(world):
    plan = world.plan(topics=4, linked=3)
    today = timezone.localdate()
    plan = act(world, plan, "submit", "sg", opinion="议题正在补充，先行研究")
    assert plan.state == "in_approval"
    assert plan.approval_round.step.order == 1
    assert Waiting.objects.held_by(world.users["chair"]).count() == 1
    plan = act(world, plan, "pass", "chair", held_on=today)
    assert plan.approval_round.step.order == 2
    plan = act(world, plan, "pass", "pco", held_on=today)
    assert plan.state == "approved"
    assert plan.approval_round is None
    plan = act(world, plan, "issue", "clerk", **brought(world, number="试政协办〔2026〕3号"))
    assert (plan.state, plan.number, plan.issued_on) == ("issued", "试政协办〔2026〕3号", today)
    adoption = CountyAdoption.objects.get(topic__plan=plan, topic__number=1)
    ADOPTION.move(adoption, "record", by=world.users["county1"], version=1, data={"committee_date": date(2026, 2, 1)})
    assert CountyAdoption.objects.get(pk=adoption.pk).state == "adopted"
    assert [m.name for m in Movement.for_matter(plan).order_by("at", "pk")] == ["submit", "pass", "pass", "issue"]
    assert Snapshot.for_matter(plan).count() == 2


def test_a_plan_off_target_is_submitted_only_with_a_reason(world):
    plan = world.plan(topics=3)
    with pytest.raises(Refused, match="联接议题"):
        act(world, plan, "submit", "sg")
    assert act(world, plan, "submit", "sg", opinion="本年度以自选为主").state == "in_approval"
    assert Movement.for_matter(plan).get().opinion == "本年度以自选为主"


def test_passed_with_amendments_goes_back_to_the_office_and_on_with_the_difference(world):
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "pass_amended", "chair", held_on=timezone.localdate(), opinion="第2号议题改名")
    assert plan.state == "amending"
    topic = plan.topics.get(number=2)
    topic.title = "改名后的议题"
    topic.save()
    plan = act(world, plan, "finish_amendment", "clerk", opinion="已按意见修改，指标情况不变")
    assert (plan.state, plan.approval_round.step.order) == ("in_approval", 2)
    new, old = Snapshot.for_matter(plan)
    assert {row["title"] for row in new.content["rows"]} - {row["title"] for row in old.content["rows"]} == {
        "改名后的议题"
    }


def test_sent_back_starts_again_from_the_first_step_unless_the_step_resumes(world):
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "pass", "chair", held_on=timezone.localdate())
    plan = act(world, plan, "send_back", "pco", held_on=timezone.localdate(), opinion="请补充议题")
    assert plan.state == "drafting"
    assert act(world, plan, "submit", "sg", opinion="已补充").approval_round.step.order == 1


def test_resume_goes_on_where_it_was_sent_back(world):
    world.chain.steps.filter(order=2).update(on_return="resume")
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "pass", "chair", held_on=timezone.localdate())
    plan = act(world, plan, "send_back", "pco", held_on=timezone.localdate(), opinion="请补充议题")
    assert act(world, plan, "submit", "sg", opinion="已补充").approval_round.step.order == 2


def test_the_office_records_for_a_body_only_with_its_source(world):
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    with pytest.raises(Refused, match="代为录入须写明来源"):
        act(world, plan, "pass", "clerk", held_on=timezone.localdate())
    plan = act(world, plan, "pass", "clerk", held_on=timezone.localdate(), proxy="党组会议纪要第3期")
    movement = Movement.for_matter(plan).first()
    assert (movement.on_behalf, movement.proxy_source) == ("试验市政协", "党组会议纪要第3期")


def test_the_wrong_post_may_not_decide(world):
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    with pytest.raises(Forbidden):
        act(world, plan, "pass", "pco", held_on=timezone.localdate())
    with pytest.raises(Forbidden):
        act(world, plan, "pass", "admin", held_on=timezone.localdate())


def test_a_late_click_is_told_who_was_quicker(world):
    plan = world.plan(topics=2)
    act(world, plan, "submit", "sg", opinion="先行研究")
    with pytest.raises(Late, match=r"已由试sg于.*办理“提请审批”"):
        PLAN.move(plan, "submit", by=world.users["clerk"], version=1, opinion="再提一次")


def test_a_body_decides_twice_on_one_day_when_it_sent_the_plan_back_first(world):
    today = timezone.localdate()
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "send_back", "chair", held_on=today, opinion="请补充议题")
    plan = act(world, plan, "submit", "sg", opinion="已补充")
    plan = act(world, plan, "pass", "chair", held_on=today)
    results = Decision.for_matter(plan).order_by("pk").values_list("result", flat=True)
    assert (plan.approval_round.step.order, list(results)) == (2, ["returned", "passed"])


def test_deferred_stays_before_its_body_and_is_written_down(world):
    today = timezone.localdate()
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "defer", "chair", held_on=today)
    assert (plan.state, plan.approval_round.step.order) == ("in_approval", 1)
    assert Movement.for_matter(plan).first().decision.result == "deferred"
    assert act(world, plan, "pass", "chair", held_on=today).approval_round.step.order == 2


def test_who_decided_last_still_sees_the_plan_and_a_double_click_is_told(world, login):
    today = timezone.localdate()
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "pass", "chair", held_on=today)
    pco, address = login("pco"), f"/consultation/plans/{plan.year}/"
    form = {"version": plan.version, "held_on": today, "opinion": ""}
    assert pco.post(f"{address}move/pass/", form).status_code == 302
    assert pco.get(address).status_code == 200
    again = pco.post(f"{address}move/pass/", form, follow=True)
    assert "已由试pco于" in again.content.decode()


def test_a_plan_is_shown_to_a_body_only_when_it_stands_before_it(world):
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    seen = AnnualPlan.objects.visible_to(type(world.users["pco"]).objects.get(username="pco"))
    assert list(seen) == []
    act(world, plan, "pass", "chair", held_on=timezone.localdate())
    assert list(seen.all()) == [plan]


def test_the_movement_rests_on_the_rule_of_its_step(world):
    world.chain.steps.update(rule="R010")
    plan = act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    plan = act(world, plan, "pass", "chair", held_on=timezone.localdate())
    assert set(Movement.for_matter(plan).values_list("rule", flat=True)) == {"R010"}


def test_the_duty_goes_to_who_has_the_role_now_whatever_seat_it_was_written_for(world):
    act(world, world.plan(topics=2), "submit", "sg", opinion="先行研究")
    seat = world.posts["chair"]
    new = Post.objects.create(organization=seat.organization, role=seat.role, title="新任主席")
    Tenure.objects.filter(post=seat).delete()
    person = world.users["vice"].person
    Tenure.objects.create(post=new, person=person, valid_from=date(2022, 1, 1))
    successor = type(world.users["vice"]).objects.get(username="vice")
    assert Waiting.objects.held_by(successor).count() == 1
