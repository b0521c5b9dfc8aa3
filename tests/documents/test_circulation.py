"""Circulation: recipients are told at issue; receipts by login, link and hand; reminders; who has read it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Deadline, Notice, Outbox, Reminder
from cppcc.deadlines.working_days import load_working_days
from cppcc.documents.circulation import receive
from cppcc.documents.models import Document
from cppcc.documents.models.recipients import How
from cppcc.files.models import Classification
from cppcc.files.storing import read
from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Forbidden, Refused
from cppcc.office.validity import today
from cppcc.workflow.clock import entered_as_of
from cppcc.workflow.models import Waiting
from tests.documents.papers import a_file, move, paper, receipt_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The typesetting is other tests' matter."""
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())


@pytest.fixture
def issued(world):
    """A notice issued to a department and a county."""
    receipt_rules()
    document = paper(world, state="signed", main=("dept1", "county1"))
    move(world, document, "issue")
    return Document.objects.get(pk=document.pk)


def row_of(document, key):
    """The recipient."""
    return document.recipients.get(organization__key=key)


def test_r120_every_recipient_is_told_once(world, issued):
    told = Notice.objects.filter(title__startswith="请签收")
    assert {notice.user.username for notice in told} == {"dept1", "county1"}
    assert all(notice.url == reverse("documents:document_detail", args=[issued.pk]) for notice in told)
    assert issued.number_text in told.first().body
    assert all(row.sent_at for row in issued.recipients.all())


def test_r048_the_notice_of_a_work_secret_does_not_name_it(world):
    document = paper(world, state="signed", classification=Classification.WORK_SECRET, title="关于某专项工作的通知")
    move(world, document, "issue")
    texts = [f"{row.title}{row.body}" for row in Notice.objects.all()]
    texts += [f"{row.subject}{row.body}" for row in Outbox.objects.all()]
    assert texts and not any("专项" in text for text in texts)


def test_who_enters_the_past_tells_nobody(world):
    document = paper(world, state="signed")
    past = timezone.now() - timedelta(days=300)
    Document.objects.filter(pk=document.pk).update(signed_at=past)
    with entered_as_of(past):
        move(world, document, "issue", data={"issued_on": timezone.localdate(past)})
    assert not Notice.objects.exists() and document.recipients.sent().count() == 1


def test_r120_a_receipt_is_due_and_reminded_until_all_are_in(world, issued):
    deadline = Deadline.for_matter(issued).get()
    assert deadline.due_on == load_working_days().add(today(), 3)
    assert {holder.organization.key for holder in deadline.holders.filter(part="do")} == {"dept1", "county1"}
    assert Reminder.objects.filter(deadline=deadline, organization=world.orgs["dept1"], status="pending").exists()
    receive(row_of(issued, "dept1"), by=world.users["dept1"], how=How.LOGIN)
    deadline.refresh_from_db()
    assert deadline.is_open
    waiting = Reminder.objects.filter(deadline=deadline, status="pending").exclude(mark__startswith="esc")
    assert {reminder.organization.key for reminder in waiting} <= {"county1", "office"}
    assert not Waiting.objects.held_by(world.users["dept1"]).exists()
    receive(row_of(issued, "county1"), by=world.users["clerk"], how=How.PROXY, receiver="张三", source="电话")
    deadline.refresh_from_db()
    assert deadline.status == "done"
    assert not Reminder.objects.filter(deadline=deadline, status="pending").exists()


def test_a_cancelled_document_is_not_waited_for(world, issued):
    move(world, issued, "cancel", opinion="附件有误")
    assert Deadline.for_matter(issued).get().status == "waived"
    assert Notice.objects.filter(title__startswith="公文作废").count() == 2
    with pytest.raises(Refused, match="已作废"):
        receive(row_of(issued, "dept1"), by=world.users["dept1"], how=How.LOGIN)


def test_a_unit_signs_only_for_itself_and_only_once(world, issued):
    with pytest.raises(Forbidden):
        receive(row_of(issued, "county1"), by=world.users["dept1"], how=How.LOGIN)
    receive(row_of(issued, "dept1"), by=world.users["dept1"], how=How.LOGIN)
    with pytest.raises(Refused, match="签收，不必重复"):
        receive(row_of(issued, "dept1"), by=world.users["dept1"], how=How.LOGIN)


def test_the_office_records_with_its_source(world, issued):
    with pytest.raises(Refused, match="写明来源"):
        receive(row_of(issued, "dept1"), by=world.users["clerk"], how=How.PROXY)
    with pytest.raises(Forbidden):
        receive(row_of(issued, "dept1"), by=world.users["county1"], how=How.PROXY, source="电话")


@pytest.mark.parametrize(
    "change",
    [
        "received_at = now()", "how = 'login'", "received_at = now(), how = 'proxy'",
        "withheld = '不发'", "received_at = now(), how = 'login', sent_at = NULL",
    ],
)  # fmt: skip
def test_the_database_refuses_half_a_receipt(issued, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE documents_recipient SET {change}")


class TestPages:
    """Receipts and reading through the pages."""

    def test_a_unit_reads_and_signs(self, world, issued, login):
        client, url = login("dept1"), reverse("documents:document_detail", args=[issued.pk])
        page = client.get(url).content.decode()
        assert "阅读全文" in page and "青溪县" not in page  # whom else it goes to is not the unit's matter
        pdf = reverse("documents:document_pdf", args=[issued.pk])
        assert client.get(pdf).headers["Location"] == url  # an opening that is noted is a POST
        assert row_of(issued, "dept1").read_at is None
        response = client.post(pdf)
        assert response.content.startswith(b"%PDF") and response["Content-Type"] == "application/pdf"
        row = row_of(issued, "dept1")
        assert row.read_at and row.read_by == world.users["dept1"]
        client.post(reverse("documents:document_receive", args=[issued.pk]), {"recipient": row.pk})
        row = row_of(issued, "dept1")
        assert (row.how, row.receiver) == ("login", "试dept1")

    def test_the_office_sees_why_who_has_it_and_who_read_it(self, world, issued, login):
        login("dept1").post(reverse("documents:document_pdf", args=[issued.pk]))
        page = login("clerk").get(reverse("documents:document_detail", args=[issued.pk])).content.decode()
        for words in ("手工选定", "未签收", "未读", "试dept1", "代录"):
            assert words in page, words

    def test_the_office_records_a_receipt(self, issued, login):
        row, url = row_of(issued, "county1"), reverse("documents:receipt_record", args=[issued.pk])
        client = login("clerk")
        assert "代录青溪县政协签收" in client.get(f"{url}?recipient={row.pk}").content.decode()
        assert client.post(url, {"recipient": row.pk, "source": ""}).status_code == 422
        client.post(url, {"recipient": row.pk, "receiver": "王五", "source": "3月5日回执"})
        row.refresh_from_db()
        assert (row.how, row.receiver, row.proxy_source) == ("proxy", "王五", "3月5日回执")

    def test_a_link_reads_and_signs_once(self, world, issued, login, client):
        row = row_of(issued, "county1")
        page = login("clerk").post(reverse("documents:receipt_link", args=[issued.pk]), {"recipient": row.pk})
        link = page.context["link"]
        path = link[link.index("/documents/") :]
        assert issued.title in client.get(path).content.decode()
        assert client.post(path, {"act": "read"}).content.startswith(b"%PDF")
        assert client.post(path, {"act": "receive", "receiver": " "}).status_code == 422
        assert client.post(path, {"act": "receive", "receiver": "李四"}).status_code == 200
        row.refresh_from_db()
        assert (row.how, row.receiver, bool(row.read_at)) == ("link", "李四", True)
        assert client.get(path).status_code == client.post(path, {"act": "read"}).status_code == 410
        assert OneTimeLink.objects.get().used_at

    def test_a_work_secret_has_no_links(self, world, login):
        document = paper(world, state="issued", classification=Classification.WORK_SECRET)
        row = document.recipients.get()
        url = reverse("documents:receipt_link", args=[document.pk])
        assert login("clerk").post(url, {"recipient": row.pk}).status_code == 302
        assert not OneTimeLink.objects.exists()

    def test_copies_of_what_is_not_public_bear_name_and_time_and_the_bytes_stay(self, world, issued, login):
        kept = read(issued.file)
        url = reverse("documents:document_pdf", args=[issued.pk])
        copies = {login(name).get(url).content for name in ("clerk", "chair")}
        assert len(copies) == 2 and kept not in copies
        assert read(Document.objects.get(pk=issued.pk).file) == kept
        public = paper(world, state="issued", classification=Classification.PUBLIC)
        assert login("clerk").get(reverse("documents:document_pdf", args=[public.pk])).content == read(public.file)
