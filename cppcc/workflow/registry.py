"""Which workflow moves which model: apps above register in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from cppcc.workflow.engine import Workflow


@dataclass(frozen=True)
class Registered:
    """A model's workflow, and how its matters are written in a list."""

    workflow: Workflow
    url: Callable[[Any], str]


WORKFLOWS: dict[type[models.Model], Registered] = {}


def register(model: type[models.Model], workflow: Workflow, *, url: Callable[[Any], str]) -> None:
    """Hand a workflow down: `url(obj)` is the matter's own page."""
    WORKFLOWS[model] = Registered(workflow, url)


def workflow_of(obj: models.Model) -> Workflow:
    """The workflow of a matter."""
    return WORKFLOWS[type(obj)].workflow


def url_of(obj: models.Model) -> str:
    """The page of a matter; "" for kinds without one."""
    found = WORKFLOWS.get(type(obj))
    return found.url(obj) if found else ""
