"""The pages of a bundle that are typeset here: cover, list (目录), slips for what is not bound in, page numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from cppcc.documents.compose import Style, compose
from cppcc.documents.content import in_words
from cppcc.documents.fonts import settable
from cppcc.documents.grid import MEASURE, MM
from cppcc.documents.titles import break_title
from cppcc.documents.typeset import plain_pages

A4 = (210 * MM, 297 * MM)
COVER_TITLE = 26.0  # points
ENDING = "材料汇编"
COVER_MEASURE = 150 * MM
FOOT = 12 * MM  # the strip at the foot of each page that is kept for its number
NUMBER_SIZE = 10.5  # points
LIST_SIZE, HANG = 15.0, 1.6  # points, ems
LIST_STYLE = Style(LIST_SIZE, 0, MEASURE - (HANG + 4) * LIST_SIZE, straight=False)
STYLE = f"""
@page {{ size: 210mm 297mm; margin: 37mm 26mm 25mm 28mm }}
@page cover {{ margin: 30mm 30mm 25mm }}
html {{ font: 16pt/29pt body, companion; font-kerning: none; color: #000 }}
body, h1, h2, p {{ margin: 0; font-weight: normal }}
.cover {{ page: cover; position: relative; height: 240mm; text-align: center }}
.mark {{ position: absolute; left: 0; top: 0; font-family: hei, companion }}
.cover h1 {{ position: absolute; left: 0; right: 0; top: 62mm; font: {COVER_TITLE}pt/42pt title, companion;
  bookmark-level: none }}
.rule {{ position: absolute; left: 20mm; right: 20mm; top: 122mm; height: 0.5mm; background: #f00 }}
.sum {{ position: absolute; left: 0; right: 0; top: 126mm; font-family: kai, companion }}
.by {{ position: absolute; left: 0; right: 0; top: 196mm; font-family: kai, companion; font-size: 18pt;
  line-height: 34pt }}
.contents {{ break-before: page }}
.contents h1, .slip h1 {{ font: 22pt/40pt title, companion; text-align: center; margin-bottom: 14pt;
  bookmark-level: none }}
.contents h2 {{ font: 15pt/27pt hei, companion; margin-top: 8pt; break-after: avoid; bookmark-level: none }}
.contents p {{ font-size: {LIST_SIZE}pt; line-height: 25pt; break-inside: avoid }}
.contents span {{ display: block; padding-left: {HANG}em; white-space: nowrap }}
.contents span:first-child {{ padding-left: 0 }}
.contents span:last-child::after {{ content: leader('·') " " attr(data-page); font-family: song, companion }}
.slip {{ break-before: page; padding-top: 60mm; text-align: center }}
.slip .name {{ font: 18pt/32pt hei, companion; margin: 20pt 0 }}
.slip .why {{ font-family: kai, companion }}
"""


@dataclass(frozen=True)
class Line:
    """A line of the list: `page` is the first page of the part; `note` says what is not bound in."""

    heading: str
    label: str
    page: int
    note: str = ""

    @property
    def called(self) -> str:
        """What it is, with its note."""
        return f"{self.label}（{self.note}）" if self.note else self.label


@dataclass(frozen=True)
class Cover:
    """What stands on the cover. mark: 内部 or 工作秘密, "" for what is public."""

    title: str
    office: str
    day: date
    mark: str
    parts: int
    pages: int


def title_lines(title: str) -> list[str]:
    """The lines of the title on the cover: 材料汇编 on a line of its own where all do not fit on one."""
    lines = break_title([title], COVER_TITLE, COVER_MEASURE)
    if len(lines) > 1 and title.endswith(ENDING):
        lines = break_title([title.removesuffix(ENDING), ENDING], COVER_TITLE, COVER_MEASURE)
    return lines


def front(cover: Cover, lines: Sequence[Line]) -> bytes:
    """Cover and list."""
    title = "<br>".join(map(escape, title_lines(cover.title)))
    mark = f'<p class="mark">{escape(cover.mark)}</p>' if cover.mark else ""
    page = (
        f'<section class="cover">{mark}<h1>{title}</h1><div class="rule"></div>'
        f'<p class="sum">共 {cover.parts} 份，{cover.pages} 页</p>'
        f'<div class="by"><p>{escape(settable(cover.office, "kai"))}</p><p>{in_words(cover.day)}</p></div></section>'
    )
    listed = f'<section class="contents"><h1>目　　录</h1>{"".join(_entries(lines))}</section>'
    return plain_pages(page + listed, STYLE, title=cover.title)


def _entries(lines: Sequence[Line]) -> list[str]:
    found, heading = [], ""
    for number, line in enumerate(lines, start=1):
        if line.heading != heading:
            heading = line.heading
            found.append(f"<h2>{escape(settable(heading, 'hei'))}</h2>" if heading else "")
        words = settable(f"{number}.{line.called}")
        *rest, last = [part.text for part in compose([(words, "body")], LIST_STYLE)]
        spans = "".join(f"<span>{escape(text)}</span>" for text in rest)
        found.append(f'<p>{spans}<span data-page="{line.page}">{escape(last)}</span></p>')
    return found


def slip(head: str, name: str, why: str) -> bytes:
    """The page that stands for a part that is not bound in."""
    inner = (
        f'<section class="slip"><h1>{escape(head)}</h1><p class="name">{escape(settable(name, "hei"))}</p>'
        f'<p class="why">{escape(settable(why, "kai"))}</p></section>'
    )
    return plain_pages(inner, STYLE)


def numbers(landscape: Sequence[bool]) -> bytes:
    """A page for each page of the bundle with nothing on it but its number at the foot: 第 1 页."""
    foot = f"@bottom-center {{ content: '第 ' counter(page) ' 页'; font: {NUMBER_SIZE}pt/{NUMBER_SIZE}pt song; }}"
    style = (
        f"@page {{ margin: 0 0 {FOOT:.3f}pt; {foot} }} @page tall {{ size: 210mm 297mm }}"
        "@page wide { size: 297mm 210mm } body { margin: 0 } div { height: 1pt; break-after: page }"
        ".tall { page: tall } .wide { page: wide } div:last-child { break-after: auto }"
    )
    return plain_pages("".join(f'<div class="{"wide" if wide else "tall"}"></div>' for wide in landscape), style)
