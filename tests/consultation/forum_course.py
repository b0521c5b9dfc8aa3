"""A forum that every act may be done on: its scheme written, its steps done, its agenda set, its day come."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultation.models import Forum, SchemeText, Speech, StepDone
from cppcc.workflow.models import ApprovalRound
from tests.consultation import forum_world
from tests.world import World

IN_ROUND = ("in_approval", "amending")


def ready(world: World) -> Forum:
    """A forum of today led by 经济委 that waits for nothing."""
    made = forum_world.forum(world, days=0)
    for part in made.rules.schemeparts.all():
        SchemeText.objects.create(forum=made, part=part, text="已写明")
    today = timezone.localdate()
    StepDone.objects.bulk_create(
        StepDone(forum=made, step=step, on=today, note="已办", by=world.users["clerk"])
        for step in made.rules.forumsteps.exclude(gates="")
    )
    for kind in made.rules.speechkinds.filter(mandatory=True):
        Speech.objects.create(forum=made, kind=kind, organization=world.orgs["dept1"])
    return made


def in_state(forum: Forum, state: str, step: int) -> dict[str, Any]:
    """What a forum needs beside its state."""
    if state in IN_ROUND:
        approval = forum.chain.steps.get(order=step)
        ApprovalRound.objects.create(matter=forum, number=1, chain=forum.chain, step=approval)
    return {"reported_on": timezone.localdate()} if state in ("reported", "closed") else {}


def _other_time(world: World, forum: Forum) -> dict[str, Any]:
    starts = forum.meeting.starts.replace(hour=14)
    return {"starts": starts, "ends": starts + timedelta(hours=2)}


def _with_meeting(world: World, forum: Forum) -> dict[str, Any]:
    return {"meeting": forum.meeting}


ARGUMENTS = {
    "postpone": _other_time,
    "end": _with_meeting,
    "resume": _with_meeting,
    "report": lambda world, forum: {"reported_on": timezone.localdate()},
}
