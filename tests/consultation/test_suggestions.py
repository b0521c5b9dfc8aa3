"""Suggestions: by a unit, a member, the office for others; brought together without losing who proposed. R002-R008."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultation.models import Addressee, Topic, TopicSuggestion
from consultation.suggesting import consolidate
from consultation.suggestion_imports import SuggestionImporter
from consultation.workflows.suggestion import SUGGESTION
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement, Waiting
from tests.reading import words
from tests.sheets.workbooks import xlsx


@pytest.fixture
def asked(world):
    return world.solicitation(world.plan())


def suggest(client, asked, **fields):
    url = reverse("consultation:suggestion_create", args=[asked.pk])
    return client.post(url, {"title": "优化营商环境", "token": str(uuid.uuid4())} | fields)


def received():
    return TopicSuggestion.objects.get()


def test_a_unit_suggests_for_itself_and_has_answered(world, login, asked):
    county = world.orgs["county1"].pk
    fields = {"forms": [world.forms["special"].pk], "counties": [county], "month": "6", "supervisory": "on"}
    response = suggest(login("dept1"), asked, reason="企业反映集中\n数据见附表", contact="试某 1234", **fields)
    assert response.status_code == 302
    found = received()
    assert (found.organization, found.person, found.channel.key) == (world.orgs["dept1"], None, "government")
    assert (found.month, found.supervisory, list(found.counties.all())) == (6, True, [world.orgs["county1"]])
    assert [form.label for form in found.forms.all()] == ["专题协商会"] and found.proxy_source == ""
    assert Addressee.objects.get(solicitation=asked, organization=world.orgs["dept1"]).answered_on
    assert not Waiting.for_matter(asked).filter(organization=world.orgs["dept1"]).exists()


def test_a_member_suggests_as_a_person(world, login, asked):
    assert suggest(login("member"), asked).status_code == 302
    found = received()
    assert (found.organization, found.person, found.channel.key) == (None, world.users["member"].person, "member")


def test_the_office_enters_for_a_unit_only_with_its_source(world, login, asked):
    unit = world.orgs["party1"].pk
    response = suggest(login("clerk"), asked, organization=unit)
    assert response.status_code == 422 and not TopicSuggestion.objects.exists()
    assert suggest(login("clerk"), asked, organization=unit, proxy_source="民盟来函〔2026〕2号").status_code == 302
    found = received()
    assert (found.organization, found.proxy_source) == (world.orgs["party1"], "民盟来函〔2026〕2号")
    assert found.created_by == world.users["clerk"]


def test_the_office_must_name_the_unit(login, asked):
    assert suggest(login("clerk"), asked, proxy_source="来电").status_code == 422


def test_a_unit_cannot_speak_for_another(world, login, asked):
    assert suggest(login("dept1"), asked, organization=world.orgs["dept2"].pk).status_code == 302
    assert received().organization == world.orgs["dept1"]


def test_the_same_form_sent_twice_is_one_suggestion(login, asked):
    token = str(uuid.uuid4())
    client = login("dept1")
    for _ in range(2):
        assert suggest(client, asked, token=token).status_code == 302
    assert TopicSuggestion.objects.count() == 1


def test_the_same_title_twice_by_one_unit_is_told_on_the_form(login, asked):
    client = login("dept1")
    suggest(client, asked)
    response = suggest(client, asked, reason="另一个理由")
    assert response.status_code == 422 and "已提出同名议题" in words(response) and "另一个理由" in words(response)
    assert suggest(login("dept2"), asked).status_code == 302
    assert TopicSuggestion.objects.count() == 2


def test_a_title_may_be_used_again_after_its_suggestion_was_withdrawn(world, login, asked):
    suggest(login("dept1"), asked)
    SUGGESTION.move(received(), "withdraw", by=world.users["dept1"], version=1)
    assert suggest(login("dept1"), asked).status_code == 302
    assert TopicSuggestion.objects.count() == 2


def test_renaming_to_a_title_of_ones_own_is_told(world, login, asked):
    world.suggestion(asked, "dept1", "甲")
    second = world.suggestion(asked, "dept1", "乙")
    url = reverse("consultation:suggestion_edit", args=[second.pk])
    response = login("dept1").post(url, {"title": "甲", "version": 1})
    assert response.status_code == 422 and "已提出同名议题" in words(response)
    assert login("dept1").post(url, {"title": "丙", "version": 1, "month": "3"}).status_code == 302
    second.refresh_from_db()
    assert (second.title, second.month, second.version) == ("丙", 3, 2)


def test_a_unit_that_is_not_asked_is_told_so(world, login, asked):
    Addressee.objects.filter(organization=world.orgs["dept1"]).delete()
    assert suggest(login("dept1"), asked).status_code in (403, 404)
    assert not TopicSuggestion.objects.exists()


def test_r004_bringing_together_keeps_all_proposers_and_counties(world, asked):
    one, two = world.suggestion(asked, "dept1", "优化营商环境"), world.suggestion(asked, "party1", "改善营商环境")
    two.counties.add(world.orgs["county2"])
    two.forms.add(world.forms["special"])
    topic = consolidate([one, two], by=world.users["clerk"], title="持续优化营商环境")
    topic = Topic.objects.with_parts().get(pk=topic.pk)
    assert topic.proposers == [world.orgs["dept1"], world.orgs["party1"]] and topic.overlapping
    assert (topic.counties, topic.linkage, topic.form_text) == ([world.orgs["county2"]], "linked", "专题协商会")
    assert {s.state for s in topic.suggestions.all()} == {"adopted"}
    assert Movement.for_matter(one).get().name == "adopt"


def test_bringing_many_together_writes_units_and_duties_once(world, asked):
    """What each more suggestion costs is its own move; the rest is done once."""
    clerk = world.users["clerk"]

    def cost(count, word):
        made = [world.suggestion(asked, "dept1", f"{word}{n}") for n in range(count)]
        for suggestion in made:
            suggestion.counties.add(world.orgs["county1"])
        with CaptureQueriesContext(connection) as captured:
            topic = consolidate(TopicSuggestion.objects.filter(pk__in=[s.pk for s in made]), by=clerk)
        sql = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        assert topic.suggestions.count() == count and topic.units.count() == 2
        assert sum('INSERT INTO "consultation_topicunit"' in line for line in sql) == 2
        return len(sql)

    cost(1, "甲")
    assert (cost(12, "乙") - cost(2, "丙")) / 10 <= 9


def test_a_closed_round_waits_until_the_last_is_brought_together(world):
    asked = world.solicitation(world.plan(), state="closed")
    made = [world.suggestion(asked, "dept1", f"议题{n}") for n in range(3)]
    topic = consolidate(made[:2], by=world.users["clerk"])
    assert Waiting.for_matter(asked).get().label == "汇总议题建议"
    consolidate(made[2:], by=world.users["clerk"], topic=topic)
    assert not Waiting.for_matter(asked).exists()


def test_r007_a_topic_of_one_body_does_not_overlap(world, asked):
    topic = consolidate([world.suggestion(asked)], by=world.users["clerk"])
    assert topic.title == "优化营商环境" and not Topic.objects.with_parts().get(pk=topic.pk).overlapping


def test_r007_a_suggestion_taken_up_later_adds_its_proposer(world, login, asked):
    """Whether through the list or through its own page."""
    topic = consolidate([world.suggestion(asked, "dept1")], by=world.users["clerk"])
    late, later = world.suggestion(asked, "county1", "营商环境"), world.suggestion(asked, "dept2", "环境")
    consolidate([late], by=world.users["clerk"], topic=topic)
    url = reverse("consultation:suggestion_move", args=[later.pk, "adopt"])
    assert login("clerk").post(url, {"version": 1, "topic": topic.pk}).status_code == 302
    topic = Topic.objects.with_parts().get(pk=topic.pk)
    assert topic.proposers == [world.orgs[key] for key in ("dept1", "county1", "dept2")]
    assert topic.overlapping


def test_a_member_has_no_unit_to_add(world, asked):
    topic = consolidate([world.suggestion(asked, "member")], by=world.users["clerk"])
    assert Topic.objects.with_parts().get(pk=topic.pk).proposers == []
    assert topic.suggestions.get().proposer == str(world.users["member"].person)


def test_nothing_chosen_and_a_title_that_is_taken_are_told_on_the_page(world, login, asked):
    world.topics(asked.plan, 1)
    suggestion = world.suggestion(asked)
    url = reverse("consultation:suggestion_consolidate", args=[asked.pk])
    response = login("clerk").post(url, {"title": "甲"})
    assert response.status_code == 422 and "请先勾选" in words(response)
    response = login("clerk").post(url, {"title": "议题第1号", "suggestion": [suggestion.pk]})
    assert response.status_code == 422 and "已有议题" in words(response)
    assert received().state == "received"


@pytest.mark.parametrize("state", ["in_approval", "approved", "issued", "closed"])
def test_a_frozen_plan_takes_up_no_suggestion(world, state):
    asked = world.solicitation(world.plan(state=state))
    suggestion = world.suggestion(asked)
    with pytest.raises(Refused):
        consolidate([suggestion], by=world.users["clerk"])
    suggestion.refresh_from_db()
    assert suggestion.state == "received" and not Topic.objects.exists()


def test_suggestions_of_two_plans_are_not_mixed(world, asked):
    other = world.solicitation(world.plan(2027))
    with pytest.raises(Refused, match="不同年度"):
        consolidate([world.suggestion(asked), world.suggestion(other)], by=world.users["clerk"])


def test_a_topic_of_another_year_is_refused(world, asked):
    (topic,) = world.topics(world.plan(2027), 1)
    with pytest.raises(Refused, match="年度计划"):
        consolidate([world.suggestion(asked)], by=world.users["clerk"], topic=topic)


def test_what_became_of_it_is_final_for_its_unit(world, login, asked):
    suggestion = world.suggestion(asked)
    consolidate([suggestion], by=world.users["clerk"])
    url = reverse("consultation:suggestion_edit", args=[suggestion.pk])
    login("dept1").post(url, {"title": "改题", "version": suggestion.version})
    suggestion.refresh_from_db()
    assert (suggestion.title, suggestion.state) == ("优化营商环境", "adopted")


def test_declining_needs_an_opinion_and_can_be_undone(world, asked):
    suggestion = world.suggestion(asked)
    with pytest.raises(Refused, match="必须填写意见"):
        SUGGESTION.move(suggestion, "decline", by=world.users["clerk"], version=1)
    SUGGESTION.move(suggestion, "decline", by=world.users["clerk"], version=1, opinion="与上年议题重复")
    SUGGESTION.move(suggestion, "reopen", by=world.users["clerk"], version=2)
    assert received().state == "received"


def sheet(*rows):
    return xlsx(["建议议题", "提出单位", "提出理由", "涉及县（市、区）", "建议月份", "监督性"], *rows)


def load(world, asked, data, new=None):
    importer = SuggestionImporter({"solicitation": asked.pk})
    return importer.apply(importer.read(data, "建议.xlsx"), by=world.users["clerk"], options={"new": new or {}})


def test_an_excel_of_suggestions_is_taken_once(world, asked):
    data = sheet(["优化营商环境", "市发改局", "理由", "青溪、白水", "6", "是"], ["职业教育", "民盟", "", "", "", ""])
    report = load(world, asked, data)
    assert (report.created, report.errors) == (2, [])
    first = TopicSuggestion.objects.get(title="优化营商环境")
    assert (first.month, first.supervisory, first.counties.count()) == (6, True, 2)
    assert (first.proxy_source, first.organization) == ("Excel 导入", world.orgs["dept1"])
    answered = Addressee.objects.filter(answered_on__isnull=False).values_list("organization__key", flat=True)
    assert set(answered) == {"dept1", "party1"}
    again = load(world, asked, data)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = load(world, asked, sheet(["职业教育", "民盟", "新的理由", "", "", ""]))
    assert (changed.updated, TopicSuggestion.objects.get(title="职业教育").reason) == (1, "新的理由")


def test_an_excel_names_its_unknown_units(world, asked):
    data = sheet(["甲", "市气象局", "", "云岭县", "", ""])
    report = load(world, asked, data)
    assert [(u.kind, u.value) for u in report.unknown] == [("unit", "市气象局"), ("county", "云岭县")]
    assert not TopicSuggestion.objects.exists()
    assert load(world, asked, data, {"unit": {"市气象局": ""}, "county": {"云岭县": ""}}).created == 1
    assert received().channel.key == "government"


def test_an_excel_into_a_closed_round_is_refused(world):
    asked = world.solicitation(world.plan(), state="closed")
    with pytest.raises(Refused, match="已截止"):
        load(world, asked, sheet(["甲", "民盟", "", "", "", ""]))


def test_a_month_of_thirteen_and_a_missing_proposer_are_told_by_row(world, asked):
    report = load(world, asked, sheet(["甲", "民盟", "", "", "13", ""], ["乙", "", "", "", "", ""]))
    assert [(error.row, error.column) for error in report.errors] == [(2, "建议月份"), (3, "提出单位")]


def test_an_act_judges_the_plan_as_it_stands_not_as_the_page_loaded_it(world, asked):
    suggestion = world.suggestion(asked, "dept1", "甲")
    assert suggestion.solicitation.plan.is_editable
    topic = world.topics(asked.plan, 1)[0]
    type(asked.plan).objects.filter(pk=asked.plan_id).update(state="in_approval")
    with pytest.raises(Refused, match="不能再列入议题"):
        SUGGESTION.move(suggestion, "adopt", by=world.users["clerk"], version=1, data={"topic": topic})
