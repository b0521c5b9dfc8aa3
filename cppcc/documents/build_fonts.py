"""Build the two fonts that no package carries: `companion.otf` and `title.otf`.

Run by script/fonts as a plain program, without Django and with -P, as a neighbour here is called calendar:

    python -P build_fonts.py FOLDER NOTO_REGULAR NOTO_BOLD

- companion: every Han character and sign of Noto Serif CJK SC that a text face lacks, and ASCII, with the vertical
  metrics of the 仿宋, so that a rare character in a name neither moves its line nor looks foreign.
- title: the bold weight, for 发文机关标志 and 标题 where the office has no 小标宋 of its own.

HarfBuzz cuts the glyphs out (the library is there for WeasyPrint anyway): a second instead of a minute with fontTools.
"""

import ctypes
import io
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

TEXT_FACES = ("FandolFang-Regular", "FandolKai-Regular", "FandolHei-Regular", "FandolSong-Regular")
FACE_NAME = "Noto Serif CJK SC"
SIGNS = {*range(0x20, 0x2E80), *range(0x3000, 0x3040), *range(0x3200, 0x3400), *range(0xFF00, 0xFFEF)}
HAN = {*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x33480)}
ASCII = set(range(0x20, 0x7F))
METRICS = {
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent"),
}
USE_TYPO_METRICS = 1 << 7
UNWANTED_TABLES = ("GSUB", "GPOS", "VORG", "BASE", "vhea", "vmtx", "DSIG")
HB_SETS_UNICODE, HB_SETS_DROP_TABLE = 1, 3
HB_FLAGS = 0x01 | 0x40  # no hinting; keep the outline of .notdef


def harfbuzz() -> ctypes.CDLL:
    """HarfBuzz's subsetter with the types of the few functions used here."""
    library = ctypes.CDLL("libharfbuzz-subset.so.0")
    pointer, number = ctypes.c_void_p, ctypes.c_uint
    types = {
        "hb_blob_create_from_file_or_fail": (pointer, [ctypes.c_char_p]),
        "hb_face_create": (pointer, [pointer, number]),
        "hb_subset_input_create_or_fail": (pointer, []),
        "hb_subset_input_set": (pointer, [pointer, number]),
        "hb_subset_input_set_flags": (None, [pointer, number]),
        "hb_set_add": (None, [pointer, number]),
        "hb_subset_or_fail": (pointer, [pointer, pointer]),
        "hb_face_reference_blob": (pointer, [pointer]),
        "hb_blob_get_data": (ctypes.POINTER(ctypes.c_char), [pointer, ctypes.POINTER(number)]),
    }
    for name, (result, arguments) in types.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def cut(collection: Path, number: int, wanted: set[int]) -> bytes:
    """The glyphs of the `wanted` code points of face `number` as a font file of their own."""
    library = harfbuzz()
    blob = library.hb_blob_create_from_file_or_fail(str(collection).encode())
    order = library.hb_subset_input_create_or_fail()
    library.hb_subset_input_set_flags(order, HB_FLAGS)
    fill(library, library.hb_subset_input_set(order, HB_SETS_UNICODE), wanted)
    tags = {int.from_bytes(tag.encode(), "big") for tag in UNWANTED_TABLES}
    fill(library, library.hb_subset_input_set(order, HB_SETS_DROP_TABLE), tags)
    result = library.hb_subset_or_fail(library.hb_face_create(blob, number), order)
    if not result:
        raise RuntimeError(f"HarfBuzz could not cut {collection}")
    size = ctypes.c_uint()
    data = library.hb_blob_get_data(library.hb_face_reference_blob(result), ctypes.byref(size))
    return ctypes.string_at(data, size.value)


def fill(library: ctypes.CDLL, target: ctypes.c_void_p, values: set[int]) -> None:
    """Add numbers to a set of HarfBuzz."""
    for value in values:
        library.hb_set_add(target, value)


def face_number(collection: Path) -> int:
    """The place of the Simplified Chinese face in a Noto font collection; LookupError when there is none."""
    with collection.open("rb") as file:
        count = int.from_bytes(file.read(12)[8:], "big")
    for number in range(count):
        if (TTFont(collection, fontNumber=number, lazy=True)["name"].getDebugName(4) or "").startswith(FACE_NAME):
            return number
    raise LookupError(f"{collection} has no face {FACE_NAME}")


def codepoints(path: Path) -> set[int]:
    """All characters that a font can draw."""
    return set(TTFont(path, lazy=True).getBestCmap())


def take_metrics(font: TTFont, model: TTFont) -> None:
    """Give a font the line height of another."""
    for table, fields in METRICS.items():
        for field in fields:
            setattr(font[table], field, getattr(model[table], field))
    font["OS/2"].fsSelection &= ~USE_TYPO_METRICS


def rename(font: TTFont, family: str) -> None:
    """Call the font `family` in every record that a layout engine may look at."""
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 16}:
            record.string = family
        elif record.nameID == 6:
            record.string = family.replace(" ", "")


def build(source: Path, target: Path, *, family: str, wanted: set[int], model: Path) -> None:
    """Write `target`: the `wanted` characters of the collection `source`, with the vertical metrics of `model`."""
    font = TTFont(io.BytesIO(cut(source, face_number(source), wanted)), recalcTimestamp=False)
    take_metrics(font, TTFont(model, lazy=True))
    rename(font, family)
    font.save(target)


def main(folder: Path, regular: Path, bold: Path) -> None:
    """Build both fonts into `folder`, where the Fandol fonts lie already."""
    faces = [folder / f"{name}.otf" for name in TEXT_FACES]
    common = set.intersection(*(codepoints(face) for face in faces))
    standard = set(map(ord, (Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").strip()))
    build(bold, folder / "title.otf", family="CPPCC Title", wanted=standard | common | SIGNS, model=faces[0])
    rare = ((HAN | SIGNS) - common) | ASCII
    build(regular, folder / "companion.otf", family="CPPCC Companion", wanted=rare, model=faces[0])


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
