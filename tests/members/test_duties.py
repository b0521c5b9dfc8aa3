"""Links between leaders and members (R138), special duties (R124), stations (R143), activity groups (R142)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cppcc.office.models import Organization
from cppcc.office.validity import today
from members.groups import listed
from members.links import gaps
from members.models import Affiliation, GroupMoney, LeaderLink, Position, Sector, SpecialDuty, Station
from tests.members.ledger_rows import a_member, term
from tests.members.roster_rows import enrolled, furnish_roster, seal_in

pytestmark = pytest.mark.django_db
READERS = ("edu_clerk", "econ_head", "chair")


@pytest.fixture
def chair(world):
    furnish_roster(world)
    made = enrolled(world, "chair")
    Affiliation.objects.create(member=made, kind="position", position=Position.objects.get(key="chair"))
    told = seal_in(made)
    told.political_status = "中共党员"
    told.save()
    return made


class TestLinks:
    def test_a_sector_without_a_leader_is_told_until_it_has_one(self, chair, login):
        client, sector = login("clerk"), Sector.objects.get(term=term(), name="教育界")
        page = client.get("/members/links/chairs/").content.decode()
        assert "还没有联系人的界别（2）" in page and "还没有联系对象的：试chair" in page
        data = {"leader": chair.person_id, "sector": sector.pk, "valid_from": "2026-01-01"}
        assert client.post("/members/links/chairs/new/", data).status_code == 302
        assert [s.name for s in gaps("chairs")["alone"]] == ["经济界"]
        assert not gaps("chairs")["idle"]
        assert client.get("/members/links/").url == "/members/links/chairs/"

    def test_committees_do_not_read_who_is_outside_the_party(self, chair, login):
        for name, status in (("auditor", 200), ("vice", 200), ("econ_head", 403), ("edu_clerk", 403)):
            client = login(name)
            assert client.get("/members/links/party_members/").status_code == status
            assert ('href="/members/links/"' in client.get("/members/stations/").content.decode()) is (status == 200)

    def test_the_same_link_twice_and_a_stranger_as_leader_are_refused(self, chair, world, login):
        client, sector = login("clerk"), Sector.objects.get(term=term(), name="教育界")
        data = {"leader": chair.person_id, "sector": sector.pk, "valid_from": "2026-01-01"}
        client.post("/members/links/chairs/new/", data)
        assert client.post("/members/links/chairs/new/", data).status_code == 422
        other = data | {"leader": world.users["dept1"].person_id}
        assert client.post("/members/links/chairs/new/", other).status_code == 422
        assert LeaderLink.objects.count() == 1

    def test_members_without_a_party_and_those_outside_the_party(self, chair, world, login):
        outside = a_member(world, "member")
        assert [str(m) for m in gaps("party_group")["alone"]] == [str(m) for m in gaps("party_members")["alone"]] == [
            str(outside)
        ]  # fmt: skip
        data = {"leader": chair.person_id, "member": outside.pk, "valid_from": "2026-01-01"}
        assert login("clerk").post("/members/links/party_members/new/", data).status_code == 302
        assert gaps("party_members")["alone"] == []

    def test_a_link_ends_and_the_table_is_printed(self, chair, login):
        link = LeaderLink.objects.create(
            kind="chairs", leader=chair.person, sector=Sector.objects.get(term=term(), name="教育界")
        )
        client = login("clerk")
        assert "教育界" in client.get("/members/links/chairs/", {"print": 1}).content.decode()
        data = {
            "leader": chair.person_id, "sector": link.sector_id, "valid_from": "2026-01-01", "valid_to": "2026-02-01"
        }  # fmt: skip
        assert client.post(f"/members/links/edit/{link.pk}/", data).status_code == 302
        assert "教育界" not in client.get("/members/links/chairs/", {"print": 1}).content.decode()
        assert client.get("/members/links/others/").status_code == 404


class TestDuties:
    def test_what_ends_soon_stands_on_top(self, world, login):
        member = a_member(world, "member")
        for title, days in (("即将期满者", 30), ("还早者", 300), ("已过者", -3)):
            SpecialDuty.objects.create(
                member=member, organization=world.orgs["dept1"], title=title, valid_to=today() + timedelta(days=days)
            )
        page = login("clerk").get("/members/duties/").content.decode()
        notice = page[page.index("三个月内聘期届满") : page.index("</div>", page.index("三个月内聘期届满"))]
        assert "即将期满者" in notice and "还早者" not in notice
        assert page.index("还早者") < page.index("已过者")

    def test_one_is_entered_and_prolonged(self, world, login):
        member, client = a_member(world, "member"), login("clerk")
        data = {
            "member": member.pk, "organization": world.orgs["dept1"].pk, "title": "特约检查员",
            "valid_from": "2026-01-01", "valid_to": "2025-01-01",
        }  # fmt: skip
        assert client.post("/members/duties/new/", data).status_code == 422
        assert client.post("/members/duties/new/", data | {"valid_to": "2027-01-01"}).status_code == 302
        made = SpecialDuty.objects.get()
        client.post(f"/members/duties/{made.pk}/", data | {"valid_to": "2028-01-01"})
        made.refresh_from_db()
        assert made.valid_to.year == 2028 and made.history.count() == 2


def test_a_station_with_its_keepers(world, login):
    member, client = a_member(world, "member"), login("clerk")
    data = {
        "kind": "studio", "name": "经济界别委员工作室", "organization": world.orgs["econ"].pk, "keepers": [member.pk],
        "valid_from": "2026-01-01",
    }  # fmt: skip
    assert client.post("/members/stations/new/", data).status_code == 302
    page = login("econ_clerk").get("/members/stations/").content.decode()
    assert "经济界别委员工作室" in page and "试member" in page
    made = Station.objects.get()
    assert client.post(f"/members/stations/{made.pk}/", data | {"place": "三楼"}).status_code == 302
    assert client.post("/members/stations/new/", data).status_code == 422


class TestGroups:
    @pytest.fixture
    def group(self, world):
        return Organization.objects.create(name="第一活动小组", kind="activity_group", parent=world.orgs["econ"])

    def test_members_join_money_comes_and_goes(self, world, group, login):
        member, client = a_member(world, "member"), login("clerk")
        address = f"/members/groups/{group.pk}/"
        joining = {"member": member.pk, "duty": "组长", "since": "2024-01-01"}
        assert client.post(f"{address}join/", joining).status_code == 302
        for amount in ("500", "-120.50"):
            client.post(f"{address}money/", {"on": "2026-01-01", "amount": amount, "what": "经费"})
        assert client.post(f"{address}money/", {"on": "2026-01-01", "amount": "0", "what": "无"}).status_code == 422
        found = listed().get(pk=group.pk)
        assert (found.people, found.left) == (1, Decimal("379.50"))
        page = client.get(address).content.decode()
        assert "379.50" in page and "组长" in page
        assert GroupMoney.objects.first().recorded_by == world.users["clerk"]

    def test_the_committee_that_looks_after_it_keeps_it_others_do_not(self, world, group, login):
        member = a_member(world, "member")
        address = f"/members/groups/{group.pk}/join/"
        data = {"member": member.pk, "since": "2024-01-01"}
        assert login("edu_clerk").post(address, data).status_code == 404
        assert login("econ_clerk").post(address, data).status_code == 302
        assert login("dept1").get("/members/groups/").status_code == 403

    def test_who_only_has_members_in_it_sees_those_and_no_money(self, world, group, login):
        for who, committee in (("member", "econ"), ("member2", "edu")):
            belongs = Affiliation(member=a_member(world, who, committee=committee), kind="group", organization=group)
            belongs.save()
        GroupMoney.objects.bulk_create(
            GroupMoney(organization=group, on="2026-01-01", amount=3, what="经费", recorded_by=world.users["clerk"])
            for _ in range(205)
        )
        other = Organization.objects.create(name="第二活动小组", kind="activity_group", parent=world.orgs["econ"])
        pages = {name: login(name).get(f"/members/groups/{group.pk}/").content.decode() for name in READERS}
        shown = {
            name: [word in page for word in ("试member2", "试member<", "结余 615")] for name, page in pages.items()
        }
        assert shown == {"edu_clerk": [True, False, False], "econ_head": [True] * 3, "chair": [True] * 3}
        books = login("edu_clerk").get("/members/groups/").content.decode()
        assert "第一活动小组" in books and "615" not in books and "第二活动小组" not in books
        assert login("edu_clerk").get(f"/members/groups/{other.pk}/").status_code == 404

    def test_a_group_is_made_and_ended(self, world, login):
        client = login("clerk")
        data = {"name": "第二活动小组", "parent": world.orgs["edu"].pk, "order": 2, "valid_from": "2026-01-01"}
        assert client.post("/members/groups/new/", data).status_code == 302
        made = Organization.objects.get(name="第二活动小组")
        assert made.kind == "activity_group"
        client.post(f"/members/groups/{made.pk}/edit/", data | {"valid_to": "2026-06-30"})
        made.refresh_from_db()
        assert not made.is_valid()
