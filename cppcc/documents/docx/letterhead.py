"""The head of a letter and the red lines of its first page (GB/T 9704, 10.1)."""

from cppcc.documents.content import DocumentContent
from cppcc.documents.docx import styles
from cppcc.documents.docx.heading import corner
from cppcc.documents.docx.mark import typed
from cppcc.documents.docx.markup import Element, border, node, paragraph, run, spacing, tabs
from cppcc.documents.docx.measures import MM, POINT, SHORT_SIDE, WIDTH, twips
from cppcc.documents.docx.styles import RED
from cppcc.documents.docx.words import plain
from cppcc.documents.grid import RED_LINE
from cppcc.documents.head import WORD, offices
from cppcc.documents.letterhead import DOUBLE, GAP, THICK, THIN

MARK_TOP, MARK_HEIGHT = 30 * MM, 17 * MM
FRAME_LEFT = round((SHORT_SIDE - twips(RED_LINE)) / 2)
UPPER_LINE = MARK_TOP + MARK_HEIGHT + 4 * MM
FOOT_LINE = 277 * MM - twips(DOUBLE) / 2
LOW = twips(2)  # as low as a frame with a line need be


def letterhead(content: DocumentContent) -> list[Element]:
    """The mark of a letter and its upper double line in frames; below them the number at the right (10.1)."""
    names, _ = offices(content.masthead)
    name = plain(names[0].removesuffix(WORD))
    found = typed(name, MARK_HEIGHT / POINT)
    place = framed(round(MARK_TOP - found.above), found.height)
    mark = paragraph(
        styles.MARK, run(name, *found.looks()), looks=(place, spacing(before=0, after=0, line=found.height))
    )
    corners, number = corner(content), plain(content.number)
    if not corners:
        return [mark, *double_line(UPPER_LINE, THICK, THIN), paragraph(styles.LETTER_NUMBER, run(number))]
    beside = [paragraph(style, run(text)) for style, text in corners]
    beside[0].append(run(f"\t{number}"))
    beside[0].pPr.append(tabs(("right", WIDTH)))
    return [mark, *double_line(UPPER_LINE, THICK, THIN), *beside]


def framed(top: int, height: int) -> Element:
    """A frame as wide as the red lines and `height` twips high, `top` twips from the edge of the sheet."""
    return node(
        "framePr", w=twips(RED_LINE), h=height, hRule="exact", hSpace=0, vSpace=0, wrap="notBeside", vAnchor="page",
        hAnchor="page", x=FRAME_LEFT, y=top,
    )  # fmt: skip


def double_line(top: float, *weights: float) -> list[Element]:
    """Two red lines of these weights, the first `top` twips from the edge of the sheet."""
    rows = []
    for weight in weights:
        rule = node("pBdr", border("top", weight, colour=RED))
        looks = (framed(round(top), LOW), rule, spacing(before=0, after=0, line=LOW))
        rows.append(paragraph(styles.EMPTY, looks=looks))
        top += twips(weight + GAP)
    return rows


def letter_foot() -> list[Element]:
    """The lower double line of a letter's first page, thin over thick, 20 mm from the foot of the sheet."""
    return double_line(FOOT_LINE, THIN, THICK)
