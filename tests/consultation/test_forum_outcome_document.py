"""The 参阅件 of a forum as it is printed: measured, read, sent. R053, R111, R113."""

import io

import pdfplumber
import pytest
from django.utils import timezone

from consultation.forums.outcome import draft_outcome
from consultation.models import Forum
from cppcc.documents.describing import content_for
from cppcc.documents.fonts import check_fonts
from cppcc.documents.models import CopyRule, Document
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.office.models import Person
from tests.consultation import forum_world
from tests.consultation.test_forum_outcome import drawn
from tests.documents.ruler import faults

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session", autouse=True)
def _fonts():
    if missing := check_fonts(None):
        pytest.exit(f"{missing[0].msg} Run script/fonts first.", returncode=1)


def issued(world, forum, key="reference"):
    """The outcome, signed past the engine and issued."""
    outcome = draft_outcome(forum, forum.rules.outcomeforms.get(key=key), by=world.users["clerk"])
    Document.objects.filter(pk=outcome.document_id).update(
        state="signed", signatory=world.posts["chair"], signed_at=timezone.now(),
        signed_by=world.users["chair"].person,
    )  # fmt: skip
    document = Document.objects.get(pk=outcome.document_id)
    DOCUMENT.move(
        document, "issue", by=world.users["clerk"], version=document.version,
        data={"issued_on": timezone.localdate()},
    )  # fmt: skip
    return Document.objects.get(pk=document.pk)


@pytest.mark.parametrize("key", ["reference", "recommendation", "report", "proposal"])
def test_the_printed_outcome_keeps_the_measures(world, key):
    Person.objects.filter(pk=world.users["member"].person_id).update(name="欧阳建国")
    document = issued(world, drawn(world), key)
    with pdfplumber.open(io.BytesIO(document.file.path.read_bytes())) as pdf:
        content = content_for(document, number=document.number_text, day=document.issued_on)
        assert faults(pdf, content) == []
        text = "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")
    assert "关于“加快推进老旧小区改造”的协商意见建议" in text
    assert "1.加快推进既有住宅加装电梯" in text and "意见建议办理单位一览表" in text
    assert "欧阳建国" in text and "市发展和改革局" in text


def test_the_copy_rules_apply_by_themselves(world):
    rule = CopyRule.objects.create(
        key="parties", label="各党派", issuers=["committee", "office"], to_kinds=["party"], rule="R111",
        reason="政协文件同时发各党派团体", order=1,
    )  # fmt: skip
    rule.kinds.set([forum_world.rules(world).outcomeforms.get(key="reference").document_kind])
    document = issued(world, drawn(world))
    told = {row.organization.key for row in document.recipients.sent()}
    assert {"party-committee", "government", "dept1", "party1", "party2"} <= told
    assert Forum.objects.get().state == "reported"
