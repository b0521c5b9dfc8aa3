"""`manage.py load_demo [--if-empty] [--accounts]`: the fictitious city, for trying out and for tests."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cppcc.desk.demo.load import load_demo
from cppcc.office.demo import DEMO_PASSWORD, demo_accounts
from cppcc.office.models import Office


class Command(BaseCommand):
    """Load the demo office into an empty database; never in production, never twice."""

    help = "Load the demo office (a fictitious city with people, accounts and the plans of three years)."

    def add_arguments(self, parser) -> None:
        """--if-empty and --accounts."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is an office already")
        parser.add_argument("--accounts", action="store_true", help="only print the demo accounts")

    def handle(self, *args, if_empty: bool, accounts: bool, **options) -> None:
        """Load, or print the accounts. Raises CommandError in production and over a real office."""
        if settings.CPPCC_ENV == "production":
            raise CommandError("production refuses the demo: its accounts have a public password")
        if accounts:
            self._print_accounts()
            return
        office = Office.current()
        if office and not office.demo and not if_empty:
            raise CommandError(f"{office} is set up here; the demo needs an empty database")
        if office:
            self.stdout.write(f"{office} is there already, nothing changed")
            return
        load_demo()
        self.stdout.write(f"{Office.current()} loaded")

    def _print_accounts(self) -> None:
        rows = [(a["username"], a["name"], a["title"]) for a in demo_accounts()]
        width = max((len(username) for username, _, _ in rows), default=0)
        for username, name, title in rows:
            self.stdout.write(f"{username:{width}}  {name}  {title}")
        self.stdout.write(f"password of every demo account: {DEMO_PASSWORD}" if rows else "no demo accounts here")
