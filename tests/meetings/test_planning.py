"""Planning: the form, what clashes, who hears of changes; the dates; the interface for other apps. R127."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.calendar import gather
from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import Deadline, Dispatch, Notice, RuleSet, WorkCalendar
from cppcc.meetings.agenda import agenda_text, read_agenda
from cppcc.meetings.clashing import clashes_of
from cppcc.meetings.later import ask_again, invite_later, remind_unanswered
from cppcc.meetings.models import Busy, Meeting, MeetingKind, ReportingYear, Room
from cppcc.meetings.planning import new_meeting
from cppcc.meetings.reporting import keep_reports
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Session, Term
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Waiting
from tests.deadlines.dated import rule_set
from tests.meetings.gatherings import HOUR, at, due_rules, invite, invited, meeting, put_meeting, setting

pytestmark = pytest.mark.django_db
FORMAT = "%Y-%m-%dT%H:%M"


def workday(days=20):
    """A day that is worked, so many days on or later."""
    day = at(days)
    while timezone.localdate(day).weekday() > 4:
        day += timedelta(days=1)
    return day


def kinds_of(made, **given):
    return [clash.kind for clash in clashes_of(made, **given)]


# --- agenda --------------------------------------------------------------------------------------------------------


def test_agenda_lines_become_items_and_lines_again(world):
    lines = "通报情况 | 市政府 | 40\n\n审议事项｜秘书长\n主席讲话"
    items = read_agenda(lines)
    assert [(i["order"], i["text"], i["speaker"], i["length"]) for i in items] == [
        (1, "通报情况", "市政府", 40), (2, "审议事项", "秘书长", None), (3, "主席讲话", "", None),
    ]  # fmt: skip
    made = meeting(world, agenda=lines)
    assert agenda_text(list(made.agenda.all())) == "通报情况 | 市政府 | 40\n审议事项 | 秘书长\n主席讲话"


@pytest.mark.parametrize(
    "line", ["甲 | 乙 | 十分钟", "甲 | 乙 | 0", "甲 | 乙 | 9999", "| 乙 | 3", "甲|乙|1|多", "长" * 301]
)
def test_a_wrong_line_is_named(line):
    with pytest.raises(ValueError, match="第 2 行"):
        read_agenda(f"好的\n{line}")


# --- clashes -------------------------------------------------------------------------------------------------------


def test_nothing_in_the_way_says_nothing(world):
    made = meeting(world, starts=workday())
    meeting(world, starts=made.ends)  # begins when it ends
    assert clashes_of(made) == []


def test_the_same_room_at_the_same_time(world):
    setting(world)
    room, day = Room.objects.get(), workday()
    made = meeting(world, starts=day, room=room)
    other = meeting(world, starts=day + HOUR, room=room, title="另一会议")
    assert kinds_of(made) == ["room"]
    assert "另一会议" in clashes_of(made)[0].sentence
    put_meeting(other, "cancelled")
    assert clashes_of(made) == []


def test_people_in_two_meetings_unless_they_stay_away(world):
    day = workday()
    made, other = meeting(world, starts=day), meeting(world, starts=day, title="另一会议")
    invite(world, made, "member", "chair")
    rows = invite(world, other, "member", "chair")
    assert [c.sentence for c in clashes_of(made)] == [
        f"试member、试chair同时要参加“另一会议”（{timezone.localtime(day):%-m月%-d日} 09:00—11:00）。"
    ]
    other.participants.filter(pk=rows[0].pk).update(reply="no", reason="冲突")
    other.participants.filter(pk=rows[1].pk).update(leave="granted")
    assert clashes_of(made) == []


def test_a_leader_who_is_engaged_and_why_only_for_the_office(world):
    made = meeting(world, starts=workday())
    invite(world, made, "chair")
    Busy.objects.create(
        person=world.users["chair"].person, starts=made.starts - HOUR, ends=made.starts + HOUR, label="市委常委会"
    )
    assert "市委常委会" in clashes_of(made, labels=True)[0].sentence
    assert "市委常委会" not in clashes_of(made)[0].sentence
    assert kinds_of(made) == ["busy"]


def test_the_plenary_of_the_year_but_not_for_its_own_meetings(world):
    made = meeting(world, starts=workday())
    day = timezone.localdate(made.starts)
    term = Term.objects.create(number=5, starts=day - timedelta(days=400), ends=day + timedelta(days=400))
    Session.objects.create(term=term, number=5, starts=day, ends=day + timedelta(days=3))
    assert kinds_of(made) == ["plenary"]
    MeetingKind.objects.update(in_plenary=True)
    assert clashes_of(Meeting.objects.get(pk=made.pk)) == []


def test_a_rest_day_and_the_past_are_warned_of(world):
    made = meeting(world, starts=workday())
    day = timezone.localdate(made.starts)
    WorkCalendar.objects.update_or_create(date=day, defaults={"is_workday": False, "label": "国庆节"})
    assert "国庆节" in clashes_of(made)[0].sentence
    late = meeting(world, starts=timezone.now() - 3 * HOUR)
    assert "已经过去" in clashes_of(late)[0].sentence


def test_what_clashes_is_no_matter_once_it_has_begun(world, login):
    busy, begun = (meeting(world, room=Room.objects.create(name=name, seats=20)) for name in ("甲厅", "乙厅"))
    for made, away in ((busy, HOUR), (begun, -HOUR)):
        put_meeting(made, "invited")
        starts = timezone.now() + away
        Meeting.objects.filter(pk=made.pk).update(starts=starts, ends=starts + 2 * HOUR)
        meeting(world, starts=starts, room=made.room, title="另一会议")
    shown = [login("clerk").get(reverse("meetings:meeting_detail", args=[made.pk])).text for made in (busy, begun)]
    assert ["同时安排了“另一会议”" in text for text in shown] == [True, False]
    assert "已经过去" not in shown[1]


# --- the form ------------------------------------------------------------------------------------------------------


def typed(world, starts, **given):
    return {
        "kind": MeetingKind.objects.get(key="symposium").pk, "title": "专题协商会", "starts": f"{starts:{FORMAT}}",
        "ends": "", "place": "政协机关", "host": world.orgs["office"].pk, "agenda_lines": "主席讲话 | 主席 | 20",
        "reply_by": "", "note": "", "token": str(uuid.uuid4()),
    } | given  # fmt: skip


def test_the_kind_brings_hours_and_agenda(world, login):
    setting(world)
    client = login("clerk")
    assert "专题协商会" in client.get(reverse("meetings:meeting_create")).content.decode()
    page = client.get(reverse("meetings:meeting_create"), {"kind": "symposium"})
    assert "主席讲话 | 主席 | 20" in page.content.decode()


def test_a_new_meeting_ends_after_the_usual_hours_and_a_repeated_form_is_one(world, login):
    setting(world)
    client, data = login("clerk"), typed(world, workday())
    for _ in range(2):
        response = client.post(reverse("meetings:meeting_create"), data)
        assert response.status_code == 302, response.content.decode()
    made = Meeting.objects.get()
    assert made.ends - made.starts == 3 * HOUR
    assert made.agenda.get().speaker == "主席"
    assert [w.label for w in Waiting.for_matter(made)] == ["筹备会议"]


def test_a_clash_is_shown_and_saved_once_it_is_confirmed(world, login):
    setting(world)
    room, day, client = Room.objects.get(), workday(), login("clerk")
    meeting(world, starts=day, room=room, title="先定的会议")
    data, address = typed(world, day, room=room.pk), reverse("meetings:meeting_create")
    shown = client.post(address, data)
    assert shown.status_code == 422
    assert "先定的会议" in shown.content.decode()
    assert Meeting.objects.count() == 1
    looked = client.post(address, data | {"check": "1"})
    assert (looked.status_code, Meeting.objects.count()) == (200, 1)
    digest = shown.context["form"].digest
    assert client.post(address, data | {"confirmed": "other"}).status_code == 422
    assert client.post(address, data | {"confirmed": digest}).status_code == 302
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"ends": "2020-01-01T09:00"}, {"agenda_lines": "甲 | 乙 | 丙"}, {"starts": ""}, {"title": ""}, {"host": ""}],
)
def test_what_is_wrong_is_told_beside_its_field(world, login, wrong):
    setting(world)
    response = login("clerk").post(reverse("meetings:meeting_create"), typed(world, workday()) | wrong)
    assert response.status_code == 422
    assert next(iter(wrong)) in response.context["form"].errors
    assert not Meeting.objects.exists()


def test_a_committee_plans_its_own_meetings_only(world, login):
    setting(world)
    client = login("econ_clerk")
    assert client.post(reverse("meetings:meeting_create"), typed(world, workday())).status_code == 422
    data = typed(world, workday(), host=world.orgs["econ"].pk)
    assert client.post(reverse("meetings:meeting_create"), data).status_code == 302
    assert login("edu_clerk").get(reverse("meetings:meeting_edit", args=[Meeting.objects.get().pk])).status_code == 403


def edited(client, made, **given):
    data = {
        "kind": made.kind_id, "title": made.title, "starts": f"{timezone.localtime(made.starts):{FORMAT}}",
        "ends": f"{timezone.localtime(made.ends):{FORMAT}}", "place": made.place, "host": made.host_id,
        "agenda_lines": "", "reply_by": "", "note": "", "version": made.version,
    } | given  # fmt: skip
    return client.post(reverse("meetings:meeting_edit", args=[made.pk]), data)


def test_a_change_of_time_or_place_is_told_once_to_those_who_know(world, login):
    made = invited(world, "member", "dept1", starts=workday(), place="机关")
    invite(world, made, "member2", told=False)
    client = login("clerk")
    assert edited(client, made, note="请带材料").status_code == 302
    assert not Dispatch.objects.exists()
    made.refresh_from_db()
    assert edited(client, made, place="市委礼堂").status_code == 302
    dispatch = Dispatch.objects.get()
    assert "地点由机关改为市委礼堂" in dispatch.body
    assert {notice.user.username for notice in Notice.objects.all()} == {"member", "dept1"}
    assert edited(client, made, place="别处").status_code == 409
    assert Dispatch.objects.count() == 1


def test_a_change_before_the_invitation_is_told_to_nobody(world, login):
    made = meeting(world, starts=workday())
    invite(world, made, "member", told=False)
    assert edited(login("clerk"), made, place="市委礼堂").status_code == 302
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_closed_meeting_is_not_changed(world, login, state):
    made = put_meeting(meeting(world, starts=workday()), state)
    assert edited(login("clerk"), made, title="别的").status_code in (302, 409)
    assert Meeting.objects.get().title == made.title


# --- the notice ----------------------------------------------------------------------------------------------------


def test_the_notice_is_seen_before_it_leaves_and_later_ones_are_told_later(world, login):
    made, client = meeting(world, starts=workday()), login("clerk")
    invite(world, made, "member", "dept1", told=False)
    address = reverse("meetings:meeting_notice", args=[made.pk])
    Meeting.objects.filter(pk=made.pk).update(title="“老旧小区改造”座谈会")
    text = client.get(address).content.decode()
    assert "兹定于" in text and "召开“‘老旧小区改造’座谈会”" in text
    assert "试member" in text
    assert client.post(address, {"text": "请来", "version": made.version}).status_code == 422
    data = {
        "text": "请准时参加。",
        "version": made.version,
        "seen": "on",
        "people": client.get(address).context["people"],
    }
    late = invite(world, made, "chair", told=False)
    changed = client.post(address, data)  # somebody else put one more on the list meanwhile
    assert (changed.status_code, Dispatch.objects.exists()) == (422, False)
    assert "请准时参加。" in changed.content.decode()
    late.delete()
    assert client.post(address, data).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.participants.invited().count()) == ("invited", 2)
    assert Dispatch.objects.get().body == "请准时参加。"
    assert {notice.user.username for notice in Notice.objects.all()} == {"member", "dept1"}
    assert client.post(address, data).status_code == 302  # nobody is left
    assert Dispatch.objects.count() == 1
    invite(world, made, "member2", told=False)
    data["people"] = client.get(address).context["people"]
    assert client.post(address, data).status_code == 302
    assert made.participants.filter(invited_at=None).count() == 0
    assert set(Notice.objects.filter(user=world.users["member"]).values_list("title", flat=True)) == {
        f"会议通知：{made.title}"
    }
    assert Notice.objects.filter(user=world.users["member2"]).count() == 1


def test_a_unit_hears_of_an_invitation_of_its_people(world):
    made = meeting(world)
    row = invite(world, made, "nobody", told=False)
    made.participants.filter(pk=row.pk).update(organization=world.orgs["dept1"])
    MEETING.move(made, "invite", by=world.users["clerk"], version=made.version)
    assert {n.user.username for n in Notice.objects.all()} == {"nobody", "dept1"}


def test_a_cancelled_meeting_is_told_with_its_reason(world):
    made = invited(world, "member", "dept1")
    made.participants.filter(person=world.users["dept1"].person).update(reply="no", reason="忙")
    MEETING.move(made, "cancel", by=world.users["clerk"], version=made.version, opinion="台风")
    assert "台风" in Dispatch.objects.get().body
    assert [n.user.username for n in Notice.objects.all()] == ["member"]


def test_of_what_is_entered_afterwards_nobody_is_told(world):
    made = meeting(world, days=-3)
    invite(world, made, "member", told=False)
    MEETING.move(made, "invite", by=world.users["clerk"], version=made.version)
    assert made.participants.invited().count() == 1
    assert not Dispatch.objects.exists()


def test_asking_again_reaches_those_only_who_have_not_answered(world):
    made = invited(world, "member", "member2", "dept1")
    made.participants.filter(person=world.users["dept1"].person).update(reply="yes")
    made.participants.filter(person=world.users["member2"].person).update(leave="asked", reason="病")
    assert ask_again(made, by=world.users["clerk"]) == 1
    assert [n.user.username for n in Notice.objects.all()] == ["member"]
    made.participants.update(reply="yes")
    with pytest.raises(Refused, match="都回复了"):
        ask_again(made, by=world.users["clerk"])
    with pytest.raises(Refused, match="都已通知"):
        invite_later(made, "", by=world.users["clerk"])


class TestReminders:
    """By the clock, as many days before as the rule says; each such day once."""

    @pytest.fixture
    def made(self, world):
        due_rules()
        found = invited(world, "member", "member2", days=20)
        found.participants.update(invited_at=timezone.now() - timedelta(days=5))
        return found

    def ring(self, made, days):
        """The bell as it rings at noon, so many days before the last day of answering."""
        last = timezone.localdate(made.reply_by)
        ahead = (last - timezone.localdate()).days - days
        Meeting.objects.filter(pk=made.pk).update(reply_by=made.reply_by - timedelta(days=ahead))
        return remind_unanswered(at(0, 12))

    def test_only_on_the_days_of_the_rule(self, world, made):
        assert self.ring(made, 3) == 0
        assert not Dispatch.objects.exists()

    def test_once_however_often_it_rings(self, world, made):
        assert [self.ring(made, 2), remind_unanswered(at(0, 12)), remind_unanswered(at(0, 13))] == [1, 0, 0]
        assert {n.user.username for n in Notice.objects.all()} == {"member", "member2"}

    def test_a_missed_day_is_made_up_for(self, world, made):
        assert self.ring(made, 1) == 1

    def test_who_was_told_since_is_left_in_peace(self, world, made):
        made.participants.update(invited_at=timezone.now())
        assert self.ring(made, 2) == 0

    def test_not_before_the_hour(self, world, made):
        self.ring(made, 2)
        Dispatch.objects.all().update(token=None)
        assert remind_unanswered(at(0, 1)) == 0


# --- dates, calendar, interface ------------------------------------------------------------------------------------


def test_the_dates_follow_the_meeting_and_end_with_it(world):
    due_rules()
    made = meeting(world, days=20)
    invite(world, made, "member")
    due = {d.step: (d.due_on, d.status) for d in Deadline.for_matter(made)}
    assert due["notice"] == (timezone.localdate() + timedelta(days=13), "open")
    assert due["reply"][0] == timezone.localdate() + timedelta(days=18)
    MEETING.move(made, "invite", by=world.users["clerk"], version=made.version)
    assert {d.step: d.status for d in Deadline.for_matter(made)} == {
        "notice": "done", "reply": "open", "attendance": "open",
    }  # fmt: skip
    MEETING.move(made, "cancel", by=world.users["clerk"], version=made.version, opinion="改期")
    assert {d.status for d in Deadline.for_matter(made)} <= {"done", "waived"}


def test_the_calendar_shows_what_one_may_see_and_marks_engagements(world):
    made = invited(world, "member", days=3)
    meeting(world, days=3, title="筹备中的会议")
    Busy.objects.create(person=world.users["chair"].person, starts=at(3), ends=at(3, 12), label="省里来人")
    start, end = timezone.localdate(), timezone.localdate() + timedelta(days=9)

    def labels(name):
        found = gather(world.users[name], start, end).entries
        return {entry.label for entry in found if entry.kind in ("meeting", "busy")}

    assert labels("member") == {made.title}
    assert labels("member2") == set()
    assert labels("clerk") == {made.title, "筹备中的会议", "试chair已有安排（省里来人）"}
    assert labels("econ_clerk") == {made.title, "筹备中的会议", "试chair已有安排"}
    put_meeting(made, "cancelled")
    assert labels("member") == set()


def test_another_app_plans_its_meeting_by_the_key_of_its_kind(world):
    setting(world)
    plan = world.plan()
    made = new_meeting(
        "symposium", "座谈会", at(9), at(9) + HOUR, world.orgs["econ"], by=world.users["econ_clerk"], matter=plan
    )
    assert (made.matter, made.agenda.get().text, made.state) == (plan, "主席讲话", "planned")
    for key, ends in (("no-such", at(9) + HOUR), ("symposium", at(9))):
        with pytest.raises(Refused):
            new_meeting(key, "座谈会", at(9), ends, world.orgs["econ"], by=world.users["clerk"])


def test_the_years_reports_are_due_by_the_rules(world):
    assert keep_reports() == 0
    rule_set(
        {"step": "half", "anchor": "year_start", "offset": 6, "unit": "months", "responsible": "office"},
        {"step": "year", "anchor": "year_end", "offset": 0, "unit": "days", "responsible": "secretary_general"},
    )
    RuleSet.objects.update(key="reporting")
    assert keep_reports() >= 1
    assert keep_reports() == 0
    year = ReportingYear.objects.first()
    steps = {d.step for d in Deadline.for_matter(year)}
    assert steps == ({"half", "year"} if year.since.month < 7 or year.year > year.since.year else {"year"})


def test_the_dates_of_thirty_meetings_cost_as_much_as_those_of_one(world):
    due_rules()
    made = [invited(world, "member", "dept1", days=20 + n) for n in range(30)]
    found = []
    for few in (made[:1], made):
        keep_many(few)
        with CaptureQueriesContext(connection) as captured:
            keep_many(few)
        found.append(len(captured))
    assert found[0] == found[1], found


# --- engagements ---------------------------------------------------------------------------------------------------


def test_engagements_are_entered_by_the_office_and_read_without_reasons(world, login):
    client = login("clerk")
    data = {"person": world.users["chair"].person.pk, "starts": f"{at(3):{FORMAT}}", "ends": f"{at(3, 12):{FORMAT}}",
            "label": "市委常委会"}  # fmt: skip
    assert client.post(reverse("meetings:busy_create"), data).status_code == 302
    busy = Busy.objects.get()
    address = reverse("meetings:busy_edit", args=[busy.pk])
    assert client.post(address, data | {"ends": f"{at(2):{FORMAT}}"}).status_code == 422
    assert "市委常委会" in client.get(reverse("meetings:busy_list")).content.decode()
    assert "市委常委会" not in login("chair").get(reverse("meetings:busy_list")).content.decode()
    for who in ("econ_clerk", "chair"):
        assert login(who).get(address).status_code == 403
    assert login("member").get(reverse("meetings:busy_list")).status_code == 403
    client.post(address, {"delete": "1"})
    assert not Busy.objects.exists()
