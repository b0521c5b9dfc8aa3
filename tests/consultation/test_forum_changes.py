"""A forum that is moved, cancelled, given to another committee: who hears of it, whose work it is then. R015, R039."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.forms.forum_planning import PostponeForm
from consultation.forums.booking import PURPOSE, answer, ask, issue_links, put
from consultation.forums.confirming import waive
from consultation.forums.papers import add_papers
from consultation.forums.planning import Given, clone
from consultation.forums.work import Duty, hand_out
from consultation.models import Booking, Forum, ForumSeat, Paper, SchemeText, Speech, Suggestion
from consultation.workflows.forum import FORUM
from consultation.workflows.paper import PAPER
from cppcc.deadlines.models import Deadline, Dispatch, Notice
from cppcc.meetings.inviting import remove
from cppcc.meetings.models import Meeting
from cppcc.meetings.planning import new_meeting
from cppcc.meetings.replying import Said
from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Refused
from cppcc.workflow.engine import rewrite_waiting
from cppcc.workflow.models import Waiting
from members.models import Member
from tests.consultation import forum_people_world as crowd
from tests.consultation import forum_world, outcome_world
from tests.consultation.forum_world import at
from tests.documents.papers import a_file

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


def test_an_approved_scheme_follows_the_new_day_but_not_what_was_rewritten(world):
    forum = forum_world.forum(world, state="preparing")
    time, place = (forum.rules.schemeparts.get(source=source) for source in ("time", "place"))
    SchemeText.objects.create(forum=forum, part=time, text=forum.meeting.when)
    SchemeText.objects.create(forum=forum, part=place, text="县政协三楼会议室（另行通知）")
    old = forum.meeting.when
    moved = act(world, forum, "postpone", **later(forum))
    told = dict(moved.scheme_texts.values_list("part__source", "text"))
    assert told == {"time": moved.meeting.when, "place": "县政协三楼会议室（另行通知）"} and told["time"] != old
    assert moved.scheme_texts.get(part=time).history.count() == 2


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


def test_what_was_under_way_for_it_ends_with_it(world, login, forum):
    by, today = world.users["econ_clerk"], timezone.localdate()
    coordination = new_meeting("coordination", "协调会", at(8), at(8, 11), world.orgs["econ"], by=by, matter=forum)
    study = new_meeting("study", "学习会", at(5), at(5, 11), world.orgs["econ"], by=by, matter=forum)
    [task] = hand_out(forum, [Duty("会场、座次", world.orgs["dept1"], today + timedelta(days=5))], by=by)
    url = reverse("consultation:forum_move", args=[forum.pk, "cancel"])
    client = login("econ_clerk")
    assert "协调会" in client.get(url).text
    data = {"version": Forum.objects.get().version, "opinion": "议题调整", "along": [coordination.pk]}
    assert client.post(url, data).status_code == 302
    states = Meeting.objects.filter(pk__in=[coordination.pk, study.pk]).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "planned"]
    task.refresh_from_db()
    assert task.state == "dropped"
    assert not Deadline.for_matter(task).filter(status="open").exists()


# --- off the list --------------------------------------------------------------------------------------------------


def strict(forum, most):
    """The members' seat takes no more than so many."""
    ForumSeat.objects.filter(rules=forum.rules, key="members").update(strict=True, least=1, most=most)


def off(login, forum, person):
    """Taken off the list by its page."""
    return login("econ_clerk").post(reverse("consultation:forum_people_remove", args=[forum.pk]), {"person": person.pk})


def test_who_is_taken_off_frees_his_place_hears_of_it_and_his_link_is_dead(world, login, client, forum):
    strict(forum, 1)
    me, [other] = world.users["member"].person, crowd.members(world, 1)
    [(booking, token)] = issue_links(forum, [], by=world.users["econ_clerk"])
    answer(booking, Said("yes"), by=world.users["member"], how="login")
    crowd.on_list(world, forum, "members", [other])
    [his] = crowd.booked(world, forum, "members", [other])
    with pytest.raises(Refused, match="1 个名额已经确认满了"):
        answer(his, Said("yes"), by=None, how="link")
    assert off(login, forum, me).status_code == 302
    assert answer(his, Said("yes"), by=None, how="link")[0].is_confirmed
    assert "不必参加" in Notice.objects.get(user=world.users["member"], title__startswith="座谈会变更").body
    assert not Forum.objects.visible_to(world.users["member"]).exists()
    assert client.get(reverse("consultation:booking_link", args=[token])).status_code == 410


def test_who_was_told_formally_and_is_taken_off_hears_it_once(world, login, forum):
    forum.meeting.participants.update(invited_at=at(0, 0))
    before = Dispatch.objects.count()
    off(login, forum, world.users["member"].person)
    assert Dispatch.objects.count() == before + 1


def test_a_place_taken_off_on_the_meeting_s_page_is_free_too(world, forum):
    strict(forum, 1)
    answer(Booking.objects.get(), Said("yes"), by=world.users["member"], how="login")
    remove(forum.meeting, list(forum.meeting.participants.values_list("pk", flat=True)), by=world.users["econ_clerk"])
    [other] = crowd.members(world, 1)
    crowd.on_list(world, forum, "members", [other])
    [his] = crowd.booked(world, forum, "members", [other])
    assert answer(his, Said("yes"), by=None, how="link")[0].is_confirmed


def test_a_strict_seat_is_not_overfilled_by_a_reason(world, forum):
    strict(forum, 1)
    answer(Booking.objects.get(), Said("yes"), by=world.users["member"], how="login")
    [other] = crowd.members(world, 1)
    crowd.on_list(world, forum, "members", [other])
    with pytest.raises(Refused, match="1 个名额已经确认满了"):
        waive(forum, [other.pk], "领导点名", by=world.users["econ_clerk"])


def test_who_was_turned_down_may_still_be_asked(world, forum):
    [other] = crowd.members(world, 1)
    signed = {"applied_at": timezone.now(), "accepted": False, "asked_at": None, "asked_by": None}
    crowd.booked(world, forum, "members", [other], "yes", **signed)
    put(forum, crowd.seat(forum, "members"), [other], by=world.users["econ_clerk"])
    assert ask(forum, [other.pk], "", by=world.users["econ_clerk"]) == 1


def test_a_character_that_no_text_has_is_left_out_of_reasons(world, login, forum):
    [other, third] = crowd.members(world, 2)
    crowd.on_list(world, forum, "members", [other])
    signed = {"applied_at": timezone.now(), "asked_at": None, "asked_by": None}
    [his] = crowd.booked(world, forum, "members", [third], "yes", **signed)
    client = login("econ_clerk")
    url = reverse("consultation:forum_waive", args=[forum.pk])
    assert client.post(url, {"person": other.pk, "why": "急\x00用"}).status_code == 302
    url = reverse("consultation:forum_decide", args=[forum.pk, his.pk])
    assert client.post(url, {"why": "人\x00满"}).status_code == 302
    assert list(Booking.objects.filter(person__in=[other, third]).values_list("waived", "reason").order_by("pk")) == [
        ("", "人满"), ("急用", ""),
    ]  # fmt: skip


def test_and_of_how_a_proposer_was_told(world, login):
    row = outcome_world.suggestion(world)
    Suggestion.objects.filter(pk=row.pk).update(state="settled", settled_on=timezone.localdate())
    url = reverse("consultation:forum_tell", args=[row.forum_id])
    assert login("econ_clerk").post(url, {"suggestion": row.pk, "how": "电\x00话"}).status_code == 302
    row.refresh_from_db()
    assert row.told_how == "电话"


# --- another committee, another topic ------------------------------------------------------------------------------


def test_another_committee_leads_and_owes_and_checks_the_papers(world, login, forum):
    add_papers(forum, by=world.users["clerk"])
    briefing, centre = forum.papers.get(paper_rule__key="briefing", owner=world.orgs["dept1"]), "centre"
    Paper.objects.filter(pk=briefing.pk).update(state="delivered", file=a_file())
    rewrite_waiting(briefing := Paper.objects.get(pk=briefing.pk), PAPER.waiting(briefing))
    speech = Speech.objects.create(
        forum=forum, kind=forum.rules.speechkinds.get(key=centre), organization=world.orgs["econ"]
    )
    data = {"title": forum.title, "lead": world.orgs["edu"].pk, "version": Forum.objects.get().version}
    url = reverse("consultation:forum_edit", args=[forum.pk])
    assert login("clerk").post(url, data).status_code == 302
    edu = world.orgs["edu"]
    assert Waiting.for_matter(briefing).get().organization == edu
    own = forum.papers.get(paper_rule__key=centre)
    assert (own.owner, Waiting.for_matter(own).get().organization) == (edu, edu)
    speech.refresh_from_db()
    assert speech.organization == edu
    assert set(Deadline.for_matter(own).get().holders.values_list("organization", flat=True)) == {edu.pk}


def test_a_copy_leaves_out_who_does_not_fit_the_seat_any_more(world, forum):
    stays, leaves = crowd.members(world, 2)
    [expert, elected] = crowd.experts("专家甲", "专家乙")
    crowd.on_list(world, forum, "members", [stays, leaves])
    crowd.on_list(world, forum, "experts", [expert, elected])
    Member.objects.filter(person=leaves).update(valid_to=forum.held_on)
    crowd.become_member(elected, forum.held_on + timedelta(days=1))
    starts = forum.meeting.starts + timedelta(days=400)
    plan = world.plan(starts.year, state="issued")
    topic = forum_world.topic(plan, "推进养老服务")
    made = clone(forum, topic, starts, by=world.users["clerk"], given=Given(lead=world.orgs["econ"]))
    names = set(made.meeting.participants.values_list("person__name", flat=True))
    assert names == {"试member", stays.name, "专家甲"}


def test_an_end_that_was_typed_stands(world, forum):
    starts, ends = forum.meeting.starts + timedelta(minutes=30), forum.meeting.ends
    data = {"opinion": "推迟", "version": forum.version, "starts": f"{timezone.localtime(starts):%Y-%m-%dT%H:%M}"}
    given = {"transition": FORUM["postpone"], "matter": forum, "step": None, "proxy": False}
    typed = PostponeForm(data | {"ends": f"{timezone.localtime(ends):%Y-%m-%dT%H:%M}"}, **given)
    assert typed.is_valid() and typed.cleaned_data["ends"] == ends
    left = PostponeForm(data, **given)
    assert left.is_valid() and left.cleaned_data["ends"] == ends + timedelta(minutes=30)
