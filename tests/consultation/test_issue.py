"""Issuing a plan: its number, the PDF, whom it goes to, and what it asks of the counties. R009, R011, R012."""

import io
from datetime import date, timedelta

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import timezone

from consultation.forms.plan import IssueForm
from consultation.issue import address, issuers, plan_document, plan_table, recipients
from consultation.models import AnnualPlan, CountyAdoption, PlanDelivery, Topic, TopicUnit
from consultation.workflows.plan import PLAN
from cppcc.documents.fonts import check_fonts
from cppcc.files.models import StoredFile
from cppcc.office.models import Organization
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import Movement, Snapshot
from tests.reading import words


@pytest.fixture(scope="session", autouse=True)
def _fonts():
    if missing := check_fonts(None):
        pytest.exit(f"{missing[0].msg} Run script/fonts first.", returncode=1)


def issue(client, plan, **fields):
    given = {
        "version": plan.version,
        "number_text": "试政协办〔2026〕3号",
        "issued_on": timezone.localdate().isoformat(),
    }
    return client.post(reverse("consultation:plan_move", args=[plan.year, "issue"]), given | fields)


def flat(pdf_bytes):
    with pdfplumber.open(io.BytesIO(pdf_bytes)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")


def reloaded(plan):
    return AnnualPlan.objects.get(pk=plan.pk)


def test_the_document_has_title_number_topics_office_and_day(world, login):
    plan = world.plan(topics=6, linked=4, state="approved")
    assert issue(login("clerk"), plan, issued_on="2026-03-05").status_code == 302
    plan = reloaded(plan)
    assert (plan.state, plan.number, plan.issued_on) == ("issued", "试政协办〔2026〕3号", date(2026, 3, 5))
    assert plan.document.name == "2026年度协商计划（试政协办〔2026〕3号）.pdf"
    text = flat(plan.document.path.read_bytes())
    for part in ("试政协办〔2026〕3号", "关于印发《2026年度协商计划》的通知", "试验市政协办公室", "2026年3月5日"):
        assert part in text
    for number in range(1, 7):
        assert f"议题第{number}号" in text
    assert "经济委" in text and "市发改局" in text and "青溪" in text
    assert Snapshot.for_matter(plan).count() == 1 and Movement.for_matter(plan).get().name == "issue"


def test_the_document_is_a_download_for_those_who_may_read_the_plan(world, login):
    plan = world.plan(topics=2, state="approved")
    issue(login("clerk"), plan)
    url = reloaded(plan).document.get_absolute_url()
    response = login("county1").get(url)
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert login("nobody").get(url).status_code == 404


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("试政协办[2026]3号", "试政协办〔2026〕3号"),
        ("试政协办【2026】3号", "试政协办〔2026〕3号"),
        ("试政协办（2026）3号", "试政协办〔2026〕3号"),
        ("试政协办 〔２０２６〕 １２ 号", "试政协办〔2026〕12号"),
    ],
)
def test_the_number_is_written_the_one_way(world, login, typed, number):
    plan = world.plan(topics=1, state="approved")
    form = IssueForm(
        {"version": 1, "number_text": typed, "issued_on": "2026-03-05"},
        transition=PLAN["issue"], matter=plan, step=None, proxy=False,
    )  # fmt: skip
    assert form.is_valid() and form.data_of_act["number"] == number


def test_a_wrong_number_or_day_is_told_and_nothing_is_issued(world, login):
    client, plan = login("clerk"), world.plan(topics=1, state="approved")
    wrong = [
        ({"number_text": ""}, "必填"),
        ({"number_text": "试政协办2026-3"}, "文号应写成"),
        ({"number_text": "试政协办〔2026〕03号"}, "文号应写成"),
        ({"number_text": "试政协办〔26〕3号"}, "文号应写成"),
        ({"number_text": "〔2026〕3号"}, "文号应写成"),
        ({"number_text": "试政协办〔2026〕3"}, "文号应写成"),
        ({"number_text": "试政协办〔٢٠٢٦〕3号"}, "文号应写成"),
        ({"number_text": "ﷺ" * 40 + "〔2026〕3号"}, "文号应写成"),
        ({"number_text": "试" * 61}, "60"),
        ({"number_text": "试\x00办〔2026〕3号"}, "不允许"),
        ({"issued_on": ""}, "必填"),
        ({"issued_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "不能晚于今天"),
        ({"issued_on": "三月五日"}, "有效的日期"),
    ]
    for fields, sentence in wrong:
        response = issue(client, plan, **fields)
        assert response.status_code == 422 and sentence in words(response), fields
        assert reloaded(plan).state == "approved" and not StoredFile.objects.exists(), fields


def test_a_number_that_is_used_is_refused(world, login):
    world.plan(2025, topics=1, state="issued")
    plan = world.plan(topics=1, state="approved")
    response = issue(login("clerk"), plan, number_text="试政协办〔2025〕1号")
    assert response.status_code == 422 and "已被其他计划使用" in words(response)


@pytest.mark.parametrize("character", ["🙂", "\ue000", "ꙮ"])
def test_a_character_that_no_font_has_is_named_and_nothing_is_saved(world, login, character):
    plan = world.plan(topics=2, linked=1)
    Topic.objects.filter(plan=plan, number=2).update(title=f"研究{character}等问题")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    response = issue(login("clerk"), plan)
    assert response.status_code == 422
    page = words(response)
    assert character in page or f"U+{ord(character):04X}" in page
    assert reloaded(plan).state == "approved" and reloaded(plan).number == ""
    assert not PlanDelivery.objects.exists() and not CountyAdoption.objects.exists()
    assert not Movement.for_matter(plan).exists() and not StoredFile.objects.exists()


def test_a_rare_character_is_printed(world, login):
    plan = world.plan(topics=1)
    Topic.objects.filter(plan=plan).update(title="研究𬭎等生僻字", title_key="研究𬭎等生僻字")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    assert issue(login("clerk"), plan).status_code == 302
    assert "𬭎" in flat(reloaded(plan).document.path.read_bytes())


def test_r011_several_offices_issue_together(world, login):
    step = world.chain.steps.get(kind="issue")
    step.issuers.set([world.orgs["pco"], world.orgs["office"]])
    plan = world.plan(topics=1, state="approved")
    assert [unit.name for unit in issuers(plan)] == ["试验市政协办公室", "市委办公室"]
    content = plan_document(plan, number="试办〔2026〕1号", day=date(2026, 3, 5))
    assert content.masthead == "试验市政协办公室 市委办公室 文件"
    assert content.signature == ["试验市政协办公室", "市委办公室"]
    issue(login("clerk"), plan)
    text = flat(reloaded(plan).document.path.read_bytes())
    assert "试验市政协办公室" in text and "市委办公室" in text
    assert world.orgs["pco"] not in recipients(plan)


def test_the_document_says_which_body_decided(world):
    plan = world.plan(topics=1)
    PLAN.move(plan, "submit", by=world.users["sg"], version=1, opinion="先行研究")
    for name in ("chair", "pco"):
        pass_step(world, reloaded(plan), name)
    text = plan_document(reloaded(plan), number="试办〔2026〕1号", day=date(2026, 3, 5)).body[0].text
    assert "已经市委常委会会议审议同意" in text


def pass_step(world, plan, name):
    user = world.users[name]
    decision = decision_for(plan, plan.approval_round.step, timezone.localdate(), None, by=user)
    PLAN.move(plan, "pass", by=user, version=plan.version, decision=decision)


def test_withdrawn_and_off_plan_topics_are_not_printed_and_the_rest_is_numbered_on(world):
    plan = world.plan(topics=4)
    Topic.objects.filter(plan=plan, number=2).update(state="withdrawn")
    Topic.objects.filter(plan=plan, number=3).update(off_plan=True)
    rows = plan_table(plan).rows
    assert [(row[0], row[1]) for row in rows] == [("1", "议题第1号"), ("2", "议题第4号")]


def test_the_plan_goes_to_all_with_a_part_in_it_and_to_counties_and_parties(world, login):
    plan = world.plan(topics=2, linked=1)
    TopicUnit.objects.create(topic=plan.topics.get(number=2), organization=world.orgs["gov"], part="support")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    issue(login("clerk"), plan)
    keys = set(PlanDelivery.objects.values_list("organization__key", flat=True))
    assert keys == {"econ", "dept1", "county1", "county2", "party1", "party2", "gov"}


def test_the_recipients_stand_by_groups(world):
    units = [world.orgs[key] for key in ("dept1", "county1", "party1", "econ")]
    assert address(units) == "各县（市、区）政协，各民主党派，有关部门，各委室"
    assert address([]) == "各有关单位"


def test_sent_is_ticked_by_hand(world, login):
    plan = world.plan(topics=1, state="approved")
    client = login("clerk")
    issue(client, plan)
    pks = list(PlanDelivery.objects.values_list("pk", flat=True)[:2])
    url = reverse("consultation:plan_deliveries", args=[plan.year])
    assert client.post(url, {"delivery": pks, "sent_on": "2026-03-06", "method": "公文交换"}).status_code == 302
    sent = PlanDelivery.objects.filter(sent_on="2026-03-06", method="公文交换")
    assert set(sent.values_list("pk", flat=True)) == set(pks)
    assert client.post(url, {"delivery": pks, "sent_on": "三月"}).status_code == 422


def test_issuing_twice_is_told_who_was_quicker(world, login):
    plan = world.plan(topics=1, state="approved")
    assert issue(login("clerk"), plan).status_code == 302
    client = login("sg")
    issue(client, plan, number_text="试政协办〔2026〕4号")
    assert "已由试clerk于" in words(client.get(reverse("consultation:form_list")))
    assert reloaded(plan).number == "试政协办〔2026〕3号" and StoredFile.objects.count() == 1


def test_the_name_of_the_day_stands_in_an_old_version(world, login):
    plan = world.plan(topics=1, state="approved")
    issue(login("clerk"), plan)
    world.orgs["econ"].rename("经济和科技委员会", on=timezone.localdate() + timedelta(days=1), short_name="经科委")
    assert Organization.objects.get(key="econ").name == "经济和科技委员会"
    (row,) = Snapshot.for_matter(plan).get().content["rows"]
    assert row["fields"]["牵头单位"] == "经济委"
