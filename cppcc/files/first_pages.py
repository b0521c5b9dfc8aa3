"""What stands on the first pages of an uploaded file, as far as it is text: there a mark of secrecy stands. R048.

A scanned page is a picture and has no text; its uploader answers for it.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pypdfium2 as pdfium

from cppcc.files.pdfium import PDFIUM
from cppcc.files.unpacking import BROKEN
from cppcc.office.refusals import Refused

PAGES = 2  # of a PDF
PARAGRAPHS = 40  # of a text document
ROWS = 20  # of a sheet
SHEETS = 5  # of a workbook
CHARACTERS = 20_000  # of one page
XML_BYTES = 2 * 1024 * 1024  # of one part of an office file: its beginning
STRINGS_BYTES = 16 * 1024 * 1024  # of the texts of a workbook, which stand in one part for all sheets
TAIL_BYTES = 64 * 1024  # of a sheet: its heads and feet stand at its end
STEP = 64 * 1024


def first_text(extension: str, data: bytes) -> str:
    """The text of the first pages, a paragraph or row on a line; "" for pictures. `data` passed its other checks.

    Raises Refused for a PDF that cannot be opened.
    """
    read = READERS.get(extension)
    return read(data) if read else ""


# --- PDF -----------------------------------------------------------------------------------------------------------


def pdf_text(data: bytes) -> str:
    """The text of the first two pages of a PDF."""
    with PDFIUM:
        try:
            with pdfium.PdfDocument(data) as document:
                return "\n".join(_page_text(document, number) for number in range(min(PAGES, len(document))))
        except pdfium.PdfiumError:
            raise Refused(BROKEN) from None


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    page = document[number]
    text = page.get_textpage()
    try:
        found: str = text.get_text_range(0, min(CHARACTERS, text.count_chars()), errors="ignore")
        return found
    finally:
        text.close()
        page.close()


# --- office files --------------------------------------------------------------------------------------------------


def docx_text(data: bytes) -> str:
    """The first paragraphs of a text document, with its text boxes and the heads of its pages."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        heads = sorted(name for name in archive.namelist() if name.startswith(("word/header", "word/footer")))
        names = ["word/document.xml", *heads[:6]]
        return "\n".join(line for name in names for line in _first(_lines(archive, name), PARAGRAPHS))


def _first(lines: Iterator[str], count: int) -> Iterator[str]:
    """The first lines with something on them."""
    for line in lines:
        if line.strip():
            yield line
            count -= 1
        if not count:
            return


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The paragraphs of a part; the cells of a table row are one line, so that a word alone in a cell is no mark."""
    rows: list[list[str]] = []
    for event, element in _events(archive, name, XML_BYTES):
        tag = _local(element)
        if tag == "tr":
            if event == "start":
                rows.append([])
            elif rows:
                line = "\t".join(rows.pop())
                yield from _put(rows, line)
        elif tag == "p" and event == "end":
            line = "".join(_said(part) for part in element.iter())
            yield from _put(rows, line)
            element.clear()


def _put(rows: list[list[str]], line: str) -> Iterator[str]:
    if rows:
        rows[-1].append(line)
    else:
        yield line


def _said(part: ElementTree.Element) -> str:
    tag = _local(part)
    return (part.text or "") if tag == "t" else "\n" if tag in ("br", "cr") else "\t" if tag == "tab" else ""


def xlsx_text(data: bytes) -> str:
    """The first rows of the first sheets of a workbook, with the heads and feet of their pages and their text boxes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))[:SHEETS]
        drawn = sorted(name for name in archive.namelist() if name.startswith("xl/drawings/drawing"))[:SHEETS]
        rows = [row for name in sheets for row in _first_rows(archive, name)]
        wanted = {int(cell) for row in rows for shared, cell in row if shared and cell.isdigit()}
        texts = _shared(archive, wanted)
        lines = ["\t".join(texts.get(cell, "") if shared else cell for shared, cell in row) for row in rows]
        lines += [line for name in sheets for line in _heads_and_feet(archive, name)]
        return "\n".join([*lines, *(line for name in drawn for line in _lines(archive, name))])


def _first_rows(archive: zipfile.ZipFile, name: str) -> Iterator[list[tuple[bool, str]]]:
    """The first rows of a sheet: each cell as (whether its text stands elsewhere, its text or number there)."""
    count = 0
    for event, element in _events(archive, name, XML_BYTES):
        if event == "end" and _local(element) == "row":
            yield [(cell.get("t") == "s", _cell(cell)) for cell in element if _local(cell) == "c"]
            element.clear()
            count += 1
            if count == ROWS:
                return


def _cell(cell: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in cell.iter() if _local(part) in ("v", "t"))


def _shared(archive: zipfile.ZipFile, wanted: set[int]) -> dict[str, str]:
    """The texts of a workbook by their numbers, as far as they are wanted."""
    found: dict[str, str] = {}
    number = -1
    for event, element in _events(archive, "xl/sharedStrings.xml", STRINGS_BYTES) if wanted else ():
        if event == "end" and _local(element) == "si":
            number += 1
            if number in wanted:
                found[str(number)] = "".join(part.text or "" for part in element.iter() if _local(part) == "t")
            element.clear()
            if len(found) == len(wanted):
                break
    return found


def _heads_and_feet(archive: zipfile.ZipFile, name: str) -> list[str]:
    """What a sheet prints above and below its pages: three parts each, told apart by &L, &C and &R."""
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(STEP):
            tail = (tail + piece)[-TAIL_BYTES:]
    _, found, said = tail.decode(errors="ignore").rpartition("<headerFooter")
    if not found:
        return []
    texts = [piece.partition("<")[0] for piece in said.split(">")]
    return [unescape(part)[1:] for text in texts for part in text.replace("&amp;", "\n&").split("\n")]


def _events(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[tuple[str, ElementTree.Element]]:
    """The elements in the first `most` bytes of a part, as they begin and end; what cannot be parsed ends them."""
    parser: ElementTree.XMLPullParser = ElementTree.XMLPullParser(["start", "end"])
    try:
        with archive.open(name) as part:
            while most > 0 and (piece := part.read(STEP)):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    return
                parser.feed(piece)
                found: Any = parser.read_events()
                yield from found
                most -= len(piece)
    except (KeyError, ElementTree.ParseError):
        return


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def csv_text(data: bytes) -> str:
    """The first rows of a csv file."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = ""
    for coding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    return "\n".join(line.replace(",", "\t") for line in text[:CHARACTERS].splitlines()[:ROWS])


READERS: dict[str, Callable[[bytes], str]] = {
    "pdf": pdf_text,
    "docx": docx_text,
    "xlsx": xlsx_text,
    "csv": csv_text,
}
