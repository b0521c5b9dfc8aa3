"""An edited .docx as a plain list of blocks: paragraphs and tables, each with its style and how its sheet stands."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cppcc.documents.docx.words import plain
from cppcc.files.unpacking import BROKEN
from cppcc.office.refusals import Refused

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
MOST_BYTES = 12 * 1024 * 1024  # of the text part, unpacked
TOO_LARGE = "文件的文字部分过大，不像一件公文，请检查后再上传。"
BODY, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"
CONTROLS = {"sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo"}  # what only wraps other blocks
SILENT = {"pPr", "rPr", "del", "moveFrom", "txbxContent", "Fallback", "instrText"}
SAID = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class Block:
    """A paragraph, or a table when it has rows. Line feeds and tabs are as typed."""

    style: str = ""
    text: str = ""
    rows: list[list[str]] | None = None
    landscape: bool = False
    numbered: bool = False
    merged: bool = False


@dataclass
class Parsed:
    """The blocks of a file, and what it holds that is no text."""

    blocks: list[Block] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    origin: str = ""


def parsed(data: bytes) -> Parsed:
    """The blocks of a .docx that has passed the check of uploads. Raises Refused for one that cannot be read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = tree(archive, BODY).find(f"{WORD}body")
        names, numbered = style_names(archive)
        origin = origin_in(archive)
    if body is None:
        raise Refused(BROKEN)
    found = Parsed(others=others_in(body), origin=origin)
    start = 0
    for element in flat(body):
        if local(element) == "sectPr":
            turn(found.blocks[start:], element)
            continue
        found.blocks.append(table(element) if local(element) == "tbl" else paragraph(element, names, numbered))
        shape = element.find(f"{WORD}pPr/{WORD}sectPr")
        if shape is not None:
            turn(found.blocks[start:], shape)
            start = len(found.blocks)
    return found


def tree(archive: zipfile.ZipFile, name: str) -> Any:
    """A part as XML: no entities, nothing from outside. Raises Refused for one that is none."""
    try:
        if archive.getinfo(name).file_size > MOST_BYTES:
            raise Refused(TOO_LARGE)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(archive.read(name), parser)
    except (KeyError, etree.XMLSyntaxError) as error:
        raise Refused(BROKEN) from error


def style_names(archive: zipfile.ZipFile) -> tuple[dict[str, str], set[str]]:
    """The names of the styles by their ids, and the ids of those that number their paragraphs."""
    if STYLES not in archive.namelist():
        return {}, set()
    names, numbered = {}, set()
    for style in tree(archive, STYLES).iter(f"{WORD}style"):
        key, name = style.get(f"{WORD}styleId", ""), style.find(f"{WORD}name")
        names[key] = name.get(f"{WORD}val", "") if name is not None else ""
        if style.find(f"{WORD}pPr/{WORD}numPr") is not None:
            numbered.add(key)
    return names, numbered


def origin_in(archive: zipfile.ZipFile) -> str:
    """What the file says of where it was taken from; "" for nothing."""
    if CORE not in archive.namelist():
        return ""
    return tree(archive, CORE).findtext(f"{DUBLIN}identifier") or ""


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def flat(parent: Any) -> Iterator[Any]:
    """The paragraphs, tables and section shapes, out of what wraps them."""
    for element in parent:
        name = local(element)
        if name in ("p", "tbl", "sectPr"):
            yield element
        elif name in CONTROLS:
            yield from flat(element)


def turn(blocks: list[Block], shape: Any) -> None:
    """Note how the sheet of these blocks stands."""
    size = shape.find(f"{WORD}pgSz")
    for block in blocks:
        block.landscape = size is not None and size.get(f"{WORD}orient") == "landscape"


def paragraph(element: Any, names: dict[str, str], numbered: set[str]) -> Block:
    """A paragraph with the name of its style."""
    style = element.find(f"{WORD}pPr/{WORD}pStyle")
    key = style.get(f"{WORD}val", "") if style is not None else ""
    own = element.find(f"{WORD}pPr/{WORD}numPr") is not None
    return Block(names.get(key, ""), "".join(said(element)), numbered=own or key in numbered)


def said(element: Any) -> Iterator[str]:
    """The text of an element, without what was deleted, hidden in boxes or is no text."""
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name == "br":
            yield "\n" if child.get(f"{WORD}type") is None else ""
        elif name in SAID:
            yield SAID[name]
        elif name not in SILENT:
            yield from said(child)


def table(element: Any) -> Block:
    """A table as rows of texts, and the style of its first paragraph."""
    rows, merged = [], False
    for row in element.iter(f"{WORD}tr"):
        cells = list(row.iter(f"{WORD}tc"))
        merged |= any(joins(cell) for cell in cells)
        rows.append(["\n".join(filter(None, map(cell_line, cell.iter(f"{WORD}p")))) for cell in cells])
    return Block(rows=rows, merged=merged or any(True for _ in element.iterfind(f".//{WORD}tc//{WORD}tbl")))


def joins(cell: Any) -> bool:
    """Whether a cell spans several columns or rows."""
    return any(cell.find(f"{WORD}tcPr/{WORD}{tag}") is not None for tag in ("gridSpan", "vMerge", "hMerge"))


def cell_line(element: Any) -> str:
    """A paragraph of a cell, its line ends kept."""
    return "\n".join(filter(None, map(plain, "".join(said(element)).split("\n"))))


def others_in(body: Any) -> set[str]:
    """What the file holds besides text, in the clerk's words."""
    kinds = {"drawing": "图片或图形", "pict": "图片或图形", "footnoteReference": "脚注", "commentReference": "批注",
             "del": "修订标记", "ins": "修订标记", "object": "嵌入对象", "oMath": "公式"}  # fmt: skip
    return {kinds[name] for element in body.iter() if (name := local(element)) in kinds and not in_properties(element)}


def in_properties(element: Any) -> bool:
    """Whether an element only tells of a change of formatting."""
    return local(element.getparent()) in ("rPr", "trPr", "numPr", "pPr")
