"""Typeset an official document after GB/T 9704 and return its PDF/A."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cppcc.documents import annexes, closing, head, paragraphs
from cppcc.documents.compose import clean
from cppcc.documents.content import DocumentContent
from cppcc.documents.fonts import BUNDLED, path_of
from cppcc.documents.stylesheet import sheet
from cppcc.office.refusals import Refused

VARIANT = "pdf/a-2b"
_press = threading.Lock()
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


class OnlyFonts(URLFetcher):
    """Opens the font files of the roles and nothing else: no network, no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self.allowed = {path_of(role).resolve() for role in BUNDLED}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """A font file; ValueError for anything else."""
        parts = urlsplit(url)
        if parts.scheme != "file" or Path(unquote(parts.path)).resolve() not in self.allowed:
            raise ValueError(f"documents may not fetch {url}")
        return super().fetch(url, headers)


@cache
def press() -> tuple[OnlyFonts, FontConfiguration, CSS]:
    """Fetcher, font configuration and parsed stylesheet: made once in a process, they are the dear part."""
    fetcher = OnlyFonts()
    fonts = FontConfiguration()
    return fetcher, fonts, CSS(string=sheet(), font_config=fonts, url_fetcher=fetcher)


class Listener(logging.Handler):
    """Collects what WeasyPrint complains about while it holds the press."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def strict() -> Iterator[None]:
    """Refuse a rendering in which WeasyPrint drew the box of a missing character."""
    heard = Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
    lost = next((line for line in heard.lines if "notdef" in line), None)
    if lost:
        raise Refused(f"文件中有字体里没有的字，不能排印；请检查正文中的生僻字或特殊符号（{lost}）。")


def typeset(content: DocumentContent) -> bytes:
    """The document as a PDF/A-2b file; `MissingGlyph` when no font has one of its characters."""
    require(content)
    with _press, strict():
        return written(lay_out(content))


def written(document: Document) -> bytes:
    """The pages as a file. WeasyPrint leaves its colour profile open for the collector to close: no news for us."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        data: bytes = document.write_pdf(pdf_variant=VARIANT)
    return data


def require(content: DocumentContent) -> None:
    """Refuse a document that lacks what no document can do without."""
    parts = {"发文机关标志": content.masthead, "标题": "".join(content.title), "署名": "".join(content.signature)}
    missing = [name for name, text in parts.items() if not clean(text)]
    if missing:
        raise Refused(f"{'、'.join(missing)}没有填写，请补充后再排印。")


def lay_out(content: DocumentContent) -> Document:
    """The pages. The 版记 must end on an even one: a second pass gives it its own page when the first does not."""
    text = body(content)
    imprint = closing.imprint(content)
    if content.annexes and content.annexes[-1].landscape:
        return with_own_page(content, text, imprint)
    document = render(content, f"{text}<div>{imprint}</div>")
    shares_last_page = last_page_of_text(document) == len(document.pages)
    if not imprint or (shares_last_page and len(document.pages) % 2 == 0):
        return document
    return with_own_page(content, text, imprint)


def with_own_page(content: DocumentContent, text: str, imprint: str) -> Document:
    """The 版记 on the next even page; neither it nor a blank page before it carries a number (clause 7.5)."""
    document = render(content, text)
    if not imprint:
        return document
    count = len(document.pages)
    blank, kind = ('<div class="empty"></div>', "bare") if count % 2 == 0 else ("", "")
    last = render(content, f'{blank}<div class="imprintpage {kind}">{imprint}</div>', first_number=count + 1)
    return document.copy([*document.pages, *last.pages])


def last_page_of_text(document: Document) -> int:
    """The number of the page on which the text before the 版记 ends."""
    return max(number for number, page in enumerate(document.pages, 1) if "end" in page.anchors)


def render(content: DocumentContent, inner: str, first_number: int = 1) -> Document:
    """Lay out one HTML document on the shared press; its page numbers begin with `first_number`."""
    fetcher, fonts, style = press()
    page = HTML(string=page_html(content, inner, first_number), url_fetcher=fetcher, base_url=None)
    return page.render(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)


def page_html(content: DocumentContent, inner: str, first_number: int) -> str:
    """The whole HTML; every text in it is escaped."""
    title = escape("".join(map(clean, content.title)))
    author = escape("、".join(map(clean, content.signature)), quote=True)
    number = escape(clean(content.number), quote=True)
    side = "right" if first_number % 2 else "left"
    counting = f"html {{ break-before: {side} }} @page :first {{ counter-reset: page {first_number} }}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{author}"><meta name="description" content="{number}">'
        f"<style>{counting}</style></head><body>{inner}</body></html>"
    )


def body(content: DocumentContent) -> str:
    """Everything before the 版记."""
    labels = annexes.labels(content.annexes)
    return "".join(
        [
            head.head(content.masthead, content.number),
            paragraphs.title(content.title),
            paragraphs.recipients(content.recipients),
            *map(paragraphs.paragraph, content.body[:-1]),
            *(paragraphs.paragraph(part, last=True) for part in content.body[-1:]),
            closing.annex_list(content.marked_annexes),
            closing.signature(content),
            closing.note(content.note),
            "" if content.annexes else annexes.END,
            *map(annexes.annex, content.annexes, labels),
        ]
    )
