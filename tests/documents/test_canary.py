"""What one may not read appears nowhere: 工作秘密 documents with words that no page may show to others. R048.

Everything that the product keeps of a document is made for real: it is drafted, reviewed, signed, issued, sent,
received, cancelled; it has a number, notices, deadlines, versions, a bundle. Then everybody who may not know of it
opens every address of the site, with exports and searches.
"""

import io
import logging
import re
import zipfile

import pypdfium2 as pdfium
import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cppcc.deadlines.feeds import issue_feed
from cppcc.deadlines.models import Deadline, Dispatch, Notice, Outbox
from cppcc.documents import bundling
from cppcc.documents.material import material_of
from cppcc.documents.models import Document
from cppcc.files.models import Classification, StoredFile
from cppcc.jobs.models import Job
from cppcc.office.models import User
from cppcc.workflow.models import Movement, Waiting
from tests.access_table import PAGES, City, furnish
from tests.documents.papers import copy_rules, move, paper, receipt_rules
from tests.world import build

CANARIES = ("金丝雀标题", "金丝雀正文", "金丝雀附件", "金丝雀意见", "金丝雀原因", "金丝雀签收人")
OUTSIDERS = ["vice", "auditor", "edu_clerk", "member", "dept2", "nobody", "admin"]
ASKED = ("", "?export=xlsx", "?q=金丝", "?view=year", "?sort=unit")
SAID = {
    "title": CANARIES[0],
    "body": [{"level": 0, "text": CANARIES[1]}],
    "annexes": [{"title": [CANARIES[2]], "body": [{"level": 0, "text": CANARIES[2]}]}],
}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """A furnished world with secret documents at every stage of their life."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
        patch.setattr("django.test.client.store_rendered_templates", lambda *args, **given: None)
        patch.setattr("django.conf.settings.SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
        world = build()
        city = furnish(world)
        receipt_rules()
        copy_rules(world)
        city.things["secret"] = [secret(city, *acts) for acts in LIVES]
        city.things["secret-bundle"] = bundled(city)
        call_command("tick")
        yield city
        transaction.set_rollback(True)


OPINION = CANARIES[3]
LIVES = (
    (),
    ("submit",),
    ("submit", "return_review"),
    ("submit", "approve"),
    ("submit", "approve", "sign"),
    ("submit", "approve", "sign", "issue"),
    ("submit", "approve", "sign", "issue", "archive"),
    ("submit", "approve", "sign", "issue", "cancel"),
    ("drop",),
)


def secret(city: City, *acts: str) -> Document:
    """A secret document about the issued plan, for a department, after these acts."""
    document = paper(
        city.world, title=CANARIES[0], classification=Classification.WORK_SECRET, matter=city.plans["issued"]
    )
    Document.objects.filter(pk=document.pk).update(description=SAID)
    for name in acts:
        opinion = CANARIES[4] if name == "cancel" else OPINION
        move(city.world, document, name, who="chair" if name == "sign" else "clerk", opinion=opinion)
    document.refresh_from_db()
    if "issue" in acts:
        document.recipients.update(receiver=CANARIES[5])
    return document


def bundled(city: City) -> Job:
    """The clerk's bundle of the plan's material."""
    clerk = User.objects.get(username="clerk")
    keys = [item.key for item in material_of(city.plans["issued"], clerk) if item.key.startswith("d")]
    job = Job.objects.create(
        kind=bundling.KIND, owner=clerk,
        arguments={"kind": "annualplan", "matter": city.plans["issued"].pk, "title": CANARIES[0], "parts": keys},
    )  # fmt: skip
    result = bundling.make_bundle(job, lambda *given: None)
    Job.objects.filter(pk=job.pk).update(
        status="done", result=result, finished_at="2026-01-01T00:00Z", message=result.pop("then")
    )
    return job


@pytest.fixture(autouse=True)
def _quiet(city, settings):
    settings.MEDIA_ROOT = city.media
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def client_of(city: City, name: str) -> Client:
    """A logged in person."""
    client = Client()
    client.force_login(city.world.users[name], backend="cppcc.office.accounts.AccountBackend")
    return client


def said(response) -> str:
    """All that a response says, in a page, a workbook or a PDF, its headers too."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    heads = str(response.headers)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return heads + "".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    if data.startswith(b"%PDF-") and len(data) > 100:
        with pdfium.PdfDocument(data) as document:
            return heads + "".join(page.get_textpage().get_text_range() for page in document)
    return heads + data.decode(errors="ignore")


def traces(response) -> list[str]:
    """The canaries in a response."""
    text = re.sub(r"\s", "", said(response))
    return [canary for canary in CANARIES if canary in text]


def addresses(city: City):
    """Every address that can be opened, with all its objects, the secret ones too."""
    for name, page in PAGES.items():
        if "GET" not in page.verbs or name in ("logout",):
            continue
        for target in page.targets:
            yield name, reverse(name, args=target.args(city))
    for document in city.things["secret"]:
        for name in ("document_detail", "document_edit", "document_pdf", "document_versions"):
            yield name, reverse(f"documents:{name}", args=[document.pk])
        yield "changes", reverse("workflow:matter_changes", args=["document", document.pk])
        yield "bundle", reverse("documents:bundle_form", args=["document", document.pk])
        if document.file:
            yield "file", reverse("files:file_download", args=[document.file.uuid])
    for deadline in Deadline.objects.filter(title__startswith="工作秘密"):
        yield "deadline", reverse("deadlines:deadline_detail", args=[deadline.pk])
    job = city.things["secret-bundle"]
    for name in ("documents:bundle_detail", "documents:bundle_pdf", "jobs:job_detail"):
        yield name, reverse(name, args=[job.pk])
    yield "bundle", reverse("documents:bundle_form", args=["annualplan", city.plans["issued"].pk])


LISTS = ("list", "register", "calendar", "whose_court", "morning", "home", "report", "history")


def test_the_canaries_are_alive(city: City):
    """Those who may read them do: else the other tests would prove nothing."""
    client, issued = client_of(city, "clerk"), city.things["secret"][5]
    for address in (
        reverse("documents:document_list"), reverse("documents:number_register"),
        reverse("documents:document_detail", args=[issued.pk]),
        reverse("documents:bundle_form", args=["annualplan", city.plans["issued"].pk]),
        reverse("documents:bundle_pdf", args=[city.things["secret-bundle"].pk]),
    ):  # fmt: skip
        assert traces(client.get(address)), address
    assert Waiting.objects.filter(object_id=issued.pk).exists() and Movement.objects.filter(opinion=OPINION).exists()
    assert Notice.objects.exists() and Deadline.objects.filter(object_id=issued.pk).exists()


@pytest.mark.parametrize("person", OUTSIDERS)
def test_no_page_shows_them_to_anybody_else(city: City, person):
    user = User.objects.get(username=person)
    assert not Document.objects.visible_to(user).filter(pk__in=[found.pk for found in city.things["secret"]]).exists()
    client, found = client_of(city, person), {}
    for name, address in addresses(city):
        for query in ASKED if any(word in name for word in LISTS) else ASKED[:1]:
            if seen := traces(client.get(address + query)):
                found[address + query] = seen
    assert found == {}


@pytest.mark.parametrize("person", ["vice", "edu_clerk", "dept2", "clerk"])
def test_no_calendar_feed_names_them(city: City, person):
    token = issue_feed(User.objects.get(username=person))
    response = Client().get(reverse("deadlines:calendar_feed", args=[token]))
    unfolded = response.content.decode().replace("\r\n ", "")
    assert response.status_code == 200 and not [canary for canary in CANARIES if canary in unfolded]


def test_no_mail_notice_or_dispatch_names_them_to_anybody(city: City):
    rows = [*Outbox.objects.all(), *Notice.objects.all(), *Dispatch.objects.all(), *Deadline.objects.all()]
    assert rows
    for row in rows:
        text = " ".join(str(getattr(row, field.attname)) for field in row._meta.concrete_fields)
        assert not [canary for canary in CANARIES if canary in text], row


def test_the_administration_does_not_show_them(city: City):
    client, found = client_of(city, "admin"), {}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        keys = list(model._default_manager.values_list("pk", flat=True)[:60])
        pages = [(f"{name}_changelist", ())]
        pages += [(f"{name}_{page}", (key,)) for key in keys for page in ("change", "history")]
        history = getattr(model, "history", None)
        keys = list(history.values_list("pk", model._meta.pk.attname)) if history else []
        pages += [(f"{name}_simple_history", (pk, record)) for record, pk in keys[:60]]
        for page, args in pages:
            address = reverse(page, args=args)
            if seen := traces(client.get(address)):
                found[address] = seen
    assert found == {}


def test_a_file_of_theirs_is_in_no_list(city: City):
    secret_files = StoredFile.objects.filter(classification=Classification.WORK_SECRET)
    assert secret_files.exists()
    listed = client_of(city, "admin").get(reverse("admin:files_storedfile_changelist"))
    assert not traces(listed)
