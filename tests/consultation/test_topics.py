"""Topics through their pages: what the form takes, what freezes them, what an adjustment leaves behind. R015, R017."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from consultation.models import CountyAdoption, Topic
from cppcc.workflow.models import Movement
from tests.reading import hidden, words


def add(client, plan, **fields):
    url = reverse("consultation:topic_create", args=[plan.year])
    return client.post(url, {"title": "推进城市更新", "linkage": "self_selected"} | fields)


def edit(client, topic, **fields):
    url = reverse("consultation:topic_edit", args=[topic.pk])
    return client.post(url, {"title": topic.title, "linkage": topic.linkage, "version": topic.version} | fields)


def test_a_topic_with_all_its_parts(world, login):
    plan = world.plan()
    orgs, forms = world.orgs, world.forms
    response = add(
        login("clerk"), plan, number="７", supervisory="on", linkage="linked", month_from="3", month_to="4",
        forms_chosen=[forms["special"].pk, forms["counterpart"].pk], part_lead=[orgs["econ"].pk, orgs["edu"].pk],
        part_consulted=[orgs["dept1"].pk], part_county=[orgs["county1"].pk], part_proposer=[orgs["party1"].pk],
        leading_chair=world.posts["vice"].pk, remark="约 10 件", placeholder="on",
    )  # fmt: skip
    assert response.status_code == 302
    topic = Topic.objects.with_parts().get()
    assert (topic.number, topic.month_text, topic.form_text) == (7, "3—4月", "专题协商会、对口协商")
    assert (topic.leads, topic.counties) == ([orgs["econ"], orgs["edu"]], [orgs["county1"]])
    assert topic.supervisory and topic.placeholder and topic.created_by == world.users["clerk"]


def test_the_number_follows_the_last(world, login):
    plan = world.plan(topics=3)
    add(login("clerk"), plan)
    assert Topic.objects.get(title="推进城市更新").number == 4


def test_one_month_stands_for_both(world, login):
    add(login("clerk"), world.plan(), month_from="5")
    assert Topic.objects.get().month_text == "5月"


def test_what_is_wrong_is_told_on_the_form_and_nothing_is_saved(world, login):
    client, plan = login("clerk"), world.plan()
    wrong = [
        ({"title": ""}, "必填"),
        ({"title": "　 \n"}, "必填"),
        ({"title": "题" * 201}, "200"),
        ({"title": "甲\x00乙"}, "不允许"),
        ({"linkage": "别的"}, "别的"),
        ({"month_from": "13"}, "13"),
        ({"month_from": "5", "month_to": "3"}, "不能早于起始月份"),
        ({"month_to": "3"}, "请同时填写起始月份"),
        ({"number": "甲"}, "整数"),
        ({"number": "32767"}, "9999"),
        ({"number": "-1"}, "0"),
        ({"number": "9" * 5000}, "整数"),
        ({"category": "999999"}, "有效的选项"),
        ({"part_lead": ["999999"]}, "999999"),
        ({"part_lead": ["1\x00"]}, "可用的选项"),
        ({"forms_chosen": ["甲"]}, "甲"),
        ({"leading_chair": "9" * 40}, "有效的选项"),
        ({"remark": "注" * 1001}, "1000"),
    ]
    for fields, sentence in wrong:
        response = add(client, plan, **fields)
        assert response.status_code == 422 and sentence in words(response), fields
        assert not Topic.objects.exists(), fields


def test_line_breaks_and_four_byte_characters_in_a_title(world, login):
    add(login("clerk"), world.plan(), title="研究𬭎\r\n的 应用")
    assert Topic.objects.get().title == "研究𬭎 的 应用"


def test_a_title_that_is_taken_is_told_on_the_form(world, login):
    plan = world.plan(topics=2)
    response = add(login("clerk"), plan, title="议题“第1号”", remark="写了很久")
    assert response.status_code == 422 and "已有同名议题" in words(response) and "写了很久" in words(response)
    second = plan.topics.get(number=2)
    assert edit(login("clerk"), second, title="议题第1号").status_code == 422
    assert edit(login("clerk"), second, title="议题第2号！").status_code == 302
    assert add(login("clerk"), world.plan(2027), title="议题第1号").status_code == 302


def test_a_withdrawn_title_is_still_taken(world, login):
    plan = world.plan(topics=1)
    plan.topics.update(state="withdrawn")
    assert add(login("clerk"), plan, title="议题第1号").status_code == 422


@pytest.mark.parametrize("state", ["in_approval", "approved", "closed"])
def test_a_frozen_plan_takes_neither_a_new_topic_nor_a_change(world, login, state):
    plan = world.plan(topics=1, state=state)
    topic, client = plan.topics.get(), login("clerk")
    assert "议题不能改动" in words(add(client, plan))
    assert "议题不能改动" in words(edit(client, topic, title="改题"))
    assert list(plan.topics.values_list("title", flat=True)) == ["议题第1号"]


@pytest.mark.parametrize("state", ["in_approval", "approved", "closed"])
def test_the_database_refuses_what_is_frozen_whatever_way_it_comes(world, state):
    topic = world.plan(topics=1, linked=1, state=state).topics.get()
    statements = [
        "UPDATE consultation_topic SET title = '改' WHERE id = %s",
        "DELETE FROM consultation_topicunit WHERE topic_id = %s",
        "UPDATE consultation_topicform SET note = '改' WHERE topic_id = %s",
    ]
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [topic.pk])


def test_r017_an_issued_plan_takes_topics_outside_it_only(world, login):
    plan = world.plan(topics=1, state="issued")
    client = login("clerk")
    assert "计划外议题" in words(add(client, plan)) and plan.topics.count() == 1
    assert add(client, plan, off_plan="on", off_plan_origin=world.orgs["gov"].pk).status_code == 302
    topic = plan.topics.get(off_plan=True)
    assert topic.off_plan_origin == world.orgs["gov"]


def test_r015_an_adjustment_has_its_reason(world, login):
    topic = world.plan(topics=2, linked=1, state="issued").topics.get(number=2)
    client = login("clerk")
    assert edit(client, topic, month_from="9").status_code == 422
    given = {"month_from": "9", "linkage": "linked", "part_county": [world.orgs["county2"].pk]}
    assert edit(client, topic, opinion="与全会冲突，顺延", **given).status_code == 302
    topic.refresh_from_db()
    assert (topic.month_from, topic.version) == (9, 2)
    movement = Movement.for_matter(topic).get()
    assert (movement.name, movement.opinion) == ("adjust", "与全会冲突，顺延")
    assert CountyAdoption.objects.get(topic=topic).county == world.orgs["county2"]


def test_an_adjustment_to_a_taken_title_changes_nothing(world, login):
    topic = world.plan(topics=2, state="issued").topics.get(number=2)
    response = edit(login("clerk"), topic, opinion="改名", title="议题第1号")
    assert response.status_code == 422
    topic.refresh_from_db()
    assert topic.title == "议题第2号" and not Movement.for_matter(topic).exists()


@pytest.mark.parametrize("state", ["drafting", "issued"])
def test_a_stale_form_shows_both_sides_and_saves_nothing(world, login, state):
    topic = world.plan(topics=1, state=state).topics.get()
    assert edit(login("sg"), topic, title="先改的题目", opinion="先改").status_code == 302
    response = edit(
        login("clerk"),
        topic,
        title="后改的题目",
        opinion="后改的理由",
        part_lead=[world.orgs["edu"].pk],
        month_from="8",
    )
    page = words(response)
    assert response.status_code == 409
    assert "后改的题目" in page and "先改的题目" in page and "8" in page and "教科卫体委" in page
    topic.refresh_from_db()
    assert topic.title == "先改的题目"


def test_a_stale_form_shows_the_units_of_both_sides(world, login):
    topic = world.plan(topics=1).topics.get()
    edit(login("sg"), topic, part_lead=[world.orgs["econ"].pk], forms_chosen=[world.forms["forum"].pk])
    response = edit(login("clerk"), topic, part_lead=[world.orgs["edu"].pk])
    theirs = {row["label"]: row["value"] for row in response.context["theirs"]}
    assert (theirs["牵头单位"], theirs["协商形式"]) == ("经济委", "双月协商座谈会")


def test_the_form_carries_the_version_it_was_opened_with(world, login):
    topic = world.plan(topics=1).topics.get()
    Topic.objects.filter(pk=topic.pk).update(version=6)
    page = login("clerk").get(reverse("consultation:topic_edit", args=[topic.pk]))
    assert hidden(page)["version"] == ["6"]


def test_editing_keeps_a_stage_with_its_note(world, login):
    topic = world.plan(topics=1).topics.get()
    topic.stages.update(note="第一阶段")
    edit(login("clerk"), topic, forms_chosen=[world.forms["special"].pk, world.forms["forum"].pk])
    topic = Topic.objects.with_parts().get(pk=topic.pk)
    assert {str(stage) for stage in topic.stages.all()} == {"专题协商会（第一阶段）", "双月协商座谈会"}


@pytest.mark.parametrize("values", ["0, 3", "13, 13", "5, 4", "3, NULL"])
def test_months_are_held_by_the_database(world, values):
    topic = world.plan(topics=1).topics.get()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE consultation_topic SET (month_from, month_to) = ({values}) WHERE id = %s", [topic.pk])


def test_a_unit_of_earlier_days_stays_where_it_was_chosen_and_is_offered_nowhere_else(world, login):
    topic, client = world.plan(topics=1).topics.get(), login("clerk")
    unit = world.orgs["econ"]  # it leads the topic
    type(unit).objects.filter(pk=unit.pk).update(valid_to=date(2000, 1, 1))
    assert edit(client, topic, part_support=[unit.pk]).status_code == 422
    assert edit(client, topic, part_lead=[unit.pk]).status_code == 302
    assert [lead.pk for lead in Topic.objects.with_parts().get().leads] == [unit.pk]
