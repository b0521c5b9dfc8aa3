"""Visits, talks, letters, calls: what was raised waits for its answer until a day; a member does not read them."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DueRule, RuleSet
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement, Waiting
from members.models import Contact
from members.workflows.contact import CONTACT
from tests.members.ledger_rows import a_contact, a_member, members

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NEW = "/members/contacts/new/"


@pytest.fixture
def member(world):
    return a_member(world, committee="econ")


@pytest.fixture
def rule(world):
    found = RuleSet.objects.create(key="contact", label="答复委员反映的困难")
    return DueRule.objects.create(
        ruleset=found, step="answer", label="答复", anchor="raised", offset=15, unit="days", responsible="keeper",
        remind=[1, 0], rule="R129",
    )  # fmt: skip


def form(**given):
    values = {"kind": "visit", "member": "试member", "on": TODAY, "by": "张副主席", "notes": "走访了解情况",
              "difficulty": "", "token": str(uuid.uuid4())}  # fmt: skip
    return values | given


def at(contact, name="contact_detail", *more):
    return reverse(f"members:{name}", args=[contact.pk, *more])


def test_without_a_difficulty_it_is_noted_and_owes_nothing(world, login, member, rule):
    assert login("clerk").post(NEW, form()).status_code == 302
    contact = Contact.objects.get()
    assert (contact.state, contact.organization) == ("noted", world.orgs["office"])
    assert not Waiting.for_matter(contact).exists()
    assert not Deadline.for_matter(contact).exists()


def test_a_difficulty_waits_with_its_unit_until_a_day_and_is_answered(world, login, member, rule):
    client, raised = login("econ_clerk"), TODAY - timedelta(days=3)
    client.post(NEW, form(on=raised, difficulty="企业用工难"))
    contact = Contact.objects.get()
    assert (contact.state, contact.organization) == ("open", world.orgs["econ"])
    deadline = Deadline.for_matter(contact).get()
    assert deadline.due_on == raised + timedelta(days=15)
    assert [(h.organization_id, h.role) for h in deadline.holders.doing()] == [(world.orgs["econ"].pk, "")]
    assert Waiting.objects.held_by(world.users["econ_clerk"]).get().label == "答复委员反映的困难"
    page = client.get(at(contact)).content.decode()
    assert "登记解决（答复）" in page and "期限" in page

    move = at(contact, "contact_move", "solve")
    assert client.post(move, {"version": 1, "solution": "", "solved_on": TODAY}).status_code == 422
    for day in (TODAY + timedelta(days=1), raised - timedelta(days=1)):
        assert client.post(move, {"version": 1, "solution": "已协调", "solved_on": day}).status_code == 422
    assert client.post(move, {"version": 1, "solution": "已协调解决", "solved_on": TODAY}).status_code == 302
    contact.refresh_from_db()
    assert (contact.state, contact.solution, contact.solved_on) == ("solved", "已协调解决", TODAY)
    deadline.refresh_from_db()
    assert (deadline.status, deadline.closed_on) == ("done", TODAY)
    assert not Waiting.for_matter(contact).exists()
    assert client.get(at(contact, "contact_edit")).status_code == 302

    assert client.post(at(contact, "contact_move", "reopen"), {"version": 2, "opinion": ""}).status_code == 422
    client.post(at(contact, "contact_move", "reopen"), {"version": 2, "opinion": "问题反复"})
    contact.refresh_from_db()
    assert contact.state == "open"
    assert Deadline.for_matter(contact).get().status == "open"
    assert Waiting.for_matter(contact).exists()


def test_a_difficulty_added_later_waits_from_then_on(world, login, member, rule):
    contact = a_contact(world, member, "office")
    client = login("clerk")
    data = form(difficulty="住房困难") | {"version": 1}
    assert client.post(at(contact, "contact_edit"), data).status_code == 302
    contact.refresh_from_db()
    assert (contact.state, contact.version) == ("open", 3)
    assert Deadline.for_matter(contact).get().is_open
    assert Movement.for_matter(contact).get().name == "raise"
    assert client.post(at(contact, "contact_edit"), form(version=3)).status_code == 422  # emptied
    assert client.post(at(contact, "contact_edit"), form(version=2, difficulty="旧的")).status_code == 409
    contact.refresh_from_db()
    assert contact.difficulty == "住房困难"


def test_a_corrected_day_moves_the_deadline(world, login, member, rule):
    contact = a_contact(world, member, "office")
    client = login("clerk")
    client.post(at(contact, "contact_edit"), form(difficulty="难", version=1))
    client.post(at(contact, "contact_edit"), form(difficulty="难", version=3, on=TODAY - timedelta(days=5)))
    assert Deadline.for_matter(contact).get().due_on == TODAY + timedelta(days=10)


def test_a_double_click_is_one_contact(login, member, rule):
    data = form(difficulty="难")
    places = {login("clerk").post(NEW, data)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"member": "没有人"}, "没有找到委员"), ({"member": ""}, "委员"),
        ({"on": TODAY + timedelta(days=1)}, "不能晚于今天"),
        ({"on": "2001-01-01"}, "请核对年份"), ({"kind": "bogus"}, "类别"), ({"by": ""}, "接待"),
        ({"notes": " "}, "情况"),
        ({"member": "试member、试member2"}, "只填一位委员"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(world, login, member, given, words):
    a_member(world, "member2")
    response = login("clerk").post(NEW, form() | given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("who", "sees"), [("clerk", True), ("chair", True), ("auditor", True), ("econ_clerk", True), ("edu_clerk", False),
                      ("member", False), ("member2", False), ("dept1", False)]
)  # fmt: skip
def test_who_reads_them(world, login, member, who, sees):
    contact = a_contact(world, member)
    assert login(who).get(at(contact)).status_code == (200 if sees else 404)
    response = login(who).get(reverse("members:contact_list"))
    if response.status_code == 200:
        assert len(response.context["page_obj"].rows) == sees
    else:
        assert (response.status_code, sees) == (403, False)


def test_staff_who_are_members_do_not_read_what_was_said_of_themselves(world, login):
    contact = a_contact(world, a_member(world, "econ_clerk", committee="econ"))
    assert login("econ_clerk").get(at(contact)).status_code == 404
    assert login("econ_clerk").post(NEW, form(member="试econ_clerk")).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("econ_clerk", 302), ("clerk", 302), ("edu_clerk", 404), ("chair", 403)])
def test_who_changes_them(world, login, member, who, status):
    contact = a_contact(world, member)
    assert login(who).post(at(contact, "contact_edit"), form(version=1, notes="更正")).status_code == status


def test_a_committee_notes_for_its_own_members_only(world, login, member):
    assert login("edu_clerk").post(NEW, form()).status_code == 422
    assert login("econ_clerk").post(NEW, form()).status_code == 302


def test_the_guards(world, member):
    contact = a_contact(world, member, "office")
    by = world.users["clerk"]
    with pytest.raises(Refused, match="没有填写反映的困难"):
        CONTACT.move(contact, "raise", by=by, version=1)
    contact = a_contact(world, member, "office", state="open", difficulty="难")
    with pytest.raises(Refused, match="请写明解决"):
        CONTACT.move(contact, "solve", by=by, version=1, data={"solution": " ", "solved_on": TODAY})


class TestYear:
    """How many members were visited, and who was not."""

    @pytest.fixture
    def rows(self, world, member):
        people = members(world, 9, committee="edu")
        a_contact(world, people[0])
        a_contact(world, people[0])
        a_contact(world, people[1], kind="talk", difficulty="难", state="open")
        a_contact(world, people[2], on=TODAY.replace(year=TODAY.year - 1, day=1))
        return people

    def test_figures_and_the_list_of_who_was_not_visited(self, login, rows):
        client, address = login("clerk"), reverse("members:contact_year")
        response = client.get(address)
        told = response.context["figures"]
        assert (told.members, told.visited, told.share, told.reached, told.open) == (10, 1, 10, 2, 1)
        assert told.kinds == {"走访看望": 2, "谈心谈话": 1, "来信": 0, "来访": 0}
        for who, count in (("unvisited", 9), ("unreached", 8), ("visited", 1), ("", 10)):
            assert len(client.get(address, {"who": who}).context["page_obj"].rows) == count, who
        assert client.get(address, {"year": TODAY.year - 1}).context["figures"].visited == 1
        assert client.get(address, {"export": "xlsx", "who": "unvisited"}).status_code == 200
        for wrong in ({"year": "x"}, {"year": "9" * 30}, {"who": "x"}, {"sector": "x"}, {"committee": "x"}):
            assert client.get(address, wrong).status_code == 200

    def test_a_committee_counts_its_own(self, login, rows):
        assert login("edu_clerk").get(reverse("members:contact_year")).context["figures"].members == 9
        assert login("econ_clerk").get(reverse("members:contact_year")).context["figures"].members == 1
