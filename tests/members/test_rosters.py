"""The lists that meetings invite from: members, the standing committee, sectors, the counties' heads. R118."""

from datetime import date

import pytest

from cppcc.meetings.registry import ROSTERS, all_rosters, roster_of
from cppcc.office.models import Person, Post, Tenure
from cppcc.office.roles import Role
from cppcc.office.validity import today
from members import rosters
from members.models import Affiliation, Expert, Position
from tests.members.ledger_rows import a_member, term
from tests.members.roster_rows import enrolled, furnish_roster

pytestmark = pytest.mark.django_db


def people(key, day=None):
    return [candidate.person.name for candidate in roster_of(key).persons(day or today())]


def seated(member, key):
    Affiliation.objects.create(member=member, kind="position", position=Position.objects.get(key=key))
    return member


@pytest.fixture
def city(world):
    furnish_roster(world)
    found = {
        "chair": seated(enrolled(world, "chair"), "chair"),
        "member": seated(enrolled(world, "member", committee="econ"), "standing"),
        "member2": enrolled(world, "member2", sector="教育界"),
        "gone": a_member(world, "party1", valid_to=date(2024, 1, 1)),
    }
    for key in ("county1", "county2"):
        for title in ("主席", "副主席"):
            post = Post.objects.create(organization=world.orgs[key], role=Role.COUNTY, title=title)
            Tenure.objects.create(post=post, person=Person.objects.create(name=f"{key}{title}"))
    return found


def test_all_members_of_a_day_with_unit_and_title(city):
    assert people("members") == ["试chair", "试member", "试member2"]
    assert "试party1" in people("members", date(2023, 5, 1))
    first = roster_of("members").persons(today())[0]
    assert (str(first.organization), first.title) == ("云江机械有限公司", "主席")
    assert roster_of("members").persons(today())[2].title == "经理"


def test_the_standing_committee_is_wider_than_its_members(city):
    assert people("standing") == ["试chair", "试member"]


def test_the_counties_chairs_who_do_not_sit_on_the_standing_committee(world, city):
    assert people("county-chairs") == ["county1主席", "county2主席"]
    assert people("county-vice-chairs") == ["county1副主席", "county2副主席"]
    made = Person.objects.get(name="county1主席")
    member = seated(a_member(world, "county1主席"), "standing")
    type(member).objects.filter(pk=member.pk).update(person=made)
    assert people("county-chairs") == ["county2主席"]


def test_a_roster_for_each_sector_and_committee(world, city):
    sector = term().sectors.get(name="教育界")
    assert people(f"sector:{sector.pk}") == ["试member2"]
    assert people(f"unit:{world.orgs['econ'].pk}") == ["试member"]
    assert {"members", "standing", f"sector:{sector.pk}"} <= set(all_rosters())
    assert roster_of("sector:0") is None and f"sector:{sector.pk}" not in ROSTERS


def test_queries_do_not_grow(city, world, django_assert_num_queries):
    with django_assert_num_queries(2):
        rosters.all_members(today())
    a_member(world, "dept1")
    with django_assert_num_queries(2):
        rosters.all_members(today())


def test_titles_of_members_and_experts(world, city):
    expert = Expert.objects.create(person=Person.objects.create(name="专家"), employer="大学", title="教授")
    told = rosters.titles([city["member"].person_id, expert.person_id], today())
    assert told[city["member"].person_id].title == "常务委员"
    assert told[expert.person_id].title == "大学教授"
