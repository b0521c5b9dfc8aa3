"""Suggestions that seem to ask for the same thing stand together, so that the clerk sees overlaps. R007."""

from collections.abc import Iterable

from consultation.models import TopicSuggestion
from consultation.models.topic import title_key

ALIKE = 0.34  # share of common character pairs from which two titles are shown together


def pairs(title: str) -> set[str]:
    """The pairs of neighbouring characters of a title, punctuation left out."""
    key = title_key(title)
    return {key[place : place + 2] for place in range(len(key) - 1)} or {key}


def likeness(left: set[str], right: set[str]) -> float:
    """0 to 1: what share of the shorter title's pairs the longer one has."""
    return len(left & right) / min(len(left), len(right))


def similar(suggestions: Iterable[TopicSuggestion]) -> list[list[TopicSuggestion]]:
    """Groups of suggestions with similar titles, the largest first; the order inside a group is kept. R007."""
    groups: list[tuple[list[set[str]], list[TopicSuggestion]]] = []
    for suggestion in suggestions:
        mine = pairs(suggestion.title)
        for known, members in groups:
            if any(likeness(mine, other) >= ALIKE for other in known):
                known.append(mine)
                members.append(suggestion)
                break
        else:
            groups.append(([mine], [suggestion]))
    return sorted((members for _, members in groups), key=len, reverse=True)
