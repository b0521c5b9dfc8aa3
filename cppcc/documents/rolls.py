"""A list of people as a working paper: title, facts, a table in groups whose head stands on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cppcc.documents.fitting import fitted
from cppcc.documents.fonts import settable
from cppcc.documents.grid import MM
from cppcc.documents.typeset import plain_pages

MEASURE = 174.0  # millimetres
NAME_SIZE, PADDING = 13.0, 4.0  # points
STYLE = """
@page { size: 210mm 297mm; margin: 20mm 18mm 18mm;
  @bottom-center { content: "第 " counter(page) " 页　共 " counter(pages) " 页"; font: 9pt/12pt song, companion }
  @top-center { content: string(title); font: 10pt/14pt kai, companion; padding-top: 6mm } }
@page :first { @top-center { content: none } }
html { font: 11pt/15pt body, companion; color: #000; font-kerning: none }
body, h1, p { margin: 0; font-weight: normal }
h1 { font: 20pt/28pt title, companion; text-align: center; string-set: title attr(data-short); bookmark-level: none }
.facts { margin-top: 6pt; font: 12pt/19pt kai, companion }
.sums { margin: 6pt 0 0; font: 12pt/19pt hei, companion }
.foot { margin-top: 8pt; font: 11pt/17pt kai, companion }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin-top: 8pt }
tr { break-inside: avoid }
th, td { border: 0.5pt solid #000; padding: 2pt 4pt; vertical-align: middle; text-align: left; font-weight: normal }
th { font-family: hei, companion; text-align: center }
td.mid { text-align: center } td.name { white-space: nowrap; text-align: center }
.group td { font-family: hei, companion; background: #eee; break-after: avoid }
"""


@dataclass(frozen=True)
class Column:
    """A column: its head, its width in millimetres (all together 174), how its cells stand: mid, name or ""."""

    head: str
    wide: float
    kind: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    heading: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Roll:
    """What is printed. short: the title at the head of the further pages. row: the least height of a row in points."""

    title: str
    short: str
    facts: Sequence[str]
    columns: Sequence[Column]
    groups: Sequence[Group]
    sums: Sequence[str] = ()
    foot: str = ""
    row: float = 26.0


def roll(sheet: Roll) -> bytes:
    """The sheet as a PDF."""
    style = STYLE + f"tbody td {{ height: {sheet.row:.1f}pt }} .group td {{ height: 16pt }}"
    columns = "".join(f'<col style="width:{column.wide / MEASURE * 100:.3f}%">' for column in sheet.columns)
    heads = "".join(f"<th>{escape(column.head)}</th>" for column in sheet.columns)
    body = "".join(_group(group, sheet.columns) for group in sheet.groups)
    inner = (
        f'<h1 data-short="{escape(settable(sheet.short, "kai"), quote=True)}">{_plain(sheet.title, "title")}</h1>'
        f"{_lines('facts', sheet.facts)}{_lines('sums', sheet.sums)}"
        f"<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        f"{_lines('foot', [sheet.foot] if sheet.foot else [])}"
    )
    return plain_pages(inner, style, title=sheet.title)


def _plain(text: str, role: str = "body") -> str:
    return escape(settable(text, role))


def _lines(kind: str, texts: Sequence[str]) -> str:
    role = "hei" if kind == "sums" else "kai"
    return "".join(f'<p class="{kind}">{_plain(text, role)}</p>' for text in texts)


def _group(group: Group, columns: Sequence[Column]) -> str:
    heading = f'<tr class="group"><td colspan="{len(columns)}">{_plain(group.heading, "hei")}</td></tr>'
    return (heading if group.heading else "") + "".join(_row(row, columns) for row in group.rows)


def _row(row: Sequence[str], columns: Sequence[Column]) -> str:
    cells = (_cell(text, column) for text, column in zip(row, columns, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(text: str, column: Column) -> str:
    if column.kind != "name":
        return f'<td class="{column.kind}">{_plain(text)}</td>' if column.kind else f"<td>{_plain(text)}</td>"
    box = (column.wide * MM - 2 * PADDING - 1, 40.0)
    drawn = fitted(text, "body", box=box, most=NAME_SIZE)
    size = "" if drawn.size == NAME_SIZE else f' style="font-size:{drawn.size:.2f}pt"'
    return f'<td class="name"{size}>{"<br>".join(map(escape, drawn.lines))}</td>'
