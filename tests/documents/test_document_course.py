"""The life of a document: draft, review, signature by the right post, number and issue, archive, cancellation."""

import hashlib
from datetime import timedelta

import pdfplumber
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cppcc.documents.drafts import may_edit, new_document
from cppcc.documents.models import Document, DocumentNumber
from cppcc.documents.registry import DRAFTS
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.models import Classification, StoredFile
from cppcc.files.pages import may_download
from cppcc.files.storing import read
from cppcc.office.refusals import Forbidden, Refused
from cppcc.office.validity import today
from cppcc.workflow.engine import Late
from cppcc.workflow.models import Movement, Snapshot, Waiting
from cppcc.workflow.versions import difference
from tests.documents.papers import a_file, kinds, move, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(monkeypatch):
    """The typesetting is other tests' matter."""
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())


def fresh(document):
    """The document as the database has it."""
    return Document.objects.get(pk=document.pk)


def walk(world, document, *acts):
    """Acts by who does them."""
    by = {"submit": "clerk", "approve": "sg", "sign": "chair", "issue": "clerk", "archive": "clerk"}
    for name in acts:
        move(world, document, name, who=by[name], opinion="同意")
    return fresh(document)


def test_r048_what_speaks_of_secrets_and_bears_no_mark_is_issued(world):
    document = paper(world, title="关于做好机密文件清退工作的通知", state="signed")
    move(world, document, "issue")
    assert "机密文件" in fresh(document).file.name


def test_from_the_draft_to_the_archive(world):
    """The printed file bears the number, the signatory's name and the recipients; its bytes are kept once."""
    document = walk(world, paper(world, kind="report", main=("pc",)), "submit", "approve", "sign", "issue")
    assert (document.state, document.number_text, document.issued_on) == (
        "issued", f"试政协发〔{today().year}〕1号", today(),
    )  # fmt: skip
    data = read(document.file)
    assert hashlib.sha256(data).hexdigest() == document.file.sha256
    with pdfplumber.open(document.file.path) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "")
    for words in ("试政协发〔", "1号", "签发人：试chair", "中共试验市委：", "认真组织实施"):
        assert words in text, words
    assert StoredFile.objects.count() == 1
    walk(world, document, "archive")
    assert fresh(document).state == "archived" and not Waiting.for_matter(document).exists()
    assert [m.name for m in Movement.for_matter(document)] == ["archive", "issue", "sign", "approve", "submit"]


def test_each_stage_waits_in_the_right_hands(world, quick):
    document = paper(world)
    seen = [(str(w.organization), w.role) for w in Waiting.for_matter(document)]
    for name in ("submit", "approve", "sign", "issue"):
        walk(world, document, name)
        seen += [(str(w.organization), w.role) for w in Waiting.for_matter(document)]
    assert seen == [
        ("办公室", "office_clerk"), ("办公室", "office_clerk"), ("市政协", ""), ("办公室", "office_clerk"),
        ("市发改局", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["sg", "vice", "econ_head", "econ_clerk", "auditor", "dept1", "admin"])
def test_only_the_chosen_signatory_signs(world, who):
    document = paper(world, state="signing")
    with pytest.raises(Forbidden):
        move(world, document, "sign", who=who)
    assert not Movement.for_matter(document).exists()


def test_the_office_records_a_signature_only_with_its_source(world):
    document = paper(world, state="signing")
    with pytest.raises(Refused, match="写明来源"):
        move(world, document, "sign", who="clerk")
    move(world, document, "sign", who="clerk", proxy_source="主席3月5日批示")
    assert Movement.for_matter(document).get().on_behalf == "市政协 · 主席"


@pytest.mark.parametrize(
    ("state", "act", "who"), [("in_review", "return_review", "sg"), ("signing", "return_sign", "chair")]
)
def test_it_goes_back_with_an_opinion_only(world, state, act, who):
    document = paper(world, state=state)
    with pytest.raises(Refused, match="必须填写意见"):
        move(world, document, act, who=who)
    move(world, document, act, who=who, opinion="第二段数据请核实")
    assert fresh(document).state == "drafting"
    assert Movement.for_matter(document).get().opinion == "第二段数据请核实"


def test_what_was_changed_in_review_can_be_told_paragraph_by_paragraph(world):
    document = paper(world)
    walk(world, document, "submit")
    changed = fresh(document)
    changed.description["body"][2]["text"] = "认真组织实施，按月报告进展。"
    changed.save()
    walk(world, document, "approve")
    new, old = Snapshot.for_matter(document)
    told = [(change["kind"], change["label"]) for change in difference(old.content, new.content)]
    assert told == [("added", "认真组织实施，按月报告进展。"), ("removed", "认真组织实施。")]


def test_who_may_change_the_text_when(world):
    users = world.users
    document = paper(world, unit="econ")
    assert [n for n in ("clerk", "econ_clerk", "edu_clerk", "chair", "dept1") if may_edit(users[n], document)] == [
        "clerk", "econ_clerk",
    ]  # fmt: skip
    document.state = "in_review"
    assert [n for n in ("clerk", "sg", "econ_clerk", "chair") if may_edit(users[n], document)] == ["clerk", "sg"]
    for state in ("signing", "signed", "issued", "archived", "cancelled", "dropped"):
        document.state = state
        assert not any(may_edit(user, document) for user in users.values())


def test_a_cancelled_document_keeps_its_number_and_file(world, quick):
    document = paper(world, state="signed")
    move(world, document, "issue")
    with pytest.raises(Refused, match="必须填写意见"):
        move(world, document, "cancel")
    move(world, document, "cancel", opinion="附件有误，另行印发")
    document, number = fresh(document), DocumentNumber.objects.get(document=document)
    assert (document.state, number.reason, bool(document.file)) == ("cancelled", "附件有误，另行印发", True)
    again = paper(world, state="signed")
    move(world, again, "issue")
    assert DocumentNumber.objects.get(document=again).value == number.value + 1


def test_a_late_click_is_told(world):
    document = paper(world)
    stale = fresh(document)
    walk(world, document, "submit")
    with pytest.raises(Late, match="已由试clerk于"):
        DOCUMENT.move(stale, "submit", by=world.users["sg"], version=stale.version)


def test_the_issued_file_is_given_out_by_its_page_only(world):
    """A direct address of the stored file would go round the watermark."""
    document = paper(world, state="issued")
    assert not any(may_download(user, document.file) for user in world.users.values())


def test_the_database_refuses_an_issued_document_without_its_file(world):
    document = paper(world)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_document SET state = 'issued' WHERE id = %s", [document.pk])


def test_a_new_document_takes_the_text_that_its_matter_gives(world, monkeypatch):
    topic = world.plan(topics=1).topics.get()

    def draft(matter):
        return {"body": [{"level": 0, "text": f"关于“{matter}”。"}], "units": {"main": [world.orgs["dept1"]]}}

    monkeypatch.setitem(DRAFTS, (type(topic), "notice"), draft)
    made = new_document(
        kinds(world)["notice"], "通知", by=world.users["clerk"], classification="internal", matter=topic
    )
    assert (made.matter, made.description["body"][0]["text"]) == (topic, "关于“议题第1号”。")
    assert [row.organization for row in made.recipients.all()] == [world.orgs["dept1"]]


def test_a_committee_drafts_in_its_own_name(world):
    made = new_document(kinds(world)["letter"], "函", by=world.users["econ_clerk"], classification="internal")
    assert made.organization == world.orgs["econ"]
    made.description["body"] = [{"level": 0, "text": "请予支持。"}]
    made.signatory = world.posts["chair"]
    made.save()
    assert move(world, made, "submit", who="econ_clerk").post_title.startswith("经济委")


def test_a_repeated_form_makes_one_draft(world):
    token = "7a2ad5a0-9a52-4b6e-a1d7-1b2f4ad1f0aa"
    given = {"by": world.users["clerk"], "classification": "internal", "token": token}
    first, second = (new_document(kinds(world)["notice"], "通知", **given) for _ in range(2))
    assert first == second


def test_r048_a_work_secret_is_not_named_outside_its_own_page(world):
    document = paper(world, classification=Classification.WORK_SECRET, title="关于某专项工作的通知")
    assert "专项" not in str(document) and str(document.pk) in str(document)


def test_minutes_and_letters_are_printed_too(world):
    for kind in ("minutes", "letter", "paper"):
        document = walk(world, paper(world, kind=kind), "submit", "approve", "sign", "issue")
        with pdfplumber.open(document.file.path) as pdf:
            text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "")
        assert document.number_text in text, kind
    assert document.number_text == "第1期"


def test_the_day_of_issue_may_be_given_after_the_signature(world, quick):
    document = paper(world, state="signed")
    Document.objects.filter(pk=document.pk).update(signed_at=timezone.now() - timedelta(days=5))
    day = today() - timedelta(days=2)
    move(world, document, "issue", data={"issued_on": day})
    assert fresh(document).issued_on == day
