"""A row of every model of the roster, for the tests that walk over all models; rows that the database must refuse."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from cppcc.office.models import Organization, Person
from members import models as m
from tests.members.ledger_access import ledger_rows
from tests.members.ledger_rows import a_kind, a_member, acts, term
from tests.members.roster_rows import enrolled, furnish_roster, seal_in
from tests.world import World

DAY = date(2026, 1, 5)


def one_of_each(world: World) -> m.Member:
    """A member with everything that can hang on one."""
    furnish_roster(world)
    acts()
    member = enrolled(world, "nobody")
    seal_in(member, address="云中路1号")
    m.SectorGroup.objects.create(organization=world.orgs["members"], sector=m.Sector.objects.first())
    field = m.Field.objects.create(name="城乡建设", words="城市")
    m.Expert.objects.create(person=Person.objects.create(name="专家")).fields.add(field)
    m.SpecialDuty.objects.create(member=member, organization=world.orgs["dept1"], title="监督员")
    norm = m.AttendanceNorm.objects.create(key="chair", label="出席", source="role", value="chair")
    norm.kinds.add(a_kind())
    m.LeaderLink.objects.create(kind="party_group", leader=world.users["chair"].person, member=member)
    m.Station.objects.create(kind="studio", name="工作室", organization=world.orgs["econ"]).keepers.add(member)
    m.GroupMoney.objects.create(
        organization=a_group(world), on=DAY, amount=100, what="经费", recorded_by=world.users["clerk"]
    )
    m.Unmasking.objects.create(person=member.person, field="address", reason="核对", by=world.users["clerk"])
    m.Wording.objects.get_or_create(key="test", defaults={"label": "证明", "text": "兹证明"})
    entry(world, "party1")
    proposal(world, "party2")
    contact(world, "county1")
    allowance(world, "county2", amount=100)
    ledger_rows(world, member)
    return member


def a_group(world: World) -> Organization:
    """An activity group."""
    return Organization.objects.get_or_create(name="第一活动小组", kind="activity_group", parent=world.orgs["econ"])[0]


def again(obj: Any) -> None:
    """The same row once more."""
    type(obj).objects.bulk_create([type(obj)(**{f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields
                                                if not f.primary_key})])  # fmt: skip


def change(obj: Any, **values: Any) -> None:
    """Change a row past all forms."""
    type(obj).objects.filter(pk=obj.pk).update(**values)


def affiliation(world: World, **given: Any) -> m.Affiliation:
    """A member of a committee."""
    member = a_member(world, "nobody")
    return m.Affiliation.objects.create(
        member=member, **({"kind": "committee", "organization": world.orgs["econ"], "valid_from": DAY} | given)
    )


def in_a_sector(world: World) -> m.Affiliation:
    """A member of a sector."""
    sector = m.Sector.objects.get_or_create(term=term(), name="经济界")[0]
    return affiliation(world, kind="sector", sector=sector, organization=None)


def link(world: World, **given: Any) -> m.LeaderLink:
    """A leader keeps contact with a sector."""
    sector = m.Sector.objects.get_or_create(term=term(), name="经济界")[0]
    leader = world.users["chair"].person
    return m.LeaderLink.objects.create(
        **({"kind": "chairs", "leader": leader, "sector": sector, "valid_from": DAY} | given)
    )


def entry(world: World, who: str = "nobody", **given: Any) -> m.PerformanceEntry:
    """An entry of the ledger."""
    member = a_member(world, who)
    said = {"member": member, "act": acts()["service"], "on": DAY, "title": "甲", "key": "a",
            "recorded_by": world.users["clerk"], "recorded_at": timezone.now()}  # fmt: skip
    return m.PerformanceEntry.objects.create(**said | given)


def proposal(world: World, who: str = "nobody", **given: Any) -> m.EntryProposal:
    """A member's own entry."""
    member = a_member(world, who)
    return m.EntryProposal.objects.create(
        member=member, act=acts()["service"], on=DAY, title="甲", created_by=world.users["clerk"], **given
    )


def contact(world: World, who: str = "nobody", **given: Any) -> m.Contact:
    """A visit."""
    made = m.Contact.objects.create(
        kind="visit", member=a_member(world, who), on=DAY, by="甲", organization=world.orgs["office"], notes="甲",
        created_by=world.users["clerk"],
    )  # fmt: skip
    change(made, **given)
    return made


def money(world: World) -> None:
    """Nothing was spent."""
    m.GroupMoney.objects.create(
        organization=a_group(world), on=DAY, amount=0, what="无", recorded_by=world.users["clerk"]
    )


def allowance(world: World, who: str = "nobody", *, amount: int = 0) -> None:
    """What was paid: nothing, which is refused, unless said otherwise."""
    m.Allowance.objects.create(
        member=a_member(world, who), kind="travel", on=DAY, amount=amount, recorded_by=world.users["clerk"]
    )


REFUSED: dict[str, Callable[[World], Any]] = {
    "members_sector_name_unique": lambda x: again(m.Sector.objects.create(term=term(), name="经济界")),
    "members_member_once_a_term": lambda x: again(a_member(x, "nobody")),
    "members_affiliation_to_one": lambda x: affiliation(x, organization=None),
    "members_affiliation_one_employer": lambda x: again(affiliation(x, kind="employer")),
    "members_affiliation_one_party": lambda x: again(affiliation(x, kind="party")),
    "members_affiliation_one_sector": lambda x: again(in_a_sector(x)),
    "members_affiliation_once": lambda x: again(affiliation(x)),
    "members_leaderlink_to_one": lambda x: link(x, sector=None),
    "members_leaderlink_once": lambda x: again(link(x)),
    "members_groupmoney_not_zero": money,
    "members_allowance_positive": allowance,
    "members_contact_solved_says_how": lambda x: contact(x, state="solved"),
    "members_entry_counts": lambda x: entry(x, n=0),
    "members_entry_reversal_has_reason": lambda x: entry(x, reverses=entry_of_another(x), key="b"),
    "members_proposal_counts": lambda x: proposal(x, n=0),
}


def entry_of_another(world: World) -> m.PerformanceEntry:
    """An entry that could be reversed."""
    member = a_member(world, "member2")
    return m.PerformanceEntry.objects.create(
        member=member, act=acts()["service"], on=DAY, title="甲", key="c", recorded_by=world.users["clerk"],
        recorded_at=timezone.now(),
    )  # fmt: skip


PERIODS: dict[str, Callable[[World], Any]] = {
    "members_act": lambda x: acts()["service"],
    "members_member": lambda x: a_member(x, "nobody"),
    "members_affiliation": affiliation,
    "members_expert": lambda x: m.Expert.objects.create(person=x.users["nobody"].person),
    "members_leaderlink": link,
    "members_attendancenorm": lambda x: m.AttendanceNorm.objects.create(
        key="chair", label="出席", source="role", value="chair"
    ),
    "members_specialduty": lambda x: m.SpecialDuty.objects.create(
        member=a_member(x, "nobody"), organization=x.orgs["dept1"], title="监督员"
    ),
    "members_station": lambda x: m.Station.objects.create(kind="studio", name="工作室", organization=x.orgs["econ"]),
}
