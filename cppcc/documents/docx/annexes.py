"""附件 on pages of their own: mark, title, paragraphs, a table whose head repeats on every page (7.3.7)."""

from cppcc.documents.annexes import LEADING as TABLE_LEADING
from cppcc.documents.annexes import NOTHING, SHORT, labelled, type_size
from cppcc.documents.columns import PADDING, column_widths
from cppcc.documents.content import Annex, Table, heads
from cppcc.documents.docx import flow, styles
from cppcc.documents.docx.markup import Element, border, flag, node, paragraph, run, spacing, value
from cppcc.documents.docx.measures import PITCH, POINT, twips
from cppcc.documents.docx.styles import sizes
from cppcc.documents.docx.words import length, plain
from cppcc.documents.fonts import MissingGlyph
from cppcc.documents.grid import DEPTH, MEASURE

CELL_TOP = 50  # twips above and below the text of a cell
RULE = 0.5  # points


def blocks(content: Annex, label: str, *, new_page: bool) -> list[Element]:
    """One annex; with `new_page` its first paragraph begins a page, otherwise the section does."""
    measure = DEPTH if content.landscape else MEASURE
    begins = flag("pageBreakBefore") if new_page else None
    found: list[Element] = []
    if label:
        found.append(paragraph(styles.ANNEX_MARK, run(label), looks=(begins,)))
    heading = flow.title(content.title, styles.ANNEX_TITLE, measure=measure, before=PITCH if label else 0)
    if not label and new_page:
        heading.pPr.insert(1, flag("pageBreakBefore"))
    found.append(heading)
    found += flow.body(content.paragraphs)
    if content.table:
        found.append(table(content.table, measure))
    return found


def all_labelled(annexes: list[Annex]) -> list[tuple[Annex, str]]:
    """The annexes with 附件, 附件1, or nothing for an issued text."""
    return labelled(annexes)


def table(content: Table, measure: float) -> Element:
    """A table as wide as the type area, in the columns that the typesetter finds."""
    size = type_size(len(content.head), measure)
    widths = widths_of(content, measure, size)
    centred = [all(length(plain(text)) <= SHORT for text in column) for column in zip(*content.plain_rows, strict=True)]
    sides = [border(side, RULE) for side in ("top", "left", "bottom", "right", "insideH", "insideV")]
    margins = [
        node(side, w=width, type="dxa")
        for side, width in (
            ("top", CELL_TOP),
            ("left", twips(PADDING)),
            ("bottom", CELL_TOP),
            ("right", twips(PADDING)),
        )
    ]
    shape = node(
        "tblPr", node("tblW", w=sum(widths), type="dxa"), value("jc", "center"), node("tblBorders", *sides),
        node("tblLayout", type="fixed"), node("tblCellMar", *margins),
    )  # fmt: skip
    head = [cell(text, width, size, styles.HEAD_TEXT) for text, width in zip(content.head, widths, strict=True)]
    grid = node("tblGrid", *(node("gridCol", w=width) for width in widths))
    rows = [row_of(row, widths, size, centred) for row in content.rows]
    top = node("tr", node("trPr", flag("cantSplit"), flag("tblHeader")), *head)
    return node("tbl", shape, grid, top, *rows)


def widths_of(content: Table, measure: float, size: float) -> list[int]:
    """The widths of the columns in twips; even ones where a character has no face here."""
    try:
        found = column_widths(content, measure, size)
    except MissingGlyph:
        found = [measure / len(content.head)] * len(content.head)
    return [twips(width) for width in found]


def row_of(row: list[str], widths: list[int], size: float, centred: list[bool]) -> Element:
    """A row that no page tears apart; a heading is one cell over all columns."""
    if heads(row):
        wide = cell(row[0], sum(widths), size, styles.HEAD_TEXT, columns=len(row))
        return node("tr", node("trPr", flag("cantSplit")), wide)
    cells = [
        cell(text, width, size, styles.CELL_TEXT, middle=short or plain(text) in NOTHING)
        for text, width, short in zip(row, widths, centred, strict=True)
    ]
    return node("tr", node("trPr", flag("cantSplit")), *cells)


def cell(text: str, width: int, size: float, style: str, *, middle: bool = False, columns: int = 1) -> Element:
    """A cell, over so many columns; line ends in its text stay."""
    said = "\n".join(filter(None, map(plain, text.splitlines())))
    small = sizes(size) if size != 14 else []
    exact = spacing(before=0, after=0, line=round(size * TABLE_LEADING * POINT))
    inside = paragraph(style, run(said, *small), looks=(exact, value("jc", "center") if middle else None))
    span = value("gridSpan", columns) if columns > 1 else None
    return node("tc", node("tcPr", node("tcW", w=width, type="dxa"), span, value("vAlign", "center")), inside)
