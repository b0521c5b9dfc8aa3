"""Entering the past: what is written inside a block bears the block's moment, not the day on which the demo is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.db import models
from django.utils import timezone

from cppcc.workflow.clock import entered_as_of

BATCH = 500


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    """A moment of the office's day."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Past:
    """Remembers which moment each stretch of loading stands for, and dates the rows written in it."""

    def __init__(self) -> None:
        self.stretches: list[tuple[datetime, datetime, datetime]] = []

    @contextmanager
    def on(self, day: date, hour: int = 9, minute: int = 30) -> Iterator[datetime]:
        """Acts inside the block happened on `day`; blocks are not nested."""
        begun, moment = timezone.now(), at(day, hour, minute)
        with entered_as_of(moment):
            yield moment
        self.stretches.append((begun, timezone.now(), moment))

    def settle(self, model: type[models.Model], *fields: str) -> None:
        """Rewrite the moments that `model` took from the clock on the wall."""
        key = model._meta.pk.attname
        rows = list(model._default_manager.only(key, *fields))
        for row in rows:
            for field in fields:
                if (moment := self._moment_of(getattr(row, field))) is not None:
                    setattr(row, field, moment)
        model._default_manager.bulk_update(rows, fields, batch_size=BATCH)

    def _moment_of(self, written: datetime | None) -> datetime | None:
        for begun, ended, moment in self.stretches if written else ():
            if begun <= written <= ended:
                return moment
        return None
