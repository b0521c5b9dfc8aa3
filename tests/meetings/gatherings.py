"""Meetings in the small city: kinds, classes, rooms, lists in any state."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.documents.models import DocumentKind
from cppcc.meetings.models import InviteRule, Meeting, MeetingKind, Participant, ParticipantClass, Room
from cppcc.meetings.planning import new_meeting
from cppcc.office.models import Person, Tenure
from cppcc.office.pinyin import pinyin_key
from cppcc.office.roles import Role
from cppcc.workflow.engine import rewrite_waiting
from tests.documents.papers import kinds
from tests.world import World

CLASSES = (("member", "委员", True), ("leader", "政协领导", True), ("department", "部门负责人", True),
           ("staff", "工作人员", False))  # fmt: skip
KINDS = (("symposium", "专题协商会", Role.SECRETARY_GENERAL), ("visit", "走访", Role.COMMITTEE_HEAD))
HOUR = timedelta(hours=1)


def setting(world: World) -> None:
    """Classes, two kinds (leave by the secretary-general, and by the host's head), a room. Twice is once."""
    for order, (key, label, counts) in enumerate(CLASSES, start=1):
        ParticipantClass.objects.get_or_create(key=key, defaults={"label": label, "counts": counts, "order": order})
    for key, label, role in KINDS:
        MeetingKind.objects.get_or_create(
            key=key,
            defaults={"label": label, "leave_by": role, "agenda": "主席讲话 | 主席 | 20", "wants_findings": True},
        )
    Room.objects.get_or_create(key="hall", defaults={"name": "大会议厅", "seats": 200, "rows": 10, "per_row": 20})


def due_rules() -> None:
    """The dates of meetings."""
    made = RuleSet.objects.create(key="meeting", label="会议活动")
    for step, anchor, offset, unit in (
        ("notice", "day", -7, "days"), ("reply", "reply_by", 0, "days"), ("attendance", "day", 3, "working_days"),
    ):  # fmt: skip
        DueRule.objects.create(
            ruleset=made, step=step, label=step, anchor=anchor, offset=offset, unit=unit, responsible="host",
            remind=[2, 0],
        )  # fmt: skip


def at(days: float, hour: int = 9) -> datetime:
    """So many days from today, at an hour."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days, hours=hour)


def meeting(world: World, *, days: float = 20, host: str = "office", kind: str = "symposium", **given: Any) -> Meeting:
    """A planned meeting of two hours."""
    setting(world)
    starts = given.pop("starts", None) or at(days)
    values = {"reply_by": at(days - 2, 18)} | given
    title = values.pop("title", "优化营商环境专题协商会")
    return new_meeting(
        kind, title, starts, starts + 2 * HOUR, world.orgs[host], by=world.users["clerk"], **values
    )  # fmt: skip


def invite(world: World, made: Meeting, *names: str, key: str = "member", told: bool = True, **given: Any) -> Any:
    """Persons of the world on the list, with the unit of their post; told unless said otherwise."""
    rows = Participant.objects.bulk_create(
        Participant(
            meeting=made, person=world.users[name].person, order=place, participant_class=classes()[key],
            organization=world.posts[name].organization if name in world.posts else None,
            invited_at=timezone.now() if told else None, **given,
        )
        for place, name in enumerate(names, start=made.participants.count() + 1)
    )  # fmt: skip
    return rows[0] if len(rows) == 1 else rows


def classes() -> dict[str, ParticipantClass]:
    """The classes by key."""
    return {found.key: found for found in ParticipantClass.objects.all()}


def put_meeting(made: Meeting, state: str, **given: Any) -> Meeting:
    """The meeting in a state, written past the engine."""
    Meeting.objects.filter(pk=made.pk).update(state=state, **given)
    made.refresh_from_db()
    rewrite_waiting(made, [])
    return made


def invited(world: World, *names: str, **given: Any) -> Meeting:
    """A meeting whose people were told."""
    made = meeting(world, **given)
    invite(world, made, *names)
    return put_meeting(made, "invited")


def begun(made: Meeting) -> Meeting:
    """The meeting as if it had begun an hour ago."""
    return put_meeting(made, made.state, starts=timezone.now() - HOUR, ends=timezone.now() + HOUR)


def crowd(world: World, count: int, *, seat: str = "") -> list[Person]:
    """So many persons; with `seat` all hold that post of the world (a user's)."""
    persons = Person.objects.bulk_create(
        Person(name=f"众人{n:04}", pinyin=pinyin_key(f"众人{n:04}"), phone="139") for n in range(count)
    )
    if seat:
        Tenure.objects.bulk_create(Tenure(post=world.posts[seat], person=person) for person in persons)
    return persons


def listed(world: World, made: Meeting, names: Any, *, key: str = "member", **given: Any) -> list[Participant]:
    """New persons of these names on the list, as a class."""
    people = Person.objects.bulk_create(Person(name=name, pinyin=pinyin_key(name)) for name in names)
    first, kind = made.participants.count() + 1, classes()[key]
    return Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=place, **given)
        for place, person in enumerate(people, start=first)
    )


def invitation_kind(world: World) -> DocumentKind:
    """邀请函 among the kinds of documents."""
    letter = kinds(world)["letter"]
    values = {"label": "邀请函", "format": letter.format, "masthead": "{office}", "signature": "{office}"}
    values |= {"issued_by": letter.issued_by, "series": letter.series}
    return DocumentKind.objects.get_or_create(key="invitation", defaults=values)[0]


def rule(kind: str, key: str, source: str, value: str, class_key: str = "member", **given: Any) -> InviteRule:
    """A rule of who is invited."""
    return InviteRule.objects.create(
        kind=MeetingKind.objects.get(key=kind), participant_class=classes()[class_key], key=key, source=source,
        value=value, reason=given.pop("reason", f"依据{key}"), **given,
    )  # fmt: skip
