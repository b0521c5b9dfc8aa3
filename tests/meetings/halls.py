"""Meetings whose hall is open: people who come, presses, the ledger behind them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.participants import How
from cppcc.meetings.signing import Outcome, Press, press
from cppcc.office.models import Person
from tests.meetings.gatherings import HOUR, invited, put_meeting
from tests.world import World

MINUTE = timedelta(minutes=1)


def hall(world: World, *names: str, begun: float = -30, phone: str = "139-0000-", **given: Any) -> Meeting:
    """A meeting of two hours that began so many minutes ago (negative: begins in so many), its people told."""
    made = invited(world, *(names or ("member", "dept1", "chair")), **given)
    starts = timezone.now() - begun * MINUTE
    for place, row in enumerate(made.participants.order_by("order")):
        Person.objects.filter(pk=row.person_id).update(phone=f"{phone}{1000 + place}")
    return put_meeting(made, "invited", starts=starts, ends=starts + 2 * HOUR)


def at_time(made: Meeting, begun: float) -> Meeting:
    """The same meeting as if it had begun so many minutes ago."""
    starts = timezone.now() - begun * MINUTE
    return put_meeting(made, made.state, starts=starts, ends=starts + 2 * HOUR)


def row_of(world: World, made: Meeting, name: str) -> Participant:
    """The row of a person, as it stands in the database."""
    return made.participants.select_related("person").get(person=world.users[name].person)


def pressed(
    world: World, made: Meeting, name: str, act: str = "arrive", *, of: UUID | None = None,
    client_id: UUID | None = None, how: str = How.LIST, waited: timedelta = timedelta(), by: Any = None,
) -> tuple[Outcome, UUID]:  # fmt: skip
    """One press at the desk: what became of it, and its id."""
    own = client_id or uuid4()
    one = Press(row_of(world, made, name).pk, act, own, of, waited)
    return press(made, one, by=by or world.users["clerk"], how=how), own


def minutes_between(early: datetime, late: datetime) -> float:
    """How many minutes lie between."""
    return (late - early).total_seconds() / 60
