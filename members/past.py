"""The history of a member in the words of the screen: person, particulars, membership, affiliations."""

from typing import Any

from cppcc.office.differences import differences
from members.models import Affiliation, Member, Particulars

LIMIT = 200  # rows shown on one page
NOTHING = "（空）"
LABELS = {"~": "修改", "+": "登记", "-": "删除"}


def changes_of(member: Member) -> list[dict[str, Any]]:
    """[{at, by, reason, items: [{field, old, new}]}], the newest first; what was saved at once together."""
    told = Particulars.objects.filter(person=member.person_id).only("pk").first()
    histories: list[tuple[Any, Any]] = [
        (Member, member.history.all()),
        (type(member.person), member.person.history.all()),
        (Particulars, told.history.all() if told else Particulars.history.none()),
    ]
    found = []
    for model, records in histories:
        found += _changed(model, list(records.select_related("history_user__person")[: LIMIT + 1]))
    found += _belongings(member)
    return _together(sorted(found, key=lambda change: change["at"], reverse=True))[:LIMIT]


def _entry(record: Any, items: list[dict[str, str]]) -> dict[str, Any]:
    reason = record.history_change_reason or ""
    return {"at": record.history_date, "by": record.history_user, "reason": reason, "items": items}


def _changed(model: Any, records: list[Any]) -> list[dict[str, Any]]:
    """What changed from row to row; of the first one only why it was written."""
    found = [*differences(model, records), *[(record, []) for record in records[-1:]]]
    return [_entry(record, items) for record, items in found if items or record.history_change_reason]


def _belongings(member: Member) -> list[dict[str, Any]]:
    rows = Affiliation.history.filter(member_id=member.pk).order_by("id", "-history_date", "-history_id")
    records = list(rows.select_related("history_user__person", "sector", "organization", "position"))
    by_row: dict[int, list[Any]] = {}
    for record in records:
        by_row.setdefault(record.id, []).append(record)
    return [
        _belonging(record, older)
        for trail in by_row.values()
        for record, older in zip(trail, [*trail[1:], None], strict=True)
    ]


def _belonging(record: Any, older: Any) -> dict[str, Any]:
    label = Affiliation.Kind(record.kind).label
    new = NOTHING if record.history_type == "-" else _words(record)
    old = _words(older) if older is not None else NOTHING
    return _entry(record, [{"field": label, "old": old, "new": new}] if old != new else [])


def _words(record: Any) -> str:
    target = record.sector or record.position or record.organization
    begun = f"{record.valid_from:%Y-%m-%d}" if record.valid_from else ""
    ends = f"{record.valid_to:%Y-%m-%d}" if record.valid_to else "今"
    return f"{target}{record.duty}（{begun} 至 {ends}）"


def _together(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Changes of one second by one person as one."""
    found: list[dict[str, Any]] = []
    for change in changes:
        if not change["items"] and not change["reason"]:
            continue
        last = found[-1] if found else None
        if last and last["by"] == change["by"] and abs((last["at"] - change["at"]).total_seconds()) < 1:
            last["items"] = last["items"] + change["items"]
            last["reason"] = last["reason"] or change["reason"]
        else:
            found.append(change)
    return found
