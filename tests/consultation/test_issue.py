"""What the notice of a plan says: its text, its issuers, the plan's table, to whom it goes. R009, R011, R111, R120."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultation.issue import issuers, notice_draft, plan_table, recipients
from consultation.models import AnnualPlan, Topic, TopicUnit
from consultation.workflows.plan import PLAN
from cppcc.documents.describing import addressed, content_for
from cppcc.office.models import Organization
from cppcc.office.validity import today
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import Snapshot
from tests.consultation.notices import brought, drafted


def reloaded(plan):
    return AnnualPlan.objects.get(pk=plan.pk)


def pass_step(world, plan, name):
    user = world.users[name]
    decision = decision_for(plan, plan.approval_round.step, timezone.localdate(), None, by=user)
    PLAN.move(plan, "pass", by=user, version=plan.version, decision=decision)


def test_the_notice_says_which_body_decided(world):
    plan = world.plan(topics=1)
    PLAN.move(plan, "submit", by=world.users["sg"], version=1, opinion="先行研究")
    for name in ("chair", "pco"):
        pass_step(world, reloaded(plan), name)
    text = notice_draft(reloaded(plan))["body"][0]["text"]
    assert text == "《2026年度协商计划》已经市委常委会会议审议同意，现印发给你们，请结合实际认真组织实施。"


def test_the_office_alone_issues_under_its_own_masthead(world):
    notice = drafted(world, world.plan(topics=2, state="approved"))
    content = content_for(notice)
    assert (content.masthead, content.signature) == ("试验市政协办公室文件", ["试验市政协办公室"])
    assert content.title == ["关于印发《2026年度协商计划》的通知"]
    assert (content.annexes[0].marked, content.annexes[0].landscape) == (False, True)
    assert not content.listed_annexes and notice.classification == "public"


def test_r011_several_offices_issue_together(world):
    world.chain.steps.get(kind="issue").issuers.set([world.orgs["pco"], world.orgs["office"]])
    plan = world.plan(topics=1, state="approved")
    assert [unit.name for unit in issuers(plan)] == ["市委办公室", "试验市政协办公室"]
    content = content_for(drafted(world, plan))
    assert content.masthead == "市委办公室 试验市政协办公室 文件"
    assert content.signature == ["市委办公室", "试验市政协办公室"]
    assert (content.number, content.printed_by) == (f"×〔{today().year}〕×号", "市委办公室")
    assert world.orgs["pco"] not in recipients(plan)


def test_withdrawn_and_off_plan_topics_are_not_printed_and_the_rest_is_numbered_on(world):
    plan = world.plan(topics=4)
    Topic.objects.filter(plan=plan, number=2).update(state="withdrawn")
    Topic.objects.filter(plan=plan, number=3).update(off_plan=True)
    rows = plan_table(plan).rows
    assert [(row[0], row[1]) for row in rows] == [("1", "议题第1号"), ("2", "议题第4号")]


def test_a_topic_of_all_counties_says_so_shortly(world):
    plan = world.plan(topics=1, linked=1)
    assert plan_table(plan).rows[0][8] == "青溪县"
    TopicUnit.objects.create(topic=plan.topics.get(), organization=world.orgs["county2"], part="county", order=1)
    assert plan_table(plan).rows[0][8] == "各县（市、区）政协"


def test_the_plan_goes_to_all_with_a_part_in_it_and_to_counties_and_parties_each_with_its_reason(world):
    plan = world.plan(topics=2, linked=1)
    TopicUnit.objects.create(topic=plan.topics.get(number=2), organization=world.orgs["gov"], part="support")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    rows = drafted(world, reloaded(plan)).recipients.select_related("organization")
    keys = {row.organization.key for row in rows}
    assert keys == {"econ", "dept1", "county1", "county2", "party1", "party2", "gov"}
    assert {(row.why, row.rule) for row in rows} == {("年度计划涉及的单位", "R009")}
    assert [row.organization.key for row in rows if row.part == "copy"] == ["gov"]  # nothing is issued to those above


def test_the_recipients_stand_by_groups_and_those_above_by_name(world):
    units = [world.orgs[key] for key in ("dept1", "county1", "party1", "econ")]
    groups = ["各县（市、区）政协", "各民主党派", "有关部门", "各委室"]
    assert addressed(units) == groups
    assert addressed([*units, world.orgs["gov"], world.orgs["audit"]]) == ["试验市人民政府", *groups, "审计小组"]
    assert addressed([]) == []


@pytest.mark.parametrize("state", ["issued", "closed"])
def test_of_a_plan_in_force_nothing_is_said_for_the_clerk(world, state):
    """A later notice about it (an adjustment) is the clerk's own text, and issues nothing."""
    assert notice_draft(world.plan(topics=1, state=state)) == {}


def test_the_name_of_the_day_stands_in_an_old_version(world):
    plan = world.plan(topics=1, state="approved")
    PLAN.move(plan, "issue", by=world.users["clerk"], version=plan.version, data=brought(world))
    world.orgs["econ"].rename("经济和科技委员会", on=timezone.localdate() + timedelta(days=1), short_name="经科委")
    assert Organization.objects.get(key="econ").name == "经济和科技委员会"
    (row,) = Snapshot.for_matter(plan).get().content["rows"]
    assert row["fields"]["牵头单位"] == "经济委"
