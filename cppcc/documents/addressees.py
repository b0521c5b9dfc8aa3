"""A list of addressees pasted from a spreadsheet: what is understood, and what is wrong at which line."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO

from cppcc.documents.places import LONGEST, NAME, SALUTATION, UNIT
from cppcc.files.secrecy import secret_mark
from cppcc.sheets.text import clean, label_key, one_line

MOST = 2000  # letters of one batch
LONGEST_NAME, LONGEST_SALUTATION, LONGEST_VALUE = 60, 80, 200
LINE_ENDS = re.compile("\r\n?|\x0b|\x0c|\x1c|\x1d|\x1e|\x85|\u2028|\u2029")
IGNORED = "序号"
HEADS = {
    **dict.fromkeys(("姓名", "名字", "收件人", "收信人", "人员", "委员姓名", "收件人姓名"), NAME),
    **dict.fromkeys(("称呼", "称谓", "抬头", "尊称"), SALUTATION),
    **dict.fromkeys(("单位", "工作单位", "所在单位", "单位名称", "收件单位", "收文单位"), UNIT),
    **dict.fromkeys(("序号", "编号", "no", "no."), IGNORED),
}
UNHEADED = (NAME, SALUTATION, UNIT)


@dataclass(frozen=True)
class Row:
    """One addressee as pasted: the line it stands on (from 1), and the other columns by their heads."""

    line: int
    name: str
    salutation: str
    unit: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wrong:
    """What is wrong at a line (0: with the whole)."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Pasted:
    """What was understood of a text: its rows, the further columns, the mistakes."""

    rows: list[Row]
    wrong: list[Wrong]
    columns: list[str]
    headed: bool


def parsed(text: str) -> Pasted:
    """Read lines of cells parted by tabs or commas, with a row of heads or without (then: 姓名, 称呼, 单位)."""
    lines = [(line, cells) for line, cells in cut(text) if any(cells)]
    if not lines:
        return Pasted([], [Wrong(0, "没有内容，请把名单粘贴进来，一人一行。")], [], False)
    heads, wrong = heads_of(*lines[0])
    headed = bool(heads)
    if wrong:
        return Pasted([], wrong, [], headed)
    rows: list[Row] = []
    for line, cells in lines[1:] if headed else lines:
        problem = crowded(cells, heads, headed)
        found = row_of(line, dict(zip(heads or UNHEADED, cells, strict=False)))
        problem = problem or fault(found)
        wrong += [Wrong(line, problem)] if problem else []
        rows += [] if problem else [found]
    if not rows and not wrong:
        wrong = [Wrong(lines[0][0], "只有表头，没有收件人，请连同下面各行一起粘贴。")]
    if len(rows) > MOST:
        wrong.append(Wrong(rows[MOST].line, f"有 {len(rows)} 人，一件公文最多分送 {MOST} 份，请分成几件。"))
    columns = list(dict.fromkeys(head for head in heads if head not in ("", IGNORED, *UNHEADED)))
    return Pasted(rows, wrong, columns, headed)


def cut(text: str) -> list[tuple[int, list[str]]]:
    """The cells of each line with its number. A cell in quotes may hold the mark or a line end, as Excel writes it."""
    text = LINE_ENDS.sub("\n", text).replace("\x00", "")
    mark = next((mark for mark in "\t,，" if mark in text), "\t")
    quoted = text.count('"') % 2 == 0
    reader = csv.reader(StringIO(text), delimiter=mark, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    found, before = [], 0
    try:
        for cells in reader:
            found.append((before + 1, [one_line(clean(cell)).strip() for cell in cells]))
            before = reader.line_num
    except csv.Error:  # a cell beyond any measure: no list of names
        return [(n, [part.strip() for part in line.split(mark)]) for n, line in enumerate(text.split("\n"), 1)]
    return found


def heads_of(line: int, cells: Sequence[str]) -> tuple[list[str], list[Wrong]]:
    """The columns that a row of heads names, [] for a row that is none, and what is wrong with them."""
    found = [HEADS.get(label_key(cell), cell) for cell in cells]
    if not set(found) & set(UNHEADED):
        return [], []
    named = [head for head in found if head and head != IGNORED]
    doubled = [head for head in dict.fromkeys(named) if named.count(head) > 1]
    if doubled:
        return found, [Wrong(line, f"表头“{doubled[0]}”出现了不止一次，请改名或删去一栏。")]
    if NAME not in found and UNIT not in found:
        return found, [Wrong(line, "表头中没有“姓名”一栏，请补上；也可以不要表头，按姓名、称呼、单位的次序排列。")]
    odd = next((head for head in named if len(head) > LONGEST or re.search("[{}｛｝]", head)), "")
    if odd:
        return found, [Wrong(line, f"表头“{odd[:40]}”太长或带有花括号，请改成{LONGEST}字以内的名称。")]
    return found, []


def crowded(cells: Sequence[str], heads: Sequence[str], headed: bool) -> str:
    """What is wrong with cells that stand in no column."""
    known = heads or UNHEADED
    stray = [cell for place, cell in enumerate(cells) if cell and (place >= len(known) or not known[place])]
    if not stray:
        return ""
    if headed:
        return f"“{stray[0][:20]}”上面没有表头，请给这一栏写上名称，或删去。"
    return f"有 {len(cells)} 栏，没有表头时只认姓名、称呼、单位三栏，请在第一行加上表头。"


def row_of(line: int, cells: dict[str, str]) -> Row:
    """The addressee in the cells. Without a name the letter goes to the unit; without a salutation it is usual."""
    unit = cells.get(UNIT, "")
    name = cells.get(NAME, "") or unit
    usual = f"{name}同志" if cells.get(NAME) else unit
    values = {head: cell for head, cell in cells.items() if cell and head not in (IGNORED, *UNHEADED)}
    return Row(line, name, cells.get(SALUTATION, "").rstrip("：:") or usual, unit, values)


def fault(row: Row) -> str:
    """What is wrong with one addressee, "" when nothing is. R048."""
    if not row.name:
        return "没有姓名，请补上。"
    limits = [(NAME, row.name, LONGEST_NAME), (SALUTATION, row.salutation, LONGEST_SALUTATION)]
    limits += [(UNIT, row.unit, 100), *((head, cell, LONGEST_VALUE) for head, cell in row.values.items())]
    for label, cell, most in limits:
        if len(cell) > most:
            return f"{label}有 {len(cell)} 字，最多 {most} 字，请核对是否粘错了栏。"
    for _, cell, _ in limits:
        if mark := secret_mark(cell):
            return f"有国家秘密标志“{mark}”，国家秘密不得录入本系统。"
    return ""
