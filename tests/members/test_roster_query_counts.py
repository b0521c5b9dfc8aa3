"""The pages of the roster cost the same statements and objects at one member and at thirty."""

import pytest

from cppcc.office.models import Person
from cppcc.office.pinyin import pinyin_key
from members.models import Affiliation, Expert, Field, GroupMoney, LeaderLink, Particulars, SpecialDuty, Station
from tests.consultation.test_query_counts import DETAIL, LIST, measure
from tests.members.ledger_rows import members, term
from tests.members.one_of_each import DAY, a_group
from tests.members.roster_rows import furnish_roster

pytestmark = pytest.mark.django_db
BOUNDS = {
    "/members/": LIST + 3,  # seven filters, of which five ask for their choices, and the affiliations of the page
    "/members/?q=wy": LIST + 3,
    "/members/figures/": LIST + 5,  # four counts
    "/members/figures/sector.svg": LIST + 4,
    "/members/terms/": LIST + 4,  # terms, sectors, whence they came, their groups, the counts
    "/members/terms/compare/": LIST,
    "/members/experts/": LIST,
    "/members/experts/suggest/?topic=推进城市更新": LIST,
    "/members/links/party_members/": LIST,
    "/members/links/chairs/": LIST,
    "/members/duties/": LIST,
    "/members/stations/": LIST,
    "/members/groups/": LIST,
    "member": DETAIL,
    "history": DETAIL,
    "group": DETAIL,
}


def fill(world, rows):
    """`rows` members of each thing that the roster's pages list; the addresses of one of each."""
    furnish_roster(world)
    made = members(world, rows, committee="econ", prefix=f"委员{rows}-")
    sector, group = term().sectors.first(), a_group(world)
    Affiliation.objects.bulk_create(
        [Affiliation(member=m, kind="sector", sector=sector) for m in made]
        + [Affiliation(member=m, kind="group", organization=group) for m in made]
    )
    Particulars.objects.bulk_create(Particulars(person=m.person, gender="male", born=DAY) for m in made)
    SpecialDuty.objects.bulk_create(
        SpecialDuty(member=m, organization=world.orgs["dept1"], title="监督员") for m in made
    )
    leader = world.users["chair"].person
    LeaderLink.objects.bulk_create(LeaderLink(kind="party_members", leader=leader, member=m) for m in made)
    LeaderLink.objects.bulk_create(LeaderLink(kind="chairs", leader=m.person, sector=sector) for m in made)
    for n in range(rows):
        Station.objects.create(kind="studio", name=f"工作室{rows}-{n}", organization=world.orgs["econ"]).keepers.set(
            made[:3]
        )
    GroupMoney.objects.bulk_create(
        GroupMoney(organization=group, on=DAY, amount=1, what="经费", recorded_by=world.users["clerk"]) for _ in made
    )
    field = Field.objects.get_or_create(name="城乡建设", defaults={"words": "城市"})[0]
    persons = Person.objects.bulk_create(Person(name=f"专家{n}", pinyin=pinyin_key(f"专家{n}")) for n in range(rows))
    for expert in Expert.objects.bulk_create(Expert(person=person) for person in persons):
        expert.fields.add(field)
    member = f"/members/{made[0].pk}/"
    return {"member": member, "history": f"{member}history/", "group": f"/members/groups/{group.pk}/"}


@pytest.mark.parametrize("page", BOUNDS)
def test_it_does_not_grow(world, login, page):
    client, counts = login("clerk"), []
    for rows in (1, 30):
        address = fill(world, rows).get(page, page)
        statements, _ = measure(client, address)
        counts.append(len(statements))
    assert counts[0] == counts[1], page
    assert counts[1] <= BOUNDS[page], counts


def test_a_long_roster_loads_one_page_of_it(world, login):
    fill(world, 120)
    _, objects = measure(login("clerk"), "/members/")
    assert objects["Member"] <= 51
    assert objects["Affiliation"] <= 51 * 4
