"""The desk's task: a bell that carries no meaning."""

from celery import shared_task

from cppcc.desk.morning_mail import write_morning_sheets


@shared_task(ignore_result=True)
def morning_sheets() -> int:
    """Write today's morning sheets when it is time; how many were written."""
    return write_morning_sheets()
