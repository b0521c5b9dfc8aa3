"""Matters that have documents: apps above hand down texts, and what an issue does, in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from cppcc.workflow.registry import workflow_of

Draft = Callable[[Any], dict[str, Any]]
DRAFTS: dict[tuple[type[models.Model], str], Draft] = {}


@dataclass(frozen=True)
class Issue:
    """What the issue of a document does to the matter that it is about; each part is given (matter, document, ...).

    carry_out(..., by): moves the matter, once number and file are there; in the transaction of the issue.
    objection(..., day): why it cannot be issued now, "" when it can; day: that of the issue, None while a button is
    drawn.
    prepare(...): takes from the matter again what stands in the text, and to whom it goes, before it is printed.
    lock(document): locks what others lock before the matter.
    """

    carry_out: Callable[..., None]
    objection: Callable[..., str] = lambda matter, document, *, day: ""
    prepare: Callable[[Any, Any], None] = lambda matter, document: None
    lock: Callable[[Any], None] = lambda document: None


ISSUES: dict[tuple[type[models.Model], str], Issue] = {}


def register_draft(model: type[models.Model], kind: str, draft: Draft) -> None:
    """Hand down the first text of a document of `kind` (its key) about a matter of `model`.

    `draft(matter)` gives a mapping with any of the keys of a description (title, recipients, body, annexes ...), and
    where it knows them `classification` and `units`: {"main": [organisations], "copy": [...]}, and `why` they get it by
    which `rule`.
    """
    DRAFTS[model, kind] = draft


def draft_of(matter: models.Model | None, kind: str) -> dict[str, Any]:
    """The first text, {} where nobody handed one down."""
    make = DRAFTS.get((type(matter), kind)) if matter is not None else None
    return make(matter) if make else {}


ANY = ""  # in place of the key of a kind: whatever kind it is


def on_issue(model: type[models.Model], kind: str, issue: Issue) -> None:
    """Hand down what the issue of a document of `kind` (its key) does to the matter of `model` that it is about.

    kind ANY: of each kind, besides what is handed down for it alone; where the office chooses the kind.
    """
    ISSUES[model, kind] = issue


def issues_of(document: Any) -> list[Issue]:
    """What the issue of `document` does: for its kind, then for any kind; [] where nobody handed it down."""
    model = model_of(document)
    found = [ISSUES.get((model, kind)) for kind in (document.kind.key, ANY)] if model else []
    return [issue for issue in found if issue]


def model_of(document: Any) -> type[models.Model] | None:
    """The kind of matter that `document` is about; None for none."""
    asked = document.content_type_id
    return ContentType.objects.get_for_id(asked).model_class() if asked else None


def lock_matter(document: Any) -> dict[str, Any]:
    """The matter that the issue moves is locked before the document, in the order in which its own acts lock."""
    issues = issues_of(document)
    for issue in issues:
        issue.lock(document)
    matter = document.matter if issues else None
    if matter is not None:
        workflow_of(matter).locked(matter)
    return {}


def objection(document: Any, day: date | None) -> str:
    """Why the matter of `document` does not let it be issued; "" when it does."""
    said = (issue.objection(document.matter, document, day=day) for issue in issues_of(document))
    return next((sentence for sentence in said if sentence), "")


def prepare(document: Any) -> None:
    """Take what stands in `document` from its matter again."""
    for issue in issues_of(document):
        issue.prepare(document.matter, document)


def carry_out(document: Any, *, by: Any) -> None:
    """Do to the matter of `document` what its issue does. Raises Refused when the matter cannot have it."""
    for issue in issues_of(document):
        issue.carry_out(document.matter, document, by=by)


@dataclass(frozen=True)
class Shelf:
    """Matters whose material belongs together in a bundle, in order, under `label`; `each`: under their own names.

    `file`: the field of the one file that holds, where a matter keeps earlier versions of it.
    """

    label: str
    matters: models.QuerySet[Any]
    each: bool = False
    file: str = ""


Material = Callable[[Any], Iterable[Shelf]]
MATERIAL: dict[type[models.Model], Material] = {}


def register_material(model: type[models.Model], material: Material) -> None:
    """Hand down which material belongs to a matter of `model`: `material(matter)` gives shelves in their order. R052.

    What of it a reader may see is asked afterwards.
    """
    MATERIAL[model] = material


def shelves_of(matter: models.Model) -> list[Shelf]:
    """The shelves of a matter; where nobody handed them down only its own."""
    give = MATERIAL.get(type(matter))
    return list(give(matter)) if give else [Shelf("", type(matter)._default_manager.filter(pk=matter.pk))]
