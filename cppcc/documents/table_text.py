r"""The table of an annex as the text of a form, and back: one row a line, the head first.

A line with a tab in it was copied from a spreadsheet: its cells stand between the tabs as they are, and a cell in
double quotes may run over several lines. In any other line the cells stand between bars; there \n is a line break
inside a cell and \| a bar that separates nothing.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from cppcc.office.refusals import Refused

MOST_COLUMNS = 20
MOST_ROWS = 1000
TOLD = 5  # rows with a wrong number of cells that a refusal names
EMPTY_ROW = "\\"  # the only cell of a row, without a text
PIECE = re.compile(r"\\[nt|\\]|\||[^\\|]+|\\")
MEANT = {"\\n": "\n", "\\t": "\t", "\\|": "|", "\\\\": "\\"}
WRITTEN = str.maketrans({meant: mark for mark, meant in MEANT.items()})
INSIDE = r'"((?:[^"\t\n]|"")*(?:\n(?:[^"\t\n]|"")*)+)"'
QUOTED = re.compile(rf"(?<=\t){INSIDE}(?=\t|\n|$)|(?:^|(?<=\n)){INSIDE}(?=\t)")
BREAK = "\x1f"  # stands for a line break inside a cell while lines are cut


def table_of(text: str) -> dict[str, Any] | None:
    """The table that a text means, {head, rows}; None for an empty text. Raises Refused, see `table_of_rows`."""
    lines = _lines(text)
    return table_of_rows([_cells(line) for line in lines]) if lines else None


def table_of_rows(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The table of a head and its rows.

    Raises Refused: no rows, too many rows or columns, rows with more or fewer cells than the head (with their numbers,
    the head being row 1). Empty cells at the end of a row that is too long do not count.
    """
    head, *others = [list(row) for row in rows]
    body = [_cut(row, len(head)) for row in others]
    if not body:
        raise Refused("表格只有表头，没有内容。请从第二行起填写各行，第一行是表头。")
    if len(head) > MOST_COLUMNS:
        raise Refused(f"表格有 {len(head)} 列，最多 {MOST_COLUMNS} 列，请删去一些列，或者分成几个附件。")
    if len(body) > MOST_ROWS:
        raise Refused(f"表格有 {len(body)} 行，最多 {MOST_ROWS} 行，请分成几个附件。")
    ragged = [(number, len(row)) for number, row in enumerate(body, start=2) if len(row) != len(head)]
    if ragged:
        raise Refused(_told(ragged, len(head)))
    return {"head": head, "rows": body}


def text_of_table(table: dict[str, Any] | None) -> str:
    """The text in which a form shows a table; `table_of` reads it back."""
    rows: Iterable[list[Any]] = [table["head"], *table["rows"]] if table else []
    return "\n".join(" | ".join(_written(cell) for cell in row) or EMPTY_ROW for row in rows)


def _written(cell: Any) -> str:
    lines = "" if cell is None else str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip().translate(WRITTEN)


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(BREAK, " ")
    whole = QUOTED.sub(_unquoted, text) if "\t" in text else text
    return [line for line in whole.split("\n") if line.strip(" ")]


def _unquoted(found: re.Match[str]) -> str:
    return (found[1] or found[2]).replace('""', '"').replace("\n", BREAK)


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [cell.replace(BREAK, "\n").strip() for cell in line.split("\t")]
    if line.strip() == EMPTY_ROW:
        return [""]
    cells = [""]
    for piece in PIECE.findall(line):
        if piece == "|":
            cells.append("")
        else:
            cells[-1] += MEANT.get(piece, piece)
    return [cell.strip() for cell in cells]


def _cut(row: list[str], columns: int) -> list[str]:
    """Without the empty cells beyond the last column."""
    while len(row) > columns and not row[-1]:
        row = row[:-1]
    return row


def _told(ragged: Sequence[tuple[int, int]], columns: int) -> str:
    rows = "、".join(f"第{number}行有{count}格" for number, count in ragged[:TOLD])
    more = f"等 {len(ragged)} 行" if len(ragged) > TOLD else ""
    return f"表头有{columns}格，{rows}{more}（表头是第1行），请补齐缺的格（没有内容的也要留出空格），或者删去多余的。"
