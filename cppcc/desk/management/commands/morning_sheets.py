"""Write today's morning sheets, as the bell does."""

from django.core.management.base import BaseCommand

from cppcc.desk.morning_mail import write_morning_sheets


class Command(BaseCommand):
    """`manage.py morning_sheets`: a second bell, without Redis."""

    help = "Write today's morning sheets (notices and mail) when it is time; each at most once a day."

    def handle(self, *args, **options) -> None:
        """Say how many were written."""
        self.stdout.write(f"{write_morning_sheets()} written")
