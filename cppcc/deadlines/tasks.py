"""The bells' tasks. They carry no meaning: what is due stands in the rows, so any of them may be lost or come twice."""

from celery import shared_task

from cppcc.deadlines.calendar_keeping import keep_calendar as keep
from cppcc.deadlines.drain import drain as send_mail
from cppcc.deadlines.drain import mail_is_waiting
from cppcc.deadlines.recover import recover as settle_doubts
from cppcc.deadlines.tick import tick as hand_on
from cppcc.jobs.ringing import ring as bell


@shared_task(ignore_result=True)
def keep_calendar() -> int:
    """Seed the coming year and bring all open deadlines in step; how many moved."""
    return len(keep()[1])


@shared_task(ignore_result=True)
def tick() -> int:
    """Hand on what is due, settle expired leases, wake the drain; how many reminders were taken."""
    taken = hand_on()
    settle_doubts()
    if mail_is_waiting() and not bell(drain):
        send_mail()
    return taken


@shared_task(ignore_result=True)
def drain() -> int:
    """Send what is due; when time ran out, ring again, so that ticks have their turn in between. How many were sent."""
    sent = send_mail()["sent"]
    if mail_is_waiting():
        bell(drain)
    return sent
