"""Putting work into the queue: one row, then the bell."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cppcc.jobs import tasks
from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.ringing import ring as bell


def enqueue(kind: str, arguments: Mapping[str, Any], *, owner: Any, key: str | None = None, then: str = "") -> Job:
    """The row of a piece of work to be done after this transaction commits.

    key: the same key gives the same row, whoever asks (put the owner into it where that matters); a row that failed
    is queued again. then: the address of the page with the result, on this site. Raises ValueError for another site.
    """
    if then and (not then.startswith("/") or then.startswith(("//", "/\\"))):
        raise ValueError("then must be an address on this site")
    values = {"kind": kind, "arguments": dict(arguments), "owner": owner, "then": then}
    with transaction.atomic():
        job = Job.objects.create(**values) if key is None else _keyed(key, values)
        transaction.on_commit(ring)
    return job


def _keyed(key: str, values: dict[str, Any]) -> Job:
    job, created = Job.objects.get_or_create(key=key, defaults=values)
    if not created:
        again = {"status": JobStatus.QUEUED, "attempts": 0, "error": "", "message": "", "done_steps": 0}
        again |= {"lease_until": None, "finished_at": None, "arguments": values["arguments"], "then": values["then"]}
        if Job.objects.filter(pk=job.pk, status=JobStatus.FAILED).update(**again):
            job.refresh_from_db()
    return job


def ring() -> None:
    """Wake a worker. A bell that cannot be rung is no loss: the next tick finds the row."""
    bell(tasks.work)
