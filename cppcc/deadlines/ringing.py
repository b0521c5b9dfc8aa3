"""The bell of reminders and mail: `transaction.on_commit(ring)` wherever a reminder or an outbox row was written."""

from cppcc.deadlines import tasks
from cppcc.jobs.ringing import ring as bell


def ring() -> None:
    """Wake a worker for what is due; no loss when that fails, the next tick finds the rows."""
    bell(tasks.tick)
