"""发文机关标志: the red line of one office, or of several in a table with 文件 at their right (GB/T 9704, 7.2.4)."""

from dataclasses import dataclass
from math import floor

from cppcc.documents.docx import styles
from cppcc.documents.docx.markup import Element, no_margins, node, paragraph, run, spacing, value
from cppcc.documents.docx.measures import twips
from cppcc.documents.docx.styles import sizes
from cppcc.documents.docx.words import length
from cppcc.documents.fonts import MissingGlyph
from cppcc.documents.head import MARK_WIDTH, ROW_GAP, ROW_HEIGHT, SINGLE_HEIGHT, WORD_HEIGHT, Ink, ink_of

BASELINE = 0.84  # of an exact line: how far below its top the letters stand
SLACK = 0.98  # of the width: what faces and programs differ by must not break the line
USUAL = Ink(0.05, -0.08, 0.95, 0.84)  # of a character, where the font at hand does not have it


@dataclass(frozen=True)
class Type:
    """A line of the mark: its size in points, how much it is squeezed in percent, where its ink is, in twips."""

    size: float
    squeezed: int
    above: int
    below: int

    @property
    def height(self) -> int:
        return twips(self.size)

    def looks(self) -> list[Element | None]:
        """Size and squeeze for a run."""
        return [value("w", self.squeezed) if self.squeezed < 100 else None, *sizes(self.size)]


def typed(text: str, height: float, span: float = MARK_WIDTH) -> Type:
    """The type whose ink is `height` points tall and at most `span` points wide."""
    ink = ink_at_hand(text)
    size = round(height / ink.height * 2) / 2
    squeezed = floor(min(1.0, span * SLACK / ((ink.right - ink.left) * size)) * 100)
    return Type(size, squeezed, twips((BASELINE - ink.top) * size), twips((1 - BASELINE + ink.bottom) * size))


def ink_at_hand(text: str) -> Ink:
    """The ink of a line of the mark; what it usually is when the title face lacks a character."""
    try:
        return ink_of(text)
    except MissingGlyph:
        return Ink(USUAL.left, USUAL.bottom, len(text) - 1 + USUAL.right, USUAL.top)


def single(name: str, top: int) -> tuple[list[Element], int]:
    """The mark of one office whose ink begins `top` twips below, and the height of the blank under its ink."""
    found = typed(name, SINGLE_HEIGHT)
    place = spacing(before=max(0, top - found.above), after=0, line=found.height)
    return [paragraph(styles.MARK, run(name, *found.looks()), looks=(place,))], found.below


def joint(names: list[str], word: str, top: int) -> tuple[list[Element], int]:
    """The mark of several offices: a table without rules, the names spread to one width, 文件 at their right."""
    height, word_type = ROW_HEIGHT * (1 - ROW_GAP / 2), typed(word, WORD_HEIGHT) if word else None
    span = MARK_WIDTH - (WORD_HEIGHT * 2.4 if word else 0)
    types = [typed(name, height, span) for name in names]
    row = twips(ROW_HEIGHT * (1 + ROW_GAP / 2))
    widest = max(length(name) * found.size * found.squeezed / 100 for name, found in zip(names, types, strict=True))
    columns = [twips(min(span, widest) + 4), twips(WORD_HEIGHT * 2.4)][: 2 if word else 1]
    rows = [
        joint_row(name, found, row, columns, word_type, word if place == 0 else "")
        for place, (name, found) in enumerate(zip(names, types, strict=True))
    ]
    slack = (row - types[0].height) // 2
    before = max(1, top - types[0].above - slack)
    lead = paragraph(styles.EMPTY, looks=(spacing(before=0, after=0, line=before),))
    grid = node("tblGrid", *(node("gridCol", w=width) for width in columns))
    shape = node(
        "tblPr", node("tblW", w=sum(columns), type="dxa"), value("jc", "center"), node("tblLayout", type="fixed"),
        no_margins(),
    )  # fmt: skip
    return [lead, node("tbl", shape, grid, *rows)], types[-1].below + slack


def joint_row(name: str, found: Type, row: int, columns: list[int], word: Type | None, text: str) -> Element:
    """One office; the first row holds 文件 for all of them."""
    height = node("trPr", node("cantSplit"), node("trHeight", val=row, hRule="exact"))
    exact = spacing(before=0, after=0, line=found.height)
    own = cell(columns[0], paragraph(styles.MARK, run(name, *found.looks()), looks=(exact, value("jc", "distribute"))))
    if word is None:
        return node("tr", height, own)
    said = [run(text, *word.looks())] if text else []
    tall = paragraph(styles.MARK, *said, looks=(spacing(before=0, after=0, line=word.height),))
    return node("tr", height, own, cell(columns[1], tall, node("vMerge", val="restart" if text else "continue")))


def cell(width: int, inside: Element, *more: Element) -> Element:
    """A cell whose text stands in the middle of its height."""
    return node("tc", node("tcPr", node("tcW", w=width, type="dxa"), *more, value("vAlign", "center")), inside)
