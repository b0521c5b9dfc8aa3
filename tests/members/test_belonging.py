"""What members belong to, as of its date; leaving, coming back, the end of a term, two terms compared."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cppcc.office.models import Term
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.office.validity import today
from members import belonging, terms
from members.comparing import compare
from members.models import Affiliation, LeaderLink, Member, Sector, SpecialDuty
from members.past import changes_of
from tests.members.ledger_rows import a_member, term
from tests.members.roster_rows import KIND, enrolled, furnish_roster, held

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
BEGAN = date(2022, 1, 1)


@pytest.fixture
def member(world):
    made = enrolled(world, "member")
    Affiliation.objects.filter(member=made).update(valid_from=BEGAN)
    return made


def sector(name="教育界"):
    return Sector.objects.get(term=term(), name=name)


class TestChange:
    def test_the_old_sector_ends_the_day_before_and_stays(self, world, member):
        belonging.change(member, "sector", sector(), since=DAY, by=world.users["clerk"])
        assert held(member, KIND.SECTOR) == [("经济界", BEGAN, date(2024, 2, 29)), ("教育界", DAY, None)]
        shown = Member.objects.called_on(date(2024, 2, 1)).get(pk=member.pk)
        assert (shown.sector_name, Member.objects.called_on().get(pk=member.pk).sector_name) == ("经济界", "教育界")

    def test_the_same_again_is_refused(self, world, member):
        with pytest.raises(Refused, match="没有变动"):
            belonging.change(member, "sector", sector("经济界"), since=DAY, by=None)

    def test_before_the_present_one_began_is_refused_and_told_at_the_day(self, world, member):
        belonging.change(member, "sector", sector(), since=DAY, by=None)
        with pytest.raises(FieldRefused, match="须晚于") as refusal:
            belonging.change(member, "sector", sector("经济界"), since=DAY - timedelta(days=9), by=None)
        assert refusal.value.field == "since"

    def test_a_second_committee_stands_beside_the_first_and_the_same_twice_is_refused(self, world, member):
        belonging.change(member, "committee", world.orgs["econ"], since=DAY, duty="副主任", by=None)
        belonging.change(member, "committee", world.orgs["edu"], since=DAY, by=None)
        assert len(held(member, KIND.COMMITTEE)) == 2
        with pytest.raises(Refused, match="重叠"):
            belonging.change(member, "committee", world.orgs["edu"], since=DAY, by=None)

    def test_two_sectors_at_a_time_are_refused_by_the_database(self, member):
        with pytest.raises(IntegrityError, match="members_affiliation_one_sector"), transaction.atomic():
            Affiliation.objects.create(member=member, kind="sector", sector=sector(), valid_from=DAY)

    def test_outside_the_membership_is_refused(self, world, member):
        with pytest.raises(FieldRefused, match="任职起始"):
            belonging.change(member, "sector", sector(), since=date(2020, 1, 1), by=None)

    def test_the_history_tells_it_in_words(self, world, member):
        belonging.change(member, "sector", sector(), since=DAY, by=world.users["clerk"])
        items = changes_of(member)[0]["items"]
        assert {"field": "界别", "old": "（空）", "new": "教育界（2024-03-01 至 今）"} in items
        assert any(item["new"] == "经济界（2022-01-01 至 2024-02-29）" for item in items)


class TestLeaving:
    def test_everything_ends_with_it_and_the_reason_stays(self, world, member):
        SpecialDuty.objects.create(member=member, organization=world.orgs["dept1"], title="监督员", valid_from=BEGAN)
        LeaderLink.objects.create(
            kind="party_group", leader=world.users["chair"].person, member=member, valid_from=BEGAN
        )
        terms.leave(member, day=DAY, left_by="moved", why="调外市", by=world.users["clerk"])
        member.refresh_from_db()
        assert (member.valid_to, member.left_by, member.left_why) == (DAY, "moved", "调外市")
        for rows in (member.affiliations, member.special_duties, member.leader_links):
            assert {row.valid_to for row in rows.all()} == {DAY}
        with pytest.raises(Refused, match="不必重复"):
            terms.leave(member, day=DAY, left_by="moved", why="", by=None)

    def test_a_leaving_entered_by_mistake_is_taken_back(self, world, member):
        terms.leave(member, day=DAY, left_by="resigned", why="", by=None)
        terms.take_back_leaving(member, by=None)
        member.refresh_from_db()
        assert (member.valid_to, member.left_by) == (None, "")
        assert {row.valid_to for row in member.affiliations.all()} == {None}
        with pytest.raises(Refused, match="没有登记离任"):
            terms.take_back_leaving(member, by=None)

    def test_it_cannot_be_before_the_beginning(self, member):
        with pytest.raises(Refused, match="不能早于"):
            terms.leave(member, day=date(2020, 1, 1), left_by="moved", why="", by=None)

    def test_who_left_is_shown_as_of_the_last_day(self, world, member):
        terms.leave(member, day=DAY, left_by="moved", why="", by=None)
        shown = Member.objects.called_on().get(pk=member.pk)
        assert (shown.sector_name, shown.as_of, shown.day) == ("经济界", DAY, DAY)


class TestTerms:
    @pytest.fixture
    def old(self, world, member):
        furnish_roster(world)
        made = Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
        for name in ("经济界", "科技界", "教育界"):
            Sector.objects.create(term=made, name=name)
        return made

    def of_old(self, world, old, who, name):
        made = Member.objects.create(
            term=old, person=world.users[who].person, valid_from=old.starts
        )  # fmt: skip
        Affiliation.objects.create(
            member=made, kind="sector", sector=Sector.objects.get(term=old, name=name), valid_from=old.starts
        )
        return made

    def test_a_term_ends_for_all_who_are_still_in_it(self, world, old):
        stays = self.of_old(world, old, "member", "经济界")
        left = self.of_old(world, old, "member2", "经济界")
        terms.leave(left, day=date(2020, 5, 5), left_by="moved", why="", by=None)
        assert terms.end_term(old, by=world.users["clerk"]) == 1
        stays.refresh_from_db()
        left.refresh_from_db()
        assert (stays.valid_to, stays.left_by) == (old.ends, "term")
        assert (left.valid_to, left.left_by) == (date(2020, 5, 5), "moved")
        assert {row.valid_to for row in stays.affiliations.all()} == {old.ends}
        assert terms.end_term(old, by=None) == 0

    def test_who_stays_is_new_goes_and_changes_sector(self, world, old, member):
        self.of_old(world, old, "member", "科技界")
        self.of_old(world, old, "member2", "教育界")
        self.of_old(world, old, "dept1", "科技界")
        enrolled(world, "member2", sector="教育界")
        a_member(world, "party1")
        terms.end_term(old, by=None)
        rows = {row.member.person.name: row.kind for row in compare(old, term(), world.users["clerk"])}
        assert rows == {"试member": "moved", "试member2": "stays", "试dept1": "gone", "试party1": "new"}

    def test_a_sector_that_came_from_the_old_one_is_the_same(self, world, old, member):
        self.of_old(world, old, "member", "科技界")
        sector("经济界").came_from.add(Sector.objects.get(term=old, name="科技界"))
        assert [row.kind for row in compare(old, term(), world.users["clerk"])] == ["stays"]


def test_the_day_of_a_member_to_come_is_his_first(world):
    later = today() + timedelta(days=30)
    made = a_member(world, "member", valid_from=later)
    assert (made.day, made.serving) == (later, False)
    assert Member.objects.dated().get(pk=made.pk).as_of == later
