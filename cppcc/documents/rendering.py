"""Pages as pictures for the preview, and watermarked copies of what is 内部. The archived bytes are only read."""

import threading
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

import pypdfium2 as pdfium
from weasyprint import CSS, HTML

from cppcc.documents.typeset import _press, press, written

SCALE = 96 / 72  # a pixel of the screen
COLOURS = 32  # black, red and what smooths their edges
MOST_PAGES = 30  # of a preview
STEP = 240  # points from one mark of the watermark to the next
_pdfium = threading.Lock()  # pdfium is not made for several threads


def pictures(data: bytes) -> list[str]:
    """The pages of a PDF as PNG images, each as a data: address."""
    with _pdfium, pdfium.PdfDocument(data) as document:
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
    with _pdfium, pdfium.PdfDocument.new() as whole, BytesIO() as buffer:
        for data in parts:
            with pdfium.PdfDocument(data) as part:
                whole.import_pages(part)
        whole.save(buffer)
        return buffer.getvalue()


def watermarked(data: bytes, words: str) -> bytes:
    """A copy of a PDF with `words` across each page."""
    with _pdfium, pdfium.PdfDocument(data) as document, BytesIO() as buffer:
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


def watermark(words: str, width: float, height: float) -> bytes:
    """One page of that size (in points) with nothing on it but `words`, slanting, several times."""
    places = [(x, y) for y in range(60, int(height), STEP) for x in range(20, int(width), STEP * 5 // 4)]
    marks = "".join(f'<div style="left:{x}pt;top:{y + 60}pt">{escape(words)}</div>' for x, y in places)
    style = (
        f"@page {{ size: {width}pt {height}pt; margin: 0 }} body {{ margin: 0 }}"
        "div { position: absolute; width: 280pt; font: 13pt hei, companion; color: rgba(110, 110, 110, 0.28);"
        " transform: rotate(-24deg); transform-origin: left bottom }"
    )
    fetcher, fonts, _ = press()
    with _press:
        sheet = CSS(string=style, font_config=fonts, url_fetcher=fetcher)
        page = HTML(string=f"<!doctype html><body>{marks}</body>", url_fetcher=fetcher, base_url=None)
        return written(page.render(stylesheets=[sheet], font_config=fonts))
