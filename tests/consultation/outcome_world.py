"""Papers and suggestions of forums in the small city, put into any state past the engine."""

from typing import Any

from django.utils import timezone

from consultation.models import Forum, Paper, Speech, Suggestion
from consultation.workflows.forum_suggestion import TRACKING
from consultation.workflows.paper import PAPER
from cppcc.meetings.models import Participant, ParticipantClass
from tests.consultation import forum_world
from tests.documents.papers import a_file
from tests.world import World

WITH_FILE = ("delivered", "approved")


def invite(world: World, forum: Forum, name: str = "member", kind: str = "member", **given: Any) -> Participant:
    """A person on the list of the forum's meeting."""
    unit = given.pop("unit", "members")
    return Participant.objects.create(
        meeting=forum.meeting, person=world.users[name].person, organization=world.orgs[unit],
        participant_class=ParticipantClass.objects.get(key=kind), **given,
    )  # fmt: skip


def came() -> dict[str, Any]:
    """What a participant who was told and came has."""
    now = timezone.now()
    return {"attendance": "present", "arrived_at": now, "invited_at": now, "reply": "yes"}


def paper(world: World, *, owner: str = "dept1", speaker: str = "", forum: Forum | None = None, **given: Any) -> Paper:
    """A paper that a unit, or a speaker, owes for a forum in preparation."""
    forum = forum or forum_world.forum(world, state="preparing")
    owed = {"participant": invite(world, forum, speaker)} if speaker else {"owner": world.orgs[owner]}
    made = Paper(forum=forum, label="情况介绍", due_on=forum.held_on, **owed, **given)
    PAPER.start(made, by=world.users["clerk"])
    return made


def suggestion(world: World, *, forum: Forum | None = None, department: str = "dept1", **given: Any) -> Suggestion:
    """A suggestion of a member for a department, of a forum whose outcome has left."""
    forum = forum or reported(world)
    speaker = forum.meeting.participants.filter(person=world.users["member"].person).first()
    speaker = speaker or invite(world, forum, **came())
    kind = forum.rules.speechkinds.get(key="booked")
    said = {"record": "设立维修资金", "status": "done", "seconds": 540}
    speech, _ = Speech.objects.get_or_create(forum=forum, kind=kind, participant=speaker, defaults=said)
    made = Suggestion(
        forum=forum, order=1, text="设立维修资金", speech=speech, proposer=speaker,
        department=world.orgs[department] if department else None, **given,
    )  # fmt: skip
    TRACKING.start(made, by=world.users["clerk"])
    return made


def reported(world: World) -> Forum:
    """A forum whose outcome has left."""
    forum = forum_world.forum(world, days=-3, state="held")
    Forum.objects.filter(pk=forum.pk).update(state="reported", reported_on=timezone.localdate())
    return Forum.objects.get(pk=forum.pk)


def in_state(obj: Any, state: str) -> dict[str, Any]:
    """What a paper or a suggestion needs beside its state."""
    if isinstance(obj, Paper):
        return {"file": a_file()} if state in WITH_FILE else {}
    if isinstance(obj, Suggestion):
        day = timezone.localdate()
        return {"sent_on": day, "settled_on": day if state in ("settled", "declined") else None}
    return {}
