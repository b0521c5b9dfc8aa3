"""A plan is issued by the issue of its notice: one document, one number, one circulation. R003, R009, R011, R012."""

import io
import threading
from datetime import date, timedelta

import pdfplumber
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from consultation.issue import notice_of
from consultation.models import AnnualPlan, CountyAdoption, Solicitation, Topic
from consultation.workflows.topic import TOPIC
from cppcc.deadlines.models import Deadline, Dispatch
from cppcc.documents.circulation import receive
from cppcc.documents.fonts import check_fonts
from cppcc.documents.models import Document, DocumentNumber
from cppcc.documents.models.recipients import How
from cppcc.files.models import StoredFile
from cppcc.office.refusals import Refused
from cppcc.office.validity import today
from cppcc.workflow.models import Movement, Snapshot, Waiting
from tests.consultation.notices import drafted, issue, issue_plan, signed
from tests.consultation.test_query_counts import PLAN, measure
from tests.documents.papers import a_file, copy_rules, kinds, move, paper, receipt_rules
from tests.reading import words


@pytest.fixture(scope="session", autouse=True)
def _fonts():
    if missing := check_fonts(None):
        pytest.exit(f"{missing[0].msg} Run script/fonts first.", returncode=1)


@pytest.fixture
def quick(monkeypatch):
    """The typesetting is other tests' matter."""
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())


def flat(document):
    with pdfplumber.open(io.BytesIO(document.file.path.read_bytes())) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")


def fresh(obj):
    return type(obj).objects.get(pk=obj.pk)


def page(client, plan):
    return words(client.get(reverse("consultation:plan_detail", args=[plan.year])))


# --- the course ----------------------------------------------------------------------------------------------------


def test_the_whole_course_over_the_pages(world, login):
    """From the plan's page through review and signature to the number, the print, the receipts."""
    kinds(world)
    plan, clerk = world.plan(topics=6, linked=4, state="approved"), login("clerk")
    detail = clerk.get(reverse("consultation:plan_detail", args=[plan.year])).content.decode()
    address = f"{reverse('documents:document_create')}?matter=annualplan-{plan.pk}&amp;kind=notice"
    assert address in detail and "move/issue" not in detail
    address = address.replace("&amp;", "&")
    form = clerk.get(address).context["form"]
    named = ("kind", "title", "classification")
    initial = {name: form.get_initial_for_field(form.fields[name], name) for name in named}
    assert initial == {
        "kind": kinds(world)["notice"].pk, "title": "关于印发《2026年度协商计划》的通知", "classification": "public",
    }  # fmt: skip
    assert clerk.post(address, initial).status_code == 302
    notice = Document.objects.get()
    Document.objects.update(signatory=world.posts["chair"])
    assert "起草印发通知" not in page(clerk, plan) and "起草中" in page(clerk, plan)
    for who, act in (("clerk", "submit"), ("sg", "approve"), ("chair", "sign"), ("clerk", "issue")):
        given = {"version": fresh(notice).version, "issued_on": today().isoformat()}
        assert login(who).post(reverse("documents:document_move", args=[notice.pk, act]), given).status_code == 302, act
    plan, notice = fresh(plan), fresh(notice)
    assert (plan.state, plan.number, plan.issued_on) == ("issued", f"试政协办〔{today().year}〕1号", today())
    assert plan.document == notice and notice.number_text == plan.number
    text = flat(notice)
    for part in (plan.number, "关于印发《2026年度协商计划》的通知", "试验市政协办公室", "各县（市、区）政协"):
        assert part in text, part
    assert all(f"议题第{number}号" in text for number in range(1, 7))
    assert [m.name for m in Movement.for_matter(plan)] == ["issue"] and Snapshot.for_matter(plan).count() == 1
    assert CountyAdoption.objects.filter(topic__plan=plan).count() == 4
    receive(notice.recipients.first(), by=world.users["clerk"], how=How.PROXY, source="回执")
    shown = page(login("clerk"), plan)
    assert "发送6个单位" in shown and "签收1个单位" in shown
    assert StoredFile.objects.count() == 1


def test_everybody_with_a_post_reads_the_issued_notice_and_nobody_else(world, login, quick):
    plan = issue_plan(world, world.plan(topics=2, state="approved"))
    url = reverse("documents:document_pdf", args=[plan.document_id])
    assert login("member").get(url)["Content-Type"] == "application/pdf"
    assert login("nobody").get(url).status_code == 404
    shown = page(login("member"), plan)
    assert "印发通知" in shown and "发送" not in shown


def test_the_plan_itself_has_no_issue_any_more(world, login):
    plan, clerk = world.plan(topics=1, state="approved"), login("clerk")
    url = reverse("consultation:plan_move", args=[plan.year, "issue"])
    response = clerk.post(url, {"version": plan.version})
    assert response.status_code == 422 and "起草印发通知" in words(response)
    assert fresh(plan).state == "approved"


def test_a_repeated_start_leads_to_the_draft_that_there_is(world, login):
    plan = world.plan(topics=1, state="approved")
    notice = drafted(world, plan)
    assert notice_of(plan, world.users["clerk"]) == notice
    assert notice_of(plan, world.users["dept1"]) is None
    move(world, notice, "drop", opinion="重新起草")
    assert notice_of(plan, world.users["clerk"]) is None


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["drafting", "in_approval", "amending"])
def test_a_plan_that_was_returned_meanwhile_is_not_issued(world, quick, state):
    plan = world.plan(topics=1, linked=1, state="approved")
    notice = signed(world, plan)
    AnnualPlan.objects.filter(pk=plan.pk).update(state=state)
    with pytest.raises(Refused, match="尚未批准"):
        issue(world, notice)
    assert (fresh(notice).state, fresh(plan).state) == ("signed", state)
    assert not DocumentNumber.objects.exists() and not CountyAdoption.objects.exists()


def test_a_plan_that_was_changed_and_approved_anew_is_signed_for_again(world, quick):
    plan = world.plan(topics=1, state="approved")
    notice = signed(world, plan)
    Movement.objects.create(
        matter=plan, name="pass", label="通过", source="in_approval", target="approved", user=world.users["pco"],
        actor="试pco", at=timezone.now(), version=plan.version,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"签发以后.*重新批准"):
        issue(world, notice)
    Document.objects.filter(pk=notice.pk).update(signed_at=timezone.now())
    assert issue(world, notice).state == "issued"


def test_a_day_before_the_last_decision_and_a_used_number_are_refused(world, quick, monkeypatch):
    plan = world.plan(topics=1, state="approved")
    monkeypatch.setattr("consultation.workflows.plan.last_decided_on", lambda plan: today())
    notice = signed(world, plan, day=today() - timedelta(days=3))
    with pytest.raises(Refused, match="不能早于审议通过"):
        issue(world, notice, day=today() - timedelta(days=1))
    year = today().year
    AnnualPlan.objects.create(year=2020, title="旧", number=f"试政协办〔{year}〕1号", created_by=world.users["clerk"])
    with pytest.raises(Refused, match="已被其他计划使用"):
        issue(world, notice)
    assert not DocumentNumber.objects.exists() and fresh(plan).state == "approved"


def test_a_plan_for_all_is_not_issued_as_a_work_secret(world, quick):
    notice = signed(world, world.plan(topics=1, state="approved"), classification="work_secret")
    with pytest.raises(Refused, match="工作秘密"):
        issue(world, notice)


def test_a_second_notice_does_not_issue_the_plan_again(world, quick):
    plan = world.plan(topics=1, state="approved")
    first, second = signed(world, plan), signed(world, plan)
    issue(world, first)
    with pytest.raises(Refused, match=r"已由试政协办.*不能再印发一次"):
        issue(world, second)
    assert fresh(plan).document == first and fresh(second).state == "signed"


def test_another_notice_about_a_plan_in_force_moves_nothing(world, quick):
    plan = issue_plan(world, world.plan(topics=1, state="approved"))
    later = paper(world, state="signed", matter=plan)
    assert issue(world, later).state == "issued"
    assert fresh(plan).document_id != later.pk and Movement.for_matter(plan).count() == 1


@pytest.mark.parametrize("character", ["🙂", "\ue000", "ꙮ"])
def test_a_character_that_no_font_has_is_named_and_nothing_is_saved(world, login, character):
    plan = world.plan(topics=2, linked=1)
    Topic.objects.filter(plan=plan, number=2).update(title=f"研究{character}等问题")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    notice = signed(world, plan)
    url = reverse("documents:document_move", args=[notice.pk, "issue"])
    response = login("clerk").post(url, {"version": notice.version, "issued_on": today().isoformat()})
    assert response.status_code == 422
    shown = words(response)
    assert character in shown or f"U+{ord(character):04X}" in shown
    assert (fresh(plan).state, fresh(plan).number, fresh(notice).state) == ("approved", "", "signed")
    assert not DocumentNumber.objects.exists() and not CountyAdoption.objects.exists()
    assert not Movement.for_matter(plan).exists() and not StoredFile.objects.exists()


def test_a_rare_character_is_printed(world):
    plan = world.plan(topics=1)
    Topic.objects.filter(plan=plan).update(title="研究𬭎等生僻字", title_key="研究𬭎等生僻字")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    assert "𬭎" in flat(issue(world, signed(world, plan)))


# --- what is printed is the plan as approved -----------------------------------------------------------------------


def test_the_table_and_the_units_are_those_of_the_plan_as_approved(world):
    """A notice that was drafted while the plan was still being changed."""
    plan = world.plan(topics=2)
    notice = drafted(world, plan)
    notice.description["annexes"].append({"title": ["分工方案"], "body": [{"level": 0, "text": "各负其责。"}]})
    Document.objects.filter(pk=notice.pk).update(description=notice.description)
    topic = plan.topics.get(number=2)
    topic.units.create(organization=world.orgs["dept2"], part="consulted", order=2)
    Topic.objects.filter(pk=topic.pk).update(title="改名后的议题")
    AnnualPlan.objects.filter(pk=plan.pk).update(state="approved")
    Document.objects.filter(pk=notice.pk).update(
        state="signed", signed_at=timezone.now(), signed_by=world.users["chair"].person
    )
    notice = issue(world, notice)
    text = flat(notice)
    assert "改名后的议题" in text and "议题第2号" not in text and "各负其责" in text
    row = notice.recipients.sent().get(organization=world.orgs["dept2"])
    assert (row.part, row.why, row.rule) == ("main", "年度计划涉及的单位", "R009")


def test_a_unit_that_was_left_out_with_a_reason_stays_out(world, quick):
    copy_rules(world)
    plan = world.plan(topics=1, state="approved")
    notice = drafted(world, plan)
    notice.recipients.filter(organization=world.orgs["county2"]).update(by_hand=False, withheld="另行送达")
    Document.objects.filter(pk=notice.pk).update(state="signed", signed_at=timezone.now())
    notice = issue(world, notice)
    assert notice.recipients.get(organization=world.orgs["county2"]).sent_at is None


# --- the number of another office ----------------------------------------------------------------------------------


@pytest.fixture
def joint(world, quick):
    """A signed notice of two offices, led by that of the party committee."""
    world.chain.steps.get(kind="issue").issuers.set([world.orgs["pco"], world.orgs["office"]])
    return signed(world, world.plan(topics=1, state="approved"))


def submit(client, document, **given):
    url = reverse("documents:document_move", args=[document.pk, "issue"])
    return client.post(url, {"version": document.version, "issued_on": today().isoformat()} | given)


@pytest.mark.parametrize(
    "typed", ["试办发〔2026〕12号", "试办发[2026]12号", "试办发【2026】12号", "试办发（２０２６） 12号"]
)
def test_a_joint_notice_bears_the_number_of_the_office_that_leads(world, login, joint, typed):
    assert submit(login("clerk"), joint, outside_number=typed).status_code == 302
    notice, plan = fresh(joint), AnnualPlan.objects.get()
    assert notice.number_text == notice.outside_number == plan.number == "试办发〔2026〕12号"
    assert not DocumentNumber.objects.exists()
    response = login("clerk").get(reverse("documents:document_list"), {"q": "试办发"})
    assert "关于印发" in words(response)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写市委办公室编的文号"), ("试办发2026-3", "文号应写成"), ("试办发〔2026〕03号", "文号应写成"),
        ("〔2026〕3号", "文号应写成"), ("试办发〔26〕3号", "文号应写成"), ("试办发〔2026〕3", "文号应写成"),
        ("试办发〔٢٠٢٦〕3号", "文号应写成"), ("试办发〔2026〕0号", "文号应写成"),
        ("ﷺ" * 40 + "〔2026〕3号", "文号应写成"),
        ("试" * 61, "60"), ("试\x00办〔2026〕3号", "不允许"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_told_and_nothing_is_issued(login, joint, typed, sentence):
    response = submit(login("clerk"), joint, outside_number=typed)
    assert response.status_code == 422 and sentence in words(response)
    assert fresh(joint).state == "signed" and AnnualPlan.objects.get().state == "approved"


def test_a_number_of_another_office_stands_once(world, login, joint):
    other = paper(world, state="issued", outside_number="试办发〔2026〕12号", title="另一件联合发文")
    response = submit(login("clerk"), joint, outside_number="试办发〔2026〕12号")
    assert response.status_code == 422 and "已用于《另一件联合发文》" in words(response)
    move(world, other, "cancel", opinion="文号误填")
    assert submit(login("clerk"), joint, outside_number="试办发〔2026〕12号").status_code == 302


def test_only_a_joint_document_is_asked_for_another_number(world, login, quick):
    notice = signed(world, world.plan(topics=1, state="approved"))
    url = reverse("documents:document_move", args=[notice.pk, "issue"])
    assert "其他机关编的文号" not in words(login("clerk").get(url))
    assert submit(login("clerk"), notice, outside_number="试办发〔2026〕12号").status_code == 302
    assert fresh(notice).outside_number == ""


# --- afterwards ----------------------------------------------------------------------------------------------------


def adjust(world, topic, save):
    topic = fresh(topic)
    TOPIC.move(topic, "adjust", by=world.users["clerk"], version=topic.version, opinion="调整", data={"save": save})


def test_a_unit_that_comes_in_afterwards_gets_the_notice_with_its_reason(world, login, quick):
    receipt_rules()
    plan = issue_plan(world, world.plan(topics=1, state="approved"))
    notice, topic = plan.document, plan.topics.get()
    before = set(notice.recipients.values_list("organization", flat=True))

    def new_department(locked):
        locked.units.create(organization=world.orgs["dept2"], part="support")

    adjust(world, topic, new_department)
    adjust(world, topic, lambda locked: None)
    row = notice.recipients.get(organization=world.orgs["dept2"])
    assert set(notice.recipients.values_list("organization", flat=True)) == before | {row.organization_id}
    assert (row.part, row.why, row.rule, bool(row.sent_at)) == ("main", "增补议题涉及", "R009", True)
    assert Waiting.objects.held_by(world.users["dept2"]).filter(label="签收公文").count() == 1
    told = Dispatch.objects.latest("pk")
    assert told.deliveries.filter(organization=world.orgs["dept2"]).exists() and Dispatch.objects.count() == 2
    assert "增补议题涉及" in words(login("clerk").get(reverse("documents:document_detail", args=[notice.pk])))
    receive(row, by=world.users["dept2"], how=How.LOGIN)
    assert not Waiting.objects.held_by(world.users["dept2"]).exists()


def test_who_comes_in_late_has_the_whole_time_for_the_receipt(world, quick):
    receipt_rules()
    plan = issue_plan(world, world.plan(topics=1, state="approved"))
    notice = plan.document
    long_ago = timezone.now() - timedelta(days=60)
    Document.objects.filter(pk=notice.pk).update(issued_on=long_ago.date(), signed_at=long_ago)
    notice.recipients.update(sent_at=long_ago, received_at=long_ago, how="proxy", proxy_source="回执")
    adjust(world, plan.topics.get(), lambda t: t.units.create(organization=world.orgs["dept2"], part="support"))
    deadline = Deadline.objects.get(step="receive", status="open")
    assert deadline.due_on >= today()


@pytest.mark.parametrize("state", ["archived", "cancelled"])
def test_after_the_archive_it_still_goes_out_after_the_cancellation_not(world, quick, state):
    plan = issue_plan(world, world.plan(topics=1, state="approved"))
    Document.objects.update(state=state)
    Waiting.for_matter(plan.document).delete()
    adjust(world, plan.topics.get(), lambda t: t.units.create(organization=world.orgs["dept2"], part="support"))
    rows = plan.document.recipients.filter(organization=world.orgs["dept2"])
    assert rows.exists() is (state == "archived")
    assert not Waiting.for_matter(plan.document).exists()


def test_off_plan_topics_do_not_spread_the_plan(world, quick):
    plan = issue_plan(world, world.plan(topics=1, state="approved"))
    Topic.objects.update(off_plan=True)
    adjust(world, plan.topics.get(), lambda t: t.units.create(organization=world.orgs["dept2"], part="support"))
    assert not plan.document.recipients.filter(organization=world.orgs["dept2"]).exists()


def test_a_voided_notice_is_issued_anew_with_another_number(world, login, quick):
    plan = issue_plan(world, world.plan(topics=1, linked=1, state="approved"))
    first = plan.document
    assert "起草新的印发通知" not in page(login("clerk"), plan)
    move(world, first, "cancel", opinion="附件有误，另行印发")
    assert "起草新的印发通知" in page(login("clerk"), plan)
    plan = issue_plan(world, fresh(plan))
    assert (plan.state, plan.number) == ("issued", f"试政协办〔{today().year}〕2号") and plan.document != first
    assert [m.name for m in Movement.for_matter(plan)] == ["reissue", "issue"]
    assert CountyAdoption.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_issue_two_notices_at_once_and_one_wins(world, quick):
    plan = world.plan(topics=1, linked=1, state="approved")
    notices = [signed(world, plan), signed(world, plan)]
    gate, told = threading.Barrier(2), []

    def run(notice, who):
        try:
            gate.wait()
            issue(world, notice, who=who)
            told.append("")
        except Refused as refusal:
            told.append(refusal.sentence)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(notices, ("clerk", "sg"), strict=True)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, told)) == [False, True] and "不能再印发一次" in "".join(told)
    assert DocumentNumber.objects.count() == CountyAdoption.objects.count() == 1
    assert fresh(plan).document.state == "issued" and Movement.for_matter(plan).count() == 1


# --- 征题函 ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(world):
    """An open round of a plan."""
    plan = world.plan()
    Solicitation.objects.filter(pk=world.solicitation(plan).pk).update(requirements="题目要小。\n注明理由。")
    return Solicitation.objects.get()


def test_r003_the_letter_of_a_round_says_what_is_asked_until_when_and_how(world, login, asked):
    kinds(world)
    url = f"{reverse('documents:document_create')}?matter=solicitation-{asked.pk}&kind=topic-letter"
    detail = login("clerk").get(reverse("consultation:solicitation_detail", args=[asked.pk]))
    assert url.replace("&", "&amp;") in detail.content.decode()
    letter = drafted(world, asked, "topic-letter")
    last = asked.closes_on
    text = "".join(part["text"] for part in letter.description["body"])
    for part in ("题目要小。", "注明理由。", f"{last.year}年{last.month}月{last.day}日", asked.title, "填报链接"):
        assert part in text, part
    assert letter.recipients.count() == asked.addressees.count()
    assert {(row.why, row.rule) for row in letter.recipients.all()} == {("征集对象", "R003")}
    shown = words(login("clerk").get(reverse("consultation:solicitation_detail", args=[asked.pk])))
    assert "征题函" in shown and "起草中" in shown


def test_r003_its_issue_notes_the_day_for_those_it_went_to(world, quick, asked):
    before = date(2026, 1, 1)
    asked.addressees.filter(organization=world.orgs["dept1"]).update(sent_on=before)
    letter = drafted(world, asked, "topic-letter", state="signed")
    assert not letter.recipients.filter(organization=world.orgs["dept1"]).exists()
    letter.recipients.filter(organization=world.orgs["edu"]).delete()
    letter = issue(world, letter, who="sg")
    days = {row.organization.key: row.sent_on for row in asked.addressees.select_related("organization")}
    assert (days.pop("dept1"), days.pop("edu")) == (before, None)
    assert set(days.values()) == {letter.issued_on}
    assert asked.addressees.get(organization=world.orgs["party1"]).sent_by == world.users["sg"]


@pytest.mark.parametrize(("state", "sentence"), [("drafting", "尚未开始征集"), ("closed", "已截止")])
def test_a_letter_goes_out_while_its_round_is_open(world, quick, asked, state, sentence):
    letter = drafted(world, asked, "topic-letter", state="signed")
    Solicitation.objects.update(state=state)
    with pytest.raises(Refused, match=sentence):
        issue(world, letter)
    assert not asked.addressees.exclude(sent_on=None).exists()


def test_the_letter_is_printed(world, asked):
    text = flat(issue(world, drafted(world, asked, "topic-letter", state="signed")))
    assert "关于征集2026年度协商议题的函" in text and "题目要小" in text


@pytest.mark.parametrize("topics", [1, 30])
def test_the_page_of_an_issued_plan_costs_the_same_for_many_topics_and_units(world, login, quick, topics):
    plan, client = issue_plan(world, world.plan(topics=topics, linked=topics, state="approved")), login("clerk")
    found, _ = measure(client, reverse("consultation:plan_detail", args=[plan.year]))
    assert len(found) <= PLAN
