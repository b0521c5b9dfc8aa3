"""Doing the work: claim a row under a lease, run its function, mark the row; a crash leaves an expired lease.

The work runs on the main connection, in its own transaction together with the final mark; progress is written at once
through a second connection in autocommit, so that the page sees it while the work is still uncommitted. Nobody else
writes the row meanwhile, hence no lock is waited for. Inside an outer transaction (tests) one connection serves both.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils import timezone

from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.registry import KINDS
from cppcc.office.refusals import Refused

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
WRITE_EVERY = 0.2  # seconds between two writes of progress

GENERAL = "处理时出了意外，没有完成，也没有留下半截结果。请重试；仍不行请联系管理员，并告诉任务编号 {pk}。"
INTERRUPTED = "处理多次中断，已停止自动重试。请重新提交；仍不行请联系管理员，并告诉任务编号 {pk}。"
UNKNOWN_KIND = "系统不认识这种任务（{kind}），请联系管理员。"

_PROGRESS_SQL = """
    UPDATE jobs_job SET done_steps = %s, total_steps = %s, message = %s, lease_until = %s
    WHERE id = %s AND status = 'running' AND attempts = %s
"""


class Lost(Exception):
    """The lease ran out and another worker has taken the work: what was done here is rolled back."""


def work_all() -> int:
    """Do all that is queued, one after another; returns how many pieces were taken."""
    taken = 0
    while (job := claim()) is not None:
        run(job)
        taken += 1
    return taken


def claim() -> Job | None:
    """Take the oldest open row under a lease; rows that another worker holds are passed over.

    A row whose lease ran out is taken again, three attempts in all; then it fails with a sentence.
    """
    while True:
        with transaction.atomic():
            job = _next_open()
            if job is None:
                return None
            if job.attempts < MAX_ATTEMPTS:
                return _leased(job)
            _mark(job, JobStatus.FAILED, error=INTERRUPTED.format(pk=job.pk))


def _next_open() -> Job | None:
    expired = Q(status=JobStatus.RUNNING, lease_until__lt=timezone.now())
    rows = Job.objects.select_for_update(skip_locked=True).filter(Q(status=JobStatus.QUEUED) | expired)
    return rows.order_by("created_at", "pk").first()


def _leased(job: Job) -> Job:
    now = timezone.now()
    job.status, job.attempts, job.lease_until = JobStatus.RUNNING, job.attempts + 1, now + LEASE
    job.started_at, job.done_steps, job.total_steps = job.started_at or now, 0, 0
    job.save(update_fields=["status", "attempts", "lease_until", "started_at", "done_steps", "total_steps"])
    return job


def run(job: Job) -> None:
    """Do a claimed piece of work and mark its row. Never raises for what the work did wrong."""
    kind = KINDS.get(job.kind)
    if kind is None:
        _mark(job, JobStatus.FAILED, error=UNKNOWN_KIND.format(kind=job.kind))
        return
    try:
        with _side_connection() as side, transaction.atomic() if kind.atomic else nullcontext():
            result = kind.function(job, ProgressWriter(job, side)) or {}
            if not _mark(job, JobStatus.DONE, result=result, then=result.pop("then", job.then)):
                raise Lost
    except Lost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except Refused as refusal:
        _mark(job, JobStatus.FAILED, error=str(refusal))
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _mark(job, JobStatus.FAILED, error=GENERAL.format(pk=job.pk))


def _mark(job: Job, status: str, **values: Any) -> bool:
    """Close the row unless another worker has taken it meanwhile; tells whether it was closed."""
    values |= {"status": status, "finished_at": timezone.now(), "lease_until": None}
    closed = Job.objects.filter(pk=job.pk, attempts=job.attempts).exclude(status__in=["done", "failed"])
    return bool(closed.update(**values))


@contextmanager
def _side_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection in autocommit for the progress; the main one inside an outer transaction, which hides all anyway."""
    if connection.in_atomic_block:
        yield connection
        return
    with closing(connection.copy()) as side:
        yield side


class ProgressWriter:
    """`progress(done, total, message)`: writes at most five times a second and renews the lease."""

    def __init__(self, job: Job, side: BaseDatabaseWrapper) -> None:
        self.job, self.side, self.last = job, side, 0.0

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Tell that `done` of `total` steps are behind, with a sentence. Raises Lost when the lease was lost."""
        now = time.monotonic()
        if now - self.last < WRITE_EVERY and done < total:
            return
        self.last = now
        until = timezone.now() + LEASE
        with self.side.cursor() as cursor:
            cursor.execute(_PROGRESS_SQL, [done, total, message[:200], until, self.job.pk, self.job.attempts])
            if not cursor.rowcount:
                raise Lost
