"""A document as a .docx: the same content in the same named styles, for those who edit it in WPS."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx

from cppcc.documents.content import Annex, DocumentContent
from cppcc.documents.docx import annexes, flow, imprint, styles
from cppcc.documents.docx.heading import head
from cppcc.documents.docx.imprint import Place
from cppcc.documents.docx.letterhead import letterhead
from cppcc.documents.docx.markup import paragraph
from cppcc.documents.docx.package import furnish
from cppcc.documents.docx.sections import Part, assembled, number_pages
from cppcc.documents.docx.words import joined, plain


def word_of(content: DocumentContent, *, reader: str = "", origin: str = "", place: Place | None = None) -> bytes:
    """The document as a .docx file.

    reader: what stands in the head of every page of a copy that is not for everybody. origin: what tells an edited
    one from others when it comes back. place: where the 版记 goes, as the typesetter has it unless given. Texts stay
    as they are, but for characters that no file can hold.
    """
    parts = parts_of(content, place or imprint.place_of(content))
    word = docx.Document()
    furnish(word)
    describe(word.core_properties, content)
    word.core_properties.identifier = origin
    body = word.element.body
    for old in list(body):
        body.remove(old)
    body.extend(assembled(parts))
    number_pages(list(word.sections), parts, plain(reader))
    with BytesIO() as buffer:
        word.save(buffer)
        return buffer.getvalue()


def describe(properties: Any, content: DocumentContent) -> None:
    """Title, author, language, subject, as other programs show them."""
    properties.title = joined(content.title, "")[:250]
    properties.author = properties.last_modified_by = joined(content.signature, "、")[:250]
    properties.subject = plain(content.number)[:250]
    properties.language = "zh-CN"
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)


def parts_of(content: DocumentContent, place: Place) -> list[Part]:
    """The sections: upright and landscape pages in turn, and the page of the 版记 where it has one of its own."""
    letter = content.kind == "letter"
    top = letterhead(content) if letter else head(content)
    parts = [Part([*top, *flow.main_text(content)], letter=letter)]
    for annex, label in annexes.all_labelled(content.annexes):
        add_annex(parts, annex, label)
    end = imprint.table(content)
    if end is None:
        return parts
    if place.own_page or parts[-1].landscape:
        begins = "nextPage" if letter else "evenPage"
        anchor = paragraph(styles.EMPTY)  # the table floats: without it, it would go to the page before
        return [*parts, Part([anchor, end], begins=begins, numbered=place.numbered or letter)]
    parts[-1].blocks.append(end)
    return parts


def add_annex(parts: list[Part], annex: Annex, label: str) -> None:
    """An annex goes on in the last section when its sheet stands the same way, else it begins one."""
    same = parts[-1].landscape == annex.landscape
    if not same:
        parts.append(Part(landscape=annex.landscape))
    parts[-1].blocks += annexes.blocks(annex, label, new_page=same)
