"""What closes a document: 附件说明, 署名 and 成文日期, 附注, 版记 (GB/T 9704, 7.3.4 to 7.3.6 and 7.4)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from cppcc.documents.compose import Style, clean, compose, keep_together
from cppcc.documents.content import DocumentContent, in_words
from cppcc.documents.fonts import width
from cppcc.documents.grid import CELL, LINE, MEASURE, MM, SIZE, SMALL, TRACKING

DATE_RIGHT = 4 * CELL
PLAIN_RIGHT = 2 * CELL
SEAL_LINES = 5  # rows of seals may not touch, and a seal is as wide as four lines are high
SEAL = 42 * MM
SEAL_RISE = 3 * MM
ROW_GAP = CELL
LONGEST_NAME = 5  # characters; what is longer is a body or a group


@dataclass(frozen=True)
class Place:
    """A text at a line and a left edge in points inside the block of signatures."""

    text: str
    line: int
    left: float


def block_lines(text: str, *, hang: float, first: str = "", role: str = "body") -> str:
    """Lines that hang `hang` points in from the left; `first`, in the face of `role`, stands before the first."""
    lines = compose([(clean(text), "body")], Style(SIZE, TRACKING, MEASURE - hang))
    parts = []
    for place, line in enumerate(lines):
        left = hang - width(first, role, SIZE, TRACKING)
        label = f'<span class="label {role}" style="left:{left:.3f}pt">{first}</span>'
        inner = f'<div style="padding-left:{hang:.3f}pt">{line.html()}</div>'
        parts.append(f'<div class="hang">{label if place == 0 and first else ""}{inner}</div>')
    return "".join(parts)


def annex_list(names: list[str]) -> str:
    """附件说明: one blank line below the text, two cells in, wraps under the first character of the name."""
    if not names:
        return ""
    rows = []
    for number, name in enumerate(names, 1):
        mark = f"{number}." if len(names) > 1 else ""
        label = ("附件：" if number == 1 else "") + mark
        hang = 2 * CELL + width("附件：" + mark, "body", SIZE, TRACKING)
        rows.append(block_lines(name_alone(name), hang=hang, first=label))
    return f'<div class="annexes">{"".join(rows)}</div>'


def name_alone(text: str) -> str:
    """The name of an annex as the list wants it: without a number of its own and without a mark at its end."""
    return re.sub(r"^(?:附件[:：]?)?\s*(?:[0-9]{1,2}[.．、]\s*)?", "", clean(text)).rstrip("。；;，,")


def attendees(groups: dict[str, list[str]]) -> str:
    """出席, 请假 and 列席: one blank line below the text, labels in 黑体, wraps under the first name (clause 10.3)."""
    rows = []
    for role, people in groups.items():
        hang = 2 * CELL + width(f"{role}：", "hei", SIZE, TRACKING)
        names = "、".join(filter(None, map(whole, people)))
        rows.append(block_lines(names, hang=hang, first=f"{role}：", role="hei") if names else "")
    return f'<div class="annexes">{"".join(rows)}</div>' if any(rows) else ""


def whole(person: str) -> str:
    """A person as minutes list him: the name is not torn apart, what stands in brackets behind it may be."""
    name, bracket, rest = clean(person).partition("（")
    return f"{keep_together(name) if len(name) <= LONGEST_NAME else name}{bracket}{rest}"


def text_width(text: str) -> float:
    """The width of a line of body type in points."""
    return width(text, "body", SIZE, TRACKING) - TRACKING


def signature(content: DocumentContent, seals: Sequence[bool] = ()) -> str:
    """署名 and 成文日期, on one page with the last lines of the text; `seals`: which of the names bear a seal."""
    names = [clean(name) for name in content.signature]
    day = in_words(content.date)
    places = sealed(names, day) if content.sealed else unsealed(names, day)
    depth = max(place.line for place in places) + 1
    before = 2 if content.sealed else 1
    rows = "".join(
        f'<p style="top:{place.line * LINE:.3f}pt;left:{place.left:.3f}pt">{escape(place.text)}</p>' for place in places
    )
    there = [place for place, stands in enumerate(seals) if stands and content.sealed]
    prints = "".join(seal(place, places[place]) for place in there)
    style = f"height:{depth * LINE:.3f}pt;margin-top:{before * LINE:.3f}pt"
    return f'<div class="sign" style="{style}">{rows}{prints}</div>'


def seal(number: int, name: Place) -> str:
    """The picture of a seal, centred on its name a little above the middle: name and date are in its lower half."""
    left = name.left + text_width(name.text) / 2 - SEAL / 2
    top = (name.line + 1) * LINE - SEAL_RISE - SEAL / 2
    return f'<img class="seal" src="seal:{number}" alt="" style="left:{left:.3f}pt;top:{top:.3f}pt">'


def sealed(names: list[str], day: str) -> list[Place]:
    """Names over the date, which ends four cells from the right; joint names in rows that leave room for each seal."""
    middle = MEASURE - DATE_RIGHT - text_width(day) / 2
    widest = max(map(text_width, names))
    right = min(middle, MEASURE - widest / 2)
    pairs = right - (MEASURE - right) >= widest + ROW_GAP
    columns = [MEASURE - right, right] if pairs and len(names) > 1 else [right]
    places = []
    for place, name in enumerate(names):
        row, column = divmod(place, len(columns))
        if place == len(names) - 1:
            column = len(columns) - 1
        places.append(Place(name, row * SEAL_LINES, columns[column] - text_width(name) / 2))
    last = places[-1].line + 1
    return [*places, Place(day, last, min(right, middle) - text_width(day) / 2)]


def unsealed(names: list[str], day: str) -> list[Place]:
    """Names one below the other, two cells from the right; the date begins two cells right of the name above it."""
    widest = max(map(text_width, names))
    left = MEASURE - PLAIN_RIGHT - widest
    date_left = left + 2 * CELL
    if text_width(day) > widest - 2 * CELL:
        date_left = MEASURE - PLAIN_RIGHT - text_width(day)
        left = min(left, date_left - 2 * CELL)
    rows = [Place(name, line, left + (widest - text_width(name)) / 2) for line, name in enumerate(names)]
    return [*rows, Place(day, len(names), date_left)]


def note(text: str) -> str:
    """附注: two cells in, in round brackets, on the line after the date."""
    return block_lines(f"（{clean(text)}）", hang=2 * CELL) if clean(text) else ""


def imprint(content: DocumentContent) -> str:
    """版记: 抄送机关, 印发机关 and 印发日期 between rules, or nothing when all are empty.

    That of a letter holds 抄送机关 alone and has no rules (clause 10.1).
    """
    rows = []
    copied = "，".join(filter(None, map(clean, content.copy_to)))
    if copied:
        rows.append(copies(copied))
    if clean(content.printed_by) and content.kind != "letter":
        rows.append(printing(clean(content.printed_by), content.printed_on or content.date))
    kind = "imprint ruled" if content.kind != "letter" else "imprint"
    return f'<div class="{kind}">{"".join(rows)}</div>' if rows else ""


def copies(text: str) -> str:
    """抄送: one cell in on both sides, wraps under the first name, a full stop at the end."""
    label = "抄送："
    indent = SMALL * (1 + len(label))
    style = Style(SMALL, 0, MEASURE - indent - SMALL)
    lines = compose([(text.removesuffix("。") + "。", "body")], style)
    inner = "".join(line.html() for line in lines)
    return f'<div class="copies" style="padding-left:{indent:.3f}pt"><span class="label">{label}</span>{inner}</div>'


def printing(office: str, day: date) -> str:
    """印发机关 at the left, 印发日期 at the right, each one cell in."""
    text = f"{in_words(day)}印发"
    width(office + text, "body", SMALL)
    return f'<div class="printing"><span>{escape(office)}</span><span class="day">{text}</span></div>'
