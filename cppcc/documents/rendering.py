"""Pages as pictures for the preview, and watermarked copies of what is 内部. The archived bytes are only read."""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium

from cppcc.documents.fonts import settable
from cppcc.documents.typeset import plain_pages
from cppcc.files.pdfium import PDFIUM

SCALE = 96 / 72  # a pixel of the screen
COLOURS = 32  # black, red and what smooths their edges
MOST_PAGES = 30  # of a preview
MOST_ROWS = 40  # of a table in a preview
STEP = 240  # points from one mark of the watermark to the next


def for_preview(mapping: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """A description with its long tables cut, since a thousand rows take half a minute; and what to say about it."""
    annexes = [_cut(annex) for annex in mapping.get("annexes") or []]
    cut = annexes != (mapping.get("annexes") or [])
    said = f"预览中每个表格只排前 {MOST_ROWS} 行，印发时全部排印。" if cut else ""
    return mapping | ({"annexes": annexes} if cut else {}), said


def _cut(annex: dict[str, Any]) -> dict[str, Any]:
    table = annex.get("table")
    return annex | {"table": table | {"rows": table["rows"][:MOST_ROWS]}} if table else annex


def pictures(data: bytes) -> list[str]:
    """The pages of a PDF as PNG images, each as a data: address."""
    with PDFIUM, pdfium.PdfDocument(data) as document:
        return [_picture(document[number]) for number in range(min(len(document), MOST_PAGES))]


def _picture(page: pdfium.PdfPage) -> str:
    image = page.render(scale=SCALE).to_pil()
    page.close()
    with BytesIO() as buffer:
        image.quantize(COLOURS).save(buffer, "PNG")
        return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"


def joined(parts: Sequence[bytes]) -> bytes:
    """PDFs one after the other as one. Nothing is embedded anew, so a font of each part is there once a part."""
    if len(parts) == 1:
        return parts[0]
    with PDFIUM, pdfium.PdfDocument.new() as whole, BytesIO() as buffer:
        for data in parts:
            with pdfium.PdfDocument(data) as part:
                whole.import_pages(part)
        whole.save(buffer)
        return buffer.getvalue()


def watermarked(data: bytes, words: str) -> bytes:
    """A copy of a PDF with `words` across each page."""
    with PDFIUM, pdfium.PdfDocument(data) as document, BytesIO() as buffer:
        sizes = [document.get_page_size(number) for number in range(len(document))]
        for size in set(sizes):
            with pdfium.PdfDocument(watermark(words, *size)) as mark:
                form = mark.page_as_xobject(0, document)
                for number in (n for n, found in enumerate(sizes) if found == size):
                    _lay_over(document[number], form)
                form.close()
        document.save(buffer)
        return buffer.getvalue()


def _lay_over(page: pdfium.PdfPage, form: pdfium.PdfXObject) -> None:
    page.insert_obj(form.as_pageobject())
    page.gen_content()
    page.close()


@lru_cache(maxsize=8)  # the same words for each letter of a batch
def watermark(words: str, width: float, height: float) -> bytes:
    """One page of that size (in points) with nothing on it but `words`, slanting, several times."""
    places = [(x, y) for y in range(60, int(height), STEP) for x in range(20, int(width), STEP * 5 // 4)]
    text = escape(settable(words, "hei"))
    marks = "".join(f'<div style="left:{x}pt;top:{y + 60}pt">{text}</div>' for x, y in places)
    style = (
        f"@page {{ size: {width}pt {height}pt; margin: 0 }} body {{ margin: 0 }}"
        "div { position: absolute; width: 280pt; font: 13pt hei, companion; color: rgba(110, 110, 110, 0.28);"
        " transform: rotate(-24deg); transform-origin: left bottom }"
    )
    return plain_pages(marks, style)
