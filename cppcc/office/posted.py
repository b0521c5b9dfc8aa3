"""Numbers out of a posted form that no form class reads: ticked rows, the version of a page."""

import re
from collections.abc import Iterable


def whole_numbers(values: Iterable[str]) -> list[int]:
    """The whole numbers among `values`; whatever else was sent is left out."""
    return [int(value) for value in values if re.fullmatch("[0-9]{1,18}", value)]


def whole_number(value: str | None, otherwise: int = 0) -> int:
    """`value` as a whole number; `otherwise` when it is none."""
    return next(iter(whole_numbers([value or ""])), otherwise)
