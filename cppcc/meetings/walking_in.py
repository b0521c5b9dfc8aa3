"""Who comes without being on the list: put on it and signed in with one press. R114."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from cppcc.meetings.inviting import MOST, day_of, titled
from cppcc.meetings.models import Meeting, Participant, ParticipantClass, SignIn
from cppcc.meetings.registry import Candidate
from cppcc.meetings.signing import Outcome, Press, locked_meeting, press
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import organizations

WHY = "临时参加"


@dataclass(frozen=True)
class Stranger:
    """Somebody whom we do not know yet. `unit` is a name as it was said."""

    name: str
    unit: str = ""
    title: str = ""
    phone: str = ""


@transaction.atomic
def walk_in(
    meeting: Meeting, who: Person | Stranger, participant_class: ParticipantClass, *, client_id: UUID, by: Any
) -> Outcome:
    """Put `who` on the list where he is not, and sign him in; the same client id is the same walk-in.

    Raises Refused when nobody can sign in now, or when the list is full.
    """
    locked = locked_meeting(meeting.pk)
    if known := SignIn.objects.filter(client_id=client_id, participant__meeting=locked).first():
        return press(locked, Press(known.participant_id, SignIn.Act.ARRIVE, client_id), by=by)
    row = _row(locked, who, participant_class)
    return press(locked, Press(row.pk, SignIn.Act.ARRIVE, client_id), by=by)


def _row(meeting: Meeting, who: Person | Stranger, participant_class: ParticipantClass) -> Participant:
    """The row of the person: the one that is there, or a new one after all others."""
    if isinstance(who, Person) and (there := meeting.participants.filter(person=who).first()):
        return there
    last = meeting.participants.aggregate(last=Max("order"))["last"] or 0
    if meeting.participants.count() >= MOST:
        raise Refused(f"一次会议的名单最多 {MOST} 人，请分别建立会议。")
    known = titled([who], day_of(meeting))[who.pk] if isinstance(who, Person) else _introduced(who)
    return Participant.objects.create(
        meeting=meeting, person=known.person, participant_class=participant_class, why=WHY, order=last + 1,
        organization=known.organization, title=known.title[:100], walk_in=True,
    )  # fmt: skip


def _introduced(who: Stranger) -> Candidate:
    """A new person; a unit that we know by that name is his, any other stands before his title."""
    unit = organizations().find(who.unit) if who.unit else None
    person = Person.objects.create(name=who.name, phone=who.phone)
    return Candidate(person, unit, who.title if unit else f"{who.unit}{who.title}")


def namesakes(name: str) -> list[Person]:
    """Persons of exactly this name, whom the clerk looks at before he makes another."""
    return list(Person.objects.filter(name=name).order_by("pk")[:20])
