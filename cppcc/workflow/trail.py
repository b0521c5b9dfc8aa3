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
    found = [(newer, newer.diff_against(older, excluded_fields=HIDDEN).changes) for newer, older in pairwise(records)]
    named = _named(matter, [change for _, changes in found for change in changes])
    return [
        {
            "at": record.history_date,
            "by": record.history_user,
            "items": [
                {
                    "field": str(matter._meta.get_field(change.field).verbose_name),
                    "old": _shown(matter, change.field, change.old, named),
                    "new": _shown(matter, change.field, change.new, named),
                }
                for change in changes
            ],
        }
        for record, changes in found
        if changes
    ]


def _named(matter: models.Model, changes: list[Any]) -> dict[str, dict[Any, str]]:
    """field -> {pk: name} of all rows that the changes point to: one query a field, whatever the number of changes."""
    asked: dict[str, set[Any]] = {}
    for change in changes:
        if isinstance(matter._meta.get_field(change.field), models.ForeignKey):
            asked.setdefault(change.field, set()).update({change.old, change.new} - {None})
    return {name: _names(matter._meta.get_field(name).related_model, pks) for name, pks in asked.items()}


def _names(model: Any, pks: set[Any]) -> dict[Any, str]:
    return {pk: str(obj) for pk, obj in model._default_manager.select_related().in_bulk(pks).items()}


def _shown(matter: models.Model, name: str, value: Any, named: dict[str, dict[Any, str]]) -> str:
    if value is None or value == "":
        return "（空）"
    if name in named:
        return named[name].get(value, "（已删除）")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(next(iter(v.values())) if isinstance(v, dict) else v) for v in value) or "（空）"
    choices = dict(matter._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))
