"""The widths of the columns of a table: as given, or found so that the rows become as low as they can."""

from math import ceil

from cppcc.documents.compose import clean
from cppcc.documents.content import Table
from cppcc.documents.fonts import width

PADDING = 4.0
NARROWEST = 2.0


def column_widths(table: Table, measure: float, size: float) -> list[float]:
    """The width of each column in points, padding included; together they make `measure` points."""
    shares = table.widths or found(table, measure / size - len(table.head) * 2 * PADDING / size)
    if table.widths:
        return [measure * share / sum(shares) for share in shares]
    spare = (measure / size - len(shares) * 2 * PADDING / size - sum(shares)) / len(shares)
    return [(share + spare) * size + 2 * PADDING for share in shares]


def found(table: Table, room: float) -> list[float]:
    """Text widths in ems. Each column starts as wide as its head needs; the rest goes where it saves most lines."""
    lengths = [[ems(text) for text in row] for row in table.plain_rows]
    widths = [head_room(ems(text)) for text in table.head]
    while sum(widths) + 1 <= room:
        gains = [saved(lengths, widths, column) for column in range(len(widths))]
        best = max(range(len(widths)), key=lambda column: gains[column])
        widths[best] += 1
    return widths


def head_room(length: float) -> float:
    """The least width that sets a head of this length on one line up to four ems, else on two."""
    return max(NARROWEST, length if length <= 4 else ceil(length / 2) + 1)


def saved(lengths: list[list[float]], widths: list[float], column: int) -> tuple[int, float]:
    """What one em more for a column is worth: lines saved over all rows, then how crowded the column is."""
    before = sum(height(row, widths) for row in lengths)
    wider = [share + (place == column) for place, share in enumerate(widths)]
    crowd = sum(row[column] for row in lengths) / widths[column] ** 2
    return before - sum(height(row, wider) for row in lengths), crowd


def height(row: list[float], widths: list[float]) -> int:
    """The lines that the tallest cell of a row takes."""
    return max(ceil(length / share) for length, share in zip(row, widths, strict=True))


def ems(text: str) -> float:
    """The length of a text set on one line, in ems."""
    return width(clean(text), "body", 1)
