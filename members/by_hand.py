"""Entries by hand: the office for any member, a committee for its own; evidence goes with them. R070, R133."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cppcc.files.models import StoredFile
from cppcc.files.storing import store
from cppcc.office.access import may, reaches_any
from cppcc.office.refusals import FieldRefused, Forbidden, Refused
from members.dossier import record_many, reverse, wrong_day
from members.models import Member, PerformanceEntry
from members.models.ledger import RECORD

FIELDS = ("act", "on", "title", "role", "status", "level", "n", "coauthors")


@transaction.atomic
def enter(
    members: Sequence[Member], data: dict[str, Any], upload: Any, *, token: UUID, by: Any
) -> list[PerformanceEntry]:
    """An entry for each of the members; the token of the form makes a double click the same entries.

    Raises FieldRefused with the members for whom the day is wrong, or for a file that may not be stored.
    """
    wrong = [sentence for member in members if (sentence := wrong_day(member, data["on"], data["act"]))]
    if wrong:
        raise FieldRefused("".join(dict.fromkeys(wrong[:10])), "on")
    known = PerformanceEntry.objects.filter(key__in=[key_of(token, member) for member in members])
    evidence = None if known.exists() else kept(upload, by=by)
    now = timezone.now()
    return record_many([
        PerformanceEntry(
            member=member, **{name: data[name] for name in FIELDS}, key=key_of(token, member), evidence=evidence,
            recorded_by=by, recorded_at=now,
        )
        for member in members
    ])  # fmt: skip


def key_of(token: UUID, member: Member) -> str:
    """The event that a form enters for a member."""
    return f"hand:{token}:{member.pk}"


def kept(upload: Any, *, by: Any, field: str = "evidence") -> StoredFile | None:
    """The stored file of an upload, None without one. Raises FieldRefused."""
    if not upload:
        return None
    try:
        return store(upload, by=by)
    except Refused as refusal:
        raise FieldRefused(refusal.sentence, field) from refusal


def namesakes(members: Sequence[Member], data: dict[str, Any]) -> list[PerformanceEntry]:
    """Standing entries that look the same: of these members, the act, the day and the title."""
    same = PerformanceEntry.objects.filter(
        member__in=members, act=data["act"], on=data["on"], title__iexact=data["title"]
    )
    return list(same.standing().select_related("member__person", "recorded_by__person"))


def may_cancel(user: Any, entry: PerformanceEntry) -> bool:
    """The office cancels any entry; a committee those that its user entered by hand for its own members."""
    if reaches_any(user, RECORD):
        return True
    return entry.object_id is None and entry.recorded_by_id == user.pk and may(user, RECORD, entry.member)


def cancel(entry: PerformanceEntry, *, by: Any, reason: str) -> PerformanceEntry:
    """Cancel an entry. Raises Forbidden for another's, Refused without a reason or when it was done."""
    if not may_cancel(by, entry):
        raise Forbidden("只能冲销自己手工登记的本委室委员的记录；会议等自动计入的，请办公室办理。")
    return reverse(entry, by=by, reason=reason)
