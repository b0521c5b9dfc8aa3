"""The moment at which an act is written down: now, or an earlier day when the past is entered (补录, demo)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The moment of the act."""
    return _moment.get() or timezone.now()


@contextmanager
def entered_as_of(moment: datetime) -> Iterator[None]:
    """Acts inside the block are written down as of `moment`. Raises ValueError for a moment to come."""
    if moment > timezone.now():
        raise ValueError("an act cannot be written down before it happens")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
