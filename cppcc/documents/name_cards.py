"""席卡 to fold and stand on a table, and 名签 to stick: names in very large characters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from cppcc.documents.fitting import fitted
from cppcc.documents.fonts import settable
from cppcc.documents.grid import MM
from cppcc.documents.typeset import plain_pages

FACE = "title"
SIDE = 10 * MM  # points of each card that stay blank at the left and right
ACROSS, DOWN = 3, 7  # labels of a sheet
LABEL = (63.5 * MM, 38.1 * MM)
LABEL_LEFT, LABEL_TOP, LABEL_GAP = 7.25 * MM, 15.15 * MM, 2.5 * MM
STYLE = """
@page { size: 210mm 297mm; margin: 0 }
html { color: #000 } body { margin: 0 }
.page { position: relative; width: 210mm; height: 296.9mm; overflow: hidden; break-after: page }
.page:last-child { break-after: auto }
.half { position: absolute; left: 0; width: 210mm }
.turned { transform: rotate(180deg) }
.name, .line { position: absolute; text-align: center; white-space: nowrap }
.fold, .cut { position: absolute; left: 0; width: 210mm; border-top: 0.3pt dashed #999 }
.cut { border-top: 0.5pt solid #999 }
"""


@dataclass(frozen=True)
class CardSize:
    """A size of cards: how many stand on an A4 sheet one above the other, the largest type in points."""

    label: str
    on_page: int
    most: float


SIZES = {
    "large": CardSize("大席卡（一张 A4 折一个）", 1, 190.0),
    "small": CardSize("小席卡（一张 A4 裁两个）", 2, 150.0),
}


@dataclass(frozen=True)
class Label:
    """What stands on a label: the name, below it in small type what he is, and where he sits."""

    name: str
    below: str = ""
    seat: str = ""


def pages_of(count: int, kind: str) -> int:
    """How many pages so many cards or labels take. `kind`: a key of SIZES, or "label"."""
    return -(-count // per_page(kind))


def per_page(kind: str) -> int:
    """How many stand on a page."""
    return SIZES[kind].on_page if kind in SIZES else ACROSS * DOWN


def cards(names: Sequence[str], size: str) -> bytes:
    """A folded card for each name, which stands on it twice, once upside down. `size`: a key of SIZES."""
    return _pages(names, SIZES[size].on_page, lambda some: _card_page(some, SIZES[size]), "席卡")


def labels(rows: Sequence[Label]) -> bytes:
    """Sheets of 3 by 7 labels of 63.5 mm by 38.1 mm."""
    return _pages(rows, ACROSS * DOWN, _label_page, "名签")


def _pages(rows: Sequence, each: int, drawn: Callable[[Sequence], str], title: str) -> bytes:
    chunks = [rows[start : start + each] for start in range(0, len(rows), each)]
    inner = "".join(f'<section class="page">{drawn(some)}</section>' for some in chunks)
    return plain_pages(inner, STYLE, title=title)


def _card_page(names: Sequence[str], size: CardSize) -> str:
    height = 297 * MM / size.on_page
    cut = "".join(f'<div class="cut" style="top:{height * n:.2f}pt"></div>' for n in range(1, size.on_page))
    return "".join(_card(name, height * n, height, size.most) for n, name in enumerate(names)) + cut


def _card(name: str, top: float, height: float, most: float) -> str:
    """The name in both halves; the upper one is upside down, so that it stands upright when the card is folded."""
    half, wide = height / 2, 210 * MM - 2 * SIDE
    box = (wide, half - SIDE)
    drawn = fitted(name, FACE, box=box, most=most).html("name", left=SIDE, top=SIDE / 2, box=box, role=FACE)
    return (
        "".join(
            f'<div class="half{turn}" style="top:{top + down:.2f}pt;height:{half:.2f}pt">{drawn}</div>'
            for down, turn in ((0.0, " turned"), (half, ""))
        )
        + f'<div class="fold" style="top:{top + half:.2f}pt"></div>'
    )


def _label_page(rows: Sequence[Label]) -> str:
    return "".join(_label(row, place) for place, row in enumerate(rows))


def _label(row: Label, place: int) -> str:
    left = LABEL_LEFT + place % ACROSS * (LABEL[0] + LABEL_GAP) + 2 * MM
    top, wide = LABEL_TOP + place // ACROSS * LABEL[1], LABEL[0] - 4 * MM
    name, box = row.name, (wide, 17 * MM)
    drawn = fitted(name, FACE, box=box, most=38).html("name", left=left, top=top + 3 * MM, box=box, role=FACE)
    return drawn + _line(row.below, left, top + 21 * MM, wide) + _seat(row.seat, left, top + 30.5 * MM, wide)


def _line(text: str, left: float, top: float, wide: float) -> str:
    """Unit and title: on one line as large as it fits, on two when it is long."""
    box = (wide, 9 * MM)
    return fitted(text, "hei", box=box, most=11).html("line", left=left, top=top, box=box, role="hei") if text else ""


def _seat(text: str, left: float, top: float, wide: float) -> str:
    place = f"left:{left:.2f}pt;top:{top:.2f}pt;width:{wide:.2f}pt;font:9pt/12pt kai,companion"
    return f'<div class="line" style="{place}">{escape(settable(text, "kai"))}</div>' if text else ""
