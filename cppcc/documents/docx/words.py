"""Texts as a Word file can hold them, and their length in cells of the grid."""

import re
from unicodedata import east_asian_width

from cppcc.documents.compose import GLUE, clean

ILLEGAL = re.compile("[\ud800-\udfff\ufffe\uffff]")
WIDE = frozenset("WFA")


def plain(text: str) -> str:
    """One line of text as the typesetter sees it, without the few characters that XML forbids."""
    return clean(ILLEGAL.sub("", text.replace(GLUE, "")))


def joined(names: list[str], mark: str) -> str:
    """The names that say something, with a mark between them."""
    return mark.join(filter(None, map(plain, names)))


def length(text: str) -> float:
    """How many cells a text takes: Latin letters and digits half of one."""
    return sum(1.0 if east_asian_width(character) in WIDE else 0.5 for character in text)
