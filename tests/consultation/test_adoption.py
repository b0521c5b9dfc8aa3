"""The counties' own plans: who has taken up a linked topic, since when, and who has not. R012."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultation.adoptions import by_county, open_adoptions, sync_adoptions
from consultation.models import AnnualPlan, CountyAdoption, Topic, TopicUnit
from consultation.workflows.adoption import ADOPTION
from consultation.workflows.plan import PLAN
from consultation.workflows.topic import TOPIC
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement, Waiting
from tests.consultation.notices import brought
from tests.documents.papers import paper
from tests.reading import words


@pytest.fixture
def adoption(world):
    plan = world.plan(topics=2, linked=1)
    open_adoptions(plan, by=world.users["clerk"])
    AnnualPlan.objects.filter(pk=plan.pk).update(
        state="issued", number="试政协办〔2026〕1号", issued_on=date(2026, 1, 5)
    )
    return CountyAdoption.objects.get()


def record(client, adoption, name="record", **fields):
    url = reverse("consultation:adoption_move", args=[adoption.pk, name])
    return client.post(url, {"version": adoption.version, "committee_date": "2026-02-03"} | fields)


def test_only_counties_of_linked_topics_are_asked_and_only_once(world, adoption):
    open_adoptions(adoption.topic.plan, by=world.users["clerk"])
    assert CountyAdoption.objects.count() == 1
    assert (adoption.topic.number, adoption.county) == (1, world.orgs["county1"])
    assert Waiting.objects.held_by(world.users["county1"]).get().label == "将联接议题列入本级计划"


def test_a_county_records_the_day_of_its_party_committee(world, login, adoption):
    assert record(login("county1"), adoption, county_title="县里的叫法").status_code == 302
    adoption.refresh_from_db()
    assert (adoption.state, adoption.committee_date, adoption.county_title) == (
        "adopted", date(2026, 2, 3), "县里的叫法",
    )  # fmt: skip
    assert not Waiting.for_matter(adoption).exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"committee_date": ""}, "必填"),
        ({"committee_date": "二月三日"}, "有效的日期"),
        ({"committee_date": (timezone.localdate() + timedelta(days=2)).isoformat()}, "不能晚于今天"),
        ({"county_title": "题" * 201}, "200"),
    ],
)
def test_a_wrong_day_is_told_on_the_form(login, adoption, fields, sentence):
    response = record(login("county1"), adoption, **fields)
    assert response.status_code == 422 and sentence in words(response)
    adoption.refresh_from_db()
    assert adoption.state == "pending"


def test_the_office_records_for_a_county_with_its_source(world, login, adoption):
    assert record(login("clerk"), adoption).status_code == 422
    assert record(login("clerk"), adoption, proxy_source="青溪县政协来函").status_code == 302
    movement = Movement.for_matter(adoption).get()
    assert (movement.on_behalf, movement.proxy_source) == ("青溪县政协", "青溪县政协来函")


def test_a_county_does_not_record_for_another(login, adoption):
    assert record(login("county2"), adoption).status_code == 404


def test_a_wrong_day_is_corrected_with_a_reason(login, adoption):
    record(login("county1"), adoption)
    adoption.refresh_from_db()
    assert record(login("county1"), adoption, "correct", committee_date="2026-02-04").status_code == 422
    assert record(
        login("county1"), adoption, "correct", committee_date="2026-02-04", opinion="日期录错"
    ).status_code == 302  # fmt: skip
    adoption.refresh_from_db()
    assert adoption.committee_date == date(2026, 2, 4)


def test_the_city_sees_who_has_and_who_has_not(world, login, adoption):
    TopicUnit.objects.create(topic=adoption.topic, organization=world.orgs["county2"], part="county")
    other = CountyAdoption.objects.create(
        topic=adoption.topic, county=world.orgs["county2"], created_by=world.users["clerk"]
    )
    ADOPTION.move(adoption, "record", by=world.users["county1"], version=1, data={"committee_date": date(2026, 2, 3)})
    rows = {row["county__name"]: (row["asked"], row["adopted"]) for row in by_county(adoption.topic.plan)}
    assert rows == {"青溪县政协": (1, 1), "白水县政协": (1, 0)}
    page = words(login("clerk").get(reverse("consultation:adoption_list"), {"state": "pending"}))
    assert "白水县" in page
    assert words(login("county1").get(reverse("consultation:adoption_list"))).count("议题第1号") == 1
    of_the_plan = {"plan": adoption.topic.plan_id}
    page = words(login("clerk").get(reverse("consultation:adoption_list"), of_the_plan))
    assert "各县（市、区）列入情况" in page and "全部列入" in page
    assert "全部列入" not in words(login("county1").get(reverse("consultation:adoption_list"), of_the_plan))
    assert login("county1").get(reverse("consultation:adoption_detail", args=[other.pk])).status_code == 404


def test_closing_the_year_with_open_counties_needs_a_reason(world, adoption):
    plan = adoption.topic.plan
    plan.refresh_from_db()
    with pytest.raises(Refused, match="还有 1 项联接议题"):
        PLAN.move(plan, "close", by=world.users["clerk"], version=1)
    PLAN.move(plan, "close", by=world.users["clerk"], version=1, opinion="该县换届，顺延")
    assert AnnualPlan.objects.get(pk=plan.pk).state == "closed"


def test_the_database_holds_one_row_a_county_and_a_day_with_every_adoption(world, adoption):
    with pytest.raises(IntegrityError), transaction.atomic():
        CountyAdoption.objects.create(topic=adoption.topic, county=adoption.county)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE consultation_countyadoption SET state = 'adopted' WHERE id = %s", [adoption.pk])


def turn(world, adoption, name, save=lambda topic: None):
    """A move of the adoption's topic, which stands in an issued plan."""
    topic = Topic.objects.get(pk=adoption.topic_id)
    TOPIC.move(topic, name, by=world.users["clerk"], version=topic.version, opinion="调整", data={"save": save})


def tally(plan):
    return [(row["asked"], row["adopted"]) for row in by_county(plan)]


def duties(world, key="county1"):
    return Waiting.objects.held_by(world.users[key]).count()


def test_a_withdrawn_topic_asks_no_county_and_a_reinstated_one_asks_again(world, login, adoption):
    plan = adoption.topic.plan
    turn(world, adoption, "withdraw")
    assert (duties(world), tally(plan)) == (0, [])
    assert "议题第1号" not in words(login("county1").get(reverse("consultation:adoption_list")))
    assert "已撤销" in words(login("county1").get(reverse("consultation:adoption_detail", args=[adoption.pk])))
    with pytest.raises(Refused, match="已撤销"):
        ADOPTION.move(
            adoption, "record", by=world.users["county1"], version=1, data={"committee_date": date(2026, 2, 3)}
        )
    turn(world, adoption, "reinstate")
    assert (duties(world), tally(plan)) == (1, [(1, 0)])


def test_a_topic_withdrawn_before_the_issue_asks_its_counties_when_it_is_reinstated(world):
    plan, notice = world.plan(topics=1, linked=1, state="issued"), paper(world, state="issued")
    AnnualPlan.objects.filter(pk=plan.pk).update(document=notice)
    Topic.objects.update(state="withdrawn")
    open_adoptions(plan, by=world.users["clerk"])
    assert not CountyAdoption.objects.exists()
    topic = Topic.objects.get()
    TOPIC.move(topic, "reinstate", by=world.users["clerk"], version=1, opinion="党委要求")
    assert CountyAdoption.objects.get().topic == topic and Waiting.for_matter(CountyAdoption.objects.get()).count() == 1
    assert notice.recipients.sent().filter(organization=world.orgs["county1"]).exists()


def test_what_a_county_adopted_stays_when_the_topic_is_withdrawn(world, adoption):
    ADOPTION.move(adoption, "record", by=world.users["county1"], version=1, data={"committee_date": date(2026, 2, 3)})
    turn(world, adoption, "withdraw")
    assert tally(adoption.topic.plan) == [(1, 1)]
    turn(world, adoption, "reinstate")
    assert (duties(world), CountyAdoption.objects.get().state) == (0, "adopted")


def test_adjusting_asks_the_counties_that_come_in_and_lets_go_those_that_leave(world, adoption):
    def other_county(topic):
        topic.units.filter(part="county").update(organization=world.orgs["county2"])

    turn(world, adoption, "adjust", other_county)
    assert (duties(world), duties(world, "county2")) == (0, 1)
    assert [row["county__name"] for row in by_county(adoption.topic.plan)] == ["白水县政协"]

    def own(topic):
        topic.linkage = "self_selected"

    turn(world, adoption, "adjust", own)
    assert (duties(world, "county2"), tally(adoption.topic.plan)) == (0, [])


def test_a_linked_topic_outside_the_plan_asks_its_counties_too(world):
    plan = world.plan(topics=1, linked=1, state="issued")
    Topic.objects.update(off_plan=True)
    open_adoptions(plan, by=world.users["clerk"])
    assert duties(world) == 1


def test_a_county_that_is_asked_no_more_does_not_hold_up_the_year(world, adoption):
    turn(world, adoption, "withdraw")
    plan = AnnualPlan.objects.get(pk=adoption.topic.plan_id)
    PLAN.move(plan, "close", by=world.users["clerk"], version=plan.version)
    assert AnnualPlan.objects.get(pk=plan.pk).state == "closed"


def test_many_topics_are_asked_closed_and_let_go_with_the_same_statements_as_few(world):
    clerk = world.users["clerk"]

    def cost(year, topics):
        plan = world.plan(year, topics=topics, linked=topics)
        AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
        given = brought(world, number=f"试政协办〔{year}〕9号")
        found = []
        with CaptureQueriesContext(connection) as issuing:
            PLAN.move(plan, "issue", by=clerk, version=plan.version, data=given)
        asked = CountyAdoption.objects.filter(topic__plan=plan)
        assert asked.count() == topics and all(row.history.get().history_user == clerk for row in asked)
        for act in (
            lambda: sync_adoptions([Topic(pk=t.pk, state="withdrawn") for t in plan.topics.all()], by=clerk),
            lambda: sync_adoptions(plan.topics.all(), by=clerk),
            lambda: PLAN.move(plan, "close", by=clerk, version=plan.version, opinion="顺延"),
        ):
            with CaptureQueriesContext(connection) as captured:
                act()
            found.append(len(captured))
        assert duties(world) == 0
        return [len(issuing), *found]

    cost(2027, 1)
    assert cost(2028, 2) == cost(2029, 12)
