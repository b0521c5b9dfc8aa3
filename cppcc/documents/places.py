"""Places {…} in a text that is printed for many: which there are, and what fills them for one addressee."""

import re
from collections.abc import Mapping
from typing import Any

from cppcc.documents.lines import texts_of
from cppcc.office.refusals import Refused

NAME, SALUTATION, UNIT = "姓名", "称呼", "单位"
OWN = (NAME, SALUTATION, UNIT)
FILLED = ("title", "body", "annexes_note", "annexes", "note")
LONGEST = 20  # characters of the name of a place
PLACE = re.compile(rf"[{{｛]\s*([^{{}}｛｝\s][^{{}}｛｝\n]{{0,{LONGEST - 1}}}?)\s*[}}｝]")


class Unfilled(Refused):
    """A place has no value for this addressee."""


def places_in(said: Mapping[str, Any]) -> list[str]:
    """The names of the places in the texts of a description, each once, in order."""
    texts = (text for key in FILLED for text in texts_of(said.get(key)))
    return list(dict.fromkeys(match[1] for text in texts for match in PLACE.finditer(text)))


def filled(said: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The description with every place filled. Raises Unfilled for the first that has no value."""
    return {key: _filled(value, values) if key in FILLED else value for key, value in said.items()}


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return PLACE.sub(lambda match: value_of(match[1], values), value)
    if isinstance(value, Mapping):
        return {key: _filled(part, values) for key, part in value.items()}
    return [_filled(part, values) for part in value] if isinstance(value, list | tuple) else value


def value_of(place: str, values: Mapping[str, str]) -> str:
    """What fills a place. Raises Unfilled."""
    found = values.get(place, "").strip()
    if not found:
        raise Unfilled(f"“{place}”一栏没有内容，文中的“{{{place}}}”无法填写，请补上后重新印制。")
    return found
