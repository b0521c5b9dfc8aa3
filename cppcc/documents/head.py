"""The head of a 文件式 document: 发文机关标志, 发文字号, 签发人 and the red rule (GB/T 9704, 7.2.1 to 7.2.7).

The head takes whole lines of the grid, so that everything below it stands on the grid. Its last two lines are the blank
ones between the rule and the title; what is left above them goes to the mark.
"""

from dataclasses import dataclass
from html import escape
from math import ceil

from cppcc.documents.compose import clean
from cppcc.documents.content import DocumentContent, in_words
from cppcc.documents.fonts import advance, face, width
from cppcc.documents.grid import CELL, HALF, LINE, MARK_TOP, MEASURE, MM, RULE_GAP, RULE_WEIGHT, SIZE, TRACKING

Placed = tuple[str, float, str]
"""A text, its left edge in points and the role of its face."""
WORD = "文件"
SIGNATORY = "签发人："
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


def piece(text: str, *, left: float, top: float, role: str = "body") -> str:
    """A text of the head whose em box begins at (left, top), in points inside the head; `MissingGlyph`."""
    width(text, role, SIZE, TRACKING)
    return f'<p class="piece {role}" style="left:{left:.3f}pt;top:{top:.3f}pt">{escape(text)}</p>' if text else ""


def corner(content: DocumentContent, top: float) -> list[str]:
    """份号 and 紧急程度 at the left, one below the other from `top` on (7.2.1 and 7.2.3)."""
    copy, urgency = clean(content.copy_number), clean(content.urgency)
    rows = [(copy.zfill(6), "body")] if copy else []
    rows += [(urgency, "hei")] if urgency else []
    return [piece(text, left=0, top=top + place * LINE, role=role) for place, (text, role) in enumerate(rows)]


def head(content: DocumentContent) -> str:
    """The head of a 文件式 document or of minutes as HTML. `MissingGlyph` when no font has a character.

    The rows between mark and rule: 签发人, two a line, the last beside the number; or, in minutes, the number and below
    it the office and the date.
    """
    names, word = offices(content.masthead)
    rows = signatory_rows(content) if content.kind == "document" else minutes_rows(content)
    extra = (len(rows) - 1) * LINE
    least = SINGLE_HEIGHT if len(names) == 1 else len(names) * ROW_HEIGHT
    lines = ceil((MARK_TOP + least + BELOW_MARK + extra) / LINE) + 2
    rule = (lines - 2) * LINE - RULE_WEIGHT
    first = rule - RULE_GAP - SIZE - extra
    height = first - 2 * LINE - HALF - MARK_TOP
    mark = single(names[0], HALF + MARK_TOP, height) if len(names) == 1 else joint(names, word, HALF + MARK_TOP, height)
    between = "".join(
        piece(text, left=left, top=first + place * LINE, role=role)
        for place, row in enumerate(rows)
        for text, left, role in row
    )
    return (
        f'<div class="head" style="height:{lines * LINE:.3f}pt">{mark}{"".join(corner(content, HALF))}{between}'
        f'<div class="rule" style="top:{rule:.3f}pt"></div></div>'
    )


def reach(text: str, role: str = "body") -> float:
    """The width of a text of the head in points."""
    return width(text, role, SIZE, TRACKING) - TRACKING


def signatory_rows(content: DocumentContent) -> list[list[Placed]]:
    """The rows of number and 签发人: the number centred when there is none, else at the left of the last row."""
    number = clean(content.number)
    people = same_length([clean(name) for name in content.signatories])
    if not people:
        return [[(number, (MEASURE - reach(number)) / 2, "body")]]
    widest = max(reach(name, "kai") for name in people)
    label = width(SIGNATORY, "body", SIZE, TRACKING)
    needed = CELL + reach(number) + CELL + label + 2 * widest + CELL + CELL
    columns = 1 if len(people) == 1 or needed > MEASURE else 2
    start = MEASURE - CELL - columns * widest - (columns - 1) * CELL
    rows: list[list[Placed]] = [
        [(name, start + place * (widest + CELL), "kai") for place, name in enumerate(people[begin : begin + columns])]
        for begin in range(0, len(people), columns)
    ]
    rows[0].insert(0, (SIGNATORY, start - label, "body"))
    rows[-1].insert(0, (number, CELL, "body"))
    return rows


def same_length(names: list[str]) -> list[str]:
    """Names of two characters opened to three cells where they stand beside longer ones."""
    if all(len(name) == 2 for name in names) or len(names) < 2:
        return names
    return [f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name for name in names]


def minutes_rows(content: DocumentContent) -> list[list[Placed]]:
    """Minutes name their number in the middle, and below it who writes them and when; without a name, in one row."""
    number, office, day = clean(content.number), "　".join(map(clean, content.signature)), in_words(content.date)
    last: list[Placed] = [(day, MEASURE - CELL - reach(day), "body")]
    if not office:
        return [[(number, CELL, "body"), *last]]
    return [[(number, (MEASURE - reach(number)) / 2, "body")], [(office, CELL, "body"), *last]]


def single(text: str, top: float, height: float) -> str:
    """The mark of one office, centred by its ink."""
    ink = ink_of(text)
    span = min(MARK_WIDTH, (ink.right - ink.left) * height / ink.height)
    return placed(text, left=(MEASURE - span) / 2, top=top, height=height, span=span)


def joint(names: list[str], word: str, top: float, height: float) -> str:
    """The mark of a joint document: the offices stacked to one width, `word` (文件) at their right in the middle."""
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
