"""A forum with people and an agenda, as the tests of agenda, desk and minutes need it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from consultation.forums.desk import Operation, deliver
from consultation.forums.speaking import keep_speech
from consultation.models import Forum, Question, Speech, SpeechKind, TopicUnit
from consultation.models.forum import ForumState
from cppcc.meetings.models import Participant, ParticipantClass
from cppcc.office.models import Person
from cppcc.office.pinyin import pinyin_key
from tests.consultation import forum_world
from tests.world import World


def kind(forum: Forum, key: str) -> SpeechKind:
    """A kind of speech of its rules."""
    return forum.rules.speechkinds.get(key=key)


def listed(forum: Forum, person: Person, key: str, *, here: bool = True, **given: Any) -> Participant:
    """Somebody on the list of its meeting, as a class, who came unless said otherwise."""
    came = {"attendance": "present", "arrived_at": timezone.now()} if here else {}
    return Participant.objects.create(
        meeting=forum.meeting, person=person, participant_class=ParticipantClass.objects.get(key=key),
        order=forum.meeting.participants.count() + 1, invited_at=timezone.now(), **({"reply": "yes"} | came | given),
    )  # fmt: skip


def somebody(name: str) -> Person:
    """A person of that name."""
    return Person.objects.create(name=name, pinyin=pinyin_key(name))


def speech(forum: Forum, key: str, by: Any, **given: Any) -> Speech:
    """A speech on the agenda."""
    return keep_speech(Speech(forum=forum, kind=kind(forum, key), **given), by=by)


def sitting(
    world: World, *, members: int = 3, booked: int = 2, state: str = ForumState.IN_SESSION, **given: Any
) -> Forum:
    """A forum in session: a department, the leading committee, members (some booked), an expert, a leader."""
    made = forum_world.forum(world, days=0, **given)
    by, topic = world.users["econ_clerk"], made.topic
    TopicUnit.objects.create(topic=topic, organization=world.orgs["dept1"], part="consulted")
    department = listed(made, world.users["dept1"].person, "department", organization=world.orgs["dept1"])
    leader = listed(made, world.users["chair"].person, "leader", organization=world.orgs["cppcc"], title="主席")
    people = [listed(made, somebody(f"委员{n}"), "member") for n in range(1, members + 1)]
    listed(made, somebody("专家甲"), "expert")
    speech(made, "briefing", by, participant=department, organization=world.orgs["dept1"], subject="基本情况")
    speech(made, "centre", by, organization=world.orgs["econ"], subject="中心发言")
    for person in people[:booked]:
        speech(made, "booked", by, participant=person, subject=f"{person}的建议")
    speech(made, "answer", by, participant=department, organization=world.orgs["dept1"])
    speech(made, "leaders", by, participant=leader)
    Forum.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def done(forum: Forum, by: Any, *acts: tuple[Any, ...]) -> list[UUID]:
    """Press (act, speech, seconds after the start of the last hour) one after the other. The ids."""
    begin = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    given = [
        Operation(uuid4(), act, begin + timedelta(seconds=after), f"s{row.pk}" if isinstance(row, Speech) else row)
        for act, row, after in acts
    ]
    deliver(forum, given, by=by)
    return [one.id for one in given]


def furnish_speeches(world: World, forum: Forum) -> dict[str, Any]:
    """What the pages of agenda and desk are about, for the table of who may open which address."""
    made = speech(forum, "briefing", world.users["econ_clerk"], organization=world.orgs["dept1"])
    question = Question.objects.create(forum=forum, text="资金从哪里来？")
    return {"speech": made, "question": question, "forum-sitting": sitting(world, topic_title="推进社区食堂建设")}
