"""Two at once: two answers, an answer beside the closing, two decisions on leave, two clerks at one list."""

import threading

import pytest
from django.db import connection, transaction

from cppcc.meetings.inviting import add
from cppcc.meetings.models import Answer, Meeting, Participant
from cppcc.meetings.replying import Said, answer, decide_leave
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import User
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement, Waiting
from tests.meetings.gatherings import begun, invited

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """What each act gave, or the refusal; all begin at one moment, each on a connection of its own."""
    gate, found = threading.Barrier(len(acts)), {}

    def run(place, act):
        try:
            gate.wait(10)
            found[place] = act()
        except Refused as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [found[place] for place in range(len(acts))]


def user(world, name):
    return User.objects.get(pk=world.users[name].pk)


def test_two_answers_at_once_leave_one_and_both_are_kept(world):
    made = invited(world, "member")
    row = made.participants.get()
    said = [Said("yes"), Said("leave", "出差"), Said("no", "病"), Said("deputy", "", "李四", "副局长")] * 3
    found = together(*[lambda s=s: answer(row, s, by=user(world, "clerk"), how="link") for s in said])
    assert not [one for one in found if isinstance(one, Refused)]
    assert Answer.objects.count() == len(said)
    last = Answer.objects.order_by("-pk").first()
    kept = Participant.objects.get(pk=row.pk)
    assert (kept.leave == "asked", kept.reply) == (last.act == "leave", "" if last.act == "leave" else last.act)
    assert Waiting.for_matter(made).filter(label="批准请假").exists() is (last.act == "leave")


def test_an_answer_beside_the_closing_is_in_time_or_refused(world):
    for _ in range(6):
        made = begun(invited(world, "member"))
        row, by = made.participants.get(), user(world, "clerk")
        said, closed = together(
            lambda row=row, by=by: answer(row, Said("leave", "病"), by=by, how="proxy", source="来电"),
            lambda made=made, by=by: MEETING.move(made, "close", by=by, version=made.version),
        )
        kept, state = Participant.objects.get(pk=row.pk), Meeting.objects.get(pk=made.pk).state
        if isinstance(said, Refused):
            assert (state, kept.leave, kept.attendance) == ("closed", "", "absent")
        else:
            assert isinstance(closed, Refused)
            assert (state, kept.leave, kept.attendance) == ("invited", "asked", "")


def test_two_decisions_on_one_request_are_one(world):
    made = invited(world, "member")
    row = answer(made.participants.get(), Said("leave", "病"), by=world.users["member"], how="login")
    found = together(
        *[
            lambda granted=granted: decide_leave(row, granted=granted, by=user(world, "sg"), opinion="知悉")
            for granted in (True, False) * 4
        ]
    )
    assert sum(isinstance(one, Participant) for one in found) == 1
    assert Answer.objects.filter(act__in=["granted", "refused"]).count() == 1
    assert not Waiting.for_matter(made).filter(label="批准请假").exists()


def test_two_clerks_add_the_same_person_once(world):
    made = invited(world, "member")
    persons = [world.users[name].person for name in ("dept1", "dept2", "county1")]
    found = together(*[lambda: add(made, persons, "member", by=user(world, "clerk")) for _ in range(6)])
    assert sum(len(one.new) for one in found) == 3
    assert made.participants.count() == 4
    assert sorted(made.participants.values_list("order", flat=True)) == [1, 2, 3, 4]


def test_two_invitations_at_once_tell_once(world):
    made = invited(world, "member")
    Meeting.objects.filter(pk=made.pk).update(state="planned")
    made.refresh_from_db()
    made.participants.update(invited_at=None)
    found = together(
        *[lambda: MEETING.move(made, "invite", by=user(world, "clerk"), version=made.version) for _ in range(5)]
    )
    assert sum(isinstance(one, Movement) for one in found) == 1
    with transaction.atomic():
        assert made.participants.invited().count() == 1
