"""`manage.py load_profile NAME [--diff]`: set up an office from a profile."""

from django.core.management.base import BaseCommand, CommandError

from cppcc.office import profiles
from cppcc.office.groups import sync_groups, sync_permissions
from cppcc.office.models import Office


class Command(BaseCommand):
    """Insert what is missing by key, never overwrite; `--diff` shows what differs and saves nothing."""

    help = "Load an office profile: inserts what is missing, never overwrites."

    def add_arguments(self, parser) -> None:
        """NAME and --diff."""
        parser.add_argument("name", choices=profiles.names())
        parser.add_argument("--diff", action="store_true", help="only show what would be inserted and what differs")

    def handle(self, *args, name: str, diff: bool, **options) -> None:
        """Load and report."""
        try:
            outcome = profiles.load(name, dry_run=diff)
        except profiles.ProfileError as error:
            raise CommandError(str(error)) from error
        if not diff:
            Office.objects.filter(profile="").update(profile=name)
            sync_groups()
            sync_permissions()
        for line in outcome.inserted if diff else []:
            self.stdout.write(f"+ {line}")
        for line in outcome.differing:
            self.stdout.write(f"~ {line}")
        for line in outcome.besides:
            self.stdout.write(line)
        self.stdout.write(f"{len(outcome.inserted)} inserted, {len(outcome.differing)} differ (left as they are)")
