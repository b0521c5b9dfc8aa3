"""What a cell's text may hold: full-width digits and letters made plain, invisible characters removed."""

import re
import unicodedata

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
_PLAIN = {code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)}
_PLAIN |= {0x3000: 0x20, 0xA0: 0x20}
_LINE_ENDS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029|_x000D_\n?")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_UNCLEAN = re.compile("  |[０-９Ａ-Ｚａ-ｚ]|_x000D_")
_XML_FORBIDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` without control and invisible characters, full-width digits, letters and spaces made plain, stripped.

    Chinese punctuation stays as it is; lines stay apart by a single newline.
    """
    if text.isprintable() and not _UNCLEAN.search(text):  # nearly every cell: a long table is read in half the time
        return text.strip()
    text = _LINE_ENDS.sub("\n", text).translate(_PLAIN)
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    return _BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """`text` in one line: a break between two Latin letters or digits becomes a space, any other vanishes."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        between = joined[-1:].isascii() and line[:1].isascii() and joined and line
        joined += (" " if between else "") + line
    return joined


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program could take `text` for a formula."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def writable(text: str) -> str:
    """`text` without the characters that an Excel file cannot hold."""
    return _XML_FORBIDS.sub("", text)


def label_key(label: str) -> str:
    """What two spellings of a column's label have in common: no blanks, no remark in brackets, no mark of duty."""
    label = re.sub(r"[（(【\[].*?[)）】\]]", "", one_line(clean(label)))
    return re.sub(r"[\s*＊:：]", "", label).lower()
