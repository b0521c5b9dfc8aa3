"""Cells of a list of addressees."""

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()


@register.filter
def cells(row: Any, columns: Sequence[str]) -> list[str]:
    """What a row has in the further columns of its list, in their order."""
    return [row.values.get(column, "") for column in columns]
