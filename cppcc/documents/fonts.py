"""The faces of official documents: which file plays which role, what it can draw, and how wide.

An office lays its own licensed fonts into FONT_DIR/office/<role>.ttf or .otf; they win over the bundled ones.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont, TTLibError

from cppcc.office.refusals import Refused

BUNDLED = {
    "body": "FandolFang-Regular.otf",
    "kai": "FandolKai-Regular.otf",
    "hei": "FandolHei-Regular.otf",
    "song": "FandolSong-Regular.otf",
    "title": "title.otf",
    "companion": "companion.otf",
}
SPARE = {"title": "FandolSong-Bold.otf"}
LABELS = {"body": "仿宋", "kai": "楷体", "hei": "黑体", "song": "宋体", "title": "小标宋", "companion": "补字"}
EMBEDDING_FORBIDDEN = 0x0002
UNKNOWN = "〓"  # what compositors set for a character that they do not have
# What the faces are called on the machines of an office, the usual name first; the rest stand in where it is missing.
WORD_NAMES = {
    "body": ("仿宋_GB2312", "仿宋", "FangSong", "华文仿宋"),
    "kai": ("楷体_GB2312", "楷体", "KaiTi", "华文楷体"),
    "hei": ("黑体", "SimHei"),
    "song": ("宋体", "SimSun"),
    "title": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "宋体"),
}


class MissingGlyph(Refused):
    """No font has a character that the document needs; `character` says which."""

    def __init__(self, character: str, context: str = "") -> None:
        self.character = character
        place = f"（见“{context}”）" if context else ""
        super().__init__(
            f"字库中没有“{character}”字（U+{ord(character):04X}）{place}，文件不能排印；请改用规范字，或请管理员补充字体。"
        )


class Face:
    """One font file: the characters it has, their advance widths and ink, in ems.

    Code points and widths stand in two arrays: as the tables of fontTools they take sixty megabytes in every process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            names, metrics = font.getBestCmap(), font["hmtx"].metrics
            self.codes = array("L", sorted(names))
            self.widths = array("H", (metrics[names[code]][0] for code in self.codes))
            self.em: int = font["head"].unitsPerEm
            self.embeddable = not font["OS/2"].fsType & EMBEDDING_FORBIDDEN
            self.ascent: float = font["hhea"].ascent / self.em
            self.descent: float = font["hhea"].descent / self.em
            font.tables.clear()  # fontTools ties its tables to the font in a ring, which would live on for long
        self._inks: dict[str, tuple[float, float, float, float]] = {}

    def place(self, character: str) -> int:
        """Where a character stands in the arrays, -1 when the font does not have it."""
        found = bisect_left(self.codes, ord(character))
        return found if found < len(self.codes) and self.codes[found] == ord(character) else -1

    def __contains__(self, character: str) -> bool:
        return self.place(character) >= 0

    def advance(self, character: str) -> float:
        """The advance width of a character that the font has, in ems."""
        return self.widths[self.place(character)] / self.em

    @cached_property
    def _outlines(self) -> tuple[Any, dict[int, str]]:
        font = TTFont(BytesIO(self.path.read_bytes()), lazy=True)
        return font.getGlyphSet(), font.getBestCmap()

    def ink(self, character: str) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the black of a character, in ems from its origin; drawn once."""
        if character not in self._inks:
            self._inks[character] = self._drawn(character)
        return self._inks[character]

    def _drawn(self, character: str) -> tuple[float, float, float, float]:
        glyphs, names = self._outlines
        pen = BoundsPen(glyphs)
        glyphs[names[ord(character)]].draw(pen)
        left, bottom, right, top = pen.bounds or (0, 0, 0, 0)
        return left / self.em, bottom / self.em, right / self.em, top / self.em


def candidates(role: str) -> list[Path]:
    """Where the font of a role may lie, best first."""
    own = [settings.FONT_DIR / "office" / f"{role}.{ending}" for ending in ("ttf", "otf")]
    bundled = [settings.FONT_DIR / BUNDLED[role]]
    return own + bundled + [settings.FONT_DIR / SPARE[role] for _ in range(role in SPARE)]


def path_of(role: str) -> Path:
    """The font file of a role; `Refused` when there is none."""
    for path in candidates(role):
        if path.is_file():
            return path
    raise Refused(f"缺少排印公文用的{LABELS[role]}字体（{role}），请管理员运行 script/fonts 后重试。")


def word_font(role: str) -> str:
    """The name of the face of a role in a .docx: as the office set it, else the usual one."""
    return settings.WORD_FONTS.get(role) or WORD_NAMES[role][0]


@cache
def face(role: str) -> Face:
    """The face of a role, read once in a process."""
    return Face(path_of(role))


@lru_cache(maxsize=50_000)
def advance(character: str, role: str) -> float:
    """The width of a character in ems, from the face of the role or else the companion; `MissingGlyph`."""
    for name in (role, "companion"):
        if character in face(name):
            return face(name).advance(character)
    raise MissingGlyph(character)


def settable(text: str, role: str = "body") -> str:
    """A text that nobody can change any more, on one line, with 〓 for each character that no font has."""
    found = (face(role), face("companion"))
    return "".join(char if any(char in font for font in found) else UNKNOWN for char in " ".join(text.split()))


def width(text: str, role: str, size: float, tracking: float = 0) -> float:
    """The width of a text in points at `size` points with `tracking` points after each character; `MissingGlyph`."""
    try:
        return sum(advance(character, role) * size + tracking for character in text)
    except MissingGlyph as missing:
        raise in_context(missing.character, text) from missing


def in_context(character: str, text: str) -> MissingGlyph:
    """The refusal with the few characters around the missing one, so that the clerk finds the place."""
    place = text.index(character)
    return MissingGlyph(character, text[max(0, place - 8) : place + 9])


def check_fonts(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """documents.W001: a role has no font. documents.E001: an office's own font cannot be read or embedded."""
    return [message for role in BUNDLED for message in check_role(role)]


def check_role(role: str) -> list[CheckMessage]:
    """What is wrong with the font of one role."""
    found = next((path for path in candidates(role) if path.is_file()), None)
    if found is None:
        sentence = f"The font for {role} ({LABELS[role]}) is missing in {settings.FONT_DIR}; documents need it."
        return [Warning(sentence, hint="Run script/fonts.", id="documents.W001")]
    try:
        embeddable = Face(found).embeddable
    except (TTLibError, OSError, KeyError) as error:
        return [Error(f"The font {found} for {role} cannot be read: {error}.", id="documents.E001")]
    if embeddable:
        return []
    return [Error(f"The licence bits of {found} for {role} forbid embedding in a document.", id="documents.E001")]
