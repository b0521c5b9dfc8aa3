"""What a review found: what is left behind by who leaves the list, second clicks, who gets telephone numbers."""

import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Deadline, Dispatch
from cppcc.meetings.forms.meeting import MeetingForm
from cppcc.meetings.inviting import remove
from cppcc.meetings.later import invite_later
from cppcc.meetings.models import Answer, Busy, Meeting, WrongSignIn
from cppcc.meetings.planning import edit
from cppcc.meetings.replying import Said, answer, decide_leave
from cppcc.meetings.sign_code import renew
from cppcc.workflow.models import Waiting
from tests.meetings.gatherings import due_rules, invite, invited

pytestmark = pytest.mark.django_db
LEAVE = Said("leave", "住院")


def row_of(world, made, name="member"):
    return made.participants.get(person=world.users[name].person)


def say(world, made, said, name="member"):
    return answer(row_of(world, made, name), said, by=world.users[name], how="login")


def reply_status(made):
    return Deadline.for_matter(made).get(step="reply").status


def test_who_leaves_the_list_takes_his_request_with_him(world):
    made = invited(world, "member", "member2")
    say(world, made, LEAVE)
    assert Waiting.for_matter(made).filter(label="批准请假").exists()
    remove(made, [row_of(world, made).pk], by=world.users["clerk"])
    assert [duty.label for duty in Waiting.for_matter(made)] == ["办理会议"]


def test_the_date_of_answers_follows_the_list(world):
    due_rules()
    made = invited(world, "member", "member2")
    keep_dates(made)
    say(world, made, Said("yes"))
    assert reply_status(made) == "open"
    remove(made, [row_of(world, made, "member2").pk], by=world.users["clerk"])
    assert reply_status(made) == "done"
    invite(world, made, "chair", told=False)
    invite_later(made, "", by=world.users["clerk"])
    assert reply_status(made) == "open"


def test_a_second_click_reminds_nobody_again(world, login):
    made, client = invited(world, "member"), login("clerk")
    address = reverse("meetings:meeting_remind", args=[made.pk])
    for _ in range(2):
        client.post(address)
    assert Dispatch.objects.count() == 1


def test_the_same_leave_again_stays_granted(world):
    made = invited(world, "member")
    say(world, made, LEAVE)
    decide_leave(row_of(world, made), granted=True, by=world.users["sg"])
    assert say(world, made, LEAVE).leave == "granted"
    assert Answer.objects.filter(act="leave").count() == 1
    assert say(world, made, Said("leave", "出差")).leave == "asked"


@pytest.mark.parametrize(("name", "sees"), [("clerk", True), ("econ_clerk", False), ("auditor", False)])
def test_telephone_numbers_leave_for_those_who_run_the_meeting(world, login, name, sees):
    made = invited(world, "member")
    page = login(name).get(reverse("meetings:meeting_invitees", args=[made.pk]), {"export": "xlsx"})
    heads = [cell.value for cell in next(load_workbook(io.BytesIO(page.content)).active.iter_rows())]
    assert ("手机" in heads) is sees


def test_a_form_that_was_open_keeps_the_new_code(world):
    made = invited(world, "member")
    stale = Meeting.objects.get(pk=made.pk)
    form = MeetingForm(
        {"kind": made.kind_id, "title": made.title, "starts": made.starts, "ends": made.ends, "host": made.host_id,
         "version": made.version, "place": "新会场"},
        instance=stale, user=world.users["clerk"],
    )  # fmt: skip
    assert form.is_valid(), form.errors
    fresh = renew(made).sign_in_code
    edit(form, by=world.users["clerk"])
    assert Meeting.objects.get(pk=made.pk).sign_in_code == fresh


def test_names_of_rows_tell_the_time_of_the_office(world):
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    busy = Busy(person=world.users["chair"].person, starts=moment, ends=moment)
    assert (str(busy)[-5:], str(WrongSignIn(name="张三", at=moment))[-5:]) == ("09:30", "09:30")
