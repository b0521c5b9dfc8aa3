"""Sections: sheet, margins, grid, and page numbers outside at the left and at the right (GB/T 9704, 7.5 and 8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.section import Section as WordSection

from cppcc.documents.docx import styles
from cppcc.documents.docx.letterhead import letter_foot
from cppcc.documents.docx.markup import Element, no_margins, node, paragraph, run, spacing, value
from cppcc.documents.docx.markup import field as word_field
from cppcc.documents.docx.measures import (
    CHARACTER_SPACE,
    FOOT,
    FOOTER,
    HEADER,
    LEFT,
    LONG_SIDE,
    NUMBER_BEFORE,
    NUMBER_CENTRE,
    NUMBER_SIZE,
    PITCH,
    RIGHT,
    SHORT_SIDE,
    TOP,
    WIDTH,
    cells,
    twips,
)  # fmt: skip

STRIP = twips(NUMBER_SIZE * 2)  # the width of the column in which a turned number stands


@dataclass
class Part:
    """Pages of one kind: what stands on them, and how they begin."""

    blocks: list[Element] = field(default_factory=list)
    landscape: bool = False
    begins: str = "nextPage"
    numbered: bool = True
    letter: bool = False


def shape_of(part: Part) -> Element:
    """The sectPr of a part."""
    wide = part.landscape
    size = {"w": LONG_SIDE, "h": SHORT_SIDE, "orient": "landscape"} if wide else {"w": SHORT_SIDE, "h": LONG_SIDE}
    sides = (LEFT, TOP, RIGHT, FOOT) if wide else (TOP, RIGHT, FOOT, LEFT)
    margins = dict(zip(("top", "right", "bottom", "left"), sides, strict=True))
    return node(
        "sectPr", value("type", part.begins), node("pgSz", **size),
        node("pgMar", **margins, header=HEADER, footer=FOOTER, gutter=0), node("cols", space=0),
        node("titlePg") if part.letter else None,
        node("docGrid", type="linesAndChars", linePitch=PITCH, charSpace=CHARACTER_SPACE),
    )  # fmt: skip


def assembled(parts: Sequence[Part]) -> list[Element]:
    """The blocks of all parts; a section has its shape in its last paragraph, the last section at the end."""
    found: list[Element] = []
    for part in parts[:-1]:
        found += part.blocks
        if found[-1].tag.endswith("}tbl"):
            found.append(paragraph(styles.EMPTY))
        found[-1].get_or_add_pPr().append(shape_of(part))
    last = parts[-1]
    ends_with_table = last.blocks[-1].tag.endswith("}tbl")
    return [*found, *last.blocks, *([paragraph(styles.EMPTY)] if ends_with_table else []), shape_of(last)]


def number_pages(sections: Sequence[WordSection], parts: Sequence[Part], reader: str) -> None:
    """Feet and heads of all sections; `reader` stands in the head of every page."""
    for place, (section, part) in enumerate(zip(sections, parts, strict=True)):
        if place == 0 and reader:
            for head in heads(section, part):
                fill(head, [paragraph(styles.READER, run(reader))])
        fill(section.footer, number_of(part, odd=True))
        fill(section.even_page_footer, number_of(part, odd=False))
        if part.letter:
            fill(section.first_page_footer, [*letter_foot(), paragraph(styles.EMPTY)])


def heads(section: WordSection, part: Part) -> list[Any]:
    """The heads of a section that are shown."""
    first = [section.first_page_header] if part.letter else []
    return [section.header, section.even_page_header, *first]


def fill(block: Any, blocks: list[Element]) -> None:
    """Put these into a head or foot of its own."""
    block.is_linked_to_previous = False
    for old in list(block._element):
        block._element.remove(old)
    block._element.extend(blocks)


def number_of(part: Part, *, odd: bool) -> list[Element]:
    """The foot of odd or even pages."""
    if not part.numbered:
        return [paragraph(styles.EMPTY)]
    if part.landscape:
        return [turned_number(odd=odd), paragraph(styles.EMPTY)]
    side = ("rightChars", "right") if odd else ("leftChars", "left")
    inset = node("ind", **{side[0]: 100, side[1]: cells(1)})
    place = spacing(before=NUMBER_BEFORE, after=0, line=twips(NUMBER_SIZE))
    return [number(inset, place, value("jc", "right" if odd else "left"))]


def number(*looks: Element | None) -> Element:
    """— n —"""
    return paragraph(styles.PAGE_NUMBER, run("— "), *word_field("PAGE"), run(" —"), looks=looks)


def turned_number(*, odd: bool) -> Element:
    """The number of a landscape page where it stands on the upright sheet: turned, at the left edge (clause 8)."""
    place = node(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="page", horzAnchor="page",
        tblpX=round(FOOT - NUMBER_CENTRE - STRIP / 2), tblpY=LEFT,
    )  # fmt: skip
    shape = node("tblPr", place, node("tblW", w=STRIP, type="dxa"), node("tblLayout", type="fixed"), no_margins())
    inset = node("ind", **({"right": cells(1)} if odd else {"left": cells(1)}))
    line = spacing(before=0, after=0, line=STRIP)
    inside = number(inset, line, value("jc", "right" if odd else "left"))
    cell = node(
        "tc", node("tcPr", node("tcW", w=STRIP, type="dxa"), value("textDirection", "tbRl"), value("vAlign", "center")),
        inside,
    )  # fmt: skip
    row = node("tr", node("trPr", node("trHeight", val=WIDTH, hRule="exact")), cell)
    return node("tbl", shape, node("tblGrid", node("gridCol", w=STRIP)), row)
