"""Tasks in the small city, in any state, and the rule by which they are chased."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cppcc.deadlines.giving import give
from cppcc.deadlines.models import DueRule, RuleSet, Task
from tests.world import World


def today() -> Any:
    """The office's day."""
    return timezone.localdate()


def task_rule() -> DueRule:
    """Three days before, on the day, every second working day after; the giver hears after three."""
    found, _ = RuleSet.objects.get_or_create(key="task", defaults={"label": "交办任务"})
    values = {
        "label": "完成任务", "anchor": "task_due", "offset": 0, "unit": "days", "responsible": "owner",
        "remind": [3, 0], "repeat": 2, "escalate_after": 3, "escalate_to": "giver", "rule": "R126",
    }  # fmt: skip
    return DueRule.objects.get_or_create(ruleset=found, step="finish", defaults=values)[0]


def a_task(world: World, owner: str = "dept1", *, giver: str = "office", days: int = 9, **given: Any) -> Task:
    """An open task, by the office for a department unless told otherwise."""
    values = {"title": "核实企业用工缺口", "by": world.users["clerk"], "given_by": world.orgs[giver]} | given
    return give(values.pop("title"), world.orgs[owner], today() + timedelta(days=days), **values)


def put_task(task: Task, state: str, **given: Any) -> Task:
    """The task in a state, written past the engine."""
    if state in ("answered", "done"):
        given = {"answer": "已核实，缺口三百人", "answered_at": timezone.now()} | given
    Task.objects.filter(pk=task.pk).update(state=state, **given)
    task.refresh_from_db()
    return task
