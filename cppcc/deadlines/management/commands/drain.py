"""The second bell: sends what is due without Celery and Redis (from cron, or by hand)."""

from django.core.management.base import BaseCommand

from cppcc.deadlines.drain import drain, waiting_mail
from cppcc.deadlines.mail import is_configured
from cppcc.deadlines.models import DeliverySetting


class Command(BaseCommand):
    """`manage.py drain`."""

    help = "Send the mail that is due. --seconds ends it earlier."

    def add_arguments(self, parser) -> None:
        """How long at most."""
        parser.add_argument("--seconds", type=float, default=3600.0)

    def handle(self, *args, **options) -> None:
        """Drain, print the figures."""
        if not is_configured():
            self.stdout.write("no mail server is set (EMAIL_URL): mail waits in the outbox")
        elif not DeliverySetting.current().mail_enabled:
            self.stdout.write("mail is switched off in the setting: it waits in the outbox")
        counts = drain(seconds=options["seconds"])
        figures = ", ".join(f"{count} {fate}" for fate, count in sorted(counts.items())) or "nothing"
        self.stdout.write(f"{figures}; {waiting_mail().count()} left that may be sent now")
