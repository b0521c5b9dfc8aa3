"""The expert pool: who fits a topic, who may not be in it, its form. R080."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cppcc.meetings.models import Meeting, MeetingKind, Participant, ParticipantClass
from cppcc.office.models import Person
from members.experts import suggest
from members.models import Expert, Field
from tests.members.ledger_rows import a_member

pytestmark = pytest.mark.django_db
BEGAN = date(2024, 1, 1)


@pytest.fixture
def pool(world):
    """Two fields and three experts."""
    city = Field.objects.create(name="城乡建设", words="城市、更新、住房")
    care = Field.objects.create(name="医疗卫生", words="养老、健康")
    found = {}
    for name, fields, strengths in (
        ("甲", [city], "老旧小区"),
        ("乙", [city, care], ""),
        ("丙", [care], "城市更新改造"),
    ):
        found[name] = Expert.objects.create(
            person=Person.objects.create(name=name), strengths=strengths, valid_from=BEGAN, employer="大学"
        )
        found[name].fields.set(fields)
    return found


def names(text):
    return [suggested.expert.person.name for suggested in suggest(text)]


def test_the_words_of_fields_and_strengths_find_them_the_best_first(pool):
    assert names("推进城市更新") == ["甲", "乙", "丙"]
    assert names("加快养老服务体系建设") == ["丙", "乙"] or names("加快养老服务体系建设") == ["乙", "丙"]
    assert suggest("推进城市更新")[0].why == "涉及城市、更新"
    assert names("传统村落保护") == [] == names("  ")


def test_of_two_who_fit_alike_the_one_who_came_more_often_is_first(world, pool):
    kind = MeetingKind.objects.create(key="forum", label="座谈会")
    expert = ParticipantClass.objects.create(key="expert", label="特邀专家")
    now = timezone.now()
    meeting = Meeting.objects.create(
        kind=kind, title="座谈会", starts=now - timedelta(days=3), ends=now - timedelta(days=2),
        host=world.orgs["office"], created_by=world.users["clerk"],
    )  # fmt: skip
    Participant.objects.create(
        meeting=meeting, person=pool["乙"].person, participant_class=expert, attendance="present", arrived_at=now
    )
    assert [(s.expert.person.name, s.used) for s in suggest("推进城市更新")][:2] == [("乙", 1), ("甲", 0)]


def test_who_left_the_pool_and_present_members_are_not_suggested(world, pool):
    Expert.objects.filter(pk=pool["甲"].pk).update(valid_to=BEGAN)
    member = a_member(world, "member")
    Expert.objects.filter(pk=pool["乙"].pk).update(person=member.person)
    assert names("推进城市更新") == ["丙"]


def test_three_queries_whatever_the_pool_holds(pool, django_assert_num_queries):
    with django_assert_num_queries(2):
        suggest("推进城市更新")


class TestPages:
    def data(self, **more):
        return {
            "name": "丁", "employer": "大学", "fields_known": [Field.objects.get(name="城乡建设").pk],
            "valid_from": "2026-01-01", **more,
        }  # fmt: skip

    def test_list_and_suggestion_as_page_and_part(self, pool, login):
        client = login("econ_clerk")
        assert "城乡建设" in client.get("/members/experts/").content.decode()
        page = client.get("/members/experts/suggest/", {"topic": "推进城市更新"}).content.decode()
        assert "<html" in page and "涉及城市、更新" in page
        part = client.get("/members/experts/suggest/", {"topic": "推进城市更新"}, headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode() and "涉及城市、更新" in part.content.decode()
        assert client.get("/members/experts/", {"export": "xlsx"}).status_code == 200
        assert login("dept1").get("/members/experts/").status_code == 403

    def test_a_new_one_is_saved_and_changed(self, pool, login):
        client = login("clerk")
        assert client.post("/members/experts/new/", self.data(phone="123")).status_code == 422
        assert client.post("/members/experts/new/", self.data()).status_code == 302
        made = Expert.objects.get(person__name="丁")
        address = f"/members/experts/{made.pk}/"
        assert client.post(address, self.data(version=1, title="教授")).status_code == 302
        assert client.post(address, self.data(version=1, title="副教授")).status_code == 409
        made.refresh_from_db()
        assert (made.title, made.version) == ("教授", 2)

    def test_a_present_member_is_no_outside_expert(self, world, pool, login):
        person = a_member(world, "member").person
        client = login("clerk")
        asked = client.post("/members/experts/new/", self.data(name=person.name))
        assert asked.status_code == 422 and "请选明" in asked.content.decode()
        told = client.post("/members/experts/new/", self.data(name=person.name, who=person.pk))
        assert "现为政协委员" in told.content.decode()
        assert not Expert.objects.filter(person=person).exists()

    def test_the_same_person_stands_in_the_pool_once(self, pool, login):
        person = pool["甲"].person
        told = login("clerk").post("/members/experts/new/", self.data(name="甲", who=person.pk))
        assert told.status_code == 422 and "已在专家库中" in told.content.decode()
