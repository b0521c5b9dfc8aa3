"""The work before a forum: no research without study, no forum without research; talks, steps, checklist. R022-R034."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultation.forums import notice
from consultation.forums.gates import blocked, blocked_meeting, its_day_has_come
from consultation.forums.steps import steps_of
from consultation.models import Forum, ForumStep, LeaderContact, StepDone
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Deadline, Task
from cppcc.meetings.models import Meeting, MeetingKind
from cppcc.meetings.planning import new_meeting
from cppcc.workflow.engine import Act
from tests.consultation import forum_world
from tests.consultation.forum_world import at
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db


def held(world, forum, kind, *names, days=-3):
    """A meeting of the forum that was held, with those who came."""
    made = new_meeting(kind, f"{kind}一次", at(days), at(days, 11), world.orgs["econ"], by=world.users["clerk"],
                       matter=forum)  # fmt: skip
    if names:
        invite(world, made, *names)
        made.participants.update(attendance="present", arrived_at=timezone.now())
    Meeting.objects.filter(pk=made.pk).update(state="closed")
    return made


def open_steps(forum):
    """The keys of the steps that are not done."""
    return {step.step.key for step in steps_of(Forum.objects.get(pk=forum.pk)) if not step.is_done}


def test_no_research_without_study_with_attendees(world, client):
    forum = forum_world.forum(world, state="preparing")
    research = MeetingKind.objects.get(key="research")
    assert "“学习”还没有完成，不能办理“调研视察考察”" in blocked_meeting(forum, research)
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_meeting", args=[forum.pk, "research"])
    assert client.get(url).status_code == 302
    held(world, forum, "study")
    assert "study" in open_steps(forum)  # nobody came
    held(world, forum, "study", "member")
    assert "study" not in open_steps(forum) and not blocked_meeting(forum, research)
    assert client.get(url).status_code == 200


def test_a_meeting_becomes_no_research_before_the_study(world, client):
    forum = forum_world.forum(world)
    by = world.users["econ_clerk"]
    made = new_meeting("coordination", "协调会", at(9), at(9, 11), world.orgs["econ"], by=by, matter=forum)
    client.force_login(by)

    def becomes_research(meeting):
        local = {name: f"{timezone.localtime(getattr(meeting, name)):%Y-%m-%dT%H:%M}" for name in ("starts", "ends")}
        data = local | {"kind": MeetingKind.objects.get(key="research").pk, "title": meeting.title, "agenda": "",
                        "host": meeting.host_id, "version": meeting.version, "place": "一号会议室"}  # fmt: skip
        address = reverse("meetings:meeting_edit", args=[meeting.pk])
        asked = client.post(address, data)
        form = asked.context["form"] if asked.context and "form" in asked.context else None
        client.post(address, data | {"confirmed": form.digest if form else ""})
        return Meeting.objects.get(pk=meeting.pk).kind.key == "research"

    assert not becomes_research(made)
    assert not becomes_research(forum.meeting), "the forum's own stays what it is"
    held(world, forum, "study", "member")
    assert becomes_research(made)


def test_a_research_trip_is_arranged_for_the_forum_and_counts_when_it_was_held(world, client):
    forum = forum_world.forum(world, state="preparing")
    held(world, forum, "study", "member")
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_meeting", args=[forum.pk, "research"])
    token = client.get(url).context["form"].initial["token"]
    day = at(10)
    data = {"title": "老旧小区调研", "starts": f"{day:%Y-%m-%dT%H:%M}", "place": "城南三个小区", "token": token}
    answer = client.post(url, data)
    if answer.status_code == 422:
        answer = client.post(url, data | {"confirmed": answer.context["form"].digest})
    made = Meeting.objects.get(title="老旧小区调研")
    assert answer.url == reverse("meetings:invitee_add", args=[made.pk]), "no rule invites anybody to a research trip"
    assert (made.matter, made.kind.key, made.host) == (forum, "research", world.orgs["econ"])
    assert "research" in open_steps(forum)
    invite(world, made, "member")
    made.participants.update(attendance="present", arrived_at=timezone.now())
    Meeting.objects.filter(pk=made.pk).update(state="closed")
    assert "research" not in open_steps(forum)
    page = client.get(reverse("consultation:forum_work", args=[forum.pk]))
    assert "城南三个小区" in page.text and "1／1" in page.text


def test_a_meeting_with_rules_goes_on_to_those_whom_they_name(world, client):
    forum = forum_world.forum(world, days=60, state="preparing")
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_meeting", args=[forum.pk, "coordination"])
    data = {"title": "工作协调会", "starts": f"{at(50):%Y-%m-%dT%H:%M}", "place": "三楼", "token": uuid4()}
    answer = client.post(url, data)
    if answer.status_code == 422:
        answer = client.post(url, data | {"confirmed": answer.context["form"].digest})
    assert answer.url == reverse("meetings:invitee_rules", args=[Meeting.objects.get(title="工作协调会").pk])


def test_what_the_session_waits_for_is_said_in_words(world):
    forum = forum_world.forum(world, state="preparing")
    steps = steps_of(forum)
    session = next(one.step.key for one in steps if one.step.proof == ForumStep.Proof.SESSION)
    assert blocked(forum, session, steps).endswith("不能办理“召开座谈会”。")


def test_on_its_day_it_is_opened_from_the_morning_on(world):
    forum = forum_world.forum(world, days=1, state="preparing")
    dawn = forum.meeting.starts - timedelta(hours=3)
    with time_machine.travel(dawn, tick=False):
        assert timezone.localdate() == forum.held_on
        assert its_day_has_come(Act(forum, world.users["clerk"], FORUM["convene"])) == ""
    with time_machine.travel(dawn - timedelta(hours=7), tick=False):
        assert "届时再办理" in its_day_has_come(Act(forum, world.users["clerk"], FORUM["convene"]))


def test_a_talk_with_a_leader_is_a_step_done_and_may_be_corrected(world, client):
    forum = forum_world.forum(world)
    client.force_login(world.users["econ_clerk"])
    new = reverse("consultation:forum_contact_create", args=[forum.pk])
    today = timezone.localdate()
    data = {"leader": "王副市长", "on": f"{today + timedelta(1):%Y-%m-%d}", "way": "面谈", "text": "同意议题方向"}
    assert client.get(new).context["form"]["on"].value() == today
    assert client.post(new, data).status_code == 422
    assert client.post(new, data | {"on": f"{today:%Y-%m-%d}"}).status_code == 302
    talk = LeaderContact.objects.get()
    assert talk.by == world.users["econ_clerk"] and "contact" not in open_steps(forum)
    edit = reverse("consultation:forum_contact_edit", args=[forum.pk, talk.pk])
    assert client.post(edit, data | {"on": f"{today:%Y-%m-%d}", "text": "更正"}).status_code == 302
    assert LeaderContact.objects.get().text == "更正"
    assert client.post(edit, {"delete": "1"}).status_code == 302
    assert "contact" in open_steps(forum)


def test_a_step_entered_by_hand_closes_its_day_and_is_taken_back(world, client):
    forum = forum_world.forum(world, days=5)
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_step", args=[forum.pk, "coordination"])
    data = {"on": f"{timezone.localdate():%Y-%m-%d}", "note": "秘书长召集，各委室参加，会议记录第3号"}
    assert client.get(url).context["form"]["on"].value() == timezone.localdate()
    assert client.post(url, data | {"note": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert Deadline.for_matter(forum).get(step="coordination").status == "done"
    assert client.post(url, {"delete": "1"}).status_code == 302
    assert Deadline.for_matter(forum).get(step="coordination").status == "open"
    assert not StepDone.objects.exists()


def test_steps_of_the_course_and_waiting_ones_are_not_entered_by_hand(world, client):
    forum = forum_world.forum(world)
    client.force_login(world.users["econ_clerk"])
    data = {"on": f"{timezone.localdate():%Y-%m-%d}", "note": "口头报告"}
    for key in ("scheme", "session", "outcome", "tracking", "research"):
        client.post(reverse("consultation:forum_step", args=[forum.pk, key]), data)
        assert not StepDone.objects.exists()


def test_the_checklist_becomes_tasks_once(world, client):
    forum = forum_world.forum(world, days=20)
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_duties", args=[forum.pk, "coordination"])
    page = client.get(url)
    lines = page.context["forms"]
    assert page.status_code == 200 and len(lines) == 7
    data = {}
    for place, line in enumerate(lines):
        data |= {f"d{place}-title": line.initial["title"], f"d{place}-owner": world.orgs["econ"].pk,
                 f"d{place}-due_on": f"{timezone.localdate() + timedelta(9):%Y-%m-%d}"}  # fmt: skip
    data |= {"d0-take": "on", "d1-take": "on", "d1-owner": ""}
    assert client.post(url, data).status_code == 422
    data["d1-owner"] = world.orgs["office"].pk
    for _ in range(2):
        assert client.post(url, data).status_code == 302
    tasks = list(Task.for_matter(forum).order_by("pk"))
    assert [task.owner.key for task in tasks] == ["econ", "office"] and tasks[0].given_by == world.orgs["econ"]
    assert tasks[0].title in client.get(reverse("consultation:forum_work", args=[forum.pk])).text


def test_the_mobilisation_notice_says_when_what_and_who_does_what(world):
    forum = forum_world.forum(world)
    forum.topic.units.create(organization=world.orgs["econ"], part="lead")
    forum.topic.units.create(organization=world.orgs["dept1"], part="consulted")
    meeting = new_meeting("mobilisation", "部署动员会", at(9), at(9, 11), world.orgs["econ"], by=world.users["clerk"],
                          matter=forum, place="会议室")  # fmt: skip
    invite(world, meeting, "dept2", told=False)
    said = notice.notice_draft(forum)
    text = "\n".join(part["text"] for part in said["body"])
    assert meeting.when in text and "经济委员会。牵头负责" in text and "市发展和改革局。准备情况介绍" in text
    assert "决定召开部署动员会" in text and "尽快将参加人员名单报经济委员会" in text
    assert {unit.key for unit in said["units"]["main"]} == {"econ", "dept1", "dept2"}


def test_only_who_leads_it_writes_and_only_the_house_reads(world, client):
    forum = forum_world.forum(world)
    invite(world, forum.meeting, "member", "dept1")
    work = reverse("consultation:forum_work", args=[forum.pk])
    new = reverse("consultation:forum_contact_create", args=[forum.pk])
    for name, reads, writes in (
        ("econ_clerk", 200, 200), ("clerk", 200, 200), ("edu_clerk", 200, 403), ("chair", 200, 403),
        ("member", 403, 403), ("dept1", 403, 403), ("dept2", 404, 404),
    ):  # fmt: skip
        client.force_login(world.users[name])
        assert client.get(work).status_code == reads, name
        assert client.get(new).status_code == writes, name


def test_nothing_is_written_of_a_forum_that_is_over(world, client):
    forum = forum_world.forum(world, state="cancelled")
    client.force_login(world.users["clerk"])
    assert client.get(reverse("consultation:forum_contact_create", args=[forum.pk])).status_code == 302
    assert client.get(reverse("consultation:forum_work", args=[forum.pk])).status_code == 200
