"""Seven documents as an office writes them, measured with the ruler; and the ruler itself."""

import io
import re
from dataclasses import replace

import pdfplumber
import pytest

from cppcc.documents import paragraphs, stylesheet
from cppcc.documents import typeset as engine
from cppcc.documents.content import DocumentContent, Paragraph
from cppcc.documents.grid import MM
from cppcc.documents.typeset import press, typeset
from tests.documents.plans import letter
from tests.documents.ruler import faults
from tests.documents.samples import SAMPLES, sample

PAGES = {"notice": 1, "scheme": 6, "letter": 2, "minutes": 2, "joint": 4, "report": 4, "mixed": 2}


@pytest.mark.parametrize("name", PAGES)
def test_sample_is_as_the_standard_wants_it(name):
    content = sample(name)
    with pdfplumber.open(io.BytesIO(typeset(content))) as pdf:
        assert faults(pdf, content) == []
        assert len(pdf.pages) == PAGES[name]


def test_every_sample_is_measured():
    assert {path.stem for path in SAMPLES.glob("*.yaml")} == set(PAGES)


def measured(content: DocumentContent) -> str:
    with pdfplumber.open(io.BytesIO(typeset(content))) as pdf:
        return "\n".join(faults(pdf, content))


@pytest.fixture
def own_press():
    """A press that a test may spoil."""
    press.cache_clear()
    yield
    press.cache_clear()


LONG = DocumentContent(
    **{
        **vars(letter()),
        "body": [Paragraph("政协" * 700)],
        "number": "云政协办〔2026〕3号",
        "note": "",
        "copy_to": ["市委"],
    }
)
SPOILT_SHEETS = {
    "a font taken away": (r'font-family: "body"', 'font-family: "lost"', "none of our fonts"),
    "another pitch": (
        r".ln { display: block; height: 29.[0-9]*pt",
        ".ln { display: block; height: 28.95pt",
        "of the grid",
    ),
    "smaller text": (r"html { font: 16.0pt", "html { font: 15pt", "sizes on page 1"),
    "smaller title": (r"h1 { font-size: 22.0pt", "h1 { font-size: 18pt", "22 pt"),
    "a narrow rule": (r"width: 442.2047pt; height: 1.4173pt", "width: 400pt; height: 1.4173pt", "156 mm wide"),
    "numbers inside": (r"@bottom-right { content: \"— \"", '@bottom-left { content: "— "', "the number"),
    "a lower type area": (r"margin: 98.[0-9]*pt", "margin: 104pt", "mm"),
    "imprint in the text": (r"float: footnote; display", "display", "the last rule"),
}


@pytest.mark.parametrize("name", SPOILT_SHEETS)
def test_the_ruler_finds_a_spoilt_sheet(name, monkeypatch, own_press):
    pattern, wrong, complaint = SPOILT_SHEETS[name]
    sheet = stylesheet.sheet()
    spoilt = re.sub(pattern.replace("{", r"\{").replace("(", r"\("), wrong, sheet)
    assert spoilt != sheet
    monkeypatch.setattr(engine, "sheet", lambda: spoilt)
    found = measured(LONG)
    assert complaint in found


def test_the_ruler_finds_nothing_wrong_with_the_same_text_unspoilt(own_press):
    assert measured(LONG) == ""


def test_the_ruler_finds_a_longer_line(monkeypatch):
    monkeypatch.setattr(paragraphs, "MEASURE", paragraphs.MEASURE + 6 * MM)
    assert "not at 184" in measured(LONG) or "holds 29" in measured(LONG)


@pytest.mark.parametrize("wrong", [{"number": "云政协办〔2026〕4号"}, {"body": [Paragraph("政协" * 699 + "会")]}])
def test_the_ruler_finds_that_something_else_was_printed(wrong):
    with pdfplumber.open(io.BytesIO(typeset(LONG))) as pdf:
        assert faults(pdf, replace(LONG, **wrong)) != []


def test_the_ruler_finds_a_document_printed_as_a_letter():
    with pdfplumber.open(io.BytesIO(typeset(LONG))) as pdf:
        assert "the mark begins" in "\n".join(faults(pdf, replace(LONG, kind="letter")))
