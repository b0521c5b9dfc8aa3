"""附件 on pages of their own: mark, title, paragraphs, and a table whose head repeats on every page."""

from html import escape

from cppcc.documents.columns import PADDING, column_widths, ems
from cppcc.documents.compose import Line, clean, compose_cell
from cppcc.documents.content import Annex, Table, heads
from cppcc.documents.grid import DEPTH, MEASURE
from cppcc.documents.paragraphs import paragraph, title

MANY_COLUMNS = 7
SHORT = 12
NOTHING = {"—", "——", "无", "/"}
LEADING = 1.35
END = '<div id="end"></div>'


def sections(annexes: list[Annex]) -> str:
    """All annexes as HTML, and the anchor that tells on which page the text before the 版记 ends."""
    last = len(annexes) - 1
    parts = [annex(part, label, END if n == last else "") for n, (part, label) in enumerate(labelled(annexes))]
    return "".join(parts) or END


def annex(content: Annex, label: str, end: str) -> str:
    """One annex as HTML; `label` is 附件 or 附件1, or empty for a text that the notice issues."""
    measure = DEPTH if content.landscape else MEASURE
    mark = f'<p class="annexmark hei">{label}</p><div class="blank"></div>' if label else ""
    kind = "annex wide" if content.landscape else "annex"
    text = "".join(paragraph(part, measure) for part in content.paragraphs)
    grid = table(content.table, measure) if content.table else ""
    return f'<section class="{kind}">{mark}{title(content.title, measure)}{text}{grid}{end}</section>'


def labelled(annexes: list[Annex]) -> list[tuple[Annex, str]]:
    """The annexes with 附件 for a lone one, 附件1, 附件2 for several, nothing for an issued text."""
    marked = [annex for annex in annexes if annex.marked]
    numbers = {id(annex): f"附件{number}" if len(marked) > 1 else "附件" for number, annex in enumerate(marked, 1)}
    return [(annex, numbers.get(id(annex), "")) for annex in annexes]


def table(content: Table, measure: float) -> str:
    """A table that fills `measure` points; short columns are centred, long text stands at the left.

    Text may reach half a line gap beyond the edges of the type area, rules may not: hence the two empty edge rows.
    """
    size = type_size(len(content.head), measure)
    widths = column_widths(content, measure, size)
    head = [cell(text, width, size, "hei") for text, width in zip(content.head, widths, strict=True)]
    centred = [all(ems(text) <= SHORT for text in column) for column in zip(*content.plain_rows, strict=True)]
    columns = "".join(f'<col style="width:{width:.3f}pt">' for width in widths)
    body = "".join(row_html(row, widths, size, centred) for row in content.rows)
    top = "".join(f"<th>{lines_html(lines)}</th>" for lines in head)
    edge = f'<tr class="edge"><td colspan="{len(widths)}"></td></tr>'
    return (
        f'<table style="font-size:{size}pt;line-height:{size * LEADING:.2f}pt"><colgroup>{columns}</colgroup>'
        f"<thead>{edge}<tr>{top}</tr></thead><tfoot>{edge}</tfoot><tbody>{body}</tbody></table>"
    )


def row_html(row: list[str], widths: list[float], size: float, centred: list[bool]) -> str:
    """A row; a heading is one cell over all columns, and stays with the row below it."""
    if heads(row):
        lines = cell(row[0], sum(widths), size, "hei")
        return f'<tr class="part"><td class="hei" colspan="{len(widths)}">{lines_html(lines)}</td></tr>'
    cells = (cell(text, width, size, "body") for text, width in zip(row, widths, strict=True))
    return f"<tr>{''.join(map(data, cells, centred))}</tr>"


def type_size(columns: int, measure: float) -> float:
    """The size of a table's type in points: 4号 for a few columns, 小四 or 5号 for many."""
    if columns < MANY_COLUMNS:
        return 14.0
    return 12.0 if measure > MEASURE else 10.5


def cell(text: str, width: float, size: float, role: str) -> list[Line]:
    """The lines of a cell that is `width` points wide; line ends in the text stay."""
    parts = [clean(part) for part in text.splitlines()]
    return [line for part in parts if part for line in compose_cell(part, role, size, width - 2 * PADDING)]


def data(lines: list[Line], centred: bool) -> str:
    """One cell of the body of a table."""
    alone = len(lines) == 1 and lines[0].text in NOTHING
    kind = ' class="mid"' if centred or alone else ""
    return f"<td{kind}>{lines_html(lines)}</td>"


def lines_html(lines: list[Line]) -> str:
    """Composed lines, one below the other."""
    return "<br>".join(escape(line.text) for line in lines)
