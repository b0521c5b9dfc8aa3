"""The head of a 信函 and the lines of its first page (GB/T 9704, 10.1)."""

from cppcc.documents.compose import clean
from cppcc.documents.content import DocumentContent
from cppcc.documents.fonts import width
from cppcc.documents.grid import HALF, LINE, MEASURE, MM, RED_LINE, SIZE, TOP, TRACKING
from cppcc.documents.head import WORD, corner, offices, piece, single

MARK_TOP = 30 * MM
BELOW_MARK = 4 * MM
BELOW_LINE = SIZE * 7 / 8
THICK, GAP, THIN = 0.9 * MM, 0.5 * MM, 0.35 * MM
DOUBLE = THICK + GAP + THIN
FOOT_LINE = 277 * MM
NUMBER_LINE = 2
"""The line of the grid, counted from 0, on which 发文字号 stands."""


def letterhead(content: DocumentContent) -> str:
    """Mark, double lines, number at the right and the corner marks at the left; two blank lines end it."""
    above = TOP - HALF
    line = HALF + NUMBER_LINE * LINE
    upper = line - BELOW_LINE - DOUBLE
    top = MARK_TOP - above
    names, _ = offices(content.masthead)
    mark = single(names[0].removesuffix(WORD), top, upper - BELOW_MARK - top)
    number = clean(content.number)
    left = MEASURE - width(number, "body", SIZE, TRACKING) + TRACKING
    corners = corner(content, line)
    height = (NUMBER_LINE + max(1, len(corners)) + 2) * LINE
    lower = FOOT_LINE - above - DOUBLE / 2
    rules = rule(upper, THICK) + rule(upper + THICK + GAP, THIN) + rule(lower, THIN) + rule(lower + THIN + GAP, THICK)
    rest = piece(number, left=left, top=line) + "".join(corners)
    return f'<div class="head" style="height:{height:.3f}pt">{mark}{rules}{rest}</div>'


def rule(top: float, weight: float) -> str:
    """A red line of 170 mm, centred on the page, `weight` points thick."""
    left = (MEASURE - RED_LINE) / 2 - MM
    style = f"left:{left:.4f}pt;top:{top:.4f}pt;width:{RED_LINE:.4f}pt;height:{weight:.4f}pt"
    return f'<div class="rule" style="{style}"></div>'
