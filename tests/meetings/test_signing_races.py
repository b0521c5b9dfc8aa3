"""Two at once in the hall: two clerks, a phone and the desk, an undo beside a press, a press beside the closing."""

from uuid import uuid4

import pytest

from cppcc.meetings.identifying import sign_in_by_name
from cppcc.meetings.models import Meeting, Participant, SignIn, WrongSignIn
from cppcc.meetings.models.participants import How
from cppcc.meetings.signing import Outcome, Press, press, press_many
from cppcc.meetings.walking_in import Stranger, walk_in
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement
from tests.meetings.gatherings import classes, crowd, invite
from tests.meetings.halls import hall, pressed, row_of
from tests.meetings.test_meeting_races import together, user

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clerks_and_a_phone_tick_one_person_at_once(world):
    made = hall(world)
    row = row_of(world, made, "member")
    by = [user(world, "clerk"), user(world, "sg"), user(world, "member")] * 4
    found = together(
        *[lambda u=u: press(made, Press(row.pk, "arrive", uuid4()), by=u, how=How.LIST) for u in by]
    )  # fmt: skip
    assert sum(one.changed for one in found) == 1
    assert SignIn.objects.filter(counted=True).count() == 1
    assert SignIn.objects.count() == len(by)
    assert Participant.objects.get(pk=row.pk).attendance == "present"


def test_one_press_sent_many_times_counts_once(world):
    made, own = hall(world), uuid4()
    row, by = row_of(world, made, "member"), user(world, "clerk")
    found = together(*[lambda: press(made, Press(row.pk, "arrive", own), by=by) for _ in range(10)])
    assert sum(one.changed for one in found) == 1
    assert SignIn.objects.count() == 1


def test_one_id_at_two_meetings_is_one_press(world):
    for _ in range(4):
        first, second, own = hall(world, "member"), hall(world, "member", title="另一次会议"), uuid4()
        by = user(world, "clerk")
        found = together(
            *[
                lambda made=made, own=own, by=by: press(made, Press(made.participants.get().pk, "arrive", own), by=by)
                for made in (first, second)
            ]
        )
        assert sorted(type(one) is Outcome for one in found) == [False, True]
        assert SignIn.objects.filter(client_id=own).count() == 1


def test_two_undos_of_one_press_take_back_once(world):
    made = hall(world, begun=40)
    pressed(world, made, "member")
    _, left = pressed(world, made, "member", "leave")
    row, by = row_of(world, made, "member"), user(world, "clerk")
    found = together(*[lambda: press(made, Press(row.pk, "undo", uuid4(), left), by=by) for _ in range(6)])
    assert sum(one.changed for one in found if isinstance(one, Outcome)) == 1
    assert Participant.objects.get(pk=row.pk).attendance == "late"


def test_a_press_beside_the_closing_is_counted_or_refused(world):
    for _ in range(8):
        made = hall(world, "member", begun=60)
        row, by = made.participants.get(), user(world, "clerk")
        said, closed = together(
            lambda made=made, row=row, by=by: press(made, Press(row.pk, "arrive", uuid4()), by=by),
            lambda made=made, by=by: MEETING.move(made, "close", by=by, version=made.version),
        )
        kept = Participant.objects.get(pk=row.pk)
        assert isinstance(closed, Movement)
        assert Meeting.objects.get(pk=made.pk).state == "closed"
        if isinstance(said, Refused):
            assert (kept.attendance, kept.sign_ins.count()) == ("absent", 0)
        else:
            assert (kept.attendance, kept.sign_ins.count()) == ("late", 1)


def test_a_bulk_tick_beside_the_closing_is_whole_or_not_at_all(world):
    for _ in range(4):
        made = hall(world, "member", "dept1", "chair", "vice", begun=60)
        by = user(world, "clerk")
        ticked = [Press(row.pk, "arrive", uuid4()) for row in made.participants.all()]
        said, _closed = together(
            lambda made=made, ticked=ticked, by=by: press_many(made, ticked, by=by),
            lambda made=made, by=by: MEETING.move(made, "close", by=by, version=made.version),
        )
        states = set(made.participants.values_list("attendance", flat=True))
        assert states == ({"absent"} if isinstance(said, Refused) else {"late"})


def test_two_bulk_ticks_that_overlap_do_not_wait_in_a_circle(world):
    made = hall(world, "member", "dept1", "chair", "vice")
    pks = list(made.participants.values_list("pk", flat=True))
    by = user(world, "clerk")
    orders = [pks, pks[::-1], pks[1:], pks[:-1]]
    found = together(
        *[lambda o=o: press_many(made, [Press(pk, "arrive", uuid4()) for pk in o], by=by) for o in orders]
    )  # fmt: skip
    assert sum(outcome.changed for outcomes in found for outcome in outcomes) == 4


def test_one_stranger_walks_in_once_however_often_he_is_sent(world):
    made, own = hall(world, "member"), uuid4()
    by, as_what = user(world, "clerk"), classes()["department"]
    together(*[lambda: walk_in(made, Stranger("王五"), as_what, client_id=own, by=by) for _ in range(6)])
    assert Person.objects.filter(name="王五").count() == 1
    person = crowd(world, 1)[0]
    together(*[lambda: walk_in(made, person, as_what, client_id=uuid4(), by=by) for _ in range(6)])
    assert made.participants.filter(person=person).count() == 1
    assert sorted(made.participants.values_list("order", flat=True)) == [1, 2, 3]


def test_guesses_at_once_are_counted_one_by_one(world):
    made = hall(world)
    guesses = [f"{n:04}" for n in range(12)]
    found = together(
        *[
            lambda digits=digits: sign_in_by_name(made, "试member", digits, address="10.0.0.1", client_id=uuid4())
            for digits in guesses
        ]
    )
    assert all(isinstance(one, Refused) for one in found)
    assert WrongSignIn.objects.count() == 5


def test_a_crowd_at_the_door_loses_nobody(world):
    made = hall(world, "member")
    invite(world, made, "dept1", "chair")
    people = crowd(world, 24)
    kind = classes()["member"]
    rows = Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=n + 9) for n, person in enumerate(people)
    )
    together(*[lambda row=row: press(made, Press(row.pk, "arrive", uuid4()), by=None, how=How.CODE) for row in rows])
    assert made.participants.came().count() == 24
    assert SignIn.objects.filter(counted=True).count() == 24
