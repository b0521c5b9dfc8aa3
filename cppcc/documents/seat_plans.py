"""A 座次图 on one landscape sheet: rows of seats below the platform, names as large as their seats allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cppcc.documents.fitting import fitted
from cppcc.documents.fonts import settable
from cppcc.documents.grid import MM
from cppcc.documents.typeset import plain_pages

PAPERS = {"a4": (297 * MM, 210 * MM), "a3": (420 * MM, 297 * MM)}
MARGIN, HEAD, FOOT, MARK = 10 * MM, 24 * MM, 7 * MM, 9 * MM  # MARK: the strip for the number of a row, on both sides
GAP = 6 * MM  # between the platform and the first row
TALLEST, WIDEST, LARGEST = 20 * MM, 30 * MM, 30.0
FACE = "hei"


@dataclass(frozen=True)
class PlanRow:
    """A row of seats from the left: what it is called, and of each seat its number and the name on it, or ""."""

    label: str
    seats: Sequence[tuple[str, str]]
    platform: bool = False


@dataclass(frozen=True)
class SeatPlan:
    """What is drawn: title, a line of facts, the rows from the platform down, a line at the foot."""

    title: str
    facts: str
    rows: Sequence[PlanRow]
    foot: str = ""


def seat_plan(plan: SeatPlan, paper: str) -> bytes:
    """The plan on one page of A4 or A3 (`paper`: a key of PAPERS)."""
    wide, high = PAPERS[paper]
    style = (
        f"@page {{ size: {wide:.2f}pt {high:.2f}pt; margin: 0 }} html {{ color: #000 }} body {{ margin: 0 }}"
        f".page {{ position: relative; width: {wide:.2f}pt; height: {high - 0.5:.2f}pt; overflow: hidden }}"
        ".page div { position: absolute; box-sizing: border-box; text-align: center; white-space: nowrap }"
        ".seat { border: 0.5pt solid #555 } .platform { border: 1pt solid #000 } .free { border-style: dashed }"
        ".number { font-size: 5pt; line-height: 6pt; color: #555 }"
    )
    return plain_pages(f'<section class="page">{_head(plan, wide, high)}{_rows(plan, wide, high)}</section>', style,
                       title=plan.title)  # fmt: skip


def _head(plan: SeatPlan, wide: float, high: float) -> str:
    box = (wide - 2 * MARGIN, 12 * MM)
    title = fitted(plan.title, "title", box=box, most=22).html("h", left=MARGIN, top=MARGIN, box=box, role="title")
    return title + _text(plan.facts, MARGIN + 13 * MM, wide, 10.5) + _text(plan.foot, high - MARGIN - 4 * MM, wide, 9)


def _text(text: str, top: float, wide: float, size: float) -> str:
    place = f"left:{MARGIN:.2f}pt;top:{top:.2f}pt;width:{wide - 2 * MARGIN:.2f}pt;font:{size}pt/14pt kai,companion"
    return f'<div style="{place}">{escape(settable(text, "kai"))}</div>'


def _rows(plan: SeatPlan, wide: float, high: float) -> str:
    """Every seat has the same measure, that of the longest row; rows are centred, as chairs are."""
    most = max((len(row.seats) for row in plan.rows), default=1)
    room = high - 2 * MARGIN - HEAD - FOOT - GAP
    seat = (min(WIDEST, (wide - 2 * MARGIN - 2 * MARK) / most), min(TALLEST, room / max(1, len(plan.rows))))
    drawn, top = [], MARGIN + HEAD
    for row in plan.rows:
        drawn.append(_row(row, top, wide, seat))
        top += seat[1] + (GAP if row.platform else 0)
    return "".join(drawn)


def _row(row: PlanRow, top: float, wide: float, seat: tuple[float, float]) -> str:
    left = (wide - len(row.seats) * seat[0]) / 2
    marks = [_mark(row.label, place, top, seat[1]) for place in (left - MARK, left + len(row.seats) * seat[0])]
    seats = [_seat(found, left + n * seat[0], top, seat, row.platform) for n, found in enumerate(row.seats)]
    return "".join([*marks, *seats])


def _mark(label: str, left: float, top: float, high: float) -> str:
    box = (MARK - 2, high)
    return fitted(label, "kai", box=box, most=9).html("mark", left=left + 1, top=top, box=box, role="kai")


def _seat(found: tuple[str, str], left: float, top: float, seat: tuple[float, float], platform: bool) -> str:
    number, name = found
    kinds = f"seat{' platform' if platform else ''}{'' if name else ' free'}"
    inset, low = 1.0, min(8.0, seat[1] / 3)
    place = f"left:{left + inset:.2f}pt;top:{top + inset:.2f}pt;width:{seat[0] - 2:.2f}pt;height:{seat[1] - 2:.2f}pt"
    foot = f"left:{left:.2f}pt;top:{top + seat[1] - low:.2f}pt;width:{seat[0]:.2f}pt"
    box = (seat[0] - 8, seat[1] - low - 2)
    drawn = fitted(name, FACE, box=box, most=LARGEST).html("n", left=left + 4, top=top + 2, box=box, role=FACE)
    numbered = f'<div class="number" style="{foot};font-family:song">{escape(number)}</div>'
    return f'<div class="{kinds}" style="{place}"></div>{numbered}{drawn if name else ""}'
