"""`manage.py plan_meter 2026 [--json]`: the plan against its targets. R001, R013-R015."""

import json

from django.core.management.base import BaseCommand, CommandError

from consultation.meter import as_json as readings_of
from consultation.models import AnnualPlan


class Command(BaseCommand):
    """Print the rule meter of a year's plan."""

    help = "Print the rule meter of a year's plan."

    def add_arguments(self, parser) -> None:
        """YEAR and --json."""
        parser.add_argument("year", type=int)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args, year: int, as_json: bool, **options) -> None:
        """Read and print."""
        plan = AnnualPlan.objects.filter(year=year).first()
        if plan is None:
            raise CommandError(f"there is no plan of {year}")
        readings = readings_of(plan)
        if as_json:
            self.stdout.write(json.dumps(readings, ensure_ascii=False, indent=2))
            return
        for reading in readings:
            self.stdout.write(f"{reading['state']:8}{reading['label']}  {reading['sentence']}")
