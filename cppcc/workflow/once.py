"""A form sent twice makes one row: the unique token of the form finds what was made the first time."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

Row = TypeVar("Row", bound=models.Model)


def once(row: Row, make: Callable[[], Any], *, by: Any) -> Row:
    """`row` after `make` wrote it, in one transaction; with a token that `by` used before, what was made then.

    Raises IntegrityError when something else than the token is there already.
    """
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        token = row.token  # type: ignore[attr-defined]
        before = type(row)._default_manager.filter(token=token, created_by=by).first() if token else None
        if before is None:
            raise
        return before
    return row
