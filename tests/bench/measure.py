"""The measurement itself, in a process whose environment `throughput.py` has set."""

import json
import logging
import multiprocessing
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

django.setup()  # before anything with models is imported

from cppcc.deadlines.drain import drain  # noqa: E402
from cppcc.deadlines.models import Notice, Outbox, Reminder  # noqa: E402
from cppcc.deadlines.tick import tick  # noqa: E402
from tests.faults.processes import House, until  # noqa: E402
from tests.faults.seeding import seed  # noqa: E402
from tests.smtp_sink import Sink  # noqa: E402

FORK = multiprocessing.get_context("fork")


def serve(port: int) -> None:
    """The mail server, until it is ended."""
    logging.disable(logging.CRITICAL)
    with Sink(port=port) as sink:
        while True:
            time.sleep(0.5)
            sink.taken.clear()


def took(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def only_send(count: int) -> None:
    """The loop to compare with: composes and sends, keeps no books."""
    line = get_connection()
    line.open()
    for n in range(count):
        body = f"提醒第{n}号\n\n请登录系统办理：{settings.SITE_URL}/\n\n（系统自动发送，请勿直接回复。）"
        headers = {"Message-ID": f"<{n}@bench>", "Auto-Submitted": "auto-generated"}
        line.send_messages(
            [EmailMessage(f"提醒第{n}号", body, settings.DEFAULT_FROM_EMAIL, ["a@example.org"], headers=headers)]
        )
    line.close()


def drains(count: int) -> None:
    """That many drains at once, each in a process of its own."""
    connection.close()
    children = [FORK.Process(target=drain, args=[3600.0]) for _ in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def again() -> None:
    """Everything due once more."""
    Outbox.objects.all().delete()
    Notice.objects.all().delete()
    Reminder.objects.update(status="pending", handed_at=None)


def ready() -> bool:
    """Whether the mail server answers."""
    try:
        line = get_connection()
        line.open()
        line.close()
    except OSError:
        return False
    return True


def measure(count: int) -> dict[str, float]:
    """The figures, per second."""
    only = took(lambda: only_send(count))
    ticked = took(tick)
    mails = Outbox.objects.filter(channel="email").count()
    one = took(lambda: drains(1))
    again()
    tick()
    two = took(lambda: drains(2))
    left = Outbox.objects.filter(channel="email").exclude(status="sent").count()
    if left:
        raise AssertionError(f"{left} left of {mails}")
    return {
        "reminders": count,
        "mails": mails,
        "only sending, mails/s": round(count / only),
        "tick alone, reminders/s": round(count / ticked),
        "one drain, mails/s": round(mails / one),
        "two drains, mails/s": round(mails / two),
        "due to handed over, one drain/s": round(mails / (ticked + one)),
        "due to handed over, two drains/s": round(mails / (ticked + two)),
    }


def main() -> None:
    """Set up, measure, print as JSON."""
    folder, port, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    house = House(folder, safe_disk=True)
    server = FORK.Process(target=serve, args=[port], daemon=True)
    server.start()
    try:
        house.start_postgres()
        house.make_database()
        call_command("migrate", interactive=False, verbosity=0)
        seed(count, 0, begin=timezone.now() - timedelta(hours=1), seconds=60)
        until("the mail server", ready)
        sys.stdout.write(json.dumps(measure(count)))
    finally:
        server.terminate()
        house.close()


if __name__ == "__main__":
    main()
