"""A rule set that nobody thought of runs a forum through all its states without a line of code. R027."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from consultation.forms.forum_planning import HostForm
from consultation.forums.gates import blocked
from consultation.forums.numbering import expected_number
from consultation.forums.planning import Given, new_forum
from consultation.forums.steps import steps_of
from consultation.forums.work import save_step
from consultation.forums.year import read_year
from consultation.models import Forum, ForumRules, SchemeText, Speech, StepDone, Tracking
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Deadline
from cppcc.deadlines.working_days import load_working_days
from cppcc.deadlines.years import seed_workdays
from cppcc.meetings.models import Meeting
from cppcc.meetings.planning import new_meeting
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office import profiles
from cppcc.office.refusals import Refused
from cppcc.workflow.forms import decision_for
from tests.consultation import forum_world
from tests.consultation.forum_world import at
from tests.consultation.test_forum_planning import forum_topic
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules(world):
    """The second rule set beside the first."""
    forum_world.rules(world)
    profiles.insert(yaml.safe_load((Path(__file__).parent / "second_rules.yaml").read_text(encoding="utf-8")))
    return ForumRules.objects.get(key="roundtable")


@pytest.fixture
def forum(world, rules):
    """One that begins today."""
    plan = world.plan(timezone.localdate().year, state="issued")
    given = Given(rules=rules)
    return new_forum(plan, forum_topic(world, plan), at(0, 0), by=world.users["econ_clerk"], given=given)


def act(world, forum, name, who="econ_clerk", **given):
    """One act."""
    found = Forum.objects.get(pk=forum.pk)
    FORUM.move(found, name, by=world.users[who], version=found.version, **given)
    return Forum.objects.get(pk=forum.pk)


def test_its_days_are_counted_in_working_days_before_and_after(world, forum):
    seed_workdays(2025, 2027)
    days, day = load_working_days(), forum.held_on
    made = forum_world.forum(world, rules=forum.rules, starts=at(0, 15), topic_title="另一个议题")
    due = {row.step: row.due_on for row in Deadline.for_matter(made)}
    assert due == {"outline": days.add(day, -25), "visit": days.add(day, -8), "minutes": days.add(day, 3)}


def test_its_year_has_four_periods_and_nothing_is_merged(world, rules):
    ForumRules.objects.filter(key="forum").update(valid_to=timezone.localdate() - timedelta(400))
    year = read_year(world.plan(timezone.localdate().year, state="issued"), world.users["clerk"])
    assert [(period.label, period.merged) for period in year.periods] == [
        ("1—3月", False), ("4—6月", False), ("7—9月", False), ("10—12月", False),
    ]  # fmt: skip


def test_it_runs_through_all_its_states(world, forum):
    users = world.users
    assert (forum.host, expected_number(forum)) == (world.posts["sg"], 42)
    assert forum.meeting.ends - forum.meeting.starts == timedelta(minutes=90)
    assert not HostForm({"host": world.posts["chair"].pk, "version": 1}, instance=Forum.objects.get()).is_valid()
    with pytest.raises(Refused, match="实施方案还缺：议什么、谁来"):
        act(world, forum, "submit")
    for part in forum.rules.schemeparts.filter(required=True):
        SchemeText.objects.create(forum=forum, part=part, text="写明")
    forum = act(world, forum, "submit")
    decided = decision_for(forum, forum.approval_round.step, timezone.localdate(), 1, by=users["sg"])
    forum = act(world, forum, "pass", "chair", decision=decided)
    assert forum.state == "preparing"
    _prepare(world, forum)
    forum = act(world, forum, "convene")
    assert (forum.state, forum.number) == ("in_session", 42)
    meeting = Meeting.objects.get(pk=forum.meeting_id)
    MEETING.move(meeting, "close", by=users["econ_clerk"], version=meeting.version)
    assert Forum.objects.get(pk=forum.pk).state == "held"
    forum = act(world, forum, "report", "clerk", data={"reported_on": timezone.localdate()})
    Tracking.objects.create(forum=forum, on=timezone.localdate(), text="都有回音", by=users["econ_clerk"])
    assert all(step.is_done for step in steps_of(forum))
    assert act(world, forum, "close", opinion="全部落实").state == "closed"
    assert not Deadline.for_matter(forum).filter(status="open").exists()


def _prepare(world, forum):
    """Its own steps in its own order: no poll before the visit."""
    users, poll = world.users, forum.rules.forumsteps.get(key="poll")
    done = StepDone(forum=forum, step=poll, on=timezone.localdate(), note="收回问卷三百份")
    with pytest.raises(Refused, match="“走访”还没有完成，不能办理“问卷”"):
        save_step(done, steps_of(forum), by=users["econ_clerk"])
    visit = new_meeting("walk-through", "走访", at(-2), at(-2, 11), world.orgs["econ"], by=users["clerk"], matter=forum)
    invite(world, visit, "member")
    visit.participants.update(attendance="present", arrived_at=timezone.now())
    Meeting.objects.filter(pk=visit.pk).update(state="closed")
    with pytest.raises(Refused, match="问卷"):
        act(world, forum, "convene")
    save_step(done, steps_of(forum), by=users["econ_clerk"])
    assert not blocked(forum, "session")
    with pytest.raises(Refused, match="还没有安排开场"):
        act(world, forum, "convene")
    Speech.objects.create(forum=forum, kind=forum.rules.speechkinds.get(key="opening"), organization=world.orgs["econ"])
    invite(world, forum.meeting, "member")
    Meeting.objects.filter(pk=forum.meeting_id).update(state="invited")
