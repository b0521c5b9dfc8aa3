"""Which matters have deadlines: apps above hand theirs in, in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

Holder = tuple[int, str]  # organisation, role ("" for any role there)


@dataclass(frozen=True)
class Dated:
    """How a kind of matter gets its dates.

    `anchors(obj)`: the days from which rules count, by anchor name; None while a day is not known.
    `holders(obj, responsible, step)`: who has to do a step, where the rule's word means somebody of the matter; words
    for the office and its heads (`cppcc.deadlines.holders`) are not asked here. Empty: nobody (yet).
    `title(obj)`: how the matter is called in reminders; `label(obj, label)`: how a step of it is, from the rule's.
    `done(obj)`: the steps already done, with their day.
    `instance(obj, step)`: the name of the step's present turn, where a step comes round again (each body of a chain).
    `dropped(obj)`: whether a turn that is not due any more was dropped; else it was done.
    `by_hand`: whether people may meet, waive and move its deadlines themselves; not where the matter's own acts do it.
    `own_set(obj)`: the rule set of a matter whose kind has several, such as forums under different rules; `ruleset` is
    then the one that stands for the kind.
    `load(rows)`: the matters with what the other functions read, so that many cost no more than one.
    """

    ruleset: str
    anchors: Callable[[Any], dict[str, date | None]]
    holders: Callable[[Any, str, str], Iterable[Holder]]
    title: Callable[[Any], str] = str
    label: Callable[[Any, str], str] = lambda obj, label: label
    done: Callable[[Any], dict[str, date]] = lambda obj: {}
    instance: Callable[[Any, str], str] = lambda obj, step: step
    dropped: Callable[[Any], bool] = lambda obj: True
    by_hand: bool = True
    load: Callable[[models.QuerySet], models.QuerySet] = lambda rows: rows
    own_set: Callable[[Any], str] | None = None

    def set_of(self, obj: Any) -> str:
        """The rule set by which `obj` gets its dates."""
        return self.own_set(obj) if self.own_set else self.ruleset


DATED: dict[type[models.Model], Dated] = {}


def is_by_hand(deadline: Any) -> bool:
    """Whether people may meet, waive and move this deadline themselves."""
    dated = DATED.get(deadline.content_type.model_class())
    return dated is None or dated.by_hand


def register(model: type[models.Model], dated: Dated) -> None:
    """Hand down how the matters of `model` get their dates."""
    DATED[model] = dated
