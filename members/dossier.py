"""The one way into the ledger of performance: `record` and `reverse`. The same event never counts twice. R070, R133.

An event is named by its key. As long as its entry stands, recording it again gives that entry; once it was cancelled,
recording it again makes the next turn of the same event (`key#2`, `key#3`, ...). A turn is only written when the one
before it is cancelled, and a cancellation is for good: so at most one entry of an event stands, whoever writes at once.
Rows are inserted in the order of their keys, so that writers who overlap wait for each other and never in a circle.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cppcc.files.models import StoredFile
from cppcc.office.refusals import Refused
from members.models import Act, Member, PerformanceEntry

LONGEST_KEY = 190  # characters; the rest of the column is for the turns
TURN = "#"
REVERSAL = "reverse:"


def record(
    member: Member,
    act: Act,
    *,
    on: date,
    title: str,
    key: str,
    by: Any,
    role: str = "",
    status: str = "",
    level: str = "",
    n: Decimal | int = 1,
    coauthors: int = 0,
    from_proposal: bool = False,
    matter: models.Model | None = None,
    evidence: StoredFile | None = None,
) -> PerformanceEntry:
    """Write one entry; `key` names the event, and the same key again gives the entry that stands.

    n: how many units. coauthors: how many others, without the first. Raises Refused for a day that is to come or
    outside the membership.
    """
    entry = PerformanceEntry(
        member=member, act=act, on=on, title=title[:200], role=role, status=status, level=level, n=n,
        coauthors=coauthors, from_proposal=from_proposal, key=key, evidence=evidence, recorded_by=by,
        recorded_at=timezone.now(),
    )  # fmt: skip
    if matter is not None:
        entry.matter = matter
    return record_many([entry])[0]


@transaction.atomic
def record_many(entries: Sequence[PerformanceEntry]) -> list[PerformanceEntry]:
    """Write many entries in two statements a turn; those whose event stands already stay as they are.

    Raises Refused for a day that is to come, outside the membership or outside the validity of the act; ValueError for
    a key that is no event's name or that names the event of another member.
    """
    for entry in entries:
        if sentence := wrong_day(entry.member, entry.on, entry.act):
            raise Refused(sentence)
    events = {entry.key: entry for entry in reversed(entries)}
    standing: dict[str, PerformanceEntry] = {}
    turn, left = 1, {checked(key): entry for key, entry in events.items()}
    while left:
        written = _inserted({key: _in_turn(entry, key, turn) for key, entry in left.items()})
        standing |= {key: entry for key, entry in written.items() if not entry.cancelled}  # type: ignore[attr-defined]
        turn, left = turn + 1, {key: entry for key, entry in left.items() if key not in standing}
    for key, entry in events.items():
        if standing[key].member_id != entry.member_id:
            raise ValueError(f"{key} names an event of another member")
    return [standing[entry.key.partition(TURN)[0]] for entry in entries]


def checked(key: str) -> str:
    """The key. Raises ValueError for one that turns and counter-entries need, and for one that leaves them no room."""
    if not key or len(key) > LONGEST_KEY or TURN in key or key.startswith(REVERSAL):
        raise ValueError(f"{key!r} cannot name an event")
    return key


def _in_turn(entry: PerformanceEntry, key: str, turn: int) -> PerformanceEntry:
    entry.key = key if turn == 1 else f"{key}{TURN}{turn}"
    return entry


def _inserted(asked: dict[str, PerformanceEntry]) -> dict[str, PerformanceEntry]:
    """event -> its row of this turn, ours or the one that was there, with `cancelled`."""
    rows = sorted(asked.values(), key=lambda entry: entry.key)
    PerformanceEntry.objects.bulk_create(rows, ignore_conflicts=True)
    cancelled = Exists(PerformanceEntry.objects.filter(reverses=OuterRef("pk")))
    found = PerformanceEntry.objects.annotate(cancelled=cancelled).in_bulk([row.key for row in rows], field_name="key")
    return {event: found[entry.key] for event, entry in asked.items()}


def wrong_day(member: Member, on: date, act: Act | None = None) -> str:
    """Why nothing can be recorded for the member on that day; "" when it can."""
    if on > timezone.localdate():
        return "履职日期不能晚于今天，请核对。"
    if not member.is_valid(on):
        return f"{member}在{on:%Y年%-m月%-d日}不是委员，不能登记这一天的履职，请核对日期。"
    if act is not None and not act.is_valid(on):
        return f"履职事项“{act}”在{on:%Y年%-m月%-d日}没有启用，请核对日期或改选事项。"
    return ""


@transaction.atomic
def reverse(entry: PerformanceEntry, *, by: Any, reason: str) -> PerformanceEntry:
    """Cancel an entry by a counter-entry; both stay visible. Raises Refused without a reason or when it was done."""
    if not reason.strip():
        raise Refused("冲销履职记录必须写明原因。")
    if entry.reverses_id:
        raise Refused("这一条本身是冲销记录，不能再冲销；需要恢复的请重新登记。")
    made, created = PerformanceEntry.objects.get_or_create(reverses=entry, defaults=counter(entry, by, reason))
    if not created:
        raise Refused(f"这条履职记录已由{made.recorded_by or '系统'}冲销，不必重复办理。")
    return made


def reverse_many(entries: Iterable[PerformanceEntry], *, by: Any, reason: str) -> None:
    """Cancel those of the entries that still stand, in one statement; who cancels the same at once changes nothing."""
    rows = [
        PerformanceEntry(reverses=entry, **counter(entry, by, reason))
        for entry in sorted(entries, key=lambda entry: entry.pk)
        if not entry.reverses_id
    ]
    PerformanceEntry.objects.bulk_create(rows, ignore_conflicts=True)


def counter(entry: PerformanceEntry, by: Any, reason: str) -> dict[str, Any]:
    """The fields of the counter-entry: the same event with the opposite amount."""
    same = ("member_id", "act_id", "on", "title", "role", "status", "level", "coauthors", "from_proposal",
            "content_type_id", "object_id")  # fmt: skip
    return {name: getattr(entry, name) for name in same} | {
        "n": -entry.n, "key": f"{REVERSAL}{entry.pk}", "reason": reason.strip()[:200], "recorded_by": by,
        "recorded_at": timezone.now(),
    }  # fmt: skip
