"""What is not 公开 leaves as a copy that says who took it and when; the stored bytes stay untouched. R048."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cppcc.files.models import Classification, StoredFile
from cppcc.files.storing import read

MARKERS: dict[str, Callable[[bytes, str], bytes]] = {}


def register_marker(extension: str, mark: Callable[[bytes, str], bytes]) -> None:
    """Hand down how a file of a kind gets words across its pages: `mark(data, words)`."""
    MARKERS[extension] = mark


def mark_for(classification: str, reader: Any) -> str:
    """The words of the mark, "" for what is public."""
    if classification == Classification.PUBLIC:
        return ""
    return f"{Classification(classification).label} {reader} {timezone.localtime():%Y-%m-%d %H:%M}"


def marked_copy(stored: StoredFile, reader: Any) -> bytes | None:
    """The marked copy for a reader; None for what is public, and for kinds that nobody can mark."""
    words, mark = mark_for(stored.classification, reader), MARKERS.get(stored.extension)
    return mark(read(stored), words) if words and mark else None
