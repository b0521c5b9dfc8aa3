"""The second bell: does all queued work without Redis (from cron, or by hand)."""

from django.core.management.base import BaseCommand

from cppcc.jobs.running import work_all


class Command(BaseCommand):
    """`manage.py work_jobs`."""

    help = "Do all queued long work now, without Celery and Redis."

    def handle(self, *args, **options) -> None:
        """Work until nothing is left."""
        self.stdout.write(f"{work_all()} job(s) taken")
