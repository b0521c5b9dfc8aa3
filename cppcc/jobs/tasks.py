"""The bell's task. It carries no meaning: what is to be done stands in the rows."""

from celery import shared_task

from cppcc.jobs.running import work_all


@shared_task(ignore_result=True)
def work() -> int:
    """Do all queued work; returns how many pieces."""
    return work_all()
