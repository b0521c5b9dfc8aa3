"""How large an Excel sheet would become in memory, measured before it is built.

A sheet is built as a full rectangle: one stray cell at the far corner, or one long text used a million times, would
cost gigabytes although the file is small.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from cppcc.office.refusals import Refused

MAX_AREA = 3_000_000  # cells
MAX_TEXT = 100_000_000  # bytes of text that the cells hold together
MAX_PART = 200_000_000  # bytes of one part, unpacked
CHUNK = 1 << 20
TAIL = 1 << 14  # bytes in which the last tag of a piece nearly always begins

_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*?)(/?)>(?:\s*<(?:\w+:)?v\b[^>]*>\s*(\d+)\s*<)?")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_PLACED = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_CELL_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_ROW_REFERENCE = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_ITEM_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")


def refuse_if_vast(data: bytes) -> None:
    """Raise Refused when a sheet of the workbook `data` would need more memory than a table may."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            lengths = _shared_lengths(archive, names)
            for name in names:
                if name.lower().startswith("xl/worksheets/") and not _surely_small(archive, name, lengths):
                    _measure(archive, name, lengths)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
        raise Refused("这不是完好的 .xlsx 文件，请在 WPS 中打开后另存为 .xlsx 再试。") from None


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    total = 0
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            total += len(chunk)
            if total > MAX_PART:
                raise Refused("这份表格展开后太大，请只保留需要导入的内容再试。")
            yield chunk


def _last(pattern: re.Pattern[bytes], data: bytes, within: int) -> int:
    """Where the last match begins, looked for in the last `within` bytes; 0 when there is none."""
    return max((match.start() for match in pattern.finditer(data, max(0, len(data) - within))), default=0)


def _pieces(archive: zipfile.ZipFile, name: str, last: re.Pattern[bytes]) -> Iterator[bytes]:
    """The part in pieces, each cut before the last match of `last`, so that nothing is cut in two."""
    rest = b""
    for chunk in _chunks(archive, name):
        rest += chunk
        cut = _last(last, rest, TAIL) or _last(last, rest, CHUNK)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _shared_lengths(archive: zipfile.ZipFile, names: list[str]) -> list[int]:
    """The length in bytes of each shared text."""
    lengths, carried = [], 0
    for name in names:
        if name.lower() == "xl/sharedstrings.xml":
            for piece in _pieces(archive, name, _ITEM_END):
                start = 0
                for match in _ITEM_END.finditer(piece):
                    lengths.append(carried + match.start() - start)
                    start, carried = match.end(), 0
                carried += len(piece) - start
    return lengths


def _surely_small(archive: zipfile.ZipFile, name: str, lengths: list[int]) -> bool:
    """Whether an estimate that is never too low stays within the bounds: it is a third of the work of measuring."""
    rows = columns = cells = 0
    for piece in _pieces(archive, name, _TAG):
        places = _PLACED.findall(piece)
        if len(places) != len(_CELL.findall(piece)):
            return False  # cells that leave out their place
        cells += len(places)
        rows = max([rows, *map(int, {row for _, row in places})])
        columns = max([columns, *map(_column_number, {letters for letters, _ in places})])
    return rows * columns <= MAX_AREA and cells * max(lengths, default=0) <= MAX_TEXT


def _measure(archive: zipfile.ZipFile, name: str, lengths: list[int]) -> None:
    extent = _Extent(lengths)
    for piece in _pieces(archive, name, _TAG):
        for match in _TAG.finditer(piece):
            extent.take(*match.groups())
        if extent.last_row * extent.last_column > MAX_AREA or extent.text > MAX_TEXT:
            raise Refused(
                f"这份表格的内容一直铺到第 {extent.last_row} 行、第 {extent.last_column} 列，超出一次导入的范围，"
                "请把需要导入的部分复制到新表格再试。"
            )


class _Extent:
    """How far the cells with content reach, and how much shared text they hold. Cells may leave out their place."""

    def __init__(self, lengths: list[int]) -> None:
        self.lengths = lengths
        self.row = self.column = self.last_row = self.last_column = self.text = 0

    def take(self, tag: bytes, attributes: bytes, closed: bytes, value: bytes | None) -> None:
        """Take in one opening tag of a row or a cell."""
        if tag == b"row":
            found = _ROW_REFERENCE.search(attributes)
            self.row, self.column = int(found[1]) if found else self.row + 1, 0
            return
        place = _CELL_REFERENCE.search(attributes)
        self.column = _column_number(place[1]) if place else self.column + 1
        self.row = int(place[2]) if place else self.row
        if closed:
            return
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if value and _SHARED.search(attributes) and int(value) < len(self.lengths):
            self.text += self.lengths[int(value)]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
