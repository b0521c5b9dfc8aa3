"""Consultation with the parties beside ours: the same matter, the same day, the same week are shown. R025."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from consultation.forums.planning import clashes
from consultation.forums.year import read_year
from consultation.joining_up import in_the_way, joined
from consultation.models import PartyConsultation
from tests.consultation import forum_world
from tests.consultation.test_forum_planning import forum_topic, next_year

pytestmark = pytest.mark.django_db
LIST = "consultation:party_consultation_list"
MONDAY, FRIDAY, NEXT_MONDAY = date(2027, 5, 10), date(2027, 5, 14), date(2027, 5, 17)


def party(title="优化营商环境", day=FRIDAY, year=2027, **given):
    return PartyConsultation.objects.create(year=year, title=title, held_on=day, **given)


def said(title, day, *known):
    return [clash.sentence for clash in in_the_way(title, day, known)]


def test_the_same_matter_day_and_week_are_in_the_way_and_nothing_else():
    row = party()
    assert said("加快老旧小区改造", FRIDAY, row) == ["当天有政党协商“优化营商环境”，请错开。"]
    assert said("加快老旧小区改造", MONDAY, row) == ["同一周有政党协商“优化营商环境”（5月14日）。"]
    assert said("加快老旧小区改造", NEXT_MONDAY, row) == []
    assert said("持续优化营商环境", NEXT_MONDAY, row) == [
        "题目与政党协商“优化营商环境”相近，请做好衔接，避免重复协商。"
    ]
    assert said("持续优化营商环境", date(2026, 5, 14), row) == []
    assert said("持续优化营商环境", FRIDAY, party(title="优化营商环境再研究", day=None)) == [
        "题目与政党协商“优化营商环境再研究”相近，请做好衔接，避免重复协商。"
    ]


def test_the_year_and_a_single_forum_show_it(world):
    plan = next_year(world)
    forum_topic(world, plan, "加快老旧小区改造", 5)
    day = read_year(plan, world.users["clerk"]).lines[0].day
    party(day=day, year=plan.year)
    [line] = read_year(plan, world.users["clerk"]).lines
    assert "当天有政党协商“优化营商环境”，请错开。" in [clash.sentence for clash in line.clashes]
    made = forum_world.forum(world, days=70)
    party(title="优化政务服务", day=made.held_on, year=made.held_on.year)
    found = clashes(made, made.meeting, [])
    assert [clash.sentence for clash in found if clash.kind == "party"] == ["当天有政党协商“优化政务服务”，请错开。"]


def test_the_list_shows_what_of_ours_stands_beside_each_as_far_as_the_reader_sees(world, login):
    made = forum_world.forum(world, days=70)
    near = made.held_on + timedelta(days=1 if made.held_on.weekday() < 6 else -1)
    row = party(title="老旧小区改造", day=near, year=near.year, note="题目错开：我们侧重管线")
    if near.year == made.plan.year:
        [one] = joined([row], world.users["clerk"])
        assert (one.topics, one.forums) == ([made.topic], [made])
        [hidden] = joined([row], world.users["dept1"])
        assert hidden.forums == []
    page = login("clerk").get(reverse(LIST)).content.decode()
    assert "老旧小区改造" in page and "题目错开：我们侧重管线" in page and "修改" in page
    assert "登记政党协商" not in login("econ_clerk").get(reverse(LIST)).content.decode()


def test_the_topic_says_so_to_the_house_only(world, login):
    plan = world.plan(topics=1, state="issued")
    topic = plan.topics.get()
    party(title=topic.title, day=None, year=plan.year)
    address = reverse("consultation:topic_detail", args=[topic.pk])
    assert "与政党协商" in login("clerk").get(address).content.decode()
    other = login("dept1").get(address)
    assert other.status_code == 404 or "与政党协商" not in other.content.decode()


def test_it_is_entered_corrected_and_deleted(world, login):
    client, new = login("clerk"), reverse("consultation:party_consultation_create")
    data = {"title": "优化  营商环境", "year": 2027, "held_on": "2027-05-14", "organizer": "市委统战部", "note": ""}
    assert client.post(new, data).status_code == 302
    row = PartyConsultation.objects.get()
    assert (row.title, row.held_on, row.history.count()) == ("优化 营商环境", FRIDAY, 1)
    again = client.post(new, data)
    assert again.status_code == 422 and "已经登记了同名的政党协商" in again.content.decode()
    wrong = client.post(new, data | {"title": "另一题", "year": 2028})
    assert wrong.status_code == 422 and "时间须在所填年度内" in wrong.content.decode()
    edit = reverse("consultation:party_consultation_edit", args=[row.pk])
    assert client.post(edit, data | {"note": "错开一周", "version": row.version}).status_code == 302
    stale = client.post(edit, data | {"note": "晚来的意见，不能丢", "version": row.version})
    assert stale.status_code == 409 and "晚来的意见，不能丢" in stale.content.decode()
    assert PartyConsultation.objects.get().note == "错开一周"
    assert client.post(edit, {"delete": "1"}).status_code == 302 and not PartyConsultation.objects.exists()


def test_the_excel_file_holds_what_the_list_shows(world, login):
    party(organizer="市委统战部", note="错开一周")
    file = login("clerk").get(reverse(LIST), {"export": "xlsx"}).getvalue()
    rows = [[str(cell or "") for cell in row] for row in load_workbook(BytesIO(file)).active.values]
    found = next(row for row in rows if "优化营商环境" in row)
    assert {"2027", "市委统战部", "错开一周"} <= set(found)
