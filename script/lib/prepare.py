"""Brings the database of script/server up to date in one process, because each start of Django costs a second.

Migrations, static files and (with DEMO=on) the demo office; the list of demo accounts goes to the file named first.
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def prepare(accounts: Path) -> None:
    """Migrate, collect the static files, load the demo office into an empty database."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("tick", verbosity=0)  # so that pages do not tell of reminders that stand still before beat has begun
    accounts.unlink(missing_ok=True)
    if settings.DEMO:
        call_command("load_demo", if_empty=True)
        with accounts.open("w", encoding="utf-8") as out:
            call_command("load_demo", accounts=True, stdout=out)


if __name__ == "__main__":
    django.setup()
    prepare(Path(sys.argv[1]))
