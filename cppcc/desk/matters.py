"""The matters behind rows of many kinds, fetched kind by kind."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import prefetch_related_objects

from consultation.models import CountyAdoption, Topic
from cppcc.workflow.registry import WORKFLOWS, url_of

READ_WITH = {CountyAdoption: ("topic", "county"), Topic: ("plan",)}


def light(model):
    """The matters of a kind with what their name and address need."""
    related = READ_WITH.get(model, ())
    return model._default_manager.select_related(*related) if related else model._default_manager.all()


def with_matters(rows: list[Any]) -> None:
    """Give rows that point to matters these matters and their addresses: a query a kind, whatever the rows are."""
    prefetch_related_objects(rows, GenericPrefetch("matter", [light(model) for model in WORKFLOWS]))
    for row in rows:
        row.url = url_of(row.matter)


def matters_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """(content type, id) -> matter."""
    asked: dict[int, set[int]] = defaultdict(set)
    for kind, pk in pairs:
        asked[kind].add(pk)
    found: dict[tuple[int, int], Any] = {}
    for kind, pks in asked.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        found |= {(kind, pk): matter for pk, matter in light(model).in_bulk(pks).items()}
    return found
