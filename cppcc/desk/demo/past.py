"""Entering the past: what is written inside a block bears the block's moment, not the day of loading."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils import timezone

from cppcc.office.models import User
from cppcc.workflow.clock import entered_as_of

BATCH = 500


@dataclass(frozen=True)
class Stretch:
    """A stretch of loading on the clock on the wall, the moment it stands for, and who did it."""

    begun: datetime
    ended: datetime
    moment: datetime
    by: User | None


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    """A moment of the office's day."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Past:
    """Remembers which moment each stretch of loading stands for, and dates the rows written in it."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    @contextmanager
    def on(self, day: date, hour: int = 9, minute: int = 30, *, by: User | None = None) -> Iterator[datetime]:
        """Acts inside the block happened on `day`, done by `by`; blocks are not nested."""
        begun, moment = timezone.now(), at(day, hour, minute)
        with entered_as_of(moment):
            yield moment
        self.stretches.append(Stretch(begun, timezone.now(), moment, by))

    def settle(self, model: type[models.Model], *fields: str) -> None:
        """Rewrite the moments that the rows of `model` took from the clock on the wall."""
        rows = list(model._default_manager.only("pk", *fields))
        for row in rows:
            for field in fields:
                if stretch := self._stretch_of(getattr(row, field)):
                    setattr(row, field, stretch.moment)
        model._default_manager.bulk_update(rows, fields, batch_size=BATCH)

    def settle_history(self, model: Any) -> None:
        """The same for the history of `model`'s fields, with who changed them."""
        records = list(model.history.only("history_id", "history_date", "history_user"))
        for record in records:
            if stretch := self._stretch_of(record.history_date):
                record.history_date, record.history_user = stretch.moment, stretch.by
        model.history.model.objects.bulk_update(records, ["history_date", "history_user"], batch_size=BATCH)

    def _stretch_of(self, written: datetime | None) -> Stretch | None:
        if written is None:
            return None
        found = bisect_right(self.stretches, written, key=lambda stretch: stretch.begun)
        stretch = self.stretches[found - 1] if found else None
        return stretch if stretch and written <= stretch.ended else None
