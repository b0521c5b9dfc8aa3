"""When the things that run by themselves last ran: one row each, written set-based."""

from datetime import datetime, timedelta

from django.utils import timezone

from cppcc.deadlines.models import Pulse

TICK, BELL, SMTP = "tick", "bell", "smtp"


def beat(name: str, note: str = "") -> None:
    """Note that `name` ran just now."""
    row = Pulse(name=name, at=timezone.now(), note=" ".join(note.split())[:200])
    Pulse.objects.bulk_create([row], update_conflicts=True, update_fields=["at", "note"], unique_fields=["name"])


def forget(name: str) -> None:
    """The trouble that `name` noted is over."""
    Pulse.objects.filter(name=name).delete()


def last(name: str) -> Pulse | None:
    """The row, or None when it never ran."""
    return Pulse.objects.filter(name=name).first()


def age(at: datetime) -> timedelta:
    """How far a pulse is away; one in the future was noted before the clock was set back, and is as far."""
    return abs(timezone.now() - at)


def note_bell(problem: str) -> None:
    """For the bell: its trouble, or that it is over."""
    if problem:
        beat(BELL, problem)
    else:
        forget(BELL)
