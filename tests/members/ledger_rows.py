"""Members, acts, entries, meetings and contacts for the tests of the ledger, in few statements."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cppcc.meetings.models import Meeting, MeetingKind, Participant, ParticipantClass
from cppcc.office.models import Organization, Person, Term
from cppcc.office.pinyin import pinyin_key
from members.models import Act, Affiliation, Contact, EntryProposal, Member, PerformanceEntry, Sector
from tests.world import World

BEGAN = date(2022, 1, 1)
count = itertools.count(1)
KIND = Affiliation.Kind


def term() -> Term:
    """The term of now."""
    return Term.objects.get_or_create(number=14, defaults={"starts": BEGAN, "ends": date(2099, 12, 31)})[0]


def a_member(world: World, who: str = "member", *, committee: str = "", sector: str = "", **given: Any) -> Member:
    """The person of the world (or one of that name made new) as a member since 2022."""
    user = world.users.get(who)
    person = user.person if user else Person.objects.create(name=who, pinyin=pinyin_key(who))
    given.setdefault("valid_from", BEGAN)
    member = Member.objects.create(term=term(), person=person, **given)
    rows = []
    if committee:
        rows.append(Affiliation(member=member, kind=KIND.COMMITTEE, organization=world.orgs[committee]))
    if sector:
        found = Sector.objects.get_or_create(term=member.term, name=sector)[0]
        rows.append(Affiliation(member=member, kind=KIND.SECTOR, sector=found))
    Affiliation.objects.bulk_create(rows)
    return member


def members(world: World, many: int, *, committee: str = "", prefix: str = "委员") -> list[Member]:
    """`many` members of a committee, in four statements."""
    names = [f"{prefix}{n:03}" for n in range(many)]
    persons = Person.objects.bulk_create(Person(name=name, pinyin=pinyin_key(name)) for name in names)
    made = Member.objects.bulk_create(Member(term=term(), person=one, valid_from=BEGAN) for one in persons)
    employer = Organization.objects.create(name=f"{prefix}单位", kind="employer")
    rows = [Affiliation(member=one, kind=KIND.EMPLOYER, organization=employer) for one in made]
    if committee:
        rows += [Affiliation(member=one, kind=KIND.COMMITTEE, organization=world.orgs[committee]) for one in made]
    Affiliation.objects.bulk_create(rows)
    return made


def acts() -> dict[str, Act]:
    """A small tree: meetings (plenary, chairs), learning (training, notes), service."""
    found = {}
    for order, (key, label, parent, unit, proposable) in enumerate(
        [
            ("meetings", "会议", "", "次", False), ("plenary", "全体会议", "meetings", "次", False),
            ("chairs", "主席会议", "meetings", "次", False), ("learning", "学习", "", "次", False),
            ("training", "培训", "learning", "次", False), ("study-note", "学习笔记", "learning", "篇", True),
            ("service", "服务群众", "", "次", True),
        ]
    ):  # fmt: skip
        found[key], _ = Act.objects.get_or_create(
            key=key,
            defaults={"label": label, "unit": unit, "parent": found.get(parent), "proposable": proposable,
                      "order": order},
        )  # fmt: skip
    return found


def entries(world: World, member: Member, many: int, *, act: str = "service", **given: Any) -> list[PerformanceEntry]:
    """Standing entries of one member, a day apart, up to today and within its year."""
    today, kind = timezone.localdate(), acts()[act]
    given.setdefault("status", "")
    return PerformanceEntry.objects.bulk_create(
        PerformanceEntry(
            member=member, act=kind, on=today - timedelta(days=n % today.timetuple().tm_yday), title=f"服务群众第{n}次",
            key=f"test:{next(count)}", recorded_by=world.users["clerk"], recorded_at=timezone.now(), **given,
        )
        for n in range(many)
    )  # fmt: skip


def a_kind(key: str = "plenary", **given: Any) -> MeetingKind:
    """A kind of meeting that counts as the act of its key."""
    acts()
    defaults = {"label": key, "act": key if key in ("plenary", "training") else "", "hours": 3} | given
    return MeetingKind.objects.get_or_create(key=key, defaults=defaults)[0]


def a_meeting(world: World, kind: str = "plenary", *, days: int = -1, state: str = "invited", **given: Any) -> Meeting:
    """A meeting of the office, `days` from today at nine for three hours."""
    starts = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), datetime.min.time()))
    starts += timedelta(hours=9)
    given.setdefault("title", f"会议{next(count)}")
    return Meeting.objects.create(
        kind=a_kind(kind, **({"training": True} if kind in ("training", "induction") else {})), starts=starts,
        ends=starts + timedelta(hours=3), host=world.orgs["office"], state=state, **given,
    )  # fmt: skip


def asked(meeting: Meeting, people: list[Member], **given: Any) -> list[Participant]:
    """The members on the list of a meeting, told already."""
    kind = ParticipantClass.objects.get_or_create(key="member", defaults={"label": "委员"})[0]
    if given.get("attendance") in ("present", "late", "left_early"):
        given.setdefault("arrived_at", meeting.starts)
    if given.get("attendance") == "leave":
        given.setdefault("leave", "granted")
    return Participant.objects.bulk_create(
        Participant(meeting=meeting, person=one.person, participant_class=kind, invited_at=meeting.starts, **given)
        for one in people
    )


def a_proposal(world: World, member: Member, **given: Any) -> EntryProposal:
    """A member's own entry that waits."""
    values = {
        "act": acts()["service"],
        "on": timezone.localdate(),
        "title": "社区义诊",
        "created_by": world.users["member"],
    }
    return EntryProposal.objects.create(member=member, **(values | given))


def a_contact(world: World, member: Member, unit: str = "econ", **given: Any) -> Contact:
    """A visit that a unit noted."""
    values = {"kind": "visit", "on": timezone.localdate(), "by": "试处长", "notes": "走访单位，了解履职情况",
              "organization": world.orgs[unit], "created_by": world.users["clerk"]}  # fmt: skip
    return Contact.objects.create(member=member, **(values | given))
