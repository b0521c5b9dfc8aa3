"""Changing the work calendar: what it would change, and the deadlines that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.keeping import Moved, catch_up, preview, recompute
from cppcc.deadlines.models import DeadlineMove, WorkCalendar
from cppcc.deadlines.working_days import SATURDAY, load_working_days
from cppcc.deadlines.yearly_notice import Notice, as_days
from cppcc.deadlines.years import FIELDS, FIRST_YEAR, seed_workdays

BECAUSE = DeadlineMove.Cause.CALENDAR


@dataclass(frozen=True)
class DayChange:
    """A day that the calendar would say something else of."""

    day: date
    was_workday: bool
    was_label: str
    is_workday: bool
    label: str

    @property
    def turns(self) -> bool:
        """Whether people work that day now and did not before, or the other way round."""
        return self.was_workday != self.is_workday


@dataclass(frozen=True)
class NoticePreview:
    """What a notice would do: days that change, days fixed that were 暂定, deadlines that move.

    `state` stands for the calendar that was compared with; when it is another at the end, somebody else changed it.
    """

    changes: Sequence[DayChange]
    fixed: int
    moved: Sequence[Moved]
    state: str


def preview_notice(notice: Notice) -> NoticePreview:
    """What the notice would change and move; saves nothing."""
    rows = notice.days()
    present = WorkCalendar.objects.in_bulk([row.date for row in rows])
    fixed = sum(not (row.date in present and present[row.date].official) for row in rows)
    moved = preview(days=load_working_days().changed(as_days(rows)))
    return NoticePreview(_changes(rows, present), fixed, moved, _state(present))


def _changes(rows: Sequence[WorkCalendar], present: dict[date, WorkCalendar]) -> list[DayChange]:
    found = []
    for row in rows:
        before = present.get(row.date)
        was = (before.is_workday, before.label) if before else (row.date.weekday() < SATURDAY, "")
        if was != (row.is_workday, row.label):
            found.append(DayChange(row.date, *was, row.is_workday, row.label))
    return found


def _state(present: dict[date, WorkCalendar]) -> str:
    said = [(day, row.is_workday, row.label, row.source, row.official) for day, row in sorted(present.items())]
    return sha256(repr(said).encode()).hexdigest()


@transaction.atomic
def apply_notice(notice: Notice, *, state: str, by: Any) -> tuple[list[DayChange], list[Moved]] | None:
    """Save all days of the notice; open deadlines follow in the same transaction. Returns what changed and moved.

    None, and nothing saved, when the calendar is not the one of `state` any more.
    """
    rows = notice.days()
    present = WorkCalendar.objects.select_for_update().in_bulk([row.date for row in rows])
    if _state(present) != state:
        return None
    new = [row for row in rows if row.date not in present]
    other = [row for row in rows if row.date in present and _unlike(row, present[row.date])]
    WorkCalendar.objects.bulk_create(new)
    WorkCalendar.objects.bulk_update(other, FIELDS, batch_size=500)
    reason = notice.source[:100]
    WorkCalendar.history.bulk_history_create(new, default_user=by, default_change_reason=reason)
    WorkCalendar.history.bulk_history_create(other, update=True, default_user=by, default_change_reason=reason)
    return _changes(rows, present), recompute(cause=BECAUSE, by=by, reason=notice.source)


def _unlike(row: WorkCalendar, present: WorkCalendar) -> bool:
    return any(getattr(row, name) != getattr(present, name) for name in FIELDS)


@transaction.atomic
def seed_and_recompute(first: int = FIRST_YEAR, last: int | None = None) -> tuple[int, list[Moved]]:
    """Seed the years; open deadlines follow what changed. Returns how many days changed, and what moved."""
    changed = seed_workdays(first, last)
    moved = recompute(cause=BECAUSE, reason="工作日历更新") if changed else []
    return len(changed), moved


def keep_calendar() -> tuple[int, list[Moved]]:
    """Each night: the coming year is seeded as it comes near, and open deadlines follow seats that changed hands."""
    changed = seed_workdays(timezone.localdate().year)
    return len(changed), recompute(cause=BECAUSE, reason="工作日历更新")


def after_loading() -> str:
    """The years up to the coming one, and the dates of what is under way, for an office that loads its profile.

    Says what it did.
    """
    changed, _ = seed_and_recompute()
    years, new = f"{FIRST_YEAR}-{timezone.localdate().year + 1}", catch_up()
    told = [f"work calendar: {years} seeded, {changed} days"] if changed else []
    return "; ".join([*told, *([f"{new} deadlines of matters under way"] if new else [])])
