"""The agenda as lines: 事项 | 报告人 | 分钟, one item a line."""

import re
from collections.abc import Sequence
from typing import Any

from cppcc.meetings.models import AgendaItem, Meeting

BAR = re.compile(r"\s*[|｜]\s*")
MOST = 100
LONGEST = 24 * 60  # minutes
NUMBERED = 3  # the level of lines 1., 2. in a paper


def read_agenda(text: str) -> list[dict[str, Any]]:
    """The items of the lines. Raises ValueError with the sentence of the first line that is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise ValueError(f"议程最多 {MOST} 项，现有 {len(lines)} 项。")
    return [_item(line, number) for number, line in enumerate(lines, start=1)]


def _item(line: str, number: int) -> dict[str, Any]:
    text, speaker, minutes, *more = [*BAR.split(line), "", ""][: max(3, line.count("|") + line.count("｜") + 1)]
    if more or not text:
        raise ValueError(f"第 {number} 行请写作“事项 | 报告人 | 分钟”，后两项可以不写。")
    if len(text) > 300 or len(speaker) > 100:
        raise ValueError(f"第 {number} 行太长：事项不超过 300 字，报告人不超过 100 字。")
    if minutes and not (re.fullmatch("[0-9]{1,4}", minutes) and 0 < int(minutes) <= LONGEST):
        raise ValueError(f"第 {number} 行的时长“{minutes}”不是分钟数，请写整数。")
    return {"order": number, "text": text, "speaker": speaker, "length": int(minutes) if minutes else None}


def write_agenda(meeting: Meeting, items: Sequence[dict[str, Any]]) -> None:
    """Let the agenda be exactly these items."""
    meeting.agenda.all().delete()
    add_agenda(meeting, items)


def add_agenda(meeting: Meeting, items: Sequence[dict[str, Any]]) -> None:
    """The agenda of a meeting that has none yet."""
    AgendaItem.objects.bulk_create(AgendaItem(meeting=meeting, **item) for item in items)


def agenda_text(items: Sequence[AgendaItem]) -> str:
    """The lines of items, as they are typed."""
    return "\n".join(" | ".join(map(str, [item.text, item.speaker, item.length or ""])).rstrip(" |") for item in items)


def numbered(items: Sequence[AgendaItem]) -> list[str]:
    """The items as a paper lists them: 1.主席讲话（主席）."""
    return [f"{item.order}.{item.text}" + (f"（{item.speaker}）" if item.speaker else "") for item in items]


def sections(parts: Sequence[tuple[str, int, Sequence[str]]]) -> list[tuple[int, str]]:
    """(level, text) of a paper out of (heading, level of its lines, lines): those with lines, numbered 一、二、."""
    filled = [part for part in parts if part[2]]
    found: list[tuple[int, str]] = []
    for number, (heading, level, lines) in zip("一二三四五", filled, strict=False):
        found += [(1, f"{number}、{heading}"), *((level, line) for line in lines)]
    return found
