"""`manage.py sync_roles`: groups, their members and permissions from posts and the table of roles."""

from django.core.management.base import BaseCommand, CommandError

from cppcc.office.groups import sync_groups, sync_permissions


class Command(BaseCommand):
    """Rewrite role groups; fails when the table names an act that no model declares."""

    help = "Rewrite the role groups from posts, delegations and the table of roles."

    def handle(self, *args, **options) -> None:
        """Sync and say how many groups there are."""
        count = sync_groups()
        unknown = sync_permissions()
        if unknown:
            raise CommandError(f"acts without a permission: {', '.join(unknown)}")
        self.stdout.write(f"{count} role groups in step")
