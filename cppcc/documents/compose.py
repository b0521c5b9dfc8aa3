"""The line composer: Chinese lines whose both edges are straight, with 避头尾 and no torn numbers.

WeasyPrint cannot justify Chinese, so lines are broken here and handed over finished, each with its letter-spacing.
A break is chosen for each line among the few places near its end: marks may be squeezed, gaps stretched. A number stays
with its unit (10个工作日, 第3条), a short name in a list stays whole (张三、欧阳玥); a date is torn only between its
parts, and only where the line would otherwise gape.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

from cppcc.documents.fonts import MissingGlyph, advance, in_context

NO_START = frozenset("，。、；：？！）》〉」』】〕〗”’…—％‰℃·,.;:?!)]}%～")
NO_END = frozenset("（《〈「『【〔〖“‘([{")
BLANK_RIGHT = frozenset("，。、；：？！）》〉」』】〕〗”’")
GLUE = "\u2060"
INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\ufeff]")
SPACES = re.compile(r"[\s\u3000]+")
UNITS = (
    "个工作日|个百分点|个小时|个月|平方公里|平方米|立方米|公里|公顷|小时|分钟|万元|亿元|万吨|周年|"
    "[年月日时分秒点个名位人件项次届条款号万亿元天周章场份家户里米吨倍页期类篇轮批℃％‰]"
)
ORDINAL = "第[一二三四五六七八九十百千零〇两]+(?:届|次|条|款|项|章|节|期|号|批|轮|季度)?"
HAN = "[\u3400-\u9fff\U00020000-\U000323af〇·]"
NAME = rf"(?<![^、：，]){HAN}{{2,4}}(?![^、，；。（）])"
QUANTITY = rf"第?[!-~]*[0-9][余多]?(?:[百千万亿]+(?:{UNITS})?|{UNITS})"
ATOM = re.compile(rf"{QUANTITY}|[!-~]+|{ORDINAL}|{NAME}|……|——|.", re.DOTALL)
SQUEEZE = 0.35
STRETCH_LIMIT = 2.0
WIDEST = 0.4
SOFT_PENALTY = 0.25
LONG_LATIN = 13
ADDRESS_PART = re.compile(r"[^/@?&=._-]*[/@?&=._-]+|[^/@?&=._-]+")
LIST_MARKS = "、；"
LIST_PENALTY = 0.12
WORDS = re.compile("委员会|市委会|区委会|县委会|办公室|协商会|座谈会|工商联|办事处|人民政府|管理局")


@dataclass(frozen=True)
class Style:
    """How a text is set: size and tracking in points, line width in points, first-line indent in points."""

    size: float
    tracking: float
    measure: float
    indent: float = 0
    straight: bool = True


@dataclass(frozen=True)
class Glyph:
    """A character in a face, with its advance in points including the tracking."""

    character: str
    role: str
    advance: float


@dataclass(frozen=True)
class Atom:
    """Glyphs that no line may tear apart. `soft`: it should, but need not, stay with the atom before it."""

    glyphs: tuple[Glyph, ...]
    soft: bool = False

    @property
    def text(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)


@dataclass(frozen=True)
class Line:
    """A finished line: glyphs and, for each, the letter-spacing after it in points."""

    glyphs: tuple[Glyph, ...]
    spacing: tuple[float, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)

    def html(self) -> str:
        """The line as one block of fixed height; faces are spans with the class of their role."""
        common = max(set(self.spacing), key=self.spacing.count, default=0.0)
        keys = zip(self.glyphs, self.spacing, strict=True)
        runs = [
            span("".join(glyph.character for glyph, _ in run), role, None if spacing == common else spacing)
            for (role, spacing), run in groupby(keys, key=lambda pair: (pair[0].role, pair[1]))
        ]
        return f'<span class="ln" style="letter-spacing:{common:.3f}pt">{"".join(runs)}</span>'


def span(text: str, role: str, spacing: float | None) -> str:
    """A run of one face; bare text when it is the body face in the line's own spacing."""
    if role == "body" and spacing is None:
        return escape(text)
    style = "" if spacing is None else f' style="letter-spacing:{spacing:.3f}pt"'
    return f'<span class="{role}"{style}>{escape(text)}</span>'


def clean(text: str) -> str:
    """One line of plain text: no control or invisible characters but the glue, every run of blanks a single one."""
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip()


def keep_together(name: str) -> str:
    """A name that no line may tear apart."""
    return GLUE.join(name)


def compose(runs: Iterable[tuple[str, str]], style: Style) -> list[Line]:
    """Break (text, role) runs into lines. `MissingGlyph` when no font has a character."""
    atoms = atoms_of(list(runs), style)
    lines: list[Line] = []
    start = 0
    while start < len(atoms):
        room = style.measure - (0 if lines else style.indent)
        end = best_break(atoms, start, room, style)
        glyphs = trimmed([glyph for atom in atoms[start:end] for glyph in atom.glyphs])
        lines.append(fitted(glyphs, room, style, last=end == len(atoms)))
        start = end
    return lines


def compose_cell(text: str, role: str, size: float, measure: float) -> list[Line]:
    """Ragged lines for a table cell, narrowed where that saves the last one from being a lone character."""
    lines = compose([(text, role)], Style(size, 0, measure, straight=False))
    while len(lines) > 1 and len(lines[-1].glyphs) < 2:
        measure -= size
        narrower = compose([(text, role)], Style(size, 0, measure, straight=False)) if measure >= 2 * size else []
        if len(narrower) != len(lines):
            return lines
        lines = narrower
    return lines


def atoms_of(runs: list[tuple[str, str]], style: Style) -> list[Atom]:
    """Glyphs grouped into what no line may tear apart."""
    text = "".join(part for part, _ in runs)
    roles = [role for part, role in runs for _ in part]
    atoms: list[Atom] = []
    inner = inside_words(text) if not style.straight else frozenset()
    position = 0
    for piece in pieces(text):
        torn = position in inner
        here = roles[position : position + len(piece)]
        position += len(piece)
        glyphs = tuple(set_glyph(*pair, style, text) for pair in zip(piece, here, strict=True) if pair[0] != GLUE)
        for part in divided(glyphs, style.measure - style.indent):
            date = bool(atoms) and part[0].character.isdecimal() and atoms[-1].glyphs[-1].character in "年月"
            atoms.append(Atom(part, soft=date or torn or in_latin(atoms, part)))
    return atoms


def inside_words(text: str) -> frozenset[int]:
    """The places inside a common last word of the name of an office, where a narrow cell should not break."""
    return frozenset(place for match in WORDS.finditer(text) for place in range(match.start() + 1, match.end()))


def in_latin(atoms: list[Atom], part: tuple[Glyph, ...]) -> bool:
    """Whether a part goes on in the middle of a long address."""
    return bool(atoms) and is_latin(atoms[-1].glyphs[-1]) and is_latin(part[0])


def is_latin(glyph: Glyph) -> bool:
    """Whether a glyph is a Latin letter, digit or mark, which is not spaced out from the next one."""
    return "!" <= glyph.character <= "~"


def set_glyph(character: str, role: str, style: Style, text: str) -> Glyph:
    """A glyph with its width; the refusal of a missing one names the place in the text."""
    try:
        return Glyph(character, role, advance(character, role) * style.size + style.tracking)
    except MissingGlyph as missing:
        raise in_context(missing.character, text) from missing


def pieces(text: str) -> list[str]:
    """The text cut where a line may end: words, names, numbers with units whole; marks with what they belong to."""
    result: list[str] = []
    glued = False
    for token in ATOM.findall(text):
        joins = glued or token == GLUE or (result and (token[0] in NO_START or result[-1][-1] in NO_END))
        parts = ADDRESS_PART.findall(token) if len(token) >= LONG_LATIN and token.isascii() else [token]
        if joins and result and result[-1] != " ":
            result[-1] += parts.pop(0)
        result += parts
        glued = token == GLUE
    return result


def divided(glyphs: tuple[Glyph, ...], measure: float) -> list[tuple[Glyph, ...]]:
    """An atom wider than a line (an address, a long chain of marks) is cut so that each part fits."""
    parts: list[tuple[Glyph, ...]] = []
    current: list[Glyph] = []
    used = 0.0
    for glyph in glyphs:
        if current and used + glyph.advance > measure:
            parts.append(tuple(current))
            current, used = [], 0.0
        current.append(glyph)
        used += glyph.advance
    return [*parts, tuple(current)] if current else parts


def best_break(atoms: list[Atom], start: int, room: float, style: Style) -> int:
    """The index after the last atom of the line that begins at `start`, by least cost."""
    used, squeezable = 0.0, 0.0
    options: list[tuple[float, int]] = []
    for end in range(start + 1, len(atoms) + 1):
        glyphs = atoms[end - 1].glyphs
        used += sum(glyph.advance for glyph in glyphs)
        squeezable += SQUEEZE * style.size * sum(room_in(glyph.character) for glyph in glyphs)
        gap = room - used + (glyphs[-1].advance if glyphs[-1].character == " " else 0)
        if gap < -0.05 and (not style.straight or -gap > squeezable):
            break
        if end == len(atoms):
            return end
        price = cost(gap, squeezable, style) if style.straight else ragged_cost(gap / room, glyphs[-1].character)
        options.append((price + SOFT_PENALTY * atoms[end].soft, end))
    if not options:
        return start + 1
    return min(options[-6:], key=lambda option: (option[0], -option[1]))[1]


def cost(gap: float, squeezable: float, style: Style) -> float:
    """How bad a line looks whose glyphs leave `gap` points (or overrun by that much), 0 for a perfect one."""
    if gap < 0:
        return 0.25 * (gap / max(squeezable, 0.1)) ** 2 * (-gap / style.size)
    return (gap / style.size / STRETCH_LIMIT) ** 2 * 0.25


def ragged_cost(gap: float, mark: str) -> float:
    """How bad a line of a table cell looks that leaves a share `gap` of its width; lists end best after their comma."""
    return gap**2 + (0 if mark in LIST_MARKS else LIST_PENALTY)


def room_in(character: str) -> bool:
    """Whether a full-width mark has a blank half that may be squeezed."""
    return character in BLANK_RIGHT or (character in NO_END and ord(character) > 0x7F)


def trimmed(glyphs: list[Glyph]) -> tuple[Glyph, ...]:
    """A line neither begins nor ends with a blank."""
    while glyphs and glyphs[-1].character == " ":
        glyphs = glyphs[:-1]
    while glyphs and glyphs[0].character == " ":
        glyphs = glyphs[1:]
    return tuple(glyphs)


def fitted(glyphs: tuple[Glyph, ...], room: float, style: Style, *, last: bool) -> Line:
    """Give a line its spacing: stretched or squeezed to `room`, or natural when it ends its paragraph."""
    gap = room - sum(glyph.advance for glyph in glyphs) + style.tracking
    if len(glyphs) < 2 or not style.straight or (last and gap > -0.05):
        return Line(glyphs, (style.tracking,) * len(glyphs))
    if gap >= 0:
        return stretched(glyphs, gap, style)
    return squeezed(glyphs, gap, style)


def stretched(glyphs: tuple[Glyph, ...], gap: float, style: Style) -> Line:
    """Give the missing `gap` (in points) to the places between glyphs; inside Latin words only when it is wide."""
    places = [not (is_latin(glyph) and is_latin(after)) for glyph, after in pairwise(glyphs)]
    if gap > sum(places) * WIDEST * style.size:
        places = [True] * len(places)
    share = gap / sum(places)
    return Line(glyphs, (*(style.tracking + share * place for place in places), style.tracking + share))


def squeezed(glyphs: tuple[Glyph, ...], gap: float, style: Style) -> Line:
    """Take the overrun `gap` (below 0, in points) out of the blank halves of the marks inside the line."""
    follows = [*(glyph.character for glyph in glyphs[1:]), ""]
    blanks = [
        (glyph.character in BLANK_RIGHT) + (after in NO_END and room_in(after) if after else False)
        for glyph, after in zip(glyphs, follows, strict=True)
    ]
    share = gap / max(1, sum(blanks))
    return Line(glyphs, tuple(style.tracking + share * blank for blank in blanks))
