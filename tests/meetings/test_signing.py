"""Signing in: arrive, late, early, undo; deputies, leave, walk-ins; by name and digits; what is refused. R070."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cppcc.meetings import identifying
from cppcc.meetings.identifying import sign_in_by_name
from cppcc.meetings.models import Meeting, MeetingKind, Participant, SignIn, WrongSignIn
from cppcc.meetings.models.participants import How
from cppcc.meetings.signing import Press, closed_sentence, press, press_many, told
from cppcc.meetings.tally import tally_of
from cppcc.meetings.walking_in import Stranger, walk_in
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Waiting
from tests.meetings.gatherings import classes, crowd, invite, meeting, put_meeting
from tests.meetings.halls import MINUTE, at_time, hall, minutes_between, pressed, row_of

pytestmark = pytest.mark.django_db


def say(world, made, name, *rest, **given):
    with pytest.raises(Refused) as refusal:
        pressed(world, made, name, *rest, **given)
    return refusal.value.sentence


# --- arriving ------------------------------------------------------------------------------------------------------


def test_who_arrives_before_the_start_is_present(world):
    made = hall(world, begun=-20)
    outcome, _ = pressed(world, made, "member")
    row = row_of(world, made, "member")
    assert (row.attendance, row.attendance_how, outcome.changed) == ("present", "list", True)
    assert abs(minutes_between(row.arrived_at, timezone.now())) < 1
    assert "出席" in outcome.sentence and "到会" in outcome.sentence


@pytest.mark.parametrize(("begun", "state"), [(9, "present"), (11, "late")])
def test_late_is_after_the_grace_of_the_kind(world, begun, state):
    made = hall(world, begun=begun)
    pressed(world, made, "member")
    assert row_of(world, made, "member").attendance == state


def test_the_grace_is_data(world):
    made = hall(world, begun=25)
    MeetingKind.objects.filter(pk=made.kind_id).update(grace=30)
    pressed(world, made, "member")
    assert row_of(world, made, "member").attendance == "present"


def test_a_press_that_waited_for_the_network_counts_when_it_was_made(world):
    made = hall(world, begun=30)
    pressed(world, made, "member", waited=35 * MINUTE)
    pressed(world, made, "dept1", waited=timedelta(days=400))
    early, bounded = row_of(world, made, "member"), row_of(world, made, "dept1")
    assert (early.attendance, round(minutes_between(early.arrived_at, made.starts))) == ("present", 5)
    assert bounded.arrived_at == made.starts - timedelta(hours=made.kind.opens_before)


def test_what_is_entered_after_the_end_was_in_time(world):
    made = hall(world, begun=180)
    pressed(world, made, "member")
    pressed(world, made, "dept1", "late")
    in_time, late = row_of(world, made, "member"), row_of(world, made, "dept1")
    assert (in_time.attendance, in_time.arrived_at) == ("present", made.starts)
    assert (late.attendance, late.arrived_at) == ("late", made.starts + 10 * MINUTE)


def test_the_clerk_corrects_late_and_in_time(world):
    made = hall(world, begun=30)
    pressed(world, made, "member")
    pressed(world, made, "member", "on_time")
    assert row_of(world, made, "member").attendance == "present"
    pressed(world, made, "member", "late")
    assert row_of(world, made, "member").attendance == "late"


# --- once ----------------------------------------------------------------------------------------------------------


def test_the_same_press_counts_once(world):
    made = hall(world)
    first, own = pressed(world, made, "member")
    again, _ = pressed(world, made, "member", client_id=own)
    assert (first.changed, again.changed) == (True, False)
    assert SignIn.objects.count() == 1


def test_a_press_on_what_holds_changes_nothing(world):
    made = hall(world, begun=-30)
    pressed(world, made, "member")
    before = row_of(world, made, "member").arrived_at
    second, _ = pressed(world, made, "member")
    assert not second.changed and "没有变化" in second.sentence
    assert row_of(world, made, "member").arrived_at == before
    assert list(SignIn.objects.values_list("counted", flat=True)) == [False, True]


def test_a_press_that_came_already_is_not_done_again_after_an_undo(world):
    made = hall(world)
    _, own = pressed(world, made, "member")
    pressed(world, made, "member", "undo", of=own)
    again, _ = pressed(world, made, "member", client_id=own)
    assert not again.changed
    assert row_of(world, made, "member").attendance == ""


def test_an_id_of_another_press_is_refused(world):
    made = hall(world)
    _, own = pressed(world, made, "member")
    assert "编号已经用过" in say(world, made, "dept1", client_id=own)
    other = hall(world, "member", title="另一次会议")
    assert "编号已经用过" in say(world, other, "member", client_id=own)


# --- leaving and taking back ---------------------------------------------------------------------------------------


def test_leaving_early_and_coming_back(world):
    made = hall(world, begun=-5)
    pressed(world, made, "member")
    made = at_time(made, 60)
    Participant.objects.filter(meeting=made).update(arrived_at=made.starts)
    pressed(world, made, "member", "leave")
    row = row_of(world, made, "member")
    assert row.attendance == "left_early" and row.left_at is not None
    pressed(world, made, "member")
    row = row_of(world, made, "member")
    assert (row.attendance, row.left_at, row.arrived_at) == ("present", None, made.starts)


def test_leaving_needs_an_arrival_and_a_beginning(world):
    made = hall(world, begun=-30)
    assert "还没有签到" in say(world, made, "member", "leave")
    pressed(world, made, "member")
    assert "还没有开始" in say(world, made, "member", "leave")
    assert SignIn.objects.count() == 1


def test_undo_restores_what_held_before(world):
    made = hall(world, begun=40)
    _, arrived = pressed(world, made, "member")
    late = row_of(world, made, "member")
    _, left = pressed(world, made, "member", "leave")
    pressed(world, made, "member", "undo", of=left)
    row = row_of(world, made, "member")
    assert (row.attendance, row.arrived_at, row.left_at) == ("late", late.arrived_at, None)
    pressed(world, made, "member", "undo", of=arrived)
    row = row_of(world, made, "member")
    assert (row.attendance, row.arrived_at, row.attendance_how) == ("", None, "")


def test_an_undo_names_its_press(world):
    made = hall(world, begun=40)
    _, arrived = pressed(world, made, "member")
    pressed(world, made, "member", "leave")
    assert "先撤销那一次" in say(world, made, "member", "undo", of=arrived)
    nothing, _ = pressed(world, made, "member", "undo", of=uuid4())
    none, _ = pressed(world, made, "member", "undo")
    assert (nothing.changed, none.changed) == (False, False)
    assert row_of(world, made, "member").attendance == "left_early"


def test_two_undos_of_one_press_take_back_one(world):
    made = hall(world, begun=40)
    pressed(world, made, "member")
    _, left = pressed(world, made, "member", "leave")
    first, _ = pressed(world, made, "member", "undo", of=left)
    second, _ = pressed(world, made, "member", "undo", of=left)
    assert (first.changed, second.changed) == (True, False)
    assert row_of(world, made, "member").attendance == "late"


# --- when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"), [("planned", "还没有发出通知"), ("cancelled", "已取消"), ("closed", "出席情况已锁定")]
)
def test_nobody_signs_in_outside_the_life_of_the_meeting(world, state, words):
    made = put_meeting(hall(world), state)
    assert words in say(world, made, "member")
    assert not SignIn.objects.exists()


def test_the_window_opens_some_hours_before_and_ends_for_phones_with_the_meeting(world):
    made = hall(world, begun=-180)
    assert "现在还不能签到" in say(world, made, "member")
    MeetingKind.objects.filter(pk=made.kind_id).update(opens_before=4)
    made = Meeting.objects.select_related("kind").get(pk=made.pk)
    assert closed_sentence(made) == closed_sentence(made, How.CODE) == ""
    made = at_time(made, 130)
    assert closed_sentence(made) == ""
    assert "已经散会" in closed_sentence(made, How.CODE)
    assert "已经散会" in say(world, made, "member", how=How.LOGIN)


def test_who_is_not_on_the_list_is_refused(world):
    made, other = hall(world, "member"), hall(world, "dept1", title="另一次会议")
    one = Press(other.participants.get().pk, "arrive", uuid4())
    with pytest.raises(Refused, match="不在参会名单"):
        press(made, one, by=world.users["clerk"])
    with pytest.raises(Refused, match="没有这种操作"):
        press(made, Press(made.participants.get().pk, "dance", uuid4()), by=world.users["clerk"])


# --- leave, deputies, many -----------------------------------------------------------------------------------------


def test_somebody_on_leave_comes_all_the_same(world):
    made = hall(world)
    made.participants.filter(person=world.users["member"].person).update(leave="granted", reason="出差")
    assert tally_of(made).total["leave"] == 1
    outcome, own = pressed(world, made, "member")
    assert "已准假，本人到会" in outcome.sentence
    assert (tally_of(made).total["leave"], tally_of(made).total["came"]) == (0, 1)
    pressed(world, made, "member", "undo", of=own)
    assert tally_of(made).total["leave"] == 1


def test_who_comes_needs_no_leave_any_more(world):
    made = hall(world)
    made.participants.filter(person=world.users["member"].person).update(leave="asked", reason="出差")
    put_meeting(made, "invited", starts=timezone.now() - MINUTE)
    _, own = pressed(world, made, "member")
    assert not Waiting.for_matter(made).filter(label="批准请假").exists()
    pressed(world, made, "member", "undo", of=own)
    assert Waiting.for_matter(made).filter(label="批准请假").exists()
    with pytest.raises(Refused, match="请假没有批复"):
        MEETING.move(made, "close", by=world.users["clerk"], version=made.version)


def test_a_deputy_signs_in_for_whom_he_stands_for(world):
    made = hall(world)
    made.participants.filter(person=world.users["dept1"].person).update(
        reply="deputy", deputy_name="李四", deputy_title="副局长"
    )
    outcome, _ = pressed(world, made, "dept1")
    assert outcome.sentence.startswith("李四（副局长）代试dept1：出席")
    assert tally_of(made).total["deputies"] == 1


def test_many_are_ticked_in_one_act(world, django_assert_max_num_queries):
    made = hall(world)
    pressed(world, made, "chair")
    rows = [Press(row.pk, "arrive", uuid4()) for row in made.participants.all()]
    outcomes = press_many(made, [*rows, rows[0]], by=world.users["clerk"])
    assert sorted(outcome.changed for outcome in outcomes) == [False, True, True]
    assert tally_of(made).total["came"] == 3


def test_one_who_cannot_hinders_no_other(world):
    made = hall(world, begun=40)
    pressed(world, made, "chair")
    rows = [Press(row.pk, "leave", uuid4()) for row in made.participants.all()]
    outcomes = press_many(made, rows, by=world.users["clerk"])
    assert sorted((outcome.changed, bool(outcome.refusal)) for outcome in outcomes) == [
        (False, True), (False, True), (True, False),
    ]  # fmt: skip


def test_the_numbers_of_the_hall(world):
    made = hall(world, "member", "member2", "dept1", "chair")
    invite(world, made, "sg", key="staff")
    made.participants.filter(person=world.users["member2"].person).update(leave="granted")
    for name in ("member", "sg"):
        pressed(world, made, name)
    walk_in(made, Stranger("王五"), classes()["member"], client_id=uuid4(), by=world.users["clerk"])
    total = tally_of(made).total
    assert total == {
        "due": 4, "came": 1, "leave": 1, "late": 0, "left": 0, "deputies": 0, "others": 2, "missing": 2,
    }  # fmt: skip


# --- walking in ----------------------------------------------------------------------------------------------------


def test_a_person_whom_we_know_walks_in(world):
    made = hall(world, "member")
    outcome = walk_in(
        made, world.users["dept2"].person, classes()["department"], client_id=uuid4(), by=world.users["clerk"]
    )
    row = row_of(world, made, "dept2")
    assert (row.walk_in, row.attendance, row.organization, row.order) == (True, "present", world.orgs["dept2"], 2)
    assert outcome.row == row


def test_a_stranger_walks_in_once(world):
    made, own = hall(world, "member"), uuid4()
    who = Stranger("王五", "市发改局", "科长", "13900000000")
    for _ in range(2):
        walk_in(made, who, classes()["department"], client_id=own, by=world.users["clerk"])
    row = made.participants.select_related("person").get(walk_in=True)
    assert (row.person.name, row.person.phone, row.organization, row.title) == (
        "王五", "13900000000", world.orgs["dept1"], "科长",
    )  # fmt: skip
    assert Person.objects.filter(name="王五").count() == 1
    walk_in(made, Stranger("赵六", "某公司", "经理"), classes()["staff"], client_id=uuid4(), by=world.users["clerk"])
    assert made.participants.get(person__name="赵六").title == "某公司经理"


def test_who_is_on_the_list_walks_in_as_himself(world):
    made = hall(world, "member")
    walk_in(made, world.users["member"].person, classes()["staff"], client_id=uuid4(), by=world.users["clerk"])
    row = made.participants.get()
    assert (row.walk_in, row.attendance, row.participant_class) == (False, "present", classes()["member"])


def test_nobody_walks_into_a_closed_meeting(world):
    made = put_meeting(hall(world, "member"), "closed")
    with pytest.raises(Refused, match="已锁定"):
        walk_in(made, Stranger("王五"), classes()["staff"], client_id=uuid4(), by=world.users["clerk"])
    assert not Person.objects.filter(name="王五").exists()


def test_a_walk_in_that_was_taken_back_is_not_absent(world):
    made, own = hall(world, "member"), uuid4()
    walk_in(made, world.users["dept2"].person, classes()["department"], client_id=own, by=world.users["clerk"])
    pressed(world, made, "dept2", "undo", of=own)
    put_meeting(made, "invited", starts=timezone.now() - MINUTE)
    MEETING.move(made, "close", by=world.users["clerk"], version=made.version)
    assert row_of(world, made, "dept2").attendance == ""
    assert row_of(world, made, "member").attendance == "absent"


# --- closing -------------------------------------------------------------------------------------------------------


def test_the_lock_ends_it_and_reopening_begins_it_again(world):
    made = hall(world, begun=5)
    _, own = pressed(world, made, "member")
    _, gone = pressed(world, made, "dept1")
    pressed(world, made, "dept1", "undo", of=gone)
    MEETING.move(made, "close", by=world.users["clerk"], version=made.version)
    assert "已锁定" in say(world, made, "member", "undo", of=own)
    assert "已锁定" in say(world, made, "dept1")
    assert row_of(world, made, "dept1").attendance == "absent"
    made.refresh_from_db()
    MEETING.move(made, "reopen", by=world.users["clerk"], version=made.version, opinion="漏签")
    assert [row_of(world, made, name).attendance for name in ("member", "dept1", "chair")] == ["present", "", ""]
    pressed(world, made, "dept1")
    assert row_of(world, made, "dept1").attendance == "present"


# --- by name -------------------------------------------------------------------------------------------------------


def by_name(made, name, digits, address="10.0.0.1"):
    return sign_in_by_name(made, name, digits, address=address, client_id=uuid4())


def wrong(made, *rest, **given):
    with pytest.raises(Refused) as refusal:
        by_name(made, *rest, **given)
    return refusal.value.sentence


def test_name_and_digits_sign_in(world):
    made = hall(world)
    outcome = by_name(made, " 试 member ", "1000")
    assert (outcome.changed, outcome.row.attendance_how) == (True, "code")
    assert SignIn.objects.get().by is None
    assert not by_name(made, "试member", "1000").changed


def test_a_deputy_gives_his_own_name(world):
    made = hall(world)
    made.participants.filter(person=world.users["dept1"].person).update(
        reply="deputy", deputy_name="李四", deputy_title="副局长"
    )
    assert wrong(made, "试dept1", "1001") == identifying.WRONG
    assert told(by_name(made, "李四", "1001").row).startswith("李四（副局长）代试dept1：出席")


@pytest.mark.parametrize(
    ("name", "digits"), [("试member", "9999"), ("不在名单", "1000"), ("试member", ""), ("试member", "13900001000"[-3:])]
)
def test_the_answer_is_the_same_whatever_does_not_fit(world, name, digits):
    made = hall(world)
    assert wrong(made, name, digits) == identifying.WRONG
    assert WrongSignIn.objects.count() == 1 and not SignIn.objects.exists()


def test_a_person_without_a_number_and_two_who_cannot_be_told_apart_go_to_the_desk(world):
    made = hall(world)
    Person.objects.filter(pk=world.users["member"].person_id).update(phone="")
    assert wrong(made, "试member", "") == wrong(made, "试member", "1000") == identifying.WRONG
    Person.objects.filter(pk__in=[world.users["dept1"].person_id, world.users["chair"].person_id]).update(
        name="同名", phone="13912345678"
    )
    assert wrong(made, "同名", "5678") == identifying.WRONG


def test_too_many_wrong_ones_lock_the_name_on_the_list_or_not(world):
    made = hall(world)
    for name, right in (("试member", "1000"), ("不在名单", "0000")):
        assert {wrong(made, name, f"{n:04}") for n in range(5)} == {identifying.WRONG}
        assert wrong(made, name, right) == identifying.ENOUGH
    assert by_name(made, "试dept1", "1001").changed
    WrongSignIn.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert by_name(made, "试member", "1000").changed


def test_too_many_from_one_address_and_at_one_meeting(world, monkeypatch):
    made = hall(world)
    monkeypatch.setattr(identifying, "FROM_AN_ADDRESS", 3)
    monkeypatch.setattr(identifying, "AT_A_MEETING", 5)
    assert [wrong(made, f"甲{n}", "0000") for n in range(4)] == [identifying.WRONG] * 3 + [identifying.ENOUGH]
    assert by_name(made, "试member", "1000", address="10.0.0.2").changed
    assert [wrong(made, f"乙{n}", "0000", address=f"10.0.1.{n}") for n in range(3)] == [
        identifying.WRONG, identifying.WRONG, identifying.ENOUGH,
    ]  # fmt: skip


def test_old_wrong_ones_are_forgotten(world):
    made = hall(world)
    wrong(made, "甲", "0000")
    WrongSignIn.objects.update(at=timezone.now() - timedelta(days=2))
    wrong(made, "乙", "0000")
    assert list(WrongSignIn.objects.values_list("name", flat=True)) == ["乙"]


def test_by_name_only_in_the_window(world):
    assert "现在还不能签到" in wrong(hall(world, begun=-300), "试member", "1000")
    assert "已取消" in wrong(put_meeting(hall(world, title="二"), "cancelled"), "试member", "1000")
    assert not WrongSignIn.objects.exists()


def test_a_planned_meeting_takes_nobody(world):
    made = meeting(world)
    invite(world, made, "member", told=False)
    assert closed_sentence(made) == "会议还没有发出通知，不能签到。"
    assert crowd(world, 1)
