"""`manage.py import_plan FILE.xlsx --year 2026 [--dry-run] [--create-units]`."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from consultation.imports import TopicImporter
from consultation.models import AnnualPlan
from consultation.plans import new_plan
from cppcc.files.safety import check
from cppcc.office.refusals import Refused
from cppcc.sheets.reports import Report


class Command(BaseCommand):
    """Import a plan's topics; prints a JSON report; exit 1 and nothing saved on any error."""

    help = "Import topics from Excel or CSV into the plan of a year, which is made when there is none."

    def add_arguments(self, parser) -> None:
        """FILE, --year, --dry-run, --create-units."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--dry-run", action="store_true", help="check only, save nothing")
        parser.add_argument("--create-units", action="store_true", help="create unknown units and forms")

    def handle(self, *args, file: Path, year: int, dry_run: bool, create_units: bool, **options) -> None:
        """Import and report."""
        if not 2000 <= year <= 2100:
            raise CommandError("--year must be a year from 2000 to 2100")
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"cannot read {file}: {error.strerror}") from error
        try:
            with transaction.atomic():
                report, created = self._import(data, file.name, year, create_units)
                if dry_run or report.errors:
                    transaction.set_rollback(True)
        except Refused as refusal:
            self._print({"rows": 0, "created": 0, "updated": 0, "unchanged": 0, "errors": [_whole(refusal.sentence)]})
            raise SystemExit(1) from refusal
        self._print(_summary(report) | {"created_names": created, "dry_run": dry_run})
        if report.errors:
            raise SystemExit(1)

    def _import(self, data: bytes, name: str, year: int, create: bool) -> tuple[Report, dict]:
        check(data, allowed={"xlsx", "csv"}, name=name)
        plan = AnnualPlan.objects.filter(year=year).first() or new_plan(year, by=None)
        importer = TopicImporter({"plan": plan.pk})
        table = importer.read(data, name)
        new: dict[str, dict[str, str]] = {}
        if create:
            for unknown in importer.check(table).unknown:
                new.setdefault(unknown.kind, {})[unknown.value] = ""
        report = importer.apply(table, by=None, options={"new": new})
        return report, {kind: sorted(names) for kind, names in new.items()}

    def _print(self, content: dict) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))


def _summary(report: Report) -> dict:
    full = report.as_json()
    errors = [{name: error[name] for name in ("row", "column", "value", "reason")} for error in full["errors"]]
    return {name: full[name] for name in ("rows", "created", "updated", "unchanged")} | {"errors": errors}


def _whole(sentence: str) -> dict:
    return {"row": None, "column": "整份表格", "value": "", "reason": sentence}
