"""The tasks of the demo: done in the course of the year, open now, late, waiting for the giver, dropped."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cppcc.deadlines.giving import give
from cppcc.deadlines.models import Task
from cppcc.deadlines.workflows.task import TASK
from cppcc.desk.demo.courses import CLERK, step
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names
from cppcc.meetings.models import Finding, Meeting


def live_tasks(data: dict[str, Any], names: Names, past: Past) -> None:
    """All of them, each act on its day."""
    clerk = names.users[CLERK]
    for row in data["tasks"]:
        with past.on(_day(row), 16, by=clerk):
            task = give(
                row["title"], names.units[row["owner"]], row.get("due") or _from_today(row["in"]), by=clerk,
                matter=_matter(row["from"]) if "from" in row else None, role=row.get("role", ""),
                detail=row.get("detail", ""), source=row.get("source", ""),
                given_by=names.units[row.get("giver", "office")],
            )  # fmt: skip
        for act in row.get("course", ()):
            with past.on(_day(act), 10, by=clerk):
                _happened(task, act, clerk)


def _happened(task: Task, act: dict[str, Any], by: Any) -> None:
    told = {"answer": act.get("text", ""), "due_on": act.get("to")}
    given = {"opinion": act.get("opinion", ""), "proxy_source": act.get("source", ""), "data": told}
    step(TASK, Task.objects.get(pk=task.pk), act["act"], by, **given)


def _day(row: dict[str, Any]) -> date:
    return row.get("day") or _from_today(-row["ago"])


def _from_today(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def _matter(words: str) -> Any:
    """The finding or the meeting that begins so."""
    return (
        Finding.objects.filter(text__startswith=words).first()
        or Meeting.objects.filter(title__startswith=words).get()
    )  # fmt: skip
