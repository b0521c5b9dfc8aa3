"""People for forums: members with sectors and expertise, experts, a list, bookings in any stance."""

from datetime import date
from typing import Any

from django.utils import timezone

from consultation.models import Booking, Forum, ForumSeat
from consultation.models.topic import TopicUnit
from cppcc.meetings.inviting import add
from cppcc.meetings.models import Participant
from cppcc.office.models import Organization, Person
from cppcc.office.pinyin import pinyin_key
from members.models import Affiliation, Expert, Field, Member, Particulars, Sector
from tests.consultation import forum_world
from tests.members.ledger_rows import BEGAN, term
from tests.world import World

SECTORS = ("经济界", "教育界", "医药卫生界")
DEPARTMENTS = ("dept1", "dept2")


def a_forum(world: World, **given: Any) -> Forum:
    """A forum whose topic consults both departments."""
    made = forum_world.forum(world, **given)
    TopicUnit.objects.bulk_create(
        [TopicUnit(topic=made.topic, organization=world.orgs[key], part="consulted") for key in DEPARTMENTS],
        ignore_conflicts=True,
    )
    return Forum.objects.select_related("rules", "topic", "meeting__room", "meeting__kind", "lead").get(pk=made.pk)


def seat(forum: Forum, key: str) -> ForumSeat:
    """A seat by its key."""
    return ForumSeat.objects.select_related("participant_class").get(rules=forum.rules, key=key)


def people(count: int, prefix: str = "来宾") -> list[Person]:
    """So many persons."""
    names = [f"{prefix}{n:03}" for n in range(count)]
    return Person.objects.bulk_create(Person(name=name, pinyin=pinyin_key(name), phone="139") for name in names)


def members(world: World, count: int, prefix: str = "委员") -> list[Person]:
    """So many members since 2022: sectors in turn, every tenth knows the topic, employers."""
    persons = people(count, prefix)
    made = Member.objects.bulk_create(Member(term=term(), person=one, valid_from=BEGAN) for one in persons)
    sectors = [Sector.objects.get_or_create(term=term(), name=name)[0] for name in SECTORS]
    unit = Organization.objects.create(name=f"{prefix}单位", kind="employer")
    Affiliation.objects.bulk_create(
        [Affiliation(member=one, kind="sector", sector=sectors[n % 3]) for n, one in enumerate(made)]
        + [Affiliation(member=one, kind="employer", organization=unit, duty="工程师") for one in made]
        + [Affiliation(member=one, kind="committee", organization=world.orgs["edu"]) for one in made]
    )
    Particulars.objects.bulk_create(
        Particulars(person=one, expertise="小区改造、金融") for n, one in enumerate(persons) if n % 10 == 3
    )
    return persons


def experts(*names: str) -> list[Person]:
    """Experts of the pool on cities."""
    field = Field.objects.get_or_create(name="城市更新", defaults={"words": "老旧小区、棚户区"})[0]
    made = []
    for name in names:
        person = Person.objects.create(name=name, pinyin=pinyin_key(name))
        expert = Expert.objects.create(person=person, employer="省城建大学", title="教授")
        expert.fields.add(field)
        made.append(person)
    return made


def on_list(world: World, forum: Forum, key: str, persons: list[Person], *, told: bool = False) -> list[Participant]:
    """Persons on the list of a seat."""
    found = add(forum.meeting, persons, seat(forum, key).participant_class.key, by=world.users["econ_clerk"]).new
    if told:
        Participant.objects.filter(pk__in=[row.pk for row in found]).update(invited_at=timezone.now())
    return found


def booked(
    world: World, forum: Forum, key: str, persons: list[Person], answer: str = "", **given: Any
) -> list[Booking]:
    """Bookings of a seat: asked, with an answer where one is given."""
    given.setdefault("asked_at", timezone.now())
    given.setdefault("asked_by", world.users["econ_clerk"])
    given.setdefault("reason", "出差" if answer == "no" else "")
    given.setdefault("deputy_name", "代甲" if answer == "deputy" else "")
    return Booking.objects.bulk_create(
        Booking(forum=forum, seat=seat(forum, key), person=one, answer=answer, **given) for one in persons
    )


def become_member(person: Person, since: date = BEGAN) -> Member:
    """The person is a member from a day on."""
    return Member.objects.create(term=term(), person=person, valid_from=since)
