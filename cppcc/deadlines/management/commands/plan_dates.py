"""`manage.py plan_dates RULESET --anchor YYYY-MM-DD [--rules FILE.yaml] [--json]`: every step with its date."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cppcc.deadlines.due import weekday
from cppcc.deadlines.models import RuleSet
from cppcc.deadlines.plan_dates import PlannedStep, plan_dates
from cppcc.deadlines.rule_sets import RuleSetError, read_file
from cppcc.deadlines.working_days import load_working_days


class Command(BaseCommand):
    """Print the dates of a rule set from an anchor day: date, count, official or 暂定, warning, rule, article.

    All rules count from the one day given, also those whose anchor has another name than the first rule's.
    """

    help = "Every step of a rule set with its date, counted from one anchor day; saves nothing."

    def add_arguments(self, parser) -> None:
        """RULESET, --anchor, --rules, --json."""
        parser.add_argument("ruleset", metavar="RULESET")
        parser.add_argument("--anchor", required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--rules", type=Path, metavar="FILE.yaml", help="read the rule set from a file instead")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, ruleset: str, anchor: str, rules: Path | None, **options) -> None:
        """Compute and print."""
        try:
            day = date.fromisoformat(anchor)
        except ValueError as error:
            raise CommandError(f"--anchor must be a date as YYYY-MM-DD, not {anchor!r}") from error
        found = self._from_file(rules, ruleset, day) if rules else self._stored(ruleset, day)
        days = load_working_days()
        if not days.days:
            self.stderr.write("the work calendar is empty: run seed_workdays; every day is provisional (暂定)")
        try:
            steps = plan_dates(found, day, days)
        except OverflowError as error:
            raise CommandError(f"{anchor}: a step would lie beyond the calendar") from error
        self._as_json(ruleset, day, steps) if options["json"] else self._as_table(found, day, steps)

    def _from_file(self, path: Path, key: str, day: date) -> RuleSet:
        try:
            found = read_file(path)
        except RuleSetError as error:
            raise CommandError(str(error)) from error
        if found.key != key:
            raise CommandError(f"{path}: holds the rule set {found.key!r}, not {key!r}")
        if not found.is_valid(day):
            self.stderr.write(f"{path}: the rule set is not valid on {day}; it is used all the same")
        return found

    def _stored(self, key: str, day: date) -> RuleSet:
        found = RuleSet.objects.valid(day).filter(key=key).first()
        if found is None:
            known = [f"{one.key} ({one.valid_from or ''}..{one.valid_to or ''})" for one in RuleSet.objects.all()]
            raise CommandError(f"no rule set {key!r} is valid on {day}; there are: {', '.join(known) or 'none'}")
        return found

    def _as_json(self, key: str, anchor: date, steps: list[PlannedStep]) -> None:
        content: dict[str, Any] = {"ruleset": key, "anchor": anchor.isoformat()}
        content["steps"] = [step.as_json() for step in steps]
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))

    def _as_table(self, found: RuleSet, anchor: date, steps: list[PlannedStep]) -> None:
        self.stdout.write(f"{found.label}  {anchor} {weekday(anchor)}")
        for step in steps:
            count = f"{step.anchor} {step.offset:+d} {step.unit}, {step.working_days:+d} working days"
            state = "official" if step.official else "暂定"
            parts = [f"{step.date} {weekday(step.date)}", f"{step.step} {step.label}", count, state]
            parts += [step.warning, f"{step.rule} {step.article}".strip(), step.responsible]
            self.stdout.write("  ".join(filter(None, parts)))
        if others := sorted({step.anchor for step in steps} - {step.anchor for step in steps[:1]}):
            self.stdout.write(f"note: steps that count from {', '.join(others)} are computed from the same day")
