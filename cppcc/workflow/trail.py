"""The trail of a matter: its movements, and which fields changed from one saved row to the next."""

from itertools import pairwise
from typing import Any

from django.db import models

from cppcc.workflow.models import Movement

HIDDEN = {"id", "version", "created_at", "created_by"}
LIMIT = 100  # history rows shown on one page


def movements_of(matter: models.Model) -> models.QuerySet[Movement]:
    """The movements of a matter, the newest first."""
    return Movement.for_matter(matter)


def field_changes(matter: Any) -> list[dict]:
    """[{at, by, items: [{field, old, new}]}] of the newest saved rows, in the words of the screen."""
    records = list(matter.history.select_related("history_user__person")[: LIMIT + 1])
    entries = []
    for newer, older in pairwise(records):
        delta = newer.diff_against(older, excluded_fields=HIDDEN, foreign_keys_are_objs=True)
        items = [
            {
                "field": str(matter._meta.get_field(change.field).verbose_name),
                "old": _shown(matter, change.field, change.old),
                "new": _shown(matter, change.field, change.new),
            }
            for change in delta.changes
        ]
        if items:
            entries.append({"at": newer.history_date, "by": newer.history_user, "items": items})
    return entries


def _shown(matter: models.Model, name: str, value) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(next(iter(v.values())) if isinstance(v, dict) else v) for v in value) or "（空）"
    choices = dict(matter._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))
