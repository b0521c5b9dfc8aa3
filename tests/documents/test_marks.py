"""紧急程度, 份号, 第N期: typed where the format has them, printed in their place (GB/T 9704, 7.2.1, 7.2.3, 10.1)."""

import io

import pdfplumber
import pytest
from django.urls import reverse

from cppcc.documents.describing import content_for
from cppcc.documents.description import URGENCIES as KNOWN
from cppcc.documents.forms.document import URGENCIES, DocumentForm
from cppcc.documents.models import Document
from cppcc.documents.typeset import typeset
from cppcc.files.models import Classification
from cppcc.files.storing import read
from tests.documents.papers import move, paper
from tests.documents.ruler import MM, PITCH, face, lines, text_of
from tests.documents.test_document_pages import form

pytestmark = pytest.mark.django_db


def first_page(data):
    """The first page of a PDF."""
    return pdfplumber.open(io.BytesIO(data)).pages[0]


def row_with(page, words):
    """The line of the page that holds the words."""
    return next(row for row in lines(page) if words in text_of(row))


def save(world, login, document, **given):
    """The form of the document, posted."""
    address = reverse("documents:document_edit", args=[document.pk])
    return login("clerk").post(address, form(world, document, **given))


@pytest.mark.parametrize("kind", ["notice", "report", "letter"])
def test_marks_are_typed_and_printed_flush_left(world, login, kind):
    document = paper(world, kind=kind)
    assert save(world, login, document, urgency="特急", copy_number="3").status_code == 302
    document.refresh_from_db()
    assert (document.description["urgency"], document.description["copy_number"]) == ("特急", "3")
    with pdfplumber.open(io.BytesIO(typeset(content_for(document)))) as pdf:
        page = pdf.pages[0]
        copy, urgency = row_with(page, "000003"), row_with(page, "特急")
        assert {face(char) for char in urgency if char["text"] in "特急"} == {"hei"}
        for row in (copy, urgency):
            assert row[0]["x0"] / MM == pytest.approx(28, abs=0.6)
        below = (urgency[0]["top"] - copy[0]["top"]) / MM
        assert below == pytest.approx(PITCH, abs=0.3)  # one below the other, 份号 first
        if kind != "letter":
            assert copy[0]["top"] / MM == pytest.approx(37, abs=0.7)
    shown = DocumentForm(document=document).initial
    assert (shown["urgency"], shown["copy_number"]) == ("特急", "3")


def test_none_is_printed_where_none_is_typed(world, login):
    document = paper(world)
    assert save(world, login, document).status_code == 302
    document.refresh_from_db()
    content = content_for(document)
    assert (content.urgency, content.copy_number) == ("", "")


def test_minutes_have_none(world, login):
    document = paper(world, kind="minutes")
    page = login("clerk").get(reverse("documents:document_edit", args=[document.pk])).content.decode()
    assert "紧急程度" not in page and "份号" not in page
    assert save(world, login, document, urgency="特急", copy_number="3").status_code == 302
    assert content_for(Document.objects.get(pk=document.pk)).urgency == ""


@pytest.mark.parametrize("given", [{"urgency": "十万火急"}, {"copy_number": "1234567"}, {"copy_number": "A1"}])
def test_what_is_no_mark_is_told(world, login, given):
    document = paper(world)
    response = save(world, login, document, **given)
    assert response.status_code == 422 and len(response.context["form"].mistakes) == 1


def test_the_form_offers_what_the_typesetter_knows():
    assert {value for value, _ in URGENCIES} == set(KNOWN)


def test_a_work_secret_bears_no_mark_of_secrecy(world):
    """密级 in the corner is for state secrets; 工作秘密 governs who may read it. R048."""
    document = paper(world, classification=Classification.WORK_SECRET)
    with pdfplumber.open(io.BytesIO(typeset(content_for(document)))) as pdf:
        assert "秘密" not in "".join(page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize(("kind", "centred"), [("paper", True), ("minutes", False)])
def test_a_serial_publication_bears_its_number_in_the_head(world, kind, centred):
    """参阅件 and 纪要: 第N期 stands where 发文字号 stands, above the red rule; the draft shows 第×期."""
    document = paper(world, kind=kind)
    with pdfplumber.open(io.BytesIO(typeset(content_for(document)))) as pdf:
        assert "第×期" in pdf.pages[0].extract_text().replace(" ", "")
    for number in (1, 2):
        document = paper(world, kind=kind, state="signed")
        move(world, document, "issue")
        document = Document.objects.get(pk=document.pk)
        assert document.number_text == f"第{number}期"
        with pdfplumber.open(io.BytesIO(read(document.file))) as pdf:
            page = pdf.pages[0]
            row = row_with(page, f"第{number}期")
            rule = next(box for box in page.rects if box["width"] / MM > 150 and box["top"] > row[0]["bottom"])
            chars = [char for char in row if char["text"] in f"第{number}期"]
            middle = (chars[0]["x0"] + chars[-1]["x1"]) / 2 / MM
            assert (rule["top"] - row[0]["bottom"]) / MM < 2 * PITCH + 5
            assert centred is False or middle == pytest.approx(28 + 78, abs=0.5)
