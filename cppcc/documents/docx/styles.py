"""The named styles of a Word document: what a clerk sees in the list of styles, with outline levels for the pane."""

from dataclasses import dataclass
from typing import Literal

from cppcc.documents.docx.markup import Element, flag, no_margins, node, properties, spacing, value
from cppcc.documents.docx.measures import PITCH, TRACKING, cells, lines
from cppcc.documents.fonts import word_font
from cppcc.documents.grid import SIZE, SMALL, TITLE_SIZE

RED = "FF0000"
BASE = "正文"
Align = Literal["both", "left", "center", "right"]


@dataclass(frozen=True)
class Look:
    """A paragraph style. Sizes in points; `indent` of the first line and `left` in cells; space in lines."""

    name: str
    role: str = "body"
    size: float = SIZE
    align: Align = "both"
    indent: float = 0
    left: float = 0
    before: float = 0
    after: float = 0
    line: int = PITCH
    outline: int | None = None
    colour: str = ""
    follows: str = ""


TITLE, ANNEX_TITLE, TEXT = "公文标题", "附件标题", "公文正文"
PLAIN_TEXT = "公文正文（带序号）"  # begins like a heading and is none
HEADINGS = ("一级标题", "二级标题", "三级标题", "四级标题")
MARK, NUMBER, LETTER_NUMBER, SIGNATORY, MINUTES_HEAD = (
    "发文机关标志", "发文字号", "信函发文字号", "签发人", "纪要版头",
)  # fmt: skip
COPY_NUMBER, URGENCY, RECIPIENTS = "份号", "紧急程度", "主送机关"
ANNEX_LIST, SIGNATURE, DATE, NOTE, ATTENDEES = "附件说明", "署名", "成文日期", "附注", "出席人员"
ANNEX_MARK, CELL_TEXT, HEAD_TEXT = "附件序号", "表格文字", "表头文字"
COPIES, PRINTING, PAGE_NUMBER, READER, EMPTY = "抄送机关", "印发机关", "公文页码", "查阅标识", "版面占位"
BY_ROLE = {"body": "仿宋文字", "kai": "楷体文字", "hei": "黑体文字"}
SMALL_LINE = 480  # twips: a line of the 版记

LOOKS = (
    Look(COPY_NUMBER),
    Look(URGENCY, "hei"),
    Look(MARK, "title", align="center", colour=RED),
    Look(SIGNATORY, align="left", line=round(SIZE * 20)),
    Look(NUMBER, align="center", line=round(SIZE * 20)),
    Look(LETTER_NUMBER, align="right"),
    Look(MINUTES_HEAD, align="left", line=round(SIZE * 20)),
    Look(TITLE, "title", TITLE_SIZE, "center", before=2, after=1, outline=0, follows=TEXT),
    Look(RECIPIENTS),
    Look(TEXT, indent=2),
    Look(PLAIN_TEXT, indent=2, follows=TEXT),
    *(
        Look(name, role, indent=2, outline=level, follows=TEXT)
        for level, (name, role) in enumerate(zip(HEADINGS, ("hei", "kai", "body", "body"), strict=True), start=1)
    ),
    Look(ANNEX_LIST, align="left"),
    Look(ATTENDEES, align="left"),
    Look(SIGNATURE, align="right"),
    Look(DATE, align="right"),
    Look(NOTE, left=2),
    Look(ANNEX_MARK, "hei", align="left", follows=ANNEX_TITLE),
    Look(ANNEX_TITLE, "title", TITLE_SIZE, "center", after=1, outline=0, follows=TEXT),
    Look(CELL_TEXT, size=SMALL, align="left"),
    Look(HEAD_TEXT, "hei", SMALL, "center"),
    Look(COPIES, size=SMALL, line=SMALL_LINE, align="left"),
    Look(PRINTING, size=SMALL, line=SMALL_LINE, align="left"),
    Look(PAGE_NUMBER, "song", SMALL, "right", line=round(SMALL * 20)),
    Look(READER, "song", 10.5, "right", line=280, colour="6E6E6E"),
    Look(EMPTY, size=1, line=14),
)


def all_styles() -> list[Element]:
    """Everything below w:styles."""
    return [defaults(), *built_in(), *map(style_of, LOOKS), *(letters(role, name) for role, name in BY_ROLE.items())]


def fonts(role: str) -> Element:
    """The face of a role for Chinese and Latin alike, as the typesetter sets them."""
    name = word_font(role)
    return node("rFonts", hint="eastAsia", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def sizes(points: float) -> list[Element]:
    """A size of type."""
    return [value("sz", round(points * 2)), value("szCs", round(points * 2))]


def tracking(points: float) -> Element:
    """What the grid takes from each character of the text; other sizes of type are set as they are."""
    return value("spacing", TRACKING if points == SIZE else 0)


def defaults() -> Element:
    """What holds where no style says otherwise."""
    language = node("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    written = properties("rPr", fonts("body"), *sizes(SIZE), language)
    return node("docDefaults", node("rPrDefault", written), node("pPrDefault"))


def built_in() -> list[Element]:
    """The four styles that Word cannot do without; the base of all others is Normal, its edges straight.

    The page has a grid of lines and characters, but no text snaps to it: exact lines and tracking fill it as well,
    and do so in programs too that cannot set a character into a cell narrower than itself.
    """
    shape = properties(
        "pPr", flag("widowControl", False), flag("autoSpaceDE", False), flag("autoSpaceDN", False),
        flag("snapToGrid", False), spacing(before=0, after=0, line=PITCH), value("jc", "both"),
    )  # fmt: skip
    written = properties("rPr", fonts("body"), flag("snapToGrid", False), tracking(SIZE), *sizes(SIZE))
    normal = node(
        "style", value("name", "Normal"), flag("qFormat"), shape, written, type="paragraph", default=1, styleId=BASE
    )  # fmt: skip
    character = node(
        "style", value("name", "Default Paragraph Font"), value("uiPriority", 1), flag("semiHidden"),
        type="character", default=1, styleId="DefaultFont",
    )  # fmt: skip
    table = node(
        "style", value("name", "Normal Table"), value("uiPriority", 99), flag("semiHidden"),
        node("tblPr", node("tblInd", w=0, type="dxa"), no_margins()),
        type="table", default=1, styleId="PlainTable",
    )  # fmt: skip
    numbering = node(
        "style", value("name", "No List"), value("uiPriority", 99), flag("semiHidden"),
        type="numbering", default=1, styleId="NoList",
    )  # fmt: skip
    return [normal, character, table, numbering]


def style_of(look: Look) -> Element:
    """A paragraph style as Word wants it. A heading stays with what follows it."""
    level = look.outline
    space = spacing(before=lines(look.before), after=lines(look.after), line=look.line)
    shape = properties(
        "pPr", flag("keepNext") if level is not None else None, space, inset(look), value("jc", look.align),
        value("outlineLvl", level) if level is not None else None,
    )  # fmt: skip
    colour = value("color", look.colour) if look.colour else None
    written = properties("rPr", fonts(look.role), colour, tracking(look.size), *sizes(look.size))
    next_one = value("next", look.follows) if look.follows else None
    return node(
        "style", value("name", look.name), value("basedOn", BASE), next_one, flag("qFormat"), shape, written,
        type="paragraph", customStyle=1, styleId=look.name,
    )  # fmt: skip


def inset(look: Look) -> Element | None:
    """Indents in hundredths of a character, and in twips for those who cannot count characters."""
    if look.indent:
        return node("ind", firstLineChars=round(look.indent * 100), firstLine=cells(look.indent))
    if look.left:
        return node("ind", leftChars=round(look.left * 100), left=cells(look.left))
    return None


def letters(role: str, name: str) -> Element:
    """A character style that only changes the face."""
    return node(
        "style", value("name", name), flag("qFormat"), properties("rPr", fonts(role)),
        type="character", customStyle=1, styleId=name,
    )  # fmt: skip
