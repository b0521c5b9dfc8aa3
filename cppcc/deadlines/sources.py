"""Where tasks come from: meetings, findings, visits; apps above hand theirs in, in `AppConfig.ready()`. R126, R129."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from cppcc.deadlines.models.tasks import MANAGE_TASK
from cppcc.office.access import may
from cppcc.workflow.registry import WORKFLOWS, url_of


def seen_by(model: Any) -> Callable[[Any, int], Any]:
    """How a matter with `visible_to` is found for a user."""
    return lambda user, pk: model.objects.visible_to(user).filter(pk=pk).first()


@dataclass(frozen=True)
class TaskSource:
    """A kind of matter that tasks come from.

    `find(user, pk)`: the matter as far as `user` may see it, else None; `url(obj)`: its page.
    `may_give(user, obj)`: whether tasks may be given of it, asked besides the right to give any.
    `called(obj)`: what it is called as a source.
    `proposed(obj)`: what the form of a new task begins with (title, detail).
    `due_by(obj)`: the day by which the matter itself is due, None without one: a later task is asked about.
    `parts(obj)`: its rows that have tasks of their own (the findings of a meeting), counted with it.
    """

    find: Callable[[Any, int], Any]
    url: Callable[[Any], str] = url_of
    may_give: Callable[[Any, Any], bool] = lambda user, obj: True
    called: Callable[[Any], str] = str
    proposed: Callable[[Any], dict[str, Any]] = lambda obj: {}
    due_by: Callable[[Any], date | None] = lambda obj: None
    parts: Callable[[Any], Iterable[models.Model]] = field(default=lambda obj: ())


SOURCES: dict[type[models.Model], TaskSource] = {}


def register(model: type[models.Model], source: TaskSource) -> None:
    """Hand down how tasks come from the matters of `model`; any other matter with a workflow can be one too."""
    SOURCES[model] = source


def source_of(model: Any) -> TaskSource | None:
    """How tasks come from a model; None where they cannot."""
    return SOURCES.get(model) or (TaskSource(seen_by(model)) if model in WORKFLOWS else None)


def key_of(matter: models.Model) -> str:
    """A matter in an address: meeting-12."""
    return f"{matter._meta.model_name}-{matter.pk}"


def find(user: Any, key: str) -> Any:
    """The matter that an address names, as far as `user` may see it; None for everything else."""
    name, _, pk = key.partition("-")
    model = next((one for one in (*SOURCES, *WORKFLOWS) if one._meta.model_name == name), None)
    source = source_of(model) if model else None
    return source.find(user, int(pk)) if source and pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def matter_of(task: Any, user: Any) -> dict[str, str] | None:
    """{label, url} of what a task came from; None without it, and for whoever may not see it."""
    model = task.content_type.model_class() if task.content_type else None
    source = source_of(model) if model else None
    found = source.find(user, task.object_id) if source else None
    return {"label": source.called(found), "url": source.url(found)} if source and found else None


def called(matter: models.Model) -> str:
    """What a matter is called as the source of a task."""
    source = source_of(type(matter))
    return source.called(matter) if source else str(matter)


def may_give(user: Any, matter: models.Model) -> bool:
    """Whether `user` may give tasks of this matter."""
    source = source_of(type(matter))
    return bool(source and may(user, MANAGE_TASK) and source.may_give(user, matter))
