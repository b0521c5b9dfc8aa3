"""The tasks of a matter for the matter's own page: what became of them, and how many are done. R126.

context["tasks"] = tasks_of(meeting, user)   and   {% include "deadlines/task_panel.html" with panel=tasks only %}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import TaskState
from cppcc.deadlines.sources import key_of, may_give, source_of


@dataclass(frozen=True)
class Panel:
    """The tasks of a matter that the reader may see; `give_url`: where another one is given, "" without the right."""

    tasks: Sequence[Task]
    give_url: str = ""

    @property
    def total(self) -> int:
        """Those that count: not the dropped ones."""
        return sum(task.state != TaskState.DROPPED for task in self.tasks)

    @property
    def done(self) -> int:
        """Those that were confirmed."""
        return sum(task.state == TaskState.DONE for task in self.tasks)

    @property
    def late(self) -> int:
        """Those whose day has passed."""
        return sum(task.is_late for task in self.tasks)

    def of(self, part: models.Model) -> list[Task]:
        """Those of one part of the matter, such as a finding."""
        kind = ContentType.objects.get_for_model(part)
        return [task for task in self.tasks if (task.content_type_id, task.object_id) == (kind.pk, part.pk)]


def tasks_of(matter: models.Model, user: Any) -> Panel:
    """The tasks of `matter` and of its parts. One query besides those of the parts."""
    source = source_of(type(matter))
    by_kind: dict[ContentType, list[int]] = {}
    for one in (matter, *(source.parts(matter) if source else ())):
        by_kind.setdefault(ContentType.objects.get_for_model(one), []).append(one.pk)
    belonging = Q(pk__in=[])
    for kind, pks in by_kind.items():
        belonging |= Q(content_type=kind, object_id__in=pks)
    rows = Task.objects.visible_to(user).filter(belonging).select_related("owner", "person")
    return Panel(list(rows), give_url(matter, user))


def give_url(matter: models.Model, user: Any) -> str:
    """The form of a new task of `matter`, "" for whoever may not give one."""
    return f"{reverse('deadlines:task_new')}?from={key_of(matter)}" if may_give(user, matter) else ""
