"""The second bell: hands on what is due without Celery and Redis (from cron, or by hand)."""

from django.core.management.base import BaseCommand

from cppcc.deadlines.recover import recover
from cppcc.deadlines.tick import tick


class Command(BaseCommand):
    """`manage.py tick`."""

    help = "Hand on every reminder that is due, and settle deliveries whose drain did not come back."

    def handle(self, *args, **options) -> None:
        """Tick, recover, print the figures."""
        taken, settled = tick(), recover()
        self.stdout.write(
            f"{taken} reminder(s) handed on; {settled['resent']} to send again, {settled['doubt']} in doubt"
        )
