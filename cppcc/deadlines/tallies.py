"""How far the delivery of dispatches is, counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from cppcc.deadlines.by_hand import STUCK
from cppcc.deadlines.models import Dispatch, Outbox
from cppcc.deadlines.models.delivery import OutboxStatus

S = OutboxStatus


@dataclass(frozen=True)
class Tally:
    """Rows of one dispatch: all but the cancelled, those that went out, under way, and that need a person."""

    all: int = 0
    sent: int = 0
    under_way: int = 0
    hands: int = 0


def tallies(dispatches: Sequence[Dispatch]) -> list[Tally]:
    """One for each, in one query."""
    counted = Outbox.objects.filter(dispatch__in=[one.pk for one in dispatches]).order_by()
    found: dict[int, dict[str, int]] = {}
    for pk, status, count in counted.values_list("dispatch", "status").annotate(count=Count("pk")):
        found.setdefault(pk, {})[status] = count
    return [_tally(found.get(one.pk, {})) for one in dispatches]


def tally(dispatch: Dispatch) -> Tally:
    """That of one."""
    return tallies([dispatch])[0]


def _tally(by_status: dict[str, int]) -> Tally:
    return Tally(
        all=sum(by_status.values()) - by_status.get(S.CANCELLED, 0),
        sent=by_status.get(S.SENT, 0),
        under_way=by_status.get(S.PENDING, 0) + by_status.get(S.SENDING, 0),
        hands=sum(by_status.get(status, 0) for status in STUCK),
    )
