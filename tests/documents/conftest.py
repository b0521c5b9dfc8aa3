"""Documents need their fonts; a missing one is told once and clearly, not as forty broken measurements."""

import io
from collections.abc import Callable, Iterator

import pdfplumber
import pytest
from pdfplumber.pdf import PDF

from cppcc.documents.content import DocumentContent
from cppcc.documents.fonts import check_fonts
from cppcc.documents.typeset import typeset


@pytest.fixture(scope="session", autouse=True)
def fonts() -> None:
    messages = check_fonts(None)
    if messages:
        pytest.exit(f"{messages[0].msg} Run script/fonts first.", returncode=1)


@pytest.fixture
def printed() -> Iterator[Callable[[DocumentContent], PDF]]:
    """Typeset a document and open the PDF for measuring."""
    opened: list[PDF] = []

    def open_pdf(content: DocumentContent) -> PDF:
        opened.append(pdfplumber.open(io.BytesIO(typeset(content))))
        return opened[-1]

    yield open_pdf
    for pdf in opened:
        pdf.close()
