"""Elements of WordprocessingML, their properties in the order that the schema asks for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Element = Any
PARAGRAPH = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr", "tabs", "kinsoku",
    "overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr",
)  # fmt: skip
RUN = ("rStyle", "rFonts", "snapToGrid", "color", "spacing", "w", "kern", "sz", "szCs", "lang")
ORDER = {"pPr": PARAGRAPH, "rPr": RUN}
TAB, BREAK = "\t", "\n"


def node(tag: str, *children: Element | None, **attributes: object) -> Element:
    """An element of the w: namespace; None among the children is left out."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(child for child in children if child is not None)
    return made


def flag(tag: str, on: bool = True) -> Element:
    """A property that is on or off."""
    return node(tag) if on else node(tag, val=0)


def value(tag: str, of: object) -> Element:
    """A property with one value."""
    return node(tag, val=of)


def properties(tag: str, *children: Element | None) -> Element | None:
    """pPr or rPr with its children in the order of the schema; None when it would be empty."""
    order = ORDER[tag]
    found = sorted((c for c in children if c is not None), key=lambda child: order.index(child.tag.rpartition("}")[2]))
    return node(tag, *found) if found else None


def run(text: str, *looks: Element | None, style: str = "") -> Element:
    """A run of text. A tab or a line feed in it become what they mean in Word."""
    named = value("rStyle", style) if style else None
    made = node("r", properties("rPr", named, node("rFonts", hint="eastAsia"), *looks))
    for part in pieces(text):
        made.append({TAB: node("tab"), BREAK: node("br")}.get(part) if part in (TAB, BREAK) else words(part))
    return made


def pieces(text: str) -> list[str]:
    """The text cut at its tabs and line feeds."""
    found = [""]
    for character in text:
        if character in (TAB, BREAK):
            found += [character, ""]
        else:
            found[-1] += character
    return [part for part in found if part]


def words(text: str) -> Element:
    """Text whose blanks stay."""
    made = node("t")
    made.text = text
    made.set(qn("xml:space"), "preserve")
    return made


def paragraph(style: str, *runs: Element, looks: tuple[Element | None, ...] = ()) -> Element:
    """A paragraph in a named style, with what it has of its own."""
    return node("p", properties("pPr", value("pStyle", style), *looks), *runs)


def spacing(**given: int) -> Element:
    """Space before and after, line height: in twips. A `line` is exact."""
    rule: dict[str, object] = {"lineRule": "exact"} if "line" in given else {}
    return node("spacing", **given, **rule)


def tabs(*stops: tuple[str, int]) -> Element:
    """Tab stops: kind and place in twips from the left edge of the type area."""
    return node("tabs", *(node("tab", val=kind, pos=place) for kind, place in stops))


def border(side: str, points: float, *, colour: str = "000000", gap: int = 0) -> Element:
    """A single line at one side, `gap` points away."""
    return node(side, val="single", sz=max(2, round(points * 8)), space=gap, color=colour)


def no_margins() -> Element:
    """Cells whose text begins at their edge."""
    return node("tblCellMar", *(node(side, w=0, type="dxa") for side in ("top", "left", "bottom", "right")))


def field(instruction: str) -> list[Element]:
    """A field such as PAGE, as three runs."""
    code = node("instrText")
    code.text = f" {instruction} "
    code.set(qn("xml:space"), "preserve")
    parts = [node("fldChar", fldCharType="begin"), code, node("fldChar", fldCharType="separate")]
    return [*(node("r", part) for part in parts), run("1"), node("r", node("fldChar", fldCharType="end"))]
