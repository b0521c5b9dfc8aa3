"""The calendar of the year, and the forums on their way side by side. R015, R022, R027, R030."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.forums.flight import flights
from consultation.forums.year import count_of, months_of, read_year
from consultation.models import Forum, ForumRules
from cppcc.deadlines.models import Deadline
from cppcc.meetings.clashing import hours
from cppcc.meetings.models import Busy, Room
from cppcc.meetings.planning import new_meeting
from cppcc.workflow.models import Movement
from tests.consultation import forum_world
from tests.consultation.test_forum_planning import forum_topic, moment, next_year
from tests.meetings.gatherings import invite

pytestmark = pytest.mark.django_db


def year_page(plan):
    """The address of the calendar."""
    return reverse("consultation:forum_year", args=[plan.year])


def planned_year(world, months=(1, 3, 5, 7, 9, 11)):
    """A plan with a forum topic in each of these months."""
    plan = next_year(world)
    topics = [forum_topic(world, plan, f"{month}月的议题", month) for month in months]
    return plan, topics


def test_one_forum_for_each_period_and_the_first_is_merged_with_the_plenary(world):
    plan, topics = planned_year(world)
    year = read_year(plan, world.users["clerk"])
    assert [period.label for period in year.periods] == ["1—2月", "3—4月", "5—6月", "7—8月", "9—10月", "11—12月"]
    assert year.periods[0].merged and year.periods[0].topics == topics[:1]
    assert [[line.forum.topic for line in period.lines] for period in year.periods[1:]] == [[t] for t in topics[1:]]
    assert all(line.is_new and line.day.day >= 15 for line in year.lines)
    assert [month["merged"] for month in months_of(year)][:3] == [True, True, False]


def test_another_cadence_makes_other_periods(world):
    plan, _ = planned_year(world)
    ForumRules.objects.update(cadence=3, merged_until=None)
    year = read_year(plan, world.users["clerk"])
    assert [(period.label, period.merged) for period in year.periods][:2] == [("1—3月", False), ("4—6月", False)]


def test_the_count_of_the_year_says_what_is_missing(world):
    plan, _ = planned_year(world)
    assert count_of(read_year(plan, world.users["clerk"]), 6).sentence == (
        "计划 6 次，全年安排 1 次（含并入全体会议 1 次），还差 5 次。"
    )


def test_ticked_proposals_become_forums_in_one_post(world, client):
    plan, topics = planned_year(world)
    client.force_login(world.users["clerk"])
    page = client.get(year_page(plan))
    assert page.status_code == 200
    data = {}
    for line in page.context["year"].lines:
        data |= {f"{line.key}-starts": f"{line.starts:%Y-%m-%dT%H:%M}", f"{line.key}-take": "on"}
    answer = client.post(year_page(plan), data)
    if answer.status_code == 422:
        answer = client.post(year_page(plan), data | {"confirmed": answer.context["digest"]})
    assert answer.status_code == 302
    assert set(Forum.objects.values_list("topic", flat=True)) == {topic.pk for topic in topics[1:]}
    again = read_year(plan, world.users["clerk"])
    assert not any(line.is_new for line in again.lines)


def local(starts):
    """As the field holds it."""
    return f"{timezone.localtime(starts):%Y-%m-%dT%H:%M}"


def test_a_moved_forum_needs_a_reason_and_all_its_days_follow(world, client):
    plan = next_year(world)
    made = forum_world.forum(world, starts=moment(plan, 6, 16))
    client.force_login(world.users["econ_clerk"])
    key, other = f"f{made.pk}", moment(plan, 6, 23)
    data = {f"{key}-starts": local(other), f"{key}-version": made.version, "reason": ""}
    before = Deadline.for_matter(made).get(step="coordination").due_on
    looked = client.post(year_page(plan), data | {"check": "1"})
    assert looked.status_code == 200 and f"{(before + timedelta(7)):%-m月%-d日}" in looked.text
    answer = client.post(year_page(plan), data)
    assert answer.status_code == 422 and "写明原因" in answer.text
    data["reason"] = "会场维修"
    answer = client.post(year_page(plan), data)
    if answer.status_code == 422:
        answer = client.post(year_page(plan), data | {"confirmed": answer.context["digest"]})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.held_on == other.date()
    assert Deadline.for_matter(made).get(step="coordination").due_on == before + timedelta(7)
    assert Movement.for_matter(made).get(name="postpone").opinion == "会场维修"
    assert "会场维修" in client.get(year_page(plan)).text
    late = client.post(year_page(plan), data | {f"{key}-starts": local(moment(plan, 6, 24))})
    assert late.status_code in (302, 409, 422)
    made.refresh_from_db()
    assert made.held_on == other.date()


def test_another_s_forum_stands_fast(world, client):
    plan = next_year(world)
    made = forum_world.forum(world, starts=moment(plan, 6, 16))
    client.force_login(world.users["edu_clerk"])
    key = f"f{made.pk}"
    data = {f"{key}-starts": local(moment(plan, 6, 23)), f"{key}-version": made.version, "reason": "换一天"}
    assert client.post(year_page(plan), data).status_code == 422
    made.refresh_from_db()
    assert made.held_on == moment(plan, 6, 16).date()


def test_rest_days_rooms_and_neighbours_are_shown(world):
    plan = next_year(world)
    room = Room.objects.create(name="协商厅", seats=40)
    saturday = next(moment(plan, 6, day) for day in range(8, 15) if moment(plan, 6, day).weekday() == 5)
    first = forum_world.forum(world, starts=saturday)
    second = forum_world.forum(world, starts=saturday.replace(hour=14), topic_title="推进养老服务")
    type(first.meeting).objects.filter(pk=first.meeting_id).update(room=room)
    new_meeting("study", "别的会", saturday, saturday + timedelta(hours=2), world.orgs["edu"], by=world.users["clerk"],
                room=room)  # fmt: skip
    year = read_year(plan, world.users["clerk"])
    said = {line.forum.pk: " ".join(clash.sentence for clash in line.clashes) for line in year.lines}
    assert "休息日" in said[first.pk] and "协商厅同时安排了“别的会”" in said[first.pk] and "同一天" in said[first.pk]
    assert "协商厅" not in said[second.pk]


def test_the_forums_on_their_way_stand_side_by_side_with_what_blocks_them(world, client):
    near = forum_world.forum(world, days=40)
    far = forum_world.forum(world, days=200, topic_title="推进养老服务")
    rows = {row.forum.pk: row for row in flights(list(Forum.objects.listed()))}
    assert rows[near.pk].has_begun and not rows[far.pk].has_begun
    assert rows[near.pk].next_due.step in ("scheme", "mobilisation")
    assert any("召开前还须完成：实施方案、调研视察考察、正式邀请" in said for said in rows[near.pk].blocks)
    client.force_login(world.users["sg"])
    page = client.get(reverse("consultation:forum_flight"))
    assert [row.forum for row in page.context["flights"]] == [near]
    assert [row.forum for row in page.context["later"]] == [far]
    assert "拟定座谈会实施方案" in page.text


def test_only_the_house_sees_them(world, client):
    plan = next_year(world)
    for name in ("member", "dept1", "county1"):
        client.force_login(world.users[name])
        assert client.get(reverse("consultation:forum_flight")).status_code == 403
        assert client.get(year_page(plan)).status_code == 403


def test_a_leader_who_is_engaged_is_shown_why_to_the_office_only(world):
    plan = next_year(world)
    made = forum_world.forum(world, plan=plan, starts=moment(plan, 5, 20), topic_title="优化营商环境")
    starts, person = made.meeting.starts, world.users["chair"].person
    asked = {"person": person, "ends": starts + timedelta(hours=1)}
    Busy.objects.create(starts=starts - timedelta(hours=1), label="市委常委会", **asked)
    Busy.objects.create(person=person, starts=starts + timedelta(days=1), ends=starts + timedelta(days=1, hours=1))
    Busy.objects.create(person=world.users["vice"].person, starts=starts, ends=starts + timedelta(hours=1))
    invite(world, made.meeting, "chair")

    def said(name):
        [line] = read_year(plan, world.users[name]).lines
        return [clash.sentence for clash in line.clashes if clash.kind == "busy"]

    assert said("clerk") == [f"试chair{hours(Busy.objects.first())}已有安排（市委常委会）。"]
    assert said("econ_clerk") == [f"试chair{hours(Busy.objects.first())}已有安排。"]
    made.meeting.participants.update(reply="no", reason="出差")
    assert said("clerk") == []
