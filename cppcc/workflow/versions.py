"""Versions of a matter's content, and the difference between two of them, in the words of the screen."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from cppcc.workflow.models import Matter, Movement, Snapshot


def take_snapshot(matter: Matter, movement: Movement) -> None:
    """Keep what the matter says now, as its next version."""
    following = Snapshot.for_matter(matter).order_by("-number").values(following=F("number") + 1)[:1]
    number = Coalesce(Subquery(following), 1)
    Snapshot.objects.create(matter=matter, number=number, content=matter.content(), movement=movement)


def compared(matter: Matter, chosen: Mapping[str, str]) -> dict[str, Any]:
    """What `parts/versions.html` shows: all versions of `matter`, and how two of them differ.

    chosen: their numbers under old and new; the newest two where it names none.
    """
    versions = list(Snapshot.for_matter(matter).select_related("movement"))
    by_number = {str(version.number): version for version in versions}
    new = by_number.get(chosen.get("new", ""), versions[0] if versions else None)
    old = by_number.get(chosen.get("old", ""), versions[1] if len(versions) > 1 else None)
    changes = difference(old.content, new.content) if old and new else []
    return {"versions": versions, "old": old, "new": new, "changes": changes}


def difference(old: dict, new: dict) -> list[dict]:
    """What changed from content `old` to `new`: [{kind, label, items: [{field, old, new}]}], heads first."""
    changes = []
    if items := _fields(old["fields"], new["fields"]):
        changes.append({"kind": "changed", "label": "基本信息", "items": items})
    before = {row["key"]: row for row in old["rows"]}
    after = {row["key"]: row for row in new["rows"]}
    for key, row in after.items():
        if key not in before:
            changes.append({"kind": "added", "label": row["title"], "items": _fields({}, row["fields"])})
        elif items := _fields(before[key]["fields"], row["fields"]):
            changes.append({"kind": "changed", "label": row["title"], "items": items})
    for key, row in before.items():
        if key not in after:
            changes.append({"kind": "removed", "label": row["title"], "items": []})
    return changes


def _fields(old: dict[str, str], new: dict[str, str]) -> list[dict[str, str]]:
    names = list(new) + [name for name in old if name not in new]
    return [
        {"field": name, "old": old.get(name, ""), "new": new.get(name, "")}
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]
