"""In which posts an account acts: by dates, by delegation, never by superuser rights or group membership."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from cppcc.office.access import acting_for, may
from cppcc.office.acting import acting_of
from cppcc.office.groups import groups_of, role_group, sync_groups
from cppcc.office.models import Delegation, Organization, Post, Tenure, User
from cppcc.office.refusals import Forbidden
from cppcc.office.roles import ROLES
from cppcc.workflow.registry import workflow_of
from tests.world import PEOPLE

TODAY = timezone.localdate()
DAY = timedelta(days=1)
SUBMIT = "consultation.submit_plan"


def user(world, name):
    """The account as a new request sees it."""
    return User.objects.get(pk=world.users[name].pk)


def delegate(world, name, of, *, begin=TODAY, end=TODAY):
    """`name` stands in for the holder of the post of `of`."""
    return Delegation.objects.create(
        post=world.posts[of], person=world.users[name].person, valid_from=begin, valid_to=end, reason="出差"
    )


def roles(world, name):
    """The roles in which a person acts today."""
    return [acting.role for acting in acting_of(user(world, name))]


@pytest.mark.parametrize("name", [*PEOPLE, "nobody", "admin"])
def test_each_acts_in_the_post_of_today(world, name):
    held = [] if name in ("expired", "future", "nobody", "admin") else [PEOPLE[name][0]]
    assert roles(world, name) == held


def test_a_superuser_without_a_post_may_nothing(world):
    admin = user(world, "admin")
    assert admin.is_superuser
    assert not any(may(admin, act) for acts in ROLES.values() for act in acts)
    plan = world.plan(topics=1)
    with pytest.raises(Forbidden):
        workflow_of(plan).move(plan, "submit", by=admin, version=1, opinion="理由")
    assert workflow_of(plan).open_to(admin, plan) == []


def test_a_permission_of_a_group_or_account_opens_nothing(world):
    nobody = user(world, "nobody")
    nobody.groups.add(role_group(world.orgs["office"], "office_clerk"))
    nobody.user_permissions.add(Permission.objects.get(codename="submit_plan"))
    assert not may(user(world, "nobody"), SUBMIT, world.plan())


@pytest.mark.parametrize(
    ("begin", "end", "acts"),
    [(-1, -1, False), (-1, 0, True), (0, 0, True), (0, 1, True), (1, 1, False), (None, -1, False), (None, None, True)],
)
def test_a_tenure_acts_from_its_first_to_its_last_day(world, begin, end, acts):
    Tenure.objects.create(
        post=world.posts["clerk"], person=world.users["nobody"].person,
        valid_from=None if begin is None else TODAY + begin * DAY, valid_to=None if end is None else TODAY + end * DAY,
    )  # fmt: skip
    assert may(user(world, "nobody"), SUBMIT) is acts


@pytest.mark.parametrize(("begin", "end", "acts"), [(-1, -1, False), (-1, 0, True), (0, 1, True), (1, 2, False)])
def test_a_delegation_acts_from_its_first_to_its_last_day(world, begin, end, acts):
    delegate(world, "nobody", "clerk", begin=TODAY + begin * DAY, end=TODAY + end * DAY)
    assert may(user(world, "nobody"), SUBMIT) is acts


def test_a_delegate_is_named_as_such_on_the_movement(world):
    delegate(world, "nobody", "sg")
    plan = world.plan(topics=1)
    movement = workflow_of(plan).move(plan, "submit", by=user(world, "nobody"), version=1, opinion="理由")
    assert (movement.actor, movement.post) == ("试nobody", world.posts["sg"])
    assert movement.post_title.endswith("（受托）")


def test_a_delegation_of_a_post_that_nobody_holds_does_not_act(world):
    delegate(world, "nobody", "sg")
    Tenure.objects.filter(post=world.posts["sg"]).update(valid_to=TODAY - DAY)
    assert not may(user(world, "nobody"), SUBMIT)


def test_a_holder_who_is_delegated_his_own_post_acts_once(world):
    delegate(world, "sg", "sg")
    assert [(a.role, a.delegated) for a in acting_of(user(world, "sg"))] == [("secretary_general", False)]


def test_a_closed_post_and_a_merged_organisation_act_no_more(world):
    Post.objects.filter(pk=world.posts["clerk"].pk).update(valid_to=TODAY - DAY)
    assert roles(world, "clerk") == []
    world.orgs["econ"].merge_into(world.orgs["edu"], on=TODAY)
    assert roles(world, "econ_clerk") == []
    assert Organization.objects.valid().filter(key="econ").exists() is False


def test_a_disabled_account_acts_no_more(world):
    User.objects.filter(username="clerk").update(is_active=False)
    assert roles(world, "clerk") == []


def test_an_act_is_done_in_the_post_that_the_matter_names(world):
    """Somebody with two posts signs in the one whose turn it is; the narrowest scope comes first."""
    Tenure.objects.create(post=world.posts["chair"], person=world.users["clerk"].person, valid_from=TODAY)
    clerk, plan = user(world, "clerk"), world.plan(topics=1)
    workflow_of(plan).move(plan, "submit", by=clerk, version=1, opinion="理由")
    acting = acting_for(clerk, "workflow.decide_step", plan)
    assert acting.role == "chair"
    assert plan.proxied_for(acting, "workflow.decide_step") == ""


def test_groups_follow_the_dates_and_guardian_reads_them(world):
    group = role_group(world.orgs["office"], "office_clerk")
    sync_groups()
    assert set(group.user_set.values_list("username", flat=True)) == {"clerk"}
    Tenure.objects.filter(person=world.users["clerk"].person).update(valid_to=TODAY - DAY)
    delegate(world, "nobody", "clerk")
    Tenure.objects.create(post=world.posts["clerk"], person=world.users["sg"].person, valid_from=TODAY)
    sync_groups()
    assert set(Group.objects.get(pk=group.pk).user_set.values_list("username", flat=True)) == {"nobody", "sg"}
    assert group.pk in groups_of(user(world, "nobody"))
    assert groups_of(user(world, "clerk")) == []


def test_a_group_of_a_delegation_that_does_not_act_is_left(world):
    """Membership and acting never disagree: nobody can hand on what nobody holds."""
    delegate(world, "nobody", "sg")
    Tenure.objects.filter(post=world.posts["sg"]).update(valid_to=TODAY - DAY)
    sync_groups()
    assert not role_group(world.orgs["office"], "secretary_general").user_set.exists()
