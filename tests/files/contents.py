"""Files of every kind as bytes, for the tests of this folder."""

import io
import struct
import zipfile

import pypdfium2 as pdfium
from openpyxl import Workbook


def pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    with pdfium.PdfDocument.new() as document, io.BytesIO() as buffer:
        for _ in range(pages):
            document.new_page(595, 842).close()
        document.save(buffer)
        return buffer.getvalue() + b"\n%%EOF\n"


PDF = pdf()
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
CSV = "题目,单位\n甲,乙\n".encode("gbk")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100


def xlsx(**extra: bytes) -> bytes:
    """A small workbook; `extra` parts are added (name with __ for /)."""
    book = Workbook()
    book.active.append(["题目"])
    buffer = io.BytesIO()
    book.save(buffer)
    return with_parts(buffer.getvalue(), {name.replace("__", "/"): data for name, data in extra.items()})


def docx() -> bytes:
    """What a .docx has at least."""
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    return with_parts(b"", parts, method)


def with_parts(data: bytes, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zip file `data` with more parts."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a" if data else "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def bomb(megabytes: int) -> bytes:
    """A workbook with a part of zeros."""
    return xlsx(**{"xl__media__zeros.bin": bytes(megabytes * 1024 * 1024)})


def lying_bomb(megabytes: int, claimed: int) -> bytes:
    """The same, but its headers claim that the zeros unpack to `claimed` bytes."""
    data, true = bytearray(bomb(megabytes)), struct.pack("<L", megabytes * 1024 * 1024)
    start = 0
    while (start := data.find(true, start)) >= 0:
        data[start : start + 4] = struct.pack("<L", claimed)
        start += 4
    return bytes(data)
