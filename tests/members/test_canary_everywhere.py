"""Issue 5, done when: sealed texts leak nowhere; a member reads only his own, committee staff only their committee's.

One person of every kind opens every address about people, with search and export, some of them all other addresses;
then the administration, histories, feeds, mails, background work, kept files, a dump of the database, the log and the
mail of a failing request.
"""

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.contrib.admin import site
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.feeds import issue_feed
from cppcc.deadlines.models import Outbox
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.models import User
from cppcc.sheets.models import ImportBatch
from members.imports import MemberImporter
from members.models import Act, Allowance, Contact, EntryProposal, Member, Particulars, PerformanceEntry, SpecialDuty
from members.sealing import MASK
from tests.access_table import PAGES, SEES_CONTACT, SEES_MEMBER, City, furnish
from tests.members.ledger_rows import term
from tests.members.roster_rows import FULL, identity, member_named, sheet, upload
from tests.world import build

pytestmark = pytest.mark.django_db
NUMBER, ADDRESS, RELIGION = identity(number=77), "金丝雀路七十七号", "金丝雀教"
WRONG_NUMBER = identity(number=78)[:-2]
SECRETS = (NUMBER, ADDRESS, RELIGION, WRONG_NUMBER)
OWN = ("翠鸟履职", "翠鸟申报", "翠鸟特约", "翠鸟备注", "13912345678")  # what only he, his committee and the house read
TALKED = ("翠鸟情况", "翠鸟困难", "翠鸟补贴")  # what the member himself does not read either
EACH = ("clerk", "sg", "chair", "econ_clerk", "edu_clerk", "member", "dept1", "county1", "pco", "auditor", "nobody",
        "admin")  # fmt: skip
EVERYWHERE = ("clerk", "econ_clerk", "member")  # who opens also what is not about people
ABOUT_PEOPLE = ("members:", "meetings:", "desk:", "jobs:", "files:")
ASKED = ("", "?export=xlsx", "?q=金丝雀路")


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """A furnished world: sealed texts came in through form and import, a wrong import waits, others' matters exist."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
        patch.setattr("django.test.client.store_rendered_templates", lambda *args, **given: None)
        patch.setattr("django.conf.settings.SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
        patch.setattr("django.db.transaction.on_commit", lambda act, *args, **given: act())
        patch.setattr("django.conf.settings.CELERY_TASK_ALWAYS_EAGER", True, raising=False)
        city = furnish(build())
        seal_in(city)
        another(city)
        call_command("tick")
        yield city
        transaction.set_rollback(True)


def seal_in(city: City) -> None:
    """One member through the form, one through an import that is applied, one in a table that is refused."""
    clerk, member = client_of(city, "clerk"), city.things["member-econ"]
    data = {"secret_id_number": NUMBER, "secret_address": ADDRESS, "secret_religion": RELIGION}
    assert clerk.post(f"/members/{member.pk}/sealed/", data).status_code == 302
    row = FULL | {"name": "钱乙丑", "id_number": NUMBER, "address": ADDRESS, "religion": RELIGION, "born": ""}
    clerk.post(imported(clerk, row), {"new-all": "on"})
    assert member_named("钱乙丑").person.particulars.address.opened() == ADDRESS
    city.things["refused"] = imported(
        clerk, row | {"name": "孙丙寅", "id_number": WRONG_NUMBER, "address": ADDRESS + "长" * 300}
    )
    clerk.post(city.things["refused"])
    assert Job.objects.latest("pk").status == JobStatus.FAILED
    unmasked = {"field": "address", "reason": "核对通讯地址"}
    assert ADDRESS in clerk.post(f"/members/{member.pk}/unmask/", unmasked).content.decode()


def imported(client: Client, row: dict[str, str]) -> str:
    """The address of the preview of a table with one row."""
    response = client.post("/members/import/", {"term": term().pk, "file": upload(sheet([row]))})
    assert response.status_code == 302, response.content.decode()
    return response.url


def another(city: City) -> None:
    """What there is of the second member, who is of the committee edu."""
    member = city.things["member-edu"]
    PerformanceEntry.objects.create(
        member=member, act=Act.objects.get(key="service"), on=timezone.localdate(), title=OWN[0], key="canary",
        recorded_by=city.world.users["clerk"], recorded_at=timezone.now(),
    )  # fmt: skip
    EntryProposal.objects.filter(pk=city.things["proposal-edu"].pk).update(title=OWN[1])
    SpecialDuty.objects.create(member=member, organization=city.world.orgs["dept1"], title=OWN[2])
    Member.objects.filter(pk=member.pk).update(remark=OWN[3])
    member.person.phone = OWN[4]
    member.person.save()
    Contact.objects.filter(pk=city.things["contact-edu"].pk).update(notes=TALKED[0], difficulty=TALKED[1])
    Allowance.objects.create(member=member, kind="travel", on=timezone.localdate(), amount=1, remark=TALKED[2],
                             recorded_by=city.world.users["clerk"])  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet(city, settings):
    settings.MEDIA_ROOT = city.media
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def client_of(city: City, name: str) -> Client:
    """A logged in person; a page that fails answers as it would to him."""
    client = Client(raise_request_exception=False)
    client.force_login(city.world.users[name], backend="cppcc.office.accounts.AccountBackend")
    return client


def said(response) -> str:
    """All that a response says, in a page, a workbook or a PDF, its headers too."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    return f"{response.headers}{text_of(data)}"


def text_of(data: bytes) -> str:
    """The text in a file: of the parts of a package, of the pages of a PDF."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(text_of(archive.read(name)) for name in archive.namelist())
    if data.startswith(b"%PDF-") and len(data) > 100:
        with pdfium.PdfDocument(data) as document:
            return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    return data.decode(errors="ignore")


def leaks(text: str, words: tuple[str, ...] = SECRETS) -> list[str]:
    """Which of the words a text holds, as such or as JSON writes them."""
    return [word for word in words if word in text or json.dumps(word)[1:-1] in text]


def addresses(city: City) -> Iterator[tuple[str, str]]:
    """Every address that can be opened; of pages about a member both members and whoever was imported."""
    for name, page in PAGES.items():
        if "GET" in page.verbs and name != "logout":
            for target in page.targets:
                yield name, reverse(name, args=target.args(city))
    for member in Member.objects.filter(term=term()):
        for page in ("detail", "history", "edit", "unmask"):
            yield f"members:member_{page}", reverse(f"members:member_{page}", args=[member.pk])
        for page in ("member_dossier", "member_dossier_pdf"):
            yield f"members:{page}", reverse(f"members:{page}", args=[member.pk, timezone.localdate().year])
        yield "members:sealed_edit", reverse("members:sealed_edit", args=[member.pk])
    for batch in ImportBatch.objects.filter(kind=MemberImporter.kind):
        yield "members:roster_preview", reverse("members:roster_preview", args=[batch.pk])
    for job in Job.objects.all():
        yield "jobs:job_detail", reverse("jobs:job_detail", args=[job.pk])


LISTS = ("list", "year", "statistics", "home", "batch", "compare", "sectors", "suggest", "figures")


@pytest.mark.parametrize("person", EACH)
def test_no_page_shows_what_is_sealed_nor_what_is_anothers(city: City, person):
    client, found = client_of(city, person), {}
    foreign = hidden_from(person)
    for name, address in addresses(city):
        if not name.startswith(ABOUT_PEOPLE) and person not in EVERYWHERE:
            continue
        listed = name.startswith("members:") and any(word in name for word in LISTS)
        for query in ASKED if listed else ASKED[:1]:
            response = client.get(address + query)
            assert response.status_code < 500 or name == "healthz", address
            if seen := leaks(said(response), SECRETS + foreign):
                found[address + query] = seen
    assert found == {}


def hidden_from(person: str) -> tuple[str, ...]:
    """What this person may not know of the second member; administrators keep the tables, but open no page of his."""
    own = () if person in SEES_MEMBER["edu"] else OWN
    talked = () if person in SEES_CONTACT["edu"] else TALKED
    return own + talked


def test_the_canaries_are_alive(city: City):
    """Those who may read them do: else the other tests would prove nothing."""
    assert {"econ_clerk", "member", "dept1", "admin"}.isdisjoint(SEES_MEMBER["edu"])
    pages = {
        OWN[0]: ("clerk", "member_dossier", (city.things["member-edu"].pk, timezone.localdate().year)),
        OWN[1]: ("member2", "proposal_list", ()),
        OWN[2]: ("edu_clerk", "member_detail", (city.things["member-edu"].pk,)),
        OWN[3]: ("clerk", "member_detail", (city.things["member-edu"].pk,)),
        TALKED[0]: ("edu_clerk", "contact_detail", (city.things["contact-edu"].pk,)),
        TALKED[2]: ("clerk", "allowance_list", ()),
    }  # fmt: skip
    for word, (person, name, args) in pages.items():
        assert leaks(said(client_of(city, person).get(reverse(f"members:{name}", args=args))), (word,)), (word, name)
    assert Particulars.objects.exclude(id_number="").count() == 2


def test_the_refused_table_shows_each_error_and_repeats_nothing(city: City):
    page = said(client_of(city, "clerk").get(city.things["refused"]))
    assert "不是 18 位身份证号" in page and "最多 200 字" in page and MASK in page
    batch = ImportBatch.objects.latest("pk")
    assert leaks(json.dumps(batch.report, ensure_ascii=False)) == [] and leaks(text_of(bytes(batch.data))) == []


KEPT_OF_PEOPLE = ("members", "office", "sheets", "jobs", "files", "deadlines", "meetings", "workflow")


def test_the_administration_and_the_histories_show_none(city: City):
    client, found = client_of(city, "admin"), {}
    for model in (model for model in site._registry if model._meta.app_label in KEPT_OF_PEOPLE):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [(f"{name}_changelist", ())]
        for key in model._default_manager.values_list("pk", flat=True)[:10]:
            pages += [(f"{name}_{page}", (key,)) for page in ("change", "history")]
        history = getattr(model, "history", None)
        kept = history.values_list("pk", model._meta.pk.attname)[:10] if history else []
        pages += [(f"{name}_simple_history", (pk, record)) for record, pk in kept]
        for page, args in pages:
            if seen := leaks(said(client.get(reverse(page, args=args)))):
                found[page] = seen
    assert found == {}


@pytest.mark.parametrize("person", ["clerk", "chair", "member", "econ_clerk"])
def test_no_feed_and_no_mail_holds_them(city: City, person):
    token = issue_feed(User.objects.get(username=person))
    feed = said(Client().get(reverse("deadlines:calendar_feed", args=[token]))).replace("\r\n ", "")
    assert leaks(feed, SECRETS + hidden_from(person)) == []
    assert leaks(str([vars(row) for row in Outbox.objects.all()])) == []


def test_no_kept_file_holds_them(city: City):
    kept = [path for path in Path(city.media).rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert leaks(text_of(path.read_bytes())) == [], path


def test_no_dump_holds_them(city: City):
    """What pg_dump writes, COPY of each table, and what dumpdata writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' "
                       "AND table_type = 'BASE TABLE'")  # fmt: skip
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                rows = b"".join(bytes(part) for part in copy).decode()
            assert leaks(rows) == [] and leaks(rows, tuple(word.encode().hex() for word in SECRETS)) == [], table
    out = io.StringIO()
    call_command("dumpdata", stdout=out)
    assert "members.particulars" in out.getvalue() and leaks(out.getvalue()) == []


class TestFailing:
    """A request that breaks down: the page, the log and the mail to the administrators."""

    @pytest.fixture(autouse=True)
    def breaks(self, settings, monkeypatch, caplog):
        logging.disable(logging.NOTSET)
        settings.ADMINS = [("管理员", "admin@example.invalid")]
        self.caplog, self.monkeypatch = caplog, monkeypatch

    def test_the_form(self, city: City):
        self.monkeypatch.setattr(Particulars, "save", _broken)
        data = {"secret_id_number": NUMBER, "secret_address": ADDRESS, "secret_religion": RELIGION}
        answer = client_of(city, "clerk").post(f"/members/{city.things['member-econ'].pk}/sealed/", data)
        assert self.told(answer) == 500

    def test_the_view_of_one(self, city: City):
        self.monkeypatch.setattr("members.models.Unmasking.objects.create", _broken)
        data = {"field": "address", "reason": "核对通讯地址"}
        answer = client_of(city, "clerk").post(f"/members/{city.things['member-econ'].pk}/unmask/", data)
        assert self.told(answer) == 500

    def test_the_import(self, city: City):
        row = FULL | {"name": "李丁卯", "id_number": NUMBER, "address": ADDRESS, "religion": RELIGION}
        self.monkeypatch.setattr(MemberImporter, "prepare", _broken)
        answer = client_of(city, "clerk").post("/members/import/", {"term": term().pk, "file": upload(sheet([row]))})
        assert self.told(answer) == 500

    def test_its_background_work(self, city: City):
        client = client_of(city, "clerk")
        row = FULL | {"name": "周戊辰", "id_number": NUMBER, "address": ADDRESS, "religion": RELIGION}
        preview = imported(client, row)
        self.monkeypatch.setattr("django.db.transaction.on_commit", lambda act, *args, **given: act())
        self.monkeypatch.setattr("members.roster_writing.copy_in", _broken)
        assert self.told(client.post(preview, {"new-all": "on"}), mails=False) == 302
        job = Job.objects.latest("pk")
        assert job.status == JobStatus.FAILED and leaks(job.error) == []

    def told(self, response, *, mails: bool = True) -> int:
        """The status of a page that shows nothing, whose log and mails hold the failure and no more."""
        assert leaks(said(response)) == []
        formatter = logging.Formatter()
        logged = "\n".join(formatter.format(record) for record in self.caplog.records)
        assert "RuntimeError: broken" in logged and leaks(logged) == []
        sent = "".join(f"{letter.subject}{letter.body}{letter.alternatives}" for letter in mail.outbox)
        assert bool(mail.outbox) == mails and leaks(sent) == []
        return response.status_code


def _broken(*args, **given):
    raise RuntimeError("broken")
