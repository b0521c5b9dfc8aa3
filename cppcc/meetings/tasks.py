"""The bell's task: it carries no meaning, what is due stands in the rows."""

from celery import shared_task

from cppcc.meetings.later import remind_unanswered as remind
from cppcc.meetings.reporting import keep_reports, keep_term


@shared_task(ignore_result=True)
def remind_unanswered() -> int:
    """Ask those again who have not answered, and have the year's reports; for how many meetings."""
    keep_reports()
    keep_term()
    return remind()
