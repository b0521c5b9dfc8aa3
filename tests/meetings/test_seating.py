"""Seats: ranked around the centre, proposed by the order of the list, set by hand, never used twice."""

import re
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cppcc.meetings.models import Meeting, Participant, ParticipantClass, Room
from cppcc.meetings.seating import Plan, assigned, centred, propose, put, seat_name, swap
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from tests.meetings.gatherings import invite, listed, meeting, put_meeting

SEATINGS = [choice.value for choice in Room.Seating]
COUNTS = st.integers(min_value=1, max_value=60)


# --- the order of seats --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "seating", "drawn"),
    [
        (1, "left", "1"),
        (2, "left", "1 2"),
        (3, "left", "3 1 2"),
        (4, "left", "3 1 2 4"),
        (7, "left", "7 5 3 1 2 4 6"),
        (8, "left", "7 5 3 1 2 4 6 8"),
        (3, "right", "2 1 3"),
        (4, "right", "4 2 1 3"),
        (7, "right", "6 4 2 1 3 5 7"),
        (4, "side", "1 2 3 4"),
    ],
)
def test_who_sits_where_as_the_drawing_shows_it(count, seating, drawn):
    """The drawing looks at the platform: the left hand of who sits there is the drawing's right."""
    row = [0] * count
    for rank, place in enumerate(centred(count, seating), start=1):
        row[place] = rank
    assert " ".join(map(str, row)) == drawn


@given(COUNTS, st.sampled_from(SEATINGS))
def test_each_place_is_given_once_and_the_nearest_to_the_centre_first(count, seating):
    places = centred(count, seating)
    assert sorted(places) == list(range(count))
    if seating != "side":
        away = [abs(place - (count - 1) / 2) for place in places]
        assert away == sorted(away)
        turns = [place > places[0] for place in places[1:]]
        assert turns == [(rank % 2 == 0) == (seating == "left") for rank in range(count - 1)]


def a_plan(*, people, platform, leaders, rows, per_row, seats, seating, chairs, fixed=0):
    """A plan without a database: leaders first in the list, the last `fixed` people set by hand on the first seats."""
    room = Room(name="厅", seats=seats, platform=platform, rows=rows, per_row=per_row, seating=seating)
    kinds = [ParticipantClass(label="领导", platform=True), ParticipantClass(label="委员")]
    listed = [
        Participant(pk=n + 1, participant_class=kinds[n >= leaders], person=Person(name=f"人{n}"))
        for n in range(people)
    ]
    plan = Plan.__new__(Plan)
    plan.__init__(SimpleNamespace(room=room, participants=FakeRows(listed), platform=chairs))
    for one, seat in zip(reversed(listed), [*plan.hall][:fixed], strict=False):
        one.seat, one.seat_fixed = seat, True
    return plan


class FakeRows(list):
    """A list that a plan may read as rows."""

    def select_related(self, *names):
        """The same rows."""
        return self


@given(
    people=st.integers(0, 120), platform=st.integers(0, 15), leaders=st.integers(0, 20), rows=st.integers(1, 8),
    per_row=st.integers(1, 15), seats=st.integers(1, 140), seating=st.sampled_from(SEATINGS),
    chairs=st.integers(0, 15), fixed=st.integers(0, 5),
)  # fmt: skip
def test_everybody_has_one_seat_that_exists_as_long_as_there_are_seats(**given):
    plan = a_plan(**given)
    before = {one.pk: one.seat for one in plan.people if one.seat_fixed}
    found = assigned(plan)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= plan.names
    assert len(plan.names) <= given["seats"]
    assert {pk: found[pk] for pk in before} == before
    hall = len(plan.hall)
    leaders = [one for one in plan.people if one.participant_class.platform]
    high = min(len([one for one in leaders if one.pk not in before]), len(plan.platform))
    assert len(found) == min(len(plan.people), high + hall)
    assert len(assigned(plan, keep=False)) == min(len(plan.people), min(len(leaders), len(plan.platform)) + hall)


@given(people=st.integers(2, 60), per_row=st.integers(1, 12), seating=st.sampled_from(SEATINGS))
def test_who_stands_first_sits_further_ahead_or_nearer_the_centre(people, per_row, seating):
    plan = a_plan(
        people=people, platform=0, leaders=0, rows=10, per_row=per_row, seats=120, seating=seating, chairs=0
    )  # fmt: skip
    seats = [assigned(plan).get(one.pk) for one in plan.people]
    places = [tuple(map(int, re.findall(r"\d+", seat))) for seat in seats if seat]
    assert [row for row, _ in places] == sorted(row for row, _ in places)
    full = [place for row, place in places if row == 1]
    assert [place - 1 for place in full] == centred(per_row, seating)[: len(full)]


# --- with rows -----------------------------------------------------------------------------------------------------


@pytest.fixture
def hall(world):
    """A meeting in a hall of 2 rows of 5 with a platform of 4; 3 leaders, 6 members."""
    made = meeting(world)
    ParticipantClass.objects.filter(key="leader").update(platform=True)
    made.room = Room.objects.create(name="小厅", seats=14, platform=4, rows=2, per_row=5)
    made.save()
    listed(world, made, ["赵一", "钱二", "孙三"], key="leader")
    listed(world, made, ["李四", "周五", "吴六", "郑七", "王八", "冯九"])
    return made


def seats_of(made):
    return dict(made.participants.values_list("person__name", "seat"))


@pytest.mark.django_db
def test_the_proposal_puts_leaders_on_the_platform_and_the_others_in_rows(hall):
    assert Plan(hall).chairs == 3
    assert propose(hall, 3) == 0
    assert seats_of(hall) == {
        "赵一": "主席台2座", "钱二": "主席台3座", "孙三": "主席台1座", "李四": "1排3座", "周五": "1排4座",
        "吴六": "1排2座", "郑七": "1排5座", "王八": "1排1座", "冯九": "2排3座",
    }  # fmt: skip
    hall.refresh_from_db()
    assert (hall.platform, Plan(hall).sentences, Plan(hall).unseated) == (3, [], [])


@pytest.mark.django_db
def test_what_was_set_by_hand_is_kept_until_all_is_done_anew(hall):
    propose(hall, 3)
    put(hall, hall.participants.get(person__name="冯九").pk, "1排3座")
    assert (seats_of(hall)["冯九"], seats_of(hall)["李四"]) == ("1排3座", "2排3座")
    propose(hall, 3)
    assert (seats_of(hall)["冯九"], seats_of(hall)["李四"]) == ("1排3座", "2排3座")
    propose(hall, 3, keep=False)
    assert (seats_of(hall)["冯九"], seats_of(hall)["李四"]) == ("2排3座", "1排3座")
    assert not hall.participants.filter(seat_fixed=True).exists()


@pytest.mark.django_db
def test_two_seats_change_places_and_an_empty_one_takes_the_other(hall):
    propose(hall, 3)
    swap(hall, "1排1座", "1排2座")
    assert (seats_of(hall)["王八"], seats_of(hall)["吴六"]) == ("1排2座", "1排1座")
    swap(hall, "2排5座", "1排1座")
    assert seats_of(hall)["吴六"] == "2排5座"
    with pytest.raises(Refused, match="都空着"):
        swap(hall, "2排1座", "2排2座")
    put(hall, hall.participants.get(person__name="吴六").pk, "")
    assert seats_of(hall)["吴六"] == ""
    assert not hall.participants.get(person__name="吴六").seat_fixed


@pytest.mark.django_db
def test_a_person_without_a_seat_takes_one_and_whoever_sat_there_has_none(hall):
    propose(hall, 3)
    late = invite_late(hall)
    put(hall, late.pk, "1排3座")
    assert (seats_of(hall)["晚到"], seats_of(hall)["李四"]) == ("1排3座", "")
    assert [one.person.name for one in Plan(hall).unseated] == ["李四"]


def invite_late(made):
    [row] = listed(None, made, ["晚到"])
    return row


@pytest.mark.django_db
def test_who_does_not_come_gets_no_seat_and_one_who_keeps_it_is_named(hall):
    propose(hall, 3)
    hall.refresh_from_db()
    hall.participants.filter(person__name="周五").update(reply="no", reason="出差")
    hall.participants.filter(person__name="钱二").update(leave="granted", reason="出差")
    [sentence] = Plan(hall).sentences
    assert sentence == "周五（1排4座）、钱二（主席台3座）不参加，还占着座位，重新排座后空出。"
    propose(hall, 2)
    assert {name for name, seat in seats_of(hall).items() if not seat} == {"周五", "钱二"}


@pytest.mark.django_db
def test_each_clash_is_one_sentence(hall):
    listed(None, hall, [f"多{n}" for n in range(9)])
    assert propose(hall, 4) == 5
    hall.refresh_from_db()
    assert Plan(hall).sentences == ["小厅有 14 个座位，要来 18 人，还差 4 个，请换会议室或者减少人数。"]
    Participant.objects.filter(person__name="多0").update(seat="9排1座")
    assert "多0（9排1座）的座位在小厅里不存在，请重新安排。" in Plan(hall).sentences
    Meeting.objects.filter(pk=hall.pk).update(room=None)
    assert Plan(Meeting.objects.get(pk=hall.pk)).sentences == [
        "这次会议没有选定会议室，不能排座；请先修改会议，选定会议室。"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("chairs", "words"), [(5, "最多摆 4 个座位"), (-1, "最多摆 4 个座位")])
def test_the_platform_holds_so_many_chairs(hall, chairs, words):
    with pytest.raises(Refused, match=words):
        propose(hall, chairs)


@pytest.mark.django_db
def test_a_seat_that_does_not_exist_and_a_closed_list_are_refused(hall):
    row = hall.participants.first()
    with pytest.raises(Refused, match="没有“3排1座”这个座位"):
        put(hall, row.pk, "3排1座")
    with pytest.raises(Refused, match="已不在参会名单中"):
        put(hall, 0, "1排1座")
    put_meeting(hall, "closed")
    with pytest.raises(Refused, match="名单不能再改"):
        propose(hall, 3)


@pytest.mark.django_db
def test_the_database_refuses_a_seat_twice(hall):
    one, other = hall.participants.all()[:2]
    Participant.objects.filter(pk=one.pk).update(seat=seat_name(1, 0))
    with transaction.atomic(), pytest.raises(IntegrityError, match="meetings_participant_seat_once"):
        Participant.objects.filter(pk=other.pk).update(seat=seat_name(1, 0))


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_changes_seats_by_two_clicks_and_by_lists(hall, login):
    client, page = login("clerk"), reverse("meetings:meeting_seats", args=[hall.pk])
    answer = client.post(reverse("meetings:seats_propose", args=[hall.pk]), {"chairs": "3"}, follow=True)
    assert "人工调整的座位没有变" in answer.text
    first = client.get(f"{page}?from=1排1座").text
    assert "已选：<strong>1排1座（王八）</strong>" in first
    assert 'value="1排2座"' in first
    move = reverse("meetings:seat_move", args=[hall.pk])
    answer = client.post(move, {"from": "1排1座", "to": "1排2座"}, follow=True)
    assert "王八：1排2座" in answer.text
    person = hall.participants.get(person__name="王八").pk
    client.post(move, {"from": f"person-{person}", "to": "2排1座"})
    assert seats_of(hall)["王八"] == "2排1座"
    client.post(move, {"from": f"person-{person}", "to": ""})
    assert "还没有座位（1 人）" in client.get(page).text


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"from": "person-x", "to": "1排1座"}, {"from": "主席台9座", "to": "x\x00"}])
def test_nonsense_is_refused_with_a_sentence(hall, login, data):
    answer = login("clerk").post(reverse("meetings:seat_move", args=[hall.pk]), data, follow=True)
    assert "notice-error" in answer.text
    assert set(seats_of(hall).values()) == {""}


@pytest.mark.django_db
def test_without_a_room_or_on_a_closed_meeting_the_plan_is_only_read(hall, world, login):
    propose(hall, 3)
    put_meeting(hall, "closed")
    text = login("clerk").get(reverse("meetings:meeting_seats", args=[hall.pk])).text
    assert "赵一" in text
    assert "自动排座" not in text
    bare = meeting(world, title="没有会议室的会")
    invite(world, bare, "member")
    assert "没有选定会议室" in login("clerk").get(reverse("meetings:meeting_seats", args=[bare.pk])).text
