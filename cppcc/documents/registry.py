"""Texts that are generated from matters: apps above hand down how, in `AppConfig.ready()`."""

from collections.abc import Callable
from typing import Any

from django.db import models

Draft = Callable[[Any], dict[str, Any]]
DRAFTS: dict[tuple[type[models.Model], str], Draft] = {}


def register_draft(model: type[models.Model], kind: str, draft: Draft) -> None:
    """Hand down the first text of a document of `kind` (its key) about a matter of `model`.

    `draft(matter)` gives a mapping with any of the keys of a description (title, recipients, body, annexes ...), and
    `units`: {"main": [organisations], "copy": [...]} where it knows to whom it goes.
    """
    DRAFTS[model, kind] = draft


def draft_of(matter: models.Model | None, kind: str) -> dict[str, Any]:
    """The first text, {} where nobody handed one down."""
    make = DRAFTS.get((type(matter), kind)) if matter is not None else None
    return make(matter) if make else {}
