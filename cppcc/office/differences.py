"""What changed from one saved row to the next, in the words of the screen: labels and names, never raw values."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

HIDDEN = {"id", "version", "created_at", "created_by"}
SECRET = {"password"}


def differences(model: type[models.Model], records: Sequence[Any]) -> list[tuple[Any, list[dict[str, str]]]]:
    """(record, [{field, old, new}]) of every history record but the oldest, `records` being the newest first.

    One query a field that points elsewhere, whatever the number of records.
    """
    found = [(newer, newer.diff_against(older, excluded_fields=HIDDEN).changes) for newer, older in pairwise(records)]
    named = _named(model, [change for _, changes in found for change in changes])
    return [(record, [_as_words(model, change, named) for change in changes]) for record, changes in found]


def _as_words(model: type[models.Model], change: Any, named: dict[str, dict[Any, str]]) -> dict[str, str]:
    field = model._meta.get_field(change.field)
    names = named.get(change.field)
    words = {"old": shown(field, change.old, names), "new": shown(field, change.new, names)}
    return {"field": str(getattr(field, "verbose_name", change.field))} | words


def shown(field: Any, value: Any, names: dict[Any, str] | None = None) -> str:
    """A value of `field` as the screen says it; `names`: what the rows it points to are called."""
    if field.name in SECRET:
        return "（保密）"
    if value is None or value == "" or value == []:
        return "（空）"
    if names is not None:
        return "、".join(names.get(pk, "（已删除）") for pk in _keys(field, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        choices = dict(field.base_field.flatchoices) if isinstance(field, ArrayField) else {}
        return "、".join(str(choices.get(one, one)) for one in value)
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(dict(field.flatchoices).get(value, value))


def _keys(field: Any, value: Any) -> Iterable[Any]:
    """The primary keys in a value: of a foreign key itself, of a many-to-many field the far end of each row."""
    if isinstance(field, models.ManyToManyField):
        return [row[field.m2m_reverse_field_name()] for row in value]
    return [] if value is None else [value]


def _named(model: type[models.Model], changes: Iterable[Any]) -> dict[str, dict[Any, str]]:
    asked: dict[str, set[Any]] = {}
    for change in changes:
        field = model._meta.get_field(change.field)
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            asked.setdefault(change.field, set()).update([*_keys(field, change.old), *_keys(field, change.new)])
    return {name: _names(model._meta.get_field(name).related_model, pks) for name, pks in asked.items()}


def _names(model: Any, pks: set[Any]) -> dict[Any, str]:
    return {pk: str(obj) for pk, obj in model._default_manager.select_related().in_bulk(pks).items()}
