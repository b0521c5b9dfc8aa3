"""`manage.py import_members FILE.xlsx --term N [--dry-run] [--create-units] [--since DAY]`."""

import json
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cppcc.files.safety import check
from cppcc.office.models import Term
from cppcc.office.refusals import Refused
from cppcc.sheets.reports import Report
from members.imports import MemberImporter


class Command(BaseCommand):
    """Import the roster of a term; prints a JSON report; exit 1 and nothing saved on any error."""

    help = "Import members from Excel or CSV into the roster of a term."

    def add_arguments(self, parser) -> None:
        """FILE, --term, --dry-run, --create-units, --since."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--term", type=int, required=True, help="the number of the term")
        parser.add_argument("--dry-run", action="store_true", help="check only, save nothing")
        parser.add_argument("--create-units", action="store_true", help="create unknown sectors and units")
        parser.add_argument(
            "--since", type=date.fromisoformat, default=None,
            help="the day from which changed affiliations hold; without it they are corrections",
        )  # fmt: skip

    def handle(self, *args, file: Path, term: int, dry_run: bool, create_units: bool, since, **options) -> None:
        """Import and report. Raises CommandError for a file or term that is not there."""
        found = Term.objects.filter(number=term).first()
        if found is None:
            raise CommandError(f"there is no term {term}")
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"cannot read {file}: {error.strerror}") from error
        arguments = {"term": found.pk, "since": since.isoformat() if since else ""}
        try:
            with transaction.atomic():
                report, created = self._import(data, file.name, arguments, create_units)
                if dry_run or report.errors:
                    transaction.set_rollback(True)
        except Refused as refusal:
            self._print({"rows": 0, "created": 0, "updated": 0, "unchanged": 0, "errors": [_whole(refusal.sentence)]})
            raise SystemExit(1) from refusal
        self._print(_summary(report) | {"created_names": created, "dry_run": dry_run})
        if report.errors:
            raise SystemExit(1)

    def _import(self, data: bytes, name: str, arguments: dict, create: bool) -> tuple[Report, dict]:
        check(data, allowed={"xlsx", "csv"}, name=name)
        importer = MemberImporter(arguments)
        table = importer.read(data, name)
        new: dict[str, dict[str, str]] = {}
        if create:
            for unknown in importer.check(table).unknown:
                new.setdefault(unknown.kind, {})[unknown.value] = ""
        report = MemberImporter(arguments).apply(table, by=None, options={"new": new})
        return report, {kind: sorted(names) for kind, names in new.items()}

    def _print(self, content: dict) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))


def _summary(report: Report) -> dict:
    full = report.as_json()
    errors = [{name: error[name] for name in ("row", "column", "value", "reason")} for error in full["errors"]]
    return {name: full[name] for name in ("rows", "created", "updated", "unchanged")} | {"errors": errors}


def _whole(sentence: str) -> dict:
    return {"row": None, "column": "整份表格", "value": "", "reason": sentence}
