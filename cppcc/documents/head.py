"""The head of a 文件式 document: 发文机关标志, 发文字号 and the red rule (GB/T 9704, 7.2.4 to 7.2.7).

The head takes whole lines of the grid, so that everything below it stands on the grid. Its last two lines are the blank
ones between the rule and the title; what is left above them goes to the mark.
"""

from dataclasses import dataclass
from html import escape
from math import ceil

from cppcc.documents.compose import clean
from cppcc.documents.fonts import advance, face, width
from cppcc.documents.grid import HALF, LINE, MARK_TOP, MEASURE, MM, RULE_GAP, RULE_WEIGHT, SIZE, TRACKING

WORD = "文件"
MARK_WIDTH = 154 * MM
SINGLE_HEIGHT = 15 * MM
ROW_HEIGHT = 12.5 * MM
ROW_GAP = 0.32
WORD_HEIGHT = 14 * MM
WORD_GAP = 5 * MM
BELOW_MARK = 2 * LINE + SIZE + RULE_GAP + RULE_WEIGHT
TALLEST = 1.25


@dataclass(frozen=True)
class Ink:
    """The black of a line of the mark at size 1: its height above and below the baseline, and its sides."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


def ink_of(text: str, tracking: float = 0) -> Ink:
    """The ink of a text in the title face, in ems, with `tracking` ems after each character; `MissingGlyph`."""
    width(text, "title", 1)
    boxes = []
    position = 0.0
    for character in text:
        source = face("title") if character in face("title") else face("companion")
        left, bottom, right, top = source.ink(character)
        boxes.append((position + left, bottom, position + right, top))
        position += advance(character, "title") + tracking
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Ink(min(lefts), min(bottoms), max(rights), max(tops))


def offices(masthead: str) -> tuple[list[str], str]:
    """The offices named in a mark, and 文件 when a joint mark sets it apart at the right."""
    names = clean(masthead).split(" ")
    if len(names) > 1 and names[-1] == WORD:
        names.pop()
    elif len(names) > 1 and names[-1].endswith(WORD):
        names[-1] = names[-1].removesuffix(WORD)
    else:
        return ["".join(names)], ""
    return (names, WORD) if len(names) > 1 else (["".join(names) + WORD], "")


def placed(text: str, *, left: float, top: float, height: float, span: float, spread: bool = False) -> str:
    """One line of the mark: its ink begins at (left, top), is `height` points tall and at most `span` wide.

    A `spread` line is spaced out to the whole span; any line is squeezed when it would be wider.
    """
    ink = ink_of(text)
    size = height / ink.height
    natural = (ink.right - ink.left) * size
    tracking = (span - natural) / (len(text) - 1) if spread and natural < span and len(text) > 1 else 0.0
    scale = min(1.0, span / natural)
    x = left - ink.left * size * scale
    baseline = face("title").ascent * size
    y = top - (baseline - ink.top * size)
    style = (
        f"left:{x:.3f}pt;top:{y:.3f}pt;font-size:{size:.3f}pt;line-height:{size:.3f}pt;"
        f"letter-spacing:{tracking:.3f}pt;transform:scaleX({scale:.4f})"
    )
    return f'<div class="mark" style="{style}">{escape(text)}</div>'


def head(masthead: str, number: str) -> str:
    """The head as HTML. `MissingGlyph` when no font has a character."""
    names, word = offices(masthead)
    least = SINGLE_HEIGHT if not word else len(names) * ROW_HEIGHT
    lines = ceil((MARK_TOP + least + BELOW_MARK) / LINE) + 2
    rule = HALF + (lines - 2) * LINE - HALF - RULE_WEIGHT
    line = rule - RULE_GAP - SIZE
    height = line - 2 * LINE - HALF - MARK_TOP
    mark = joint(names, word, HALF + MARK_TOP, height) if word else single(names[0], HALF + MARK_TOP, height)
    number = clean(number)
    width(number, "body", SIZE, TRACKING)
    return (
        f'<div class="head" style="height:{lines * LINE:.3f}pt">{mark}'
        f'<p class="number" style="top:{line:.3f}pt">{escape(number)}</p>'
        f'<div class="rule" style="top:{rule:.3f}pt"></div></div>'
    )


def single(text: str, top: float, height: float) -> str:
    """The mark of one office, centred by its ink."""
    ink = ink_of(text)
    span = min(MARK_WIDTH, (ink.right - ink.left) * height / ink.height)
    return placed(text, left=(MEASURE - span) / 2, top=top, height=height, span=span)


def joint(names: list[str], word: str, top: float, height: float) -> str:
    """The mark of a joint document: the offices stacked to one width, 文件 at their right in the middle."""
    row = height / (len(names) + (len(names) - 1) * ROW_GAP)
    word_height = min(WORD_HEIGHT, height * 0.8)
    ink = ink_of(word)
    word_span = (ink.right - ink.left) * word_height / ink.height
    natural = max((found.right - found.left) * row / found.height for found in map(ink_of, names))
    span = min(MARK_WIDTH - WORD_GAP - word_span, natural)
    left = (MEASURE - span - WORD_GAP - word_span) / 2
    rows = [
        placed(name, left=left, top=top + place * row * (1 + ROW_GAP), height=row, span=span, spread=True)
        for place, name in enumerate(names)
    ]
    middle = top + (height - word_height) / 2
    return "".join(rows) + placed(word, left=left + span + WORD_GAP, top=middle, height=word_height, span=word_span)
