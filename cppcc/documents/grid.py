"""The page of GB/T 9704 as numbers, in points.

The standard asks for 22 lines of 28 characters that fill 156 x 225 mm. That closes only when the first and the last
line touch the edges: 21 line pitches and one character make 225 mm, 28 cells make 156 mm.
"""

MM = 72 / 25.4
SIZE = 16.0
COLUMNS, LINES = 28, 22
MEASURE = 156 * MM
DEPTH = 225 * MM
CELL = MEASURE / COLUMNS
LINE = (DEPTH - SIZE) / (LINES - 1)
HALF = (LINE - SIZE) / 2
TRACKING = CELL - SIZE
TITLE_SIZE = 22.0
SMALL = 14.0
TOP, LEFT, RIGHT, FOOT = 37 * MM, 28 * MM, 26 * MM, 35 * MM
MARK_TOP = 35 * MM
RULE_GAP, RULE_WEIGHT = 4 * MM, 0.5 * MM
RED_LINE = 170 * MM
