"""Ask those again who have not answered an invitation, as the bell does."""

from django.core.management.base import BaseCommand

from cppcc.meetings.later import remind_unanswered
from cppcc.meetings.reporting import keep_reports, keep_term


class Command(BaseCommand):
    """`manage.py remind_meetings`: a second bell, without Redis."""

    help = "Remind people who have not answered an invitation, when it is time; each day of the rule counts once."

    def handle(self, *args, **options) -> None:
        """Say for how many meetings."""
        keep_reports()
        keep_term()
        self.stdout.write(f"{remind_unanswered()} reminded")
