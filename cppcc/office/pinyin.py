"""Pinyin keys: names sort and are found by their sound."""

from pypinyin import Style, lazy_pinyin


def pinyin_key(text: str) -> str:
    """The sort and search key of a Chinese text: full syllables, a bar, then the initials."""
    syllables = lazy_pinyin(text)
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return f"{' '.join(syllables)}|{''.join(initials)}".lower()[:300]
