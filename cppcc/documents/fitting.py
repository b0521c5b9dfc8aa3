"""Names as large as their place allows: two characters are spaced as three, long ones stand on two lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from cppcc.documents.fonts import settable, width

HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]{2}")
DOT = "·"
LONG = 6  # characters of a name without a dot that still stand on one line
GAIN = 1.25  # how much larger two lines must be to be worth it
LEADING = 1.12


@dataclass(frozen=True)
class Fitted:
    """A text cut into lines, its size in points, the space below each line's foot included in the leading."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """Of all lines together, in points."""
        return len(self.lines) * self.size * LEADING

    def html(self, kind: str, *, left: float, top: float, box: tuple[float, float], role: str) -> str:
        """The lines in the middle of a box (width, height in points) that stands at left, top."""
        inner = "<br>".join(map(escape, self.lines))
        down = max(0.0, (box[1] - self.height) / 2)
        return (
            f'<div class="{kind}" style="left:{left:.2f}pt;top:{top + down:.2f}pt;width:{box[0]:.2f}pt;'
            f'font:{self.size:.2f}pt/{self.size * LEADING:.2f}pt {role},companion">{inner}</div>'
        )


def spaced(name: str) -> str:
    """王明 as 王　明, so that it is as wide as a name of three characters."""
    return f"{name[0]}\u3000{name[1]}" if HAN.fullmatch(name) else name


def fitted(name: str, role: str, *, box: tuple[float, float], most: float) -> Fitted:
    """A name as large as a box (width, height in points) allows, at most `most` points.

    〓 stands for a character that no font has. A text on two lines is cut after its dot or blank, else in the middle.
    """
    name = spaced(settable(name, role))
    found = [_set(lines, role, box, most) for lines in _cuts(name)]
    whole, best = found[0], max(found, key=lambda one: one.size)
    return best if best.size >= whole.size * GAIN else whole


def _set(lines: tuple[str, ...], role: str, box: tuple[float, float], most: float) -> Fitted:
    widest = max(width(line, role, 1) for line in lines) or 1
    return Fitted(lines, min(most, box[0] / widest, box[1] / len(lines) / LEADING))


def _cuts(name: str) -> Iterator[tuple[str, ...]]:
    """The ways to set a name: on one line; cut behind a dot or at a blank; a long one without them in its middle."""
    yield (name,)
    places = [place + 1 for place, mark in enumerate(name) if mark in (DOT, " ") and 0 < place < len(name) - 1]
    if not places and len(name) > LONG:
        places = [len(name) // 2]
    for place in places:
        yield (name[:place].strip(), name[place:].strip())
