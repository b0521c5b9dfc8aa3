"""The one way into the ledger of performance: `record` and `reverse`. The same event never counts twice. R070, R133."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from cppcc.files.models import StoredFile
from cppcc.office.refusals import Refused
from members.models import Act, Member, PerformanceEntry


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
    if sentence := wrong_day(member, on):
        raise Refused(sentence)
    entry = PerformanceEntry(
        member=member, act=act, on=on, title=title[:200], role=role, status=status, level=level, n=n,
        coauthors=coauthors, from_proposal=from_proposal, key=key, evidence=evidence, recorded_by=by,
        recorded_at=timezone.now(),
    )  # fmt: skip
    if matter is not None:
        entry.matter = matter
    return record_many([entry])[0]


def record_many(entries: Sequence[PerformanceEntry]) -> list[PerformanceEntry]:
    """Write many entries in two statements; those whose key is known already stay as they are."""
    PerformanceEntry.objects.bulk_create(entries, ignore_conflicts=True)
    known = PerformanceEntry.objects.in_bulk([entry.key for entry in entries], field_name="key")
    return [known[entry.key] for entry in entries]


def wrong_day(member: Member, on: date) -> str:
    """Why nothing can be recorded for the member on that day; "" when it can."""
    if on > timezone.localdate():
        return "履职日期不能晚于今天，请核对。"
    if not member.is_valid(on):
        return f"{member}在{on:%Y年%-m月%-d日}不是委员，不能登记这一天的履职，请核对日期。"
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
        raise Refused("这条履职记录已经冲销，不必重复办理。")
    return made


def reverse_many(entries: Iterable[PerformanceEntry], *, by: Any, reason: str) -> None:
    """Cancel those of the entries that still stand, in one statement."""
    rows = [PerformanceEntry(reverses=entry, **counter(entry, by, reason)) for entry in entries]
    PerformanceEntry.objects.bulk_create(rows, ignore_conflicts=True)


def counter(entry: PerformanceEntry, by: Any, reason: str) -> dict[str, Any]:
    """The fields of the counter-entry: the same event with the opposite amount."""
    same = ("member_id", "act_id", "on", "title", "role", "status", "level", "coauthors", "from_proposal",
            "content_type_id", "object_id")  # fmt: skip
    return {name: getattr(entry, name) for name in same} | {
        "n": -entry.n, "key": f"reverse:{entry.pk}", "reason": reason.strip()[:200], "recorded_by": by,
        "recorded_at": timezone.now(),
    }  # fmt: skip
