"""Planning a forum: new, changed, copied, moved, merged, cancelled, numbered. R015, R026-R028."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.forums.numbering import expected_number
from consultation.forums.planning import Given, clone, new_forum, rules_on
from consultation.models import Forum, ForumRules, Paper, SchemeText, TopicForm, TopicUnit
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Deadline, DeadlineMove, Notice
from cppcc.meetings.models import Meeting, Room
from cppcc.office.models import CommitteeRouting
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.models import Movement, Waiting
from tests.consultation import forum_world
from tests.consultation.forum_world import at
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db


def forum_topic(world, plan, title="加快推进老旧小区改造", month=6, lead="econ"):
    """A topic whose form is a forum, led by a committee."""
    topic = forum_world.topic(plan, title)
    topic.month_from = topic.month_to = month
    topic.save()
    TopicForm.objects.get_or_create(topic=topic, form=world.forms["forum"])
    if lead:
        TopicUnit.objects.get_or_create(topic=topic, organization=world.orgs[lead], part="lead")
    return topic


def next_year(world, state="issued"):
    """The plan of the coming year, whose days all lie ahead."""
    forum_world.rules(world)
    return world.plan(timezone.localdate().year + 1, state=state)


def moment(plan, month, day, hour=9):
    """A moment of the plan's year."""
    return timezone.make_aware(timezone.datetime(plan.year, month, day, hour))


def test_a_new_forum_holds_a_meeting_and_gets_what_follows_from_topic_routing_and_rules(world):
    plan = next_year(world)
    CommitteeRouting.objects.create(post=world.posts["vice"], committee=world.orgs["econ"])
    topic = forum_topic(world, plan)
    made = new_forum(plan, topic, moment(plan, 6, 16), by=world.users["econ_clerk"])
    made.refresh_from_db()
    assert (made.state, made.period, made.lead, made.deputy, made.host) == (
        "drafting", 5, world.orgs["econ"], world.posts["vice"], world.posts["chair"]
    )  # fmt: skip
    assert made.form == world.forms["forum"] and made.chain == made.rules.chain
    assert made.meeting.matter == made and made.meeting.ends - made.meeting.starts == timedelta(minutes=150)
    assert {row.step for row in Deadline.for_matter(made)} >= {"scheme", "coordination", "outcome"}
    assert Waiting.objects.held_by(world.users["econ_clerk"]).filter(label="拟定座谈会实施方案").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lead": None}, "牵头"),
        ({"withdrawn": True}, "没有撤销"),
        ({"closed": True}, "已办结"),
        ({"year": 1}, "年内"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_a_sentence(world, change, words):
    plan = next_year(world)
    topic = forum_topic(world, plan, lead=change.get("lead", "econ"))
    if change.get("withdrawn"):
        type(topic).objects.filter(pk=topic.pk).update(state="withdrawn")
        topic.refresh_from_db()
    if change.get("closed"):
        plan.state = "closed"
    starts = moment(plan, 6, 16).replace(year=plan.year + change.get("year", 0))
    with pytest.raises(Refused, match=words):
        new_forum(plan, topic, starts, by=world.users["clerk"])
    assert not Forum.objects.exists() and not Meeting.objects.exists()


def test_a_topic_has_one_forum_and_a_repeated_token_is_the_same(world):
    plan = next_year(world)
    topic, token = forum_topic(world, plan), "0b1f0f5e-4e3a-4d0c-9a37-4d3d2b1c0a99"
    first = new_forum(plan, topic, moment(plan, 6, 16), by=world.users["clerk"], given=Given(token=token))
    with pytest.raises(Refused, match="已经安排"):
        new_forum(plan, topic, moment(plan, 8, 16), by=world.users["clerk"])
    FORUM.move(first, "cancel", by=world.users["clerk"], version=first.version, opinion="议题调整")
    assert new_forum(plan, topic, moment(plan, 8, 16), by=world.users["clerk"]).period == 7


def test_rules_are_those_of_the_day(world):
    forum_world.rules(world)
    ForumRules.objects.update(valid_to=date(2026, 12, 31))
    assert rules_on(date(2026, 6, 1)).key == "forum"
    with pytest.raises(Refused, match="没有生效的座谈会规则"):
        rules_on(date(2027, 1, 1))


def test_the_page_plans_one_and_says_what_clashes_first(world, client):
    plan = next_year(world)
    topic = forum_topic(world, plan)
    client.force_login(world.users["econ_clerk"])
    url = reverse("consultation:forum_create", args=[plan.year])
    sunday = next(moment(plan, 6, day) for day in range(8, 15) if moment(plan, 6, day).weekday() == 6)
    data = {"topic": topic.pk, "starts": f"{sunday:%Y-%m-%dT%H:%M}"}
    assert client.get(url).status_code == 200
    answer = client.post(url, data)
    assert answer.status_code == 422 and "是休息日" in answer.text and not Forum.objects.exists()
    answer = client.post(url, data | {"confirmed": answer.context["form"].digest})
    made = Forum.objects.get()
    assert answer.status_code == 302 and made.held_on.weekday() == 6
    assert client.get(reverse("consultation:forum_detail", args=[made.pk])).status_code == 200


def test_the_overview_names_what_is_to_be_done_now(world, client):
    client.force_login(world.users["econ_clerk"])
    forum = forum_world.forum(world)
    page = reverse("consultation:forum_detail", args=[forum.pk])
    assert "拟定方案</a>" in client.get(page).text
    Forum.objects.filter(pk=forum.pk).update(state="preparing")
    shown = client.get(page).text
    assert "查看方案</a>" in shown and "拟定方案</a>" not in shown
    Forum.objects.filter(pk=forum.pk).update(state="in_session")
    shown = client.get(page).text
    assert "办理“结束并锁定出席”" in shown and "没有您可以办理的事项" not in shown


def test_a_committee_plans_only_its_own(world, client):
    plan = next_year(world)
    topic = forum_topic(world, plan)
    client.force_login(world.users["edu_clerk"])
    data = {"topic": topic.pk, "starts": f"{moment(plan, 6, 16):%Y-%m-%dT%H:%M}"}
    assert client.post(reverse("consultation:forum_create", args=[plan.year]), data).status_code == 403


def test_editing_moves_the_meeting_s_room_and_a_stale_form_is_told(world, client):
    forum_world.rules(world)
    made = forum_world.forum(world)
    room = Room.objects.create(name="协商厅", seats=40)
    client.force_login(world.users["clerk"])
    url = reverse("consultation:forum_edit", args=[made.pk])
    data = {"title": "改名的座谈会", "lead": world.orgs["edu"].pk, "deputy": "", "form": "", "room": room.pk,
            "place": "", "remark": "", "version": made.version}  # fmt: skip
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.meeting.title, made.meeting.room, made.meeting.host) == (
        "改名的座谈会", "改名的座谈会", room, world.orgs["edu"]
    )  # fmt: skip
    assert Waiting.objects.held_by(world.users["edu_clerk"]).filter(object_id=made.pk).exists()
    assert client.post(url, data | {"title": "晚了一步"}).status_code == 409


def test_who_presides_in_another_s_place_has_a_mandate(world, client):
    made = forum_world.forum(world)
    client.force_login(world.users["clerk"])
    url = reverse("consultation:forum_host", args=[made.pk])
    data = {"host": world.posts["vice"].pk, "mandate": "", "version": made.version}
    answer = client.post(url, data)
    assert answer.status_code == 422 and "委托" in answer.text
    assert client.post(url, data | {"mandate": "主席5月6日签批委托"}).status_code == 302
    made.refresh_from_db()
    assert (made.host, made.mandate) == (world.posts["vice"], "主席5月6日签批委托")
    assert client.post(url, data | {"host": world.posts["clerk"].pk, "version": made.version}).status_code == 422


def test_a_copy_brings_scheme_and_people_to_another_topic(world):
    source = forum_world.forum(world)
    invite(world, source.meeting, "member", "dept1")
    for part in source.rules.schemeparts.all():
        SchemeText.objects.create(forum=source, part=part, text=f"{part.label}的文字")
    plan = world.plan(timezone.localdate().year + 2, state="issued")
    made = clone(source, forum_topic(world, plan, "推进养老服务"), moment(plan, 5, 18), by=world.users["clerk"])
    assert made.copied_from == source and made.pk != source.pk
    kept = set(made.scheme_texts.values_list("part__source", flat=True))
    assert kept == {"invitees", "agenda", "none", "work"}
    people = list(made.meeting.participants.order_by("order").values_list("person__name", "invited_at"))
    assert people == [("试member", None), ("试dept1", None)]


def test_postponing_shows_every_day_moves_all_and_tells_once(world, client):
    made = forum_world.forum(world, days=70)
    invite(world, made.meeting, "member")
    Meeting.objects.filter(pk=made.meeting_id).update(state="invited")
    other = at(77)
    if other.year != made.held_on.year:
        pytest.skip("the year ends between the two days")
    client.force_login(world.users["clerk"])
    url = reverse("consultation:forum_postpone", args=[made.pk])
    data = {"starts": f"{other:%Y-%m-%dT%H:%M}", "opinion": "会场调整", "version": made.version}
    before = {row.step: row.due_on for row in Deadline.for_matter(made)}
    shown = client.post(url, data | {"check": "1"})
    assert shown.status_code == 200 and f"{before['coordination']:%Y-%m-%d}" in shown.text
    asked = client.post(url, data)
    assert asked.status_code == 422 and not DeadlineMove.objects.exists()
    done = client.post(url, data | {"confirmed": asked.context["form"].digest})
    assert done.status_code == 302
    made.refresh_from_db()
    assert made.held_on == other.date() and made.state == "drafting"
    after = {row.step: row.due_on for row in Deadline.for_matter(made)}
    assert after["coordination"] - before["coordination"] == timedelta(days=7)
    told = Notice.objects.filter(user=world.users["member"])
    assert [notice.title for notice in told] == [f"会议变更：{made.meeting.title}"]
    assert Movement.for_matter(made).filter(name="postpone", opinion="会场调整").count() == 1


def test_merged_and_cancelled_ones_have_no_days_and_owe_nothing(world):
    for name, state in (("merge", "merged"), ("cancel", "cancelled")):
        made = forum_world.forum(world, topic_title=f"议题{name}")
        Paper.objects.create(forum=made, label="发言稿", owner=world.orgs["dept1"])
        invite(world, made.meeting, "member")
        FORUM.move(made, name, by=world.users["clerk"], version=made.version, opinion="与全会合并安排")
        made.refresh_from_db()
        assert (made.state, made.meeting.state) == (state, "cancelled")
        assert not Deadline.for_matter(made).filter(status="open").exists()
        assert not made.papers.exclude(state="waived").exists()
    assert Notice.objects.filter(user=world.users["member"], body__contains="与全会合并安排").count() == 2


def test_only_who_leads_it_moves_it(world):
    made = forum_world.forum(world)
    for name in ("edu_clerk", "chair", "dept1"):
        with pytest.raises(Forbidden):
            FORUM.move(made, "cancel", by=world.users[name], version=made.version, opinion="取消")


def test_the_expected_number_counts_those_planned_sooner(world):
    plan = next_year(world)
    made = [
        new_forum(plan, forum_topic(world, plan, f"议题{n}号"), moment(plan, 4 + n, 15), by=world.users["clerk"])
        for n in range(3)
    ]
    assert [expected_number(forum) for forum in made] == [1, 2, 3]
    ForumRules.objects.update(serial="running", numbered_before=13)
    assert [expected_number(Forum.objects.get(pk=forum.pk)) for forum in made] == [14, 15, 16]
    Forum.objects.filter(pk=made[0].pk).update(state="in_session", number=14)
    assert expected_number(Forum.objects.get(pk=made[1].pk)) == 15
