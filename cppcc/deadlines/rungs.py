"""The ladder of a deadline as it is read: a line for what many units are told at the same time."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import Q

from cppcc.deadlines.models import Deadline, Reminder
from cppcc.deadlines.models.deadlines import VIEW_ALL
from cppcc.deadlines.models.reminders import ReminderStatus
from cppcc.office.access import reaches_any

MOST = 5000  # reminders that are read for one page


def ladder(user: Any, deadline: Deadline) -> list[dict[str, Any]]:
    """[{reminder, says, told}] by time: the first of those alike, its words, and whom they tell.

    Left out: those that fell away before their time. Those outside read only what their own units are told.
    """
    fallen = Q(status=ReminderStatus.CANCELLED, error="")
    rows = (
        deadline.reminders.exclude(fallen)
        .select_related("organization")
        .order_by("due_at", "title", "status", "error", "pk")
    )
    if not reaches_any(user, VIEW_ALL):
        rows = rows.filter(organization__in=[acting.organization_id for acting in user.acting])
    return [_rung(list(alike), deadline.title) for _, alike in groupby(rows[:MOST], _alike)]


def _alike(reminder: Reminder) -> tuple[Any, ...]:
    return reminder.due_at, reminder.title, reminder.status, reminder.error


def _rung(alike: list[Reminder], title: str) -> dict[str, Any]:
    says = alike[0].title.removesuffix(f"：{title}")
    return {"reminder": alike[0], "says": says, "told": list(_told(alike))}


def _told(reminders: Iterable[Reminder]) -> Iterable[str]:
    for reminder in reminders:
        role = f" · {reminder.get_role_display()}" if reminder.role else ""
        yield f"{reminder.organization}{role}"
