"""`manage.py seed_workdays [--from YEAR] [--to YEAR]`: the years of the work calendar, open deadlines follow."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cppcc.deadlines.calendar_keeping import seed_and_recompute
from cppcc.deadlines.years import FIRST_YEAR, known

EARLIEST, LATEST = 2004, 2100


class Command(BaseCommand):
    """Insert and update the days that came from the package; what somebody entered stays."""

    help = "Fill the work calendar from the holidays package; years without a notice are provisional (暂定)."

    def add_arguments(self, parser) -> None:
        """--from and --to."""
        parser.add_argument("--from", dest="first", type=int, default=FIRST_YEAR, metavar="YEAR")
        parser.add_argument("--to", dest="last", type=int, metavar="YEAR", help="the coming year unless given")

    def handle(self, *args, first: int, last: int | None, **options) -> None:
        """Seed and report."""
        last = timezone.localdate().year + 1 if last is None else last
        if not EARLIEST <= first <= last <= LATEST:
            raise CommandError(f"--from and --to must be years from {EARLIEST} to {LATEST}, in order")
        changed, moved = seed_and_recompute(first, last)
        provisional = [str(year) for year in range(first, last + 1) if not known(year).official]
        self.stdout.write(f"{first}-{last}: {changed} days changed, {len(moved)} deadlines moved")
        if provisional:
            self.stdout.write(f"provisional (暂定), no notice known: {', '.join(provisional)}")
