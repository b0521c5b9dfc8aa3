"""Pages of the roster: search, filters, forms, stale forms, photograph, changes of what a member belongs to."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cppcc.office.models import Organization, Person, Term
from members.models import Member, Position, Sector, SpecialDuty
from tests.members.ledger_rows import a_member, term
from tests.members.roster_rows import FULL, KIND, bring_in, enrolled, furnish_roster, held, member_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster(world):
    furnish_roster(world)
    bring_in([
        FULL,
        FULL | {"name": "曾小明", "sector": "教育界", "party": "", "political_status": "群众", "employer": "市发改局",
                "positions": "", "gender": "女", "born": "1990-05"},
        FULL | {"name": "张三", "valid_to": "2024-01-01", "positions": "", "committees": ""},
    ])  # fmt: skip
    return {name: member_named(name) for name in ("赵甲子", "曾小明", "张三")}


def found(client, **asked):
    page = client.get("/members/", asked).content.decode()
    return {name for name in ("赵甲子", "曾小明", "张三") if f">{name}</a>" in page}


class TestList:
    def test_those_in_office_of_the_present_term_are_listed_first(self, roster, login):
        assert found(login("clerk")) == {"赵甲子", "曾小明"}

    @pytest.mark.parametrize(
        ("q", "who"),
        [("zengxiaoming", {"曾小明"}), ("zxm", {"曾小明"}), ("zeng", {"曾小明"}), ("小明", {"曾小明"}),
         ("zjz", {"赵甲子"}), ("发改", {"曾小明"}), ("教育局", {"赵甲子", "张三"}), ("z", {"赵甲子", "曾小明", "张三"}),
         ("gs", set()), ("xiao", {"曾小明"})],
    )  # fmt: skip
    def test_by_name_sound_initials_and_employer(self, roster, login, q, who):
        assert found(login("clerk"), q=q) == who

    def test_filters(self, roster, world, login):
        client, here = login("clerk"), term().pk
        assert found(client, term=here) == {"赵甲子", "曾小明", "张三"}
        assert found(client, term=here, state="left") == {"张三"}
        sector = Sector.objects.get(term=here, name="教育界")
        assert found(client, sector=sector.pk) == {"曾小明"}
        assert found(client, committee=world.orgs["econ"].pk) == {"赵甲子", "曾小明"}
        assert found(client, party=world.orgs["party1"].pk) == {"赵甲子", "张三"}
        assert found(client, position=Position.objects.get(key="standing").pk) == {"赵甲子"}

    @pytest.mark.parametrize("sort", ["name", "-name", "sector", "position", "-state"])
    def test_every_order_works(self, roster, login, sort):
        assert login("clerk").get("/members/", {"sort": sort}).status_code == 200

    def test_committee_staff_see_their_members_and_a_member_himself(self, roster, world, login):
        a_member(world, "member", committee="edu")
        assert found(login("econ_clerk")) == {"赵甲子", "曾小明"}
        page = login("member").get("/members/").content.decode()
        assert "试member" in page and "赵甲子" not in page and "手机" not in page
        assert "13900000001" in login("econ_clerk").get("/members/").content.decode()

    def test_figures_are_drawn_of_what_the_filter_lets_through(self, roster, login):
        client = login("clerk")
        page = client.get("/members/figures/").content.decode()
        assert "共 2 名" in page and "50%" in page
        for kind in ("sector", "gender", "age", "party"):
            response = client.get(f"/members/figures/{kind}.svg")
            assert response["Content-Type"] == "image/svg+xml"
        assert client.get("/members/figures/other.svg").status_code == 404


class TestForms:
    def data(self, **more):
        sector = Sector.objects.get(term=term(), name="经济界")
        return {
            "term": term().pk, "valid_from": "2024-05-01", "name": "赵甲子", "gender": "male", "born": "1970年3月",
            "sector": sector.pk, "employer": "云江机械有限公司", "new_unit": "on", "duty": "经理", **more,
        }  # fmt: skip

    @pytest.fixture(autouse=True)
    def _roster(self, world):
        furnish_roster(world)

    def test_a_new_member_is_a_mid_term_addition(self, login):
        response = login("clerk").post("/members/new/", self.data())
        member = member_named("赵甲子")
        assert response.status_code == 302 and member.added_later
        assert member.person.particulars.born == date(1970, 3, 1)
        assert held(member, KIND.EMPLOYER) == [("云江机械有限公司", date(2024, 5, 1), None)]
        assert Organization.objects.get(name="云江机械有限公司").kind == "employer"

    def test_an_unknown_unit_is_asked_about(self, login):
        response = login("clerk").post("/members/new/", self.data(new_unit=""))
        assert response.status_code == 422 and "没有登记“云江机械有限公司”" in response.content.decode()
        assert not Member.objects.exists() and not Person.objects.filter(name="赵甲子").exists()

    def test_somebody_of_that_name_is_asked_about(self, login):
        known = Person.objects.create(name="赵甲子", phone="13900000001")
        client = login("clerk")
        page = client.post("/members/new/", self.data())
        assert page.status_code == 422 and "系统里有同名的人" in page.content.decode()
        client.post("/members/new/", self.data(who=known.pk))
        assert member_named("赵甲子").person == known
        known.refresh_from_db()
        assert known.phone == "13900000001"

    def test_another_of_that_name_is_made_new(self, login):
        known = Person.objects.create(name="赵甲子")
        login("clerk").post("/members/new/", self.data(who="new"))
        assert member_named("赵甲子").person != known

    def test_a_sector_of_another_term_and_a_day_outside_are_refused(self, login):
        old = Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
        page = login("clerk").post("/members/new/", self.data(term=old.pk)).content.decode()
        assert "不是第13届的界别" in page and "不在第13届之内" in page

    def test_an_edit_is_saved_and_an_older_form_shows_both_sides(self, world, login):
        member = enrolled(world, "member")
        data = {"version": 1, "name": "试member", "born": "1971-01", "valid_from": "2022-01-01", "remark": "甲"}
        client, address = login("clerk"), f"/members/{member.pk}/edit/"
        assert client.post(address, data).status_code == 302
        member.refresh_from_db()
        assert (member.remark, member.version, member.person.particulars.born) == ("甲", 2, date(1971, 1, 1))
        page = client.post(address, data | {"remark": "乙方所写"})
        assert page.status_code == 409 and "乙方所写" in page.content.decode()
        member.refresh_from_db()
        assert member.remark == "甲"

    def test_a_change_asks_from_which_day(self, world, login):
        member = enrolled(world, "member")
        sector = Sector.objects.get(term=term(), name="教育界")
        client, address = login("clerk"), f"/members/{member.pk}/change/sector/"
        assert client.post(address, {"target": sector.pk}).status_code == 422
        assert client.post(address, {"target": sector.pk, "since": "2024-03-01"}).status_code == 302
        assert [name for name, *_ in held(member, KIND.SECTOR)] == ["经济界", "教育界"]
        page = client.post(address, {"target": sector.pk, "since": "2023-01-01"})
        assert page.status_code == 422 and "须晚于这一天" in page.content.decode()
        assert client.get(f"/members/{member.pk}/change/nothing/").status_code == 404

    def test_an_employer_changes_and_ends(self, world, login):
        member = enrolled(world, "member")
        client, address = login("clerk"), f"/members/{member.pk}/change/employer/"
        client.post(address, {"employer": "市教育局", "duty": "科长", "since": "2024-03-01"})
        client.post(address, {"employer": "", "since": "2025-03-01"})
        assert [(n, e) for n, _, e in held(member, KIND.EMPLOYER)][-1] == ("市教育局", date(2025, 2, 28))

    def test_a_row_is_corrected_ended_and_removed(self, world, login):
        member = enrolled(world, "member", committee="econ")
        row = member.affiliations.get(kind="committee")
        client, address = login("clerk"), f"/members/affiliations/{row.pk}/"
        client.post(address, {"valid_from": "2022-02-01", "valid_to": "2024-01-31", "duty": "副主任"})
        row.refresh_from_db()
        assert (row.duty, row.valid_to) == ("副主任", date(2024, 1, 31))
        assert client.post(address, {"valid_from": "2022-02-01", "valid_to": "2021-01-31"}).status_code == 422
        assert client.post(f"{address}remove/").status_code == 302
        assert not held(member, KIND.COMMITTEE)
        page = client.get(f"/members/{member.pk}/history/").content.decode()
        assert "经济委副主任（2022-02-01 至 2024-01-31）" in page

    def test_leaving_and_taking_it_back(self, world, login):
        member = enrolled(world, "member")
        client = login("clerk")
        wrong = client.post(f"/members/{member.pk}/leave/", {"left_by": "other", "day": "2024-01-01"})
        assert wrong.status_code == 422
        client.post(f"/members/{member.pk}/leave/", {"left_by": "moved", "day": "2024-01-01", "left_why": "调走"})
        assert "工作变动" in client.get(f"/members/{member.pk}/").content.decode()
        client.post(f"/members/{member.pk}/return/")
        member.refresh_from_db()
        assert member.left_by == ""


def picture(kind="PNG", size=(900, 1200)):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def shut(response):
    """Close the file only: close() of the answer would end the test's transaction."""
    for close in response._resource_closers:
        close()


class TestPhotograph:
    def test_it_is_made_small_kept_and_shown_to_those_who_see_the_member(self, world, login):
        member = enrolled(world, "member")
        a_member(world, "member2")
        client, address = login("clerk"), f"/members/{member.pk}/picture.jpg"
        assert client.get(address).status_code == 404
        upload = SimpleUploadedFile("照片.png", picture())
        assert client.post(f"/members/{member.pk}/photo/", {"photo": upload}).status_code == 302
        response = client.get(address)
        with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
            assert (image.format, image.size) == ("JPEG", (480, 640))
        shut(response)
        assert response["X-Content-Type-Options"] == "nosniff"
        own = login("member").get(address)
        shut(own)
        assert own.status_code == 200
        assert login("member2").get(address).status_code == login("dept1").get(address).status_code == 404

    @pytest.mark.parametrize(
        ("name", "data"),
        [("照片.gif", b"GIF89a"), ("照片.png", b"no picture"), ("照片.jpg", picture()[:90])],
        ids=["kind", "nothing", "cut"],
    )
    def test_what_is_no_picture_is_told_at_the_field(self, world, login, name, data):
        member = enrolled(world, "member")
        upload = SimpleUploadedFile(name, data)
        assert login("clerk").post(f"/members/{member.pk}/photo/", {"photo": upload}).status_code == 422


class TestTermPages:
    def test_sectors_with_numbers_and_where_they_came_from(self, world, login):
        enrolled(world, "member")
        old = Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
        Sector.objects.get(term=term(), name="经济界").came_from.add(Sector.objects.create(term=old, name="商业界"))
        page = login("clerk").get("/members/terms/").content.decode()
        assert "商业界（第13届）" in page and "第14届界别" in page
        assert login("clerk").get("/members/terms/", {"term": "13"}).status_code == 200
        assert login("dept1").get("/members/terms/").status_code == 403

    def test_the_end_of_a_term_is_confirmed(self, world, login):
        member = enrolled(world, "member")
        SpecialDuty.objects.create(member=member, organization=world.orgs["dept1"], title="监督员")
        client = login("clerk")
        assert client.post("/members/terms/14/end/").status_code == 422
        assert client.post("/members/terms/14/end/", {"sure": "on"}).status_code == 302
        member.refresh_from_db()
        assert member.left_by == "term"

    def test_two_terms_are_compared_and_exported(self, world, login):
        enrolled(world, "member")
        old = Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
        Member.objects.create(term=old, person=world.users["dept1"].person, valid_from=old.starts, valid_to=old.ends)
        client = login("clerk")
        page = client.get("/members/terms/compare/").content.decode()
        assert "新任" in page and "不再担任" in page and "试dept1" in page
        assert "试dept1" not in client.get("/members/terms/compare/", {"kind": "new"}).content.decode()
        assert client.get("/members/terms/compare/", {"export": "xlsx"})["Content-Type"].endswith("sheet")


def test_pages_without_any_term_say_so(world, login):
    client = login("clerk")
    for address in ("/members/", "/members/terms/", "/members/terms/compare/", "/members/figures/", "/members/new/"):
        assert client.get(address).status_code == 200, address
