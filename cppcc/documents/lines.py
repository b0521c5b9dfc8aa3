"""The plain text of a form and the paragraphs of a document.

One paragraph a line. A line that begins with 一、 （一） 1. （1） is of that level; ">" before it makes it plain.
"""

import re
from collections.abc import Iterable
from typing import Any

PLAIN = ">"
LEVELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"[（(][一二三四五六七八九十百]+[）)]"),
    re.compile(r"[0-9]{1,3}[.．](?![0-9])"),
    re.compile(r"[（(][0-9]{1,3}[）)]"),
)


def level_of(line: str) -> int:
    """The level that a line's beginning says; 0 for plain text."""
    return next((level for level, mark in enumerate(LEVELS, start=1) if mark.match(line)), 0)


def paragraphs_of(text: str) -> list[dict[str, Any]]:
    """The paragraphs that a text of a form means."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        plain = line.removeprefix(PLAIN).strip()
        if plain:
            found.append({"level": 0 if line.startswith(PLAIN) else level_of(line), "text": plain})
    return found


def text_of(paragraphs: Iterable[dict[str, Any]]) -> str:
    """The text in which a form shows paragraphs; `paragraphs_of` reads it back."""
    return "\n".join(_line(part["text"], part.get("level", 0)) for part in paragraphs)


def _line(text: str, level: int) -> str:
    return f"{PLAIN}{text}" if level == 0 and (level_of(text) or text.startswith(PLAIN)) else text


def lines_of(text: str) -> list[str]:
    """The lines of a text without the empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentence(line: str) -> str:
    """A line as a sentence: with a full stop where no mark ends it."""
    line = line.strip()
    return line if line.endswith(tuple("。！？；：")) else f"{line}。"


def texts_of(value: Any) -> list[str]:
    """Every text in a description or a part of one."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []
