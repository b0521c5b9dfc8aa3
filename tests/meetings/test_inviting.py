"""The list: proposed from rules, added to by hand, changed; the same for four hundred as for four. R114, R118."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Dispatch, Notice
from cppcc.meetings import inviting, registry
from cppcc.meetings.inviting import add, add_rows, candidates, missing_rosters, remove, set_class, set_order
from cppcc.meetings.models import Participant
from cppcc.meetings.people import find
from cppcc.meetings.registry import Candidate, Roster
from cppcc.office.models import Person, Tenure
from cppcc.office.refusals import Refused
from tests.meetings.gatherings import classes, crowd, invite, invited, meeting, put_meeting, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster(monkeypatch):
    """A list that an app above hands down."""

    def hand(key, persons):
        found = Roster(key, "全体委员", lambda day: [Candidate(p, None, "委员") for p in persons])
        monkeypatch.setitem(registry.ROSTERS, key, found)

    return hand


def names(rows):
    return [row.person.name for row in rows]


def test_each_source_names_its_people_with_class_reason_rule_and_unit(world, roster):
    made = meeting(world)
    roster("members-of-test", [world.users["member"].person])
    rule("symposium", "a", "roster", "members-of-test", order=1)
    rule("symposium", "b", "role", "chair", "leader", order=2, rule="R114")
    rule("symposium", "c", "unit_kind", "county", "staff", order=3, rule="R118", chosen=False)
    rule("symposium", "d", "unit", "dept1", "department", order=4)
    rows = candidates(made)
    assert names(rows) == ["试member", "试chair", "试county1", "试county2", "试dept1"]
    assert [(r.participant_class.key, r.why, r.rule, r.chosen) for r in rows[1:3]] == [
        ("leader", "依据b", "R114", True), ("staff", "依据c", "R118", False),
    ]  # fmt: skip
    assert (rows[4].candidate.organization, rows[4].candidate.title) == (world.orgs["dept1"], "部门经办")
    assert missing_rosters(made) == []


def test_who_is_named_twice_stands_once_with_both_reasons(world):
    made = meeting(world)
    rule("symposium", "a", "role", "chair", "leader", order=1)
    rule("symposium", "b", "unit", "cppcc", "member", order=2)
    rows = candidates(made)
    assert names(rows) == ["试chair", "试vice"]
    assert (rows[0].participant_class.key, rows[0].also) == ("leader", ["依据b"])


def test_the_list_is_as_of_the_meetings_day(world):
    made = meeting(world, days=20)
    rule("symposium", "a", "role", "chair", "leader")
    Tenure.objects.filter(post=world.posts["chair"]).update(valid_to=timezone.localdate() + timedelta(days=10))
    Tenure.objects.create(
        post=world.posts["chair"], person=world.users["nobody"].person,
        valid_from=timezone.localdate() + timedelta(days=11),
    )  # fmt: skip
    assert names(candidates(made)) == ["试nobody"]


def test_a_rule_whose_roster_nobody_keeps_is_told(world):
    made = meeting(world)
    rule("symposium", "a", "roster", "no-such", reason="常委会组成人员")
    assert candidates(made) == []
    assert missing_rosters(made) == ["常委会组成人员"]


def test_a_rule_of_another_time_does_not_count(world):
    made = meeting(world)
    rule("symposium", "a", "role", "chair", valid_to=timezone.localdate())
    assert candidates(made) == []


def test_adding_tells_who_stood_on_the_list_and_keeps_the_order(world):
    made, clerk = meeting(world), world.users["clerk"]
    first = add(made, [world.users["dept1"].person, world.users["member"].person], "member", by=clerk)
    assert ([row.order for row in first.new], first.known) == ([1, 2], [])
    again = add(made, [world.users["dept1"].person, world.users["dept2"].person], "staff", by=clerk)
    assert (names(again.new), names_of(again.known)) == (["试dept2"], ["试dept1"])
    row = made.participants.get(person=world.users["dept1"].person)
    assert (row.organization, row.title, row.participant_class.key, row.why) == (
        world.orgs["dept1"], "部门经办", "member", "手工添加",
    )  # fmt: skip


def names_of(persons):
    return [person.name for person in persons]


def test_titles_of_those_without_a_post_come_from_above(world, monkeypatch):
    person = world.users["nobody"].person
    known = {person.pk: Candidate(person, world.orgs["econ"], "委员")}
    monkeypatch.setattr(inviting, "TITLES", [lambda pks, day: {pk: known[pk] for pk in pks if pk in known}])
    row = add(meeting(world), [person], "member", by=world.users["clerk"]).new[0]
    assert (row.organization, row.title) == (world.orgs["econ"], "委员")


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_the_list_of_a_closed_meeting_is_closed(world, state):
    made = put_meeting(meeting(world), state)
    row = invite(world, made, "member")
    for act in (
        lambda: add(made, [world.users["dept1"].person], "member", by=world.users["clerk"]),
        lambda: remove(made, [row.pk], by=world.users["clerk"]),
        lambda: set_class(made, [row.pk], classes()["staff"]),
        lambda: set_order(made, {row.pk: 3}),
    ):
        with pytest.raises(Refused, match="名单不能再改"):
            act()
    assert made.participants.get().participant_class.key == "member"


def test_order_and_class_are_changed_for_many_at_once(world):
    made = meeting(world)
    rows = invite(world, made, "member", "member2", "dept1")
    set_order(made, {rows[2].pk: 0})
    assert [r.person.name for r in made.participants.order_by("order")] == ["试dept1", "试member", "试member2"]
    assert set_class(made, [row.pk for row in rows[:2]], classes()["staff"]) == 2
    assert [r.participant_class.key for r in made.participants.order_by("order")] == ["member", "staff", "staff"]


def test_who_was_told_hears_when_he_is_taken_off_the_list(world):
    made = invited(world, "member", "dept1")
    invite(world, made, "member2", told=False)
    remove(made, list(made.participants.values_list("pk", flat=True)), by=world.users["clerk"])
    assert not made.participants.exists()
    told = {notice.user.username for notice in Notice.objects.filter(title__startswith="会议变更")}
    assert told == {"member", "dept1"}


def test_who_signed_in_stays_on_the_list(world):
    made = invited(world, "member")
    made.participants.update(attendance="present", arrived_at=timezone.now())
    with pytest.raises(Refused, match="已有签到记录"):
        remove(made, [made.participants.get().pk], by=world.users["clerk"])
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("words", ["众人0007", "zhongren", "zhong ren", "zr"])
def test_people_are_found_by_name_pinyin_and_initials(world, words):
    crowd(world, 9)
    assert "众人0007" in [person.name for person in find(words)]


def test_what_is_no_name_finds_nobody(world):
    assert [list(find(words)) for words in ("", "  ", "没有这个人", "%", "(", "z" * 60)] == [[]] * 6


def counted(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_four_hundred_cost_as_many_statements_as_four(world, roster):
    found = []
    for size in (4, 400):
        Participant.objects.all().delete()
        Person.objects.filter(name__startswith="众人").delete()
        made = meeting(world)
        people = crowd(world, size)
        roster("crowd", people)
        if size == 4:
            rule("symposium", "crowd", "roster", "crowd")
        costs = [counted(lambda made=made: candidates(made))]
        rows = candidates(made)
        assert len(rows) == size
        costs.append(counted(lambda made=made, rows=rows: add_rows(made, rows, by=world.users["clerk"])))
        pks = list(made.participants.values_list("pk", flat=True))
        costs.append(counted(lambda made=made, pks=pks: set_order(made, {pk: 5000 - pk % 5000 for pk in pks})))
        costs.append(counted(lambda made=made, pks=pks: set_class(made, pks, classes()["staff"])))
        assert made.participants.count() == size
        found.append(costs)
    assert found[0] == found[1], found


def page(name, made, *more):
    return reverse(f"meetings:{name}", args=[made.pk, *more])


def test_the_pages_tick_search_paste_and_change(world, login):
    made, client = meeting(world), login("clerk")
    rule("symposium", "a", "role", "chair", "leader")
    address = page("invitee_rules", made)
    assert "依据a" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    chair = world.users["chair"].person.pk
    assert client.post(address, {"person": [chair, world.users["dept1"].person.pk]}).status_code == 302
    assert [row.person_id for row in made.participants.all()] == [chair]
    added = page("invitee_add", made)
    assert "试dept2" in client.get(added, {"q": "试dept2"}).content.decode()
    assert client.post(added, {"participant_class": "member", "names": "查无此人"}).status_code == 422
    response = client.post(
        added, {"participant_class": "member", "names": "试dept1、试chair", "person": [world.users["dept2"].person.pk]},
        follow=True,
    )  # fmt: skip
    assert "试chair（共 1 人）" in response.content.decode()
    assert made.participants.count() == 3
    rows = {row.person.name: row.pk for row in made.participants.select_related("person")}
    change = page("invitee_change", made)
    staff = classes()["staff"].pk
    client.post(change, {"act": "class", "participant": [rows["试dept1"]], "participant_class": staff})
    assert made.participants.get(pk=rows["试dept1"]).participant_class_id == staff
    client.post(change, {"act": "order", f"place-{rows['试dept2']}": "0"})
    assert made.participants.get(pk=rows["试dept2"]).order == 1
    client.post(change, {"act": "remove", "participant": [rows["试dept2"]]})
    assert made.participants.count() == 2
    assert made.participants.filter(person=chair).exists()


def test_people_of_a_roster_are_ticked_by_hand(world, login, roster):
    made = meeting(world)
    roster("sector-of-test", [world.users["member"].person])
    text = login("clerk").get(page("invitee_add", made), {"roster": "sector-of-test"}).content.decode()
    assert "名册共 1 人" in text
    assert "试member" in text
