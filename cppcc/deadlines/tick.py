"""The tick: due reminders become notices and mail, batch by batch, each batch one statement.

Whatever calls it, how often and with how many at once: keys are unique and rows are taken under SKIP LOCKED, so
nothing is made twice; what one batch cannot make stays pending for the next tick.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cppcc.deadlines import pulses
from cppcc.deadlines.alarm import tell_administrators
from cppcc.deadlines.models import DeliverySetting, Reminder
from cppcc.deadlines.models.reminders import ReminderStatus
from cppcc.deadlines.tick_statement import STATEMENT

logger = logging.getLogger(__name__)

BATCH = 500
# Trouble of the server or between two transactions, not of a row: connection, rollback, resources, operator, system.
PASSING = ("08", "40", "53", "55", "57", "58")


def tick(limit: int = BATCH) -> int:
    """Hand on every reminder that is due, `limit` to a statement; how many were taken.

    Notices go to every account, mail to every address of those who hold the post today, on their own or delegated.
    A row that the database refuses is found by halving and marked as failed; the others go on. Raises DatabaseError
    for trouble that is not a row's: then the batch in hand stays pending.
    """
    values, total = values_of(timezone.now()), 0
    while True:
        taken = _batch(values, limit)
        pulses.beat(pulses.TICK)
        total += taken
        if taken == 0:
            return total


def values_of(now: datetime) -> dict[str, Any]:
    """The parameters of a batch: the moment, the office's day and clock, its ways of delivering."""
    setting, local = DeliverySetting.current(), timezone.localtime(now)
    digest_on = local.date() if local.time() < setting.digest_at else local.date() + timedelta(days=1)
    return {
        "now": now,
        "today": local.date(),
        "clock": local.time().replace(tzinfo=None),
        "zone": settings.TIME_ZONE,
        "quiet_from": setting.quiet_from,
        "quiet_to": setting.quiet_to,
        "digest_on": digest_on,
        "digest_at": setting.digest_at,
        "site": settings.SITE_URL,
    }


def _batch(values: dict[str, Any], limit: int) -> int:
    try:
        return _hand_on(values | {"ids": None, "limit": limit})
    except DatabaseError as problem:
        if _passes(problem):
            raise
        return _halve(values, _due(values["now"], limit))


def _hand_on(values: dict[str, Any]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        return cursor.fetchone()[0]


def _due(now: datetime, limit: int) -> list[int]:
    due = Reminder.objects.filter(status=ReminderStatus.PENDING, due_at__lte=now).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def _halve(values: dict[str, Any], ids: list[int]) -> int:
    """Hand on these rows, halving until the one that the database refuses stands alone; how many were taken."""
    try:
        return _hand_on(values | {"ids": ids, "limit": len(ids)})
    except DatabaseError as problem:
        if _passes(problem):
            raise
        if len(ids) == 1:
            return _fail(ids[0], problem)
    middle = len(ids) // 2
    return _halve(values, ids[:middle]) + _halve(values, ids[middle:])


def _fail(pk: int, problem: DatabaseError) -> int:
    """Mark a row that cannot be handed on, and tell the administrators: a person has to look."""
    logger.error("reminder %s cannot be handed on: %s", pk, problem)
    reason = " ".join(str(problem).split())[:300]
    with transaction.atomic():
        row = Reminder.objects.select_for_update().filter(pk=pk, status=ReminderStatus.PENDING).first()
        if row is None:
            return 0
        Reminder.objects.filter(pk=pk).update(status=ReminderStatus.FAILED, error=reason, handed_at=timezone.now())
        tell_administrators(f"failed:{pk}", f"有一条提醒未能转发：{row.title}", reason)
    return 1


def _passes(problem: DatabaseError) -> bool:
    state = getattr(problem.__cause__, "sqlstate", None)
    return state is None or state.startswith(PASSING)
