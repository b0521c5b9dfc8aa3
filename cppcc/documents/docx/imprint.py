"""版记: a table at the foot of the last page, which is an even one (GB/T 9704, 7.4); that of a letter has no rules."""

from dataclasses import dataclass

from cppcc.documents.content import DocumentContent, in_words
from cppcc.documents.docx import styles
from cppcc.documents.docx.markup import Element, border, no_margins, node, paragraph, run, tabs
from cppcc.documents.docx.measures import LEFT, WIDTH, twips
from cppcc.documents.docx.words import joined, plain
from cppcc.documents.grid import MM, SMALL
from cppcc.documents.typeset import Order, _press, last_page_of_text, lay_out, require, strict
from cppcc.office.refusals import Refused

OUTER, INNER = 0.35 * MM, 0.25 * MM
LABEL = "抄送："


@dataclass(frozen=True)
class Place:
    """Whether the 版记 stands on a page of its own, and whether that page bears a number."""

    own_page: bool
    numbered: bool = True


def place_of(content: DocumentContent) -> Place:
    """Where the typesetter puts the 版记; on an even page of its own when the text cannot be typeset here."""
    if content.kind == "letter" and not content.annexes:
        return Place(own_page=False)
    try:
        require(content)
        with _press, strict():
            document = lay_out(Order(content))
            added = len(document.pages) - last_page_of_text(document)
    except Refused:
        return Place(own_page=True)
    return Place(own_page=added > 0, numbered=added < 2)


def table(content: DocumentContent) -> Element | None:
    """The 版记; None when there is nothing in it."""
    rows = [row for row in (copies(content), printing(content)) if row is not None]
    if not rows:
        return None
    ruled = content.kind != "letter"
    outer = [border(side, OUTER) for side in ("top", "bottom")] if ruled else []
    lines = node("tblBorders", outer[0], outer[1], border("insideH", INNER)) if ruled else None
    place = node(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="page", tblpX=LEFT,
        tblpYSpec="bottom",
    )  # fmt: skip
    shape = node(
        "tblPr", place, node("tblOverlap", val="never"), node("tblW", w=WIDTH, type="dxa"), lines,
        node("tblLayout", type="fixed"), no_margins(),
    )  # fmt: skip
    return node("tbl", shape, node("tblGrid", node("gridCol", w=WIDTH)), *map(row_of, rows))


def row_of(inside: Element) -> Element:
    """One row of the 版记."""
    cell = node("tc", node("tcPr", node("tcW", w=WIDTH, type="dxa")), inside)
    return node("tr", node("trPr", node("cantSplit")), cell)


def copies(content: DocumentContent) -> Element | None:
    """抄送: one character in on both sides, wraps under the first name, a full stop at the end."""
    text = joined(content.copy_to, "，")
    if not text:
        return None
    label = len(LABEL)
    inset = node(
        "ind", leftChars=(1 + label) * 100, left=twips((1 + label) * SMALL), rightChars=100, right=twips(SMALL),
        hangingChars=label * 100, hanging=twips(label * SMALL),
    )  # fmt: skip
    return paragraph(styles.COPIES, run(LABEL + text.removesuffix("。") + "。"), looks=(inset,))


def printing(content: DocumentContent) -> Element | None:
    """印发机关 at the left, 印发日期 at the right, each one character in."""
    office = plain(content.printed_by)
    if not office or content.kind == "letter":
        return None
    day = f"{in_words(content.printed_on or content.date)}印发"
    inset = node("ind", leftChars=100, left=twips(SMALL), rightChars=100, right=twips(SMALL))
    return paragraph(styles.PRINTING, run(f"{office}\t{day}"), looks=(tabs(("right", WIDTH - twips(SMALL))), inset))
