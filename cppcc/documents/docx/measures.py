"""The page of GB/T 9704 as Word counts it: whole twips (twentieths of a point) and a grid of lines and characters.

Word has no half line gap above the first line: 22 lines fill 225 mm only at 28.95 pt, where `grid.LINE` is 29.61 pt.
"""

from math import floor

from cppcc.documents.grid import CELL, COLUMNS, LINES, SIZE

POINT = 20
MM = 1440 / 25.4
SHORT_SIDE, LONG_SIDE = 11906, 16838  # A4
TOP, LEFT, RIGHT, FOOT = 2098, 1587, 1474, 1984  # 37, 28, 26 and 35 mm
WIDTH = SHORT_SIDE - LEFT - RIGHT
DEPTH = LONG_SIDE - TOP - FOOT
PITCH = DEPTH // LINES
CHARACTER = WIDTH / COLUMNS
CHARACTER_SPACE = floor((CELL - SIZE) * 4096)  # what a character is wider than its size, in 1/4096 pt
TRACKING = floor(CHARACTER - SIZE * POINT)  # the same in twips, for text that does not snap to the grid
NUMBER_SIZE = 14
NUMBER_CENTRE = 7 * MM  # of the page number, below the type area
FOOTER = round(FOOT - NUMBER_CENTRE - NUMBER_SIZE * POINT / 2)
NUMBER_BEFORE = FOOT - FOOTER - NUMBER_SIZE * POINT - 10  # the foot reaches up to the text, so that nothing shifts it
HEADER = round(15 * MM)


def cells(count: float) -> int:
    """The width of so many characters of the grid in twips."""
    return round(count * CHARACTER)


def lines(count: float) -> int:
    """The height of so many lines in twips."""
    return round(count * PITCH)


def twips(points: float) -> int:
    """Points in twips."""
    return round(points * POINT)
