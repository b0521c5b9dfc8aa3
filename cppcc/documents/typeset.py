"""Typeset an official document after GB/T 9704 and return its PDF/A."""

import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.document import Document, Page
from weasyprint.formatting_structure.boxes import FootnoteAreaBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cppcc.documents import annexes, closing, paragraphs
from cppcc.documents.compose import clean
from cppcc.documents.content import DocumentContent
from cppcc.documents.fonts import BUNDLED, path_of
from cppcc.documents.head import head
from cppcc.documents.letterhead import letterhead
from cppcc.documents.seals import checked
from cppcc.documents.stylesheet import sheet
from cppcc.office.refusals import Refused

VARIANT = "pdf/a-2b"
UNNUMBERED_FIRST = "@bottom-left { content: none } @bottom-right { content: none }"
_press = threading.Lock()
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


class OnlyFonts(URLFetcher):
    """Opens the font files of the roles and the seals it was given, nothing else: no network, no other file."""

    def __init__(self, seals: Sequence[bytes | None] = ()) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self.allowed = {path_of(role).resolve() for role in BUNDLED}
        self.seals = {f"seal:{number}": data for number, data in enumerate(seals) if data}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """A font file or a seal; ValueError for anything else."""
        if url in self.seals:
            return URLFetcherResponse(url, self.seals[url], {"Content-Type": "image/png"})
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


@dataclass(frozen=True)
class Order:
    """What is to be printed: a content, and the pictures of the seals on its names."""

    content: DocumentContent
    seals: Sequence[bytes | None] = ()

    def fetcher(self) -> OnlyFonts:
        """What may be opened while this is printed."""
        return OnlyFonts(self.seals) if any(self.seals) else press()[0]


def typeset(content: DocumentContent, seals: Sequence[bytes | None] = ()) -> bytes:
    """The document as a PDF/A-2b file. `seals`: a PNG for each name of 署名, in their order, or None.

    `MissingGlyph` when no font has one of its characters; `Refused` when a part or a font is missing.
    """
    require(content)
    order = Order(content, checked(seals, len(content.signature)))
    with _press, strict():
        return written(lay_out(order))


def typeset_together(
    contents: Sequence[DocumentContent], seals: Sequence[bytes | None] = (), *, sheets: bool = False
) -> bytes:
    """Several documents one after the other as one file, in which each font is embedded once.

    sheets: each begins on a sheet of its own, for printing on both sides. Raises what `typeset` does.
    """
    pages: list[Page] = []
    with _press, strict():
        for content in contents:
            require(content)
            order = Order(content, checked(seals, len(content.signature)))
            document = lay_out(order)
            pages += document.pages
            if sheets and len(document.pages) % 2:
                pages += render(order, '<div class="empty"></div>').pages[:1]
        return written(document.copy(pages))


def written(document: Document) -> bytes:
    """The pages as a file. WeasyPrint leaves its colour profile open for the collector to close: no news for us."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        data: bytes = document.write_pdf(pdf_variant=VARIANT)
    return data


def require(content: DocumentContent) -> None:
    """Refuse a document that lacks what no document can do without."""
    parts = {"发文机关标志": content.masthead, "标题": "".join(content.title), "署名": "".join(content.signature)}
    if content.kind == "minutes":
        del parts["署名"]
    missing = [name for name, text in parts.items() if not clean(text)]
    if missing:
        raise Refused(f"{'、'.join(missing)}没有填写，请补充后再排印。")


def lay_out(order: Order) -> Document:
    """The pages. The 版记 must end on an even one: it gets a page of its own when the text ends on an odd one.

    A letter's 版记 need not: it stands on the last page there is.
    """
    content = order.content
    text, imprint = body(order), closing.imprint(content)
    if not imprint or (content.annexes and content.annexes[-1].landscape):
        document = render(order, text)
        return with_own_page(order, document, document.pages, imprint) if imprint else document
    document = render(order, f"{text}<div>{imprint}</div>")
    end = last_page_of_text(document)
    if content.kind == "letter" or (end == len(document.pages) and end % 2 == 0):
        return document
    return with_own_page(order, document, [*map(without_imprint, document.pages[:end])], imprint)


def without_imprint(page: Page) -> Page:
    """A page laid out with the 版记 at its foot, without it: what stands above does not depend on it."""
    box = page._page_box
    box.children = [child for child in box.children if not isinstance(child, FootnoteAreaBox)]
    return page


def with_own_page(order: Order, document: Document, pages: list[Page], imprint: str) -> Document:
    """The `pages`, and the 版记 on the next even one; with a blank page before it neither is numbered (clause 7.5)."""
    count = len(pages)
    blank, kind = "", ""
    if order.content.kind != "letter":
        blank, kind = ('<div class="empty"></div>', "bare turned") if count % 2 == 0 else ("", "turned")
    last = render(order, f'{blank}<div class="{kind}">{imprint}</div>', first_number=count + 1)
    return document.copy([*pages, *last.pages])


def last_page_of_text(document: Document) -> int:
    """The number of the page on which the text before the 版记 ends."""
    return max(number for number, page in enumerate(document.pages, 1) if "end" in page.anchors)


def render(order: Order, inner: str, first_number: int = 1) -> Document:
    """Lay out one HTML document on the shared press; its page numbers begin with `first_number`."""
    return laid_out(page_html(order.content, inner, first_number), press()[2], order.fetcher())


def laid_out(text: str, style: CSS, fetcher: OnlyFonts) -> Document:
    """The pages of one HTML document: the only place that makes one. The caller holds the press."""
    page = HTML(string=text, url_fetcher=fetcher, base_url=None)
    return page.render(stylesheets=[style], font_config=press()[1], pdf_variant=VARIANT)


def plain_pages(inner: str, style: str, *, title: str = "") -> bytes:
    """Pages in the same fonts that are no official document: a watermark, the cover of a bundle. `inner` is escaped.

    `Refused` when a character is missing.
    """
    text = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body>{inner}</body></html>"
    )
    fetcher, fonts, _ = press()
    with _press, strict():
        return written(laid_out(text, CSS(string=style, font_config=fonts, url_fetcher=fetcher), fetcher))


def page_html(content: DocumentContent, inner: str, first_number: int) -> str:
    """The whole HTML; every text in it is escaped."""
    title = escape("".join(map(clean, content.title)))
    author = escape("、".join(map(clean, content.signature)), quote=True)
    number = escape(clean(content.number), quote=True)
    side = "right" if first_number % 2 else "left"
    silent = UNNUMBERED_FIRST if content.kind == "letter" and first_number == 1 else ""
    counting = f"html {{ break-before: {side} }} @page :first {{ counter-reset: page {first_number}; {silent} }}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{author}"><meta name="description" content="{number}">'
        f"<style>{counting}</style></head><body>{inner}</body></html>"
    )


def body(order: Order) -> str:
    """Everything before the 版记."""
    content = order.content
    top = letterhead(content) if content.kind == "letter" else head(content)
    end = minutes_end(content) if content.kind == "minutes" else issued_end(content, list(map(bool, order.seals)))
    return "".join(
        [
            top,
            paragraphs.title(content.title),
            paragraphs.recipients(content.recipients),
            *map(paragraphs.paragraph, content.body[:-1]),
            *(paragraphs.paragraph(part, last=True) for part in content.body[-1:]),
            closing.annex_list(content.listed_annexes),
            end,
            annexes.sections(content.annexes),
        ]
    )


def issued_end(content: DocumentContent, seals: Sequence[bool]) -> str:
    """署名, 成文日期 and 附注 of a document or letter."""
    return closing.signature(content, seals) + closing.note(content.note)


def minutes_end(content: DocumentContent) -> str:
    """出席, 请假 and 列席, and the 附注 of minutes; who wrote them stands in the head, and there is no seal."""
    return closing.attendees(content.attendees) + closing.note(content.note)
