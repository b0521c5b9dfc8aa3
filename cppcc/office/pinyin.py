"""Pinyin keys: names sort and are found by their sound."""

from functools import cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

# Characters that sound otherwise as a surname.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge",
    "覃": "qin", "乐": "yue", "员": "yun", "缪": "miao", "冼": "xian", "尉": "wei", "翟": "zhai", "牟": "mou",
    "隗": "wei", "逄": "pang", "佴": "nai", "折": "she", "黑": "he", "秘": "bi", "召": "shao", "能": "nai",
    "种": "chong", "繁": "po", "晁": "chao", "那": "na", "葛": "ge",
}  # fmt: skip


def pinyin_key(text: str) -> str:
    """The sort and search key of a Chinese text: full syllables, a bar, then the initials."""
    return _key(_syllables(text), text)


def person_key(name: str) -> str:
    """The key of a person's name: its first character sounds as a surname does."""
    syllables = _syllables(name)
    if name[:1] in SURNAMES and not name.startswith(("尉迟", "单于")):
        syllables[0] = SURNAMES[name[0]]
    return _key(syllables, name)


def _syllables(text: str) -> list[str]:
    """The syllables of a text. Only words of several characters are looked up anew: names hardly have any."""
    parts = list(seg.cut(text))
    if len(parts) == len(text) and all("\u4e00" <= char <= "\u9fff" for char in text):
        return [_syllable(char) for char in text]
    return lazy_pinyin(text)


@cache
def _syllable(char: str) -> str:
    return str(lazy_pinyin(char)[0])


def _key(syllables: list[str], text: str) -> str:
    chinese = all("\u4e00" <= char <= "\u9fff" for char in text)
    initials = [s[0] for s in syllables] if chinese else lazy_pinyin(text, style=Style.FIRST_LETTER)
    return f"{' '.join(syllables)}|{''.join(initials)}".lower()[:300]
