"""Several PDF files and pictures as one book of A4 pages: each as it is, with one page number at the foot.

pikepdf (QPDF) binds: it keeps the streams of large files as they are, opens what a lesser reader calls damaged, turns
what is drawn over a page (stamps, fields of forms) into its content, and writes bookmarks, which PDFium cannot.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, OutlineItem, Rectangle
from PIL import Image, ImageOps, UnidentifiedImageError

from cppcc.documents.bundle_sheets import A4, FOOT, numbers
from cppcc.documents.grid import MM
from cppcc.documents.rendering import watermark
from cppcc.files.pdfium import PDFIUM
from cppcc.office.refusals import Refused

PICTURE_MARGIN = 20 * MM
MOST_PIXELS = 80_000_000
SIDE = 3500  # pixels of the longer side of a picture: 300 dots an inch on A4
QUALITY = 88
INK = 200  # a pixel darker than this is ink (0 black, 255 white)
LOOK = 0.6  # pixels a point, for finding ink
AT_ONCE = 40  # pages looked at before PDFium is made to forget their pictures, and others get their turn
HALF_NUMBER = 25 * MM  # what the number takes to each side of the middle
LOCKED = "设了打开密码，打不开"
DAMAGED = "文件已损坏，打不开"
SPOILT = (pikepdf.PdfError, RuntimeError, ValueError, AttributeError, KeyError, TypeError, IndexError)


class Unbindable(Exception):
    """A part cannot be bound in; `why` says so in Chinese."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Book:
    """The pages bound so far. Sources stay open until the book is closed: their streams are copied when it is saved."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.pdf = self.stack.enter_context(pikepdf.new())
        self.wide: list[bool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: Any, trace: TracebackType | None) -> None:
        self.stack.close()

    def open(self, source: Path | BytesIO) -> pikepdf.Pdf:
        """A source of pages. Raises Unbindable when it cannot be opened or has no page."""
        try:
            part = self.stack.enter_context(pikepdf.open(source, suppress_warnings=True))
            part.generate_appearance_streams()
            part.flatten_annotations("print")
            sound = len(part.pages) > 0 and all(min(_size(page)) >= 1 for page in part.pages)
        except pikepdf.PasswordError:
            raise Unbindable(LOCKED) from None
        except SPOILT:
            raise Unbindable(DAMAGED) from None
        if not sound:
            raise Unbindable(DAMAGED)
        return part

    def picture(self, data: bytes) -> pikepdf.Pdf:
        """A picture as a source of one page. Raises Unbindable."""
        return self.open(BytesIO(picture_page(data)))

    def add(self, part: pikepdf.Pdf, *, margin: float = 0.0) -> int:
        """Bind all pages of `part`, each on A4, upright or landscape as it is; margin in points. The first's number."""
        first = len(self.wide) + 1
        for page in part.pages:
            width, height = _size(page)
            self.wide.append(width > height)
            sheet = _sheet(width > height)
            place = Rectangle(margin, margin, sheet[0] - margin, sheet[1] - margin)
            for box in ("/TrimBox", "/ArtBox", "/BleedBox"):
                if box in page:
                    del page[box]  # what a reader shows is the crop box
            self.pdf.add_blank_page(page_size=sheet)
            self.pdf.pages[-1].add_overlay(page, place)
        return first

    def number(self) -> None:
        """Put the number at the foot of each page; what stands where it goes is drawn a little smaller, above it."""
        for place in sorted(_inked(self.pdf)):
            _shrink(self.pdf.pages[place], *_sheet(self.wide[place]))
        stamps = self.stack.enter_context(pikepdf.open(BytesIO(numbers(self.wide))))
        for page, stamp in zip(self.pdf.pages, stamps.pages, strict=True):
            page.add_overlay(stamp, None)

    def bind(
        self, target: Path, *, front: bytes, title: str, marks: Sequence[tuple[str, str, int]], words: str = ""
    ) -> None:
        """Write the whole book: `front` before the numbered pages, a bookmark (heading, label, page) for each part.

        words: the watermark across each page, "" for none.
        """
        cover = self.stack.enter_context(pikepdf.open(BytesIO(front)))
        before = len(cover.pages)
        for place, page in enumerate(cover.pages):
            self.pdf.pages.insert(place, page)
        self._bookmark(before, marks)
        nums = [0, Dictionary(P="封面"), 1, Dictionary(S=Name.r), before, Dictionary(S=Name.D)]
        self.pdf.Root.PageLabels = Dictionary(Nums=Array(nums))
        self.pdf.Root.Lang = "zh-CN"
        self.pdf.Root.PageMode = Name.UseOutlines
        self.pdf.docinfo["/Title"] = title
        if words:
            self._watermark([False] * before + self.wide, words)
        self.pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    def _watermark(self, wide: Sequence[bool], words: str) -> None:
        data = {side: BytesIO(watermark(words, *_sheet(side))) for side in {*wide}}
        marks = {side: self.stack.enter_context(pikepdf.open(data[side])) for side in data}
        for page, side in zip(self.pdf.pages, wide, strict=True):
            page.add_overlay(marks[side].pages[0], None)

    def _bookmark(self, before: int, marks: Sequence[tuple[str, str, int]]) -> None:
        with self.pdf.open_outline() as outline:
            outline.root.append(OutlineItem("目录", 1))
            heading, shelf = "", outline.root
            for label, name, page in marks:
                if label != heading:
                    heading, item = label, OutlineItem(label, before + page - 1)
                    outline.root.append(item)
                    shelf = item.children
                (shelf if label else outline.root).append(OutlineItem(name, before + page - 1))


def _sheet(wide: bool) -> tuple[float, float]:
    return A4[::-1] if wide else A4


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height as a reader shows the page, in points."""
    left, low, right, high = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(high - low)
    return (height, width) if int(page.get("/Rotate", 0)) % 180 else (width, height)


def _inked(book: pikepdf.Pdf) -> list[int]:
    """The pages (from 0) on which something stands where the number goes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "unnumbered.pdf"
        book.save(path)
        found: list[int] = []
        for first in range(0, len(book.pages), AT_ONCE):
            with PDFIUM, pdfium.PdfDocument(path) as document:
                places = range(first, min(first + AT_ONCE, len(document)))
                found += [place for place in places if _has_ink(document, place)]
        return found


def _has_ink(document: pdfium.PdfDocument, place: int) -> bool:
    page = document[place]
    width, height = page.get_size()
    side = width / 2 - HALF_NUMBER
    bitmap = page.render(scale=LOOK, grayscale=True, crop=(side, 0, side, height - FOOT))
    page.close()
    darkest: int = bitmap.to_pil().convert("L").getextrema()[0]
    bitmap.close()
    return darkest < INK


def _shrink(page: pikepdf.Page, width: float, height: float) -> None:
    share = (height - FOOT) / height
    matrix = f"q {share:.5f} 0 0 {share:.5f} {width * (1 - share) / 2:.3f} {FOOT:.3f} cm\n"
    page.contents_add(matrix.encode(), prepend=True)
    page.contents_add(b"\nQ")


def picture_page(data: bytes) -> bytes:
    """A PNG or JPEG picture as a PDF of one page. Raises Unbindable."""
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as picture, BytesIO() as buffer:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unbindable("图片太大，请缩小后再上传")
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            upright.thumbnail((SIDE, SIDE))
            white = Image.new("RGB", upright.size, "white")
            white.paste(upright, mask=upright.getchannel("A"))
            white.save(buffer, "PDF", quality=QUALITY)
            return buffer.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unbindable("图片已损坏，打不开") from None


def refuse_many(pages: int, most: int) -> None:
    """Raise Refused when a book would be too thick."""
    if pages > most:
        raise Refused(f"所选材料共 {pages} 页，一册最多 {most} 页，请减少所选材料，分册汇编。")
