"""What is due after a storm, computed from what it began with, and what is there, read from the database."""

import time
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineMove, Notice, Outbox, Reminder
from cppcc.office.models import Person, User
from tests.faults.seeding import Holder, holders_of


@dataclass(frozen=True)
class Due:
    """What must be there: notices by key, mails by address and subject, telephone calls by key; moves by the web."""

    notices: set[str]
    mails: set[tuple[str, str]]
    phones: set[str]
    moves: int


def deadlines() -> list[int]:
    """The deadlines that people move."""
    return list(Deadline.objects.order_by("pk").values_list("pk", flat=True))


def due_of() -> Due:
    """Follows from the reminders alone: those the storm began with, and one for each deadline moved."""
    people = dict(Person.objects.values_list("name", "pk"))
    accounts = dict(User.objects.values_list("username", "pk"))
    due = Due(set(), set(), set(), DeadlineMove.objects.count())
    rows = Reminder.objects.values_list("key", "title", "organization__key", "mark")
    moved = [row for row in rows if row[3] == "moved"]
    if len(moved) != due.moves or DeadlineMove.objects.values("deadline").distinct().count() != due.moves:
        raise AssertionError(f"{due.moves} moves made {len(moved)} reminders")
    for key, title, unit, _ in rows:
        number = int(unit.removeprefix("unit"))
        holders = holders_of(number)
        if not holders:
            due.phones.add(f"{key}:phone")
        for m, holder in enumerate(holders):
            _add(due, holder, f"u{number}x{m}", key, title, people, accounts)
    return due


def _add(due: Due, holder: Holder, name: str, key: str, title: str, people: dict, accounts: dict) -> None:
    if holder.account:
        due.notices.add(f"{key}:{accounts[name]}")
    if holder.email:
        due.mails.add((f"{name}@example.org", title))
    if not holder.account and not holder.email:
        due.phones.add(f"{key}:{people[name]}:phone")


def notices_there() -> set[str]:
    """The keys of all notices."""
    return set(Notice.objects.values_list("key", flat=True))


def phones_there() -> set[str]:
    """The keys of all telephone calls."""
    return set(Outbox.objects.filter(channel="phone", status="by_hand").values_list("key", flat=True))


def unfinished() -> int:
    """Reminders not handed on, and mails neither sent nor meant for a person's hand."""
    reminders = Reminder.objects.exclude(status__in=["sent", "nobody"]).count()
    return reminders + Outbox.objects.filter(channel="email").exclude(status="sent").count()


def settled(seconds: float) -> None:
    """Wait until nothing is on its way any more, or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            on_the_way = Outbox.objects.filter(status__in=["pending", "sending"]).exists()
            if not on_the_way and not Reminder.objects.filter(status="pending", due_at__lte=timezone.now()).exists():
                return
        except (OperationalError, InterfaceError):
            connection.close()
        time.sleep(0.5)
