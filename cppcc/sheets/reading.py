"""From bytes to a table of clean text: Excel (.xlsx) and CSV in UTF-8, UTF-16 or GB18030."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.extent import refuse_if_vast
from cppcc.sheets.text import clean, label_key, one_line

MAX_ROWS = 5000
MAX_COLUMNS = 100
HEADER_WITHIN = 5
MAX_CELL = 10_000


@dataclass(frozen=True)
class SheetRow:
    """A row: its number on the sheet (from 1) and the text of its cells, as many as the header has."""

    number: int
    cells: list[str]


@dataclass
class Table:
    """What was read: the header's labels, the rows under it that are not empty, the header's row number."""

    header: list[str]
    rows: list[SheetRow] = field(default_factory=list)
    header_number: int = 1


def read_table(data: bytes, filename: str, *, columns: Sequence[Column] = ()) -> Table:
    """The table in `data`. `columns` help to find the header among the first five rows.

    Raises Refused with a sentence: empty, unreadable, no header, duplicated or missing columns, too large.
    The caller has checked the file for safety (size, zip bombs) before.
    """
    if not data.strip():
        raise Refused("这个文件是空的，请选择填好的表格。")
    extension = filename.rsplit(".", 1)[-1].lower()
    if extension == "xls":
        raise Refused("这是旧版 Excel 文件（.xls），请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。")
    if extension == "xlsx":
        return _table(_numbered(_sheet(data)), columns)
    if extension in {"csv", "txt", "tsv"}:
        return _csv_table(_decoded(data), columns)
    raise Refused("只能导入 .xlsx 或 .csv 表格，请另存为这两种格式之一。")


def read_rows(data: bytes) -> list[list[str]]:
    """The first Excel sheet that holds something as clean text, all rows as wide as the widest, empty ones left out.

    Raises Refused for an unreadable, empty or too large one. The caller has checked the file for safety before.
    """
    rows = list(_numbered(_sheet(data)).values())
    if len(rows) > MAX_ROWS:
        raise Refused(f"一次最多读入 {MAX_ROWS} 行，这份表有 {len(rows)} 行，请只保留需要的内容。")
    if not rows:
        raise Refused("这份表格里没有内容，请选择填好的表格。")
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _sheet(data: bytes) -> list[list[Any]]:
    """The cells of the first visible sheet that holds something, from A1 on."""
    refuse_if_vast(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible:
                cells = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
                if cells:
                    return cells
    except (CalamineError, ValueError, OSError):
        raise Refused("读不出这份表格，文件可能已损坏或设了密码，请在 WPS 中打开后另存为 .xlsx 再试。") from None
    raise Refused("这份表格里没有内容，请选择填好的表格。")


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("看不出这个 CSV 文件的文字编码，请在 WPS 中另存为 .xlsx 再导入。")


def _csv_table(text: str, columns: Sequence[Column]) -> Table:
    """The table under the separator that fits best: most known labels, then most columns."""
    text = text.replace("\x00", "")
    candidates = []
    for separator in ",\t;；":
        rows = _csv_rows(text, separator, HEADER_WITHIN)
        fit = max((_fit(row, columns) for row in _numbered(rows).values()), default=(0, 0))
        candidates.append((fit, separator))
    separator = max(candidates, key=lambda pair: pair[0])[1]
    return _table(_numbered(_csv_rows(text, separator)), columns)


def _csv_rows(text: str, separator: str, limit: int = 20 * MAX_ROWS) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [row for row, _ in zip(reader, range(limit), strict=False)]
    except csv.Error:
        raise Refused("读不出这个 CSV 文件，可能有没配对的引号，请在 WPS 中另存为 .xlsx 再导入。") from None


def _numbered(rows: Iterable[Sequence[Any]]) -> dict[int, list[str]]:
    """The rows that are not empty, cells as clean text, by row number from 1."""
    found = {}
    for number, row in enumerate(rows, start=1):
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found[number] = cells
    return found


def cell_text(value: Any) -> str:
    """A cell's value as clean text: 3.0 is 3, a day is 2026-03-01, TRUE is 是."""
    if isinstance(value, str):
        return clean(value)[:MAX_CELL]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return clean(str(value))[:MAX_CELL]


def _fit(cells: Sequence[str], columns: Sequence[Column]) -> tuple[int, int]:
    """How well `cells` serve as header: known labels, then filled cells."""
    labels = {label_key(cell) for cell in cells if cell}
    return sum(bool(column.names() & labels) for column in columns), len(labels)


def _table(rows: dict[int, list[str]], columns: Sequence[Column]) -> Table:
    if not rows:
        raise Refused("这份表格里没有内容，请选择填好的表格。")
    number = _header_number(rows, columns)
    header = [one_line(cell) for cell in rows[number]]
    body = {n: cells for n, cells in rows.items() if n > number}
    _refuse_bad_header(header, columns)
    if not body:
        raise Refused("表头下面没有内容，请填好后再导入。")
    if len(body) > MAX_ROWS:
        raise Refused(f"一次最多导入 {MAX_ROWS} 行，这份表有 {len(body)} 行，请拆成几份后分别导入。")
    width = len(header)
    _refuse_stray_cells(body, width)
    return Table(header, [SheetRow(n, (cells + [""] * width)[:width]) for n, cells in body.items()], number)


def _header_number(rows: dict[int, list[str]], columns: Sequence[Column]) -> int:
    """The row with most known labels; where none is known, the first of two or more cells, all filled."""
    first = [number for number in list(rows)[:HEADER_WITHIN] if number <= 2 * HEADER_WITHIN]
    known = {number: _fit(rows[number], columns)[0] for number in first}
    if any(known.values()):
        return max(first, key=lambda number: (known[number], -number))
    return next((n for n in first if len(rows[n]) > 1 and all(rows[n])), next(iter(rows)))


def _refuse_bad_header(header: list[str], columns: Sequence[Column]) -> None:
    if len(header) > MAX_COLUMNS:
        raise Refused(f"一份表最多 {MAX_COLUMNS} 列，这份表有 {len(header)} 列，请删去多余的列。")
    if columns and not _fit(header, columns)[0]:
        wanted = "、".join(column.label for column in columns)
        raise Refused(f"前 {HEADER_WITHIN} 行里没有找到表头，表头应有这些列：{wanted}。请下载模板对照填写。")
    keys = sorted(label_key(label) for label in header if label)
    twice = {one for one, two in pairwise(keys) if one == two}
    if twice:
        names = "、".join(dict.fromkeys(label for label in header if label_key(label) in twice))
        raise Refused(f"表头里有重复的列：{names}。请删去或改名后再导入。")
    missing = [column.label for column in columns if column.required and not column.names() & set(keys)]
    if missing:
        raise Refused(f"表头缺少必需的列：{'、'.join(missing)}。请下载模板对照补齐。")


def _refuse_stray_cells(body: dict[int, list[str]], width: int) -> None:
    stray = [number for number, cells in body.items() if len(cells) > width]
    if stray:
        rows = "、".join(map(str, stray[:5]))
        raise Refused(f"第 {rows} 行在表头右边还有内容，请移到有表头的列里或删去后再导入。")


def positions(table: Table, columns: Sequence[Column]) -> dict[str, int]:
    """Where each of `columns` that the table has stands: column key -> index. Two labels of one column are refused."""
    found: dict[str, int] = {}
    for index, label in enumerate(table.header):
        for column in columns:
            if label and label_key(label) in column.names():
                if column.key in found:
                    other = table.header[found[column.key]]
                    raise Refused(f"“{other}”和“{label}”是同一列，请删去其中一列。")
                found[column.key] = index
    return found
