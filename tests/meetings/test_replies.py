"""Answers: every answer by every way, changed, late, refused; requests for leave until they are decided. R114."""

from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Notice
from cppcc.meetings.links import follow, issue_links
from cppcc.meetings.models import Answer, Meeting, Participant
from cppcc.meetings.replying import Said, answer, decide_leave, is_late
from cppcc.office.models import OneTimeLink, Tenure
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.models import Waiting
from tests.meetings.gatherings import begun, invite, invited, put_meeting

pytestmark = pytest.mark.django_db
SAID = {
    "yes": Said("yes"),
    "no": Said("no", "另有会议"),
    "deputy": Said("deputy", "", "李副局长", "副局长"),
    "leave": Said("leave", "出差"),
}
HOLDS = {"yes": ("yes", ""), "no": ("no", ""), "deputy": ("deputy", ""), "leave": ("", "asked")}


def row_of(made, world, name="member"):
    return made.participants.select_related("person", "meeting").get(person=world.users[name].person)


def say(world, row, act, *, who="member", how="login", source=""):
    return answer(row, SAID[act], by=world.users[who], how=how, source=source)


@pytest.mark.parametrize("act", SAID)
@pytest.mark.parametrize(
    ("who", "how", "source"), [("member", "login", ""), ("clerk", "link", ""), ("clerk", "proxy", "来电")]
)
def test_every_answer_by_every_way(world, act, who, how, source):
    made = invited(world, "member", "member2")
    row = say(world, row_of(made, world), act, who=who, how=how, source=source)
    kept = Participant.objects.get(pk=row.pk)
    assert (kept.reply, kept.leave) == HOLDS[act]
    assert (kept.reply_how, kept.proxy_source, kept.reason) == (how, source, SAID[act].reason)
    assert (kept.deputy_name, kept.deputy_title) == (SAID[act].deputy_name, SAID[act].deputy_title)
    assert kept.replied_at
    said = Answer.objects.get()
    assert (said.act, said.how, said.by, said.proxy_source) == (act, how, world.users[who], source)


@pytest.mark.parametrize(("first", "second"), list(product(SAID, SAID)))
def test_a_change_of_mind_leaves_nothing_of_the_answer_before(world, first, second):
    made = invited(world, "member", "member2")
    say(world, row_of(made, world), first)
    say(world, row_of(made, world), second)
    kept = row_of(made, world)
    assert (kept.reply, kept.leave, kept.deputy_name) == (*HOLDS[second], SAID[second].deputy_name)
    assert kept.reason == SAID[second].reason
    assert [said.act for said in Answer.objects.order_by("pk")] == [first, second]
    assert Waiting.for_matter(made).filter(label="批准请假").exists() is (second == "leave")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said("no"), "原因"),
        (Said("leave", "  "), "原因"),
        (Said("deputy", "", "", "副局长"), "姓名"),
        (Said("deputy", "", "李副局长"), "职务"),
        (Said("maybe"), "请选择"),
    ],
)
def test_what_is_missing_is_told_and_nothing_saved(world, said, words):
    made = invited(world, "member")
    with pytest.raises(Refused, match=words):
        answer(row_of(made, world), said, by=world.users["member"], how="login")
    assert row_of(made, world).replied_at is None


@pytest.mark.parametrize(("who", "how"), [("member2", "login"), ("dept2", "login"), ("member2", "proxy"),
                                          ("chair", "login"), ("econ_head", "proxy")])  # fmt: skip
def test_nobody_answers_for_others(world, who, how):
    made = invited(world, "member", "dept1")
    for name in ("member", "dept1"):
        with pytest.raises(Forbidden):
            say(world, row_of(made, world, name), "yes", who=who, how=how, source="来电")


def test_a_unit_answers_for_its_people_and_a_leader_for_himself(world):
    made = invited(world, "member", "dept1", "econ_head")
    made.participants.filter(person=world.users["member"].person).update(organization=world.orgs["dept1"])
    say(world, row_of(made, world, "member"), "deputy", who="dept1")
    say(world, row_of(made, world, "econ_head"), "yes", who="econ_head")
    assert row_of(made, world, "member").reply == "deputy"


def test_the_office_names_its_source(world):
    made = invited(world, "member")
    with pytest.raises(Refused, match="写明来源"):
        say(world, row_of(made, world), "yes", who="clerk", how="proxy", source=" ")


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_only_an_invited_meeting_takes_answers(world, state):
    made = put_meeting(invited(world, "member"), state)
    with pytest.raises(Refused, match="不能回复"):
        say(world, row_of(made, world), "yes")


def test_who_was_not_told_is_not_asked(world):
    made = invited(world, "member")
    row = invite(world, made, "member2", told=False)
    with pytest.raises(Refused, match="不能回复"):
        answer(row, SAID["yes"], by=world.users["clerk"], how="proxy", source="来电")


def test_once_it_has_begun_only_the_office_records(world):
    made = begun(invited(world, "member"))
    for how in ("login", "link"):
        with pytest.raises(Refused, match="已经开始"):
            say(world, row_of(made, world), "no", how=how)
    say(world, row_of(made, world), "no", who="clerk", how="proxy", source="会前来电")
    assert row_of(made, world).reply == "no"


def test_who_signed_in_has_answered(world):
    made = invited(world, "member")
    made.participants.update(attendance="present", arrived_at=timezone.now())
    with pytest.raises(Refused, match="签到记录"):
        say(world, row_of(made, world), "no")


def test_an_answer_after_its_day_is_late(world):
    made = invited(world, "member", "member2")
    assert not is_late(say(world, row_of(made, world), "yes"), made)
    Meeting.objects.filter(pk=made.pk).update(reply_by=timezone.now() - timedelta(hours=1))
    made.refresh_from_db()
    assert is_late(say(world, row_of(made, world, "member2"), "yes", who="member2"), made)


class TestLeave:
    """Asked for, a duty of whoever grants; decided, gone."""

    @pytest.fixture
    def made(self, world):
        found = invited(world, "member", "member2")
        say(world, row_of(found, world), "leave")
        return found

    def duties(self, made):
        return [(w.organization.key, w.role) for w in Waiting.for_matter(made).filter(label="批准请假")]

    def test_it_waits_for_the_role_of_the_kind(self, world, made):
        assert self.duties(made) == [("office", "secretary_general")]
        assert Waiting.objects.held_by(world.users["sg"]).filter(label="批准请假").exists()
        assert not Waiting.objects.held_by(world.users["clerk"]).filter(label="批准请假").exists()

    def test_of_a_committee_it_waits_for_its_own_head(self, world):
        found = invited(world, "member", host="econ", kind="visit")
        say(world, row_of(found, world), "leave")
        assert self.duties(found) == [("econ", "committee_head")]
        with pytest.raises(Forbidden):
            decide_leave(row_of(found, world), granted=True, by=world.users["sg"])
        decide_leave(row_of(found, world), granted=True, by=world.users["econ_head"])
        assert row_of(found, world).leave == "granted"

    def test_without_such_a_seat_it_waits_for_the_office(self, world):
        world.posts["sg"].valid_to = timezone.localdate() - timedelta(days=1)
        world.posts["sg"].save()
        found = invited(world, "member")
        say(world, row_of(found, world), "leave")
        assert self.duties(found) == [("office", "office_clerk")]

    @pytest.mark.parametrize(("granted", "leave", "act"), [(True, "granted", "granted"), (False, "refused", "refused")])
    def test_a_decision_ends_the_duty_and_tells_the_person(self, world, made, granted, leave, act):
        row = decide_leave(row_of(made, world), granted=granted, by=world.users["sg"], opinion="知悉")
        assert (row.leave, row.leave_decided_by, row.leave_opinion) == (leave, world.users["sg"], "知悉")
        assert self.duties(made) == []
        assert Answer.objects.first().act == act
        assert Notice.objects.get().user == world.users["member"]
        with pytest.raises(Refused, match="已由试sg于"):
            decide_leave(row_of(made, world), granted=True, by=world.users["sg"])

    def test_one_decided_of_two_leaves_the_duty(self, world, made):
        say(world, row_of(made, world, "member2"), "leave", who="member2")
        decide_leave(row_of(made, world), granted=True, by=world.users["sg"])
        assert self.duties(made) == [("office", "secretary_general")]

    def test_a_refusal_and_a_record_by_the_office_need_words(self, world, made):
        with pytest.raises(Refused, match="写明理由"):
            decide_leave(row_of(made, world), granted=False, by=world.users["sg"])
        with pytest.raises(Refused, match="代录批假"):
            decide_leave(row_of(made, world), granted=True, by=world.users["clerk"])
        decide_leave(row_of(made, world), granted=True, by=world.users["clerk"], opinion="秘书长电话同意")
        assert Answer.objects.first().how == "proxy"

    @pytest.mark.parametrize("who", ["member", "member2", "dept1", "econ_clerk", "econ_head", "chair", "auditor"])
    def test_nobody_else_decides(self, world, made, who):
        with pytest.raises(Forbidden):
            decide_leave(row_of(made, world), granted=True, by=world.users[who], opinion="同意")

    def test_whoever_comes_after_all_takes_it_back(self, world, made):
        say(world, row_of(made, world), "yes")
        assert self.duties(made) == []
        with pytest.raises(Refused, match="已改变回复"):
            decide_leave(row_of(made, world), granted=True, by=world.users["sg"])

    def test_after_a_decision_it_can_be_changed_or_asked_again(self, world, made):
        decide_leave(row_of(made, world), granted=False, by=world.users["sg"], opinion="请到会")
        say(world, row_of(made, world), "leave")
        kept = row_of(made, world)
        assert (kept.leave, kept.leave_decided_by, kept.leave_opinion) == ("asked", None, "")

    def test_the_page_lists_all_meetings_and_decides_with_one_click(self, world, login, made):
        other = invited(world, "member2", title="第二次会议")
        say(world, row_of(other, world, "member2"), "leave", who="member2")
        client = login("sg")
        text = client.get(reverse("meetings:leave_list")).content.decode()
        assert "试member2" in text
        assert "第二次会议" in text
        row = row_of(made, world)
        address = reverse("meetings:leave_decide", args=[row.pk])
        assert client.post(address, {"decision": "grant"}).status_code == 302
        assert row_of(made, world).leave == "granted"
        assert login("dept1").get(reverse("meetings:leave_list")).status_code == 403
        assert login("econ_head").post(address, {"decision": "grant"}).status_code == 404


class TestLinks:
    """One for each, in one go; good until the meeting starts, dead for ever after."""

    @pytest.fixture
    def made(self, world):
        return invited(world, "member", "member2")

    def links(self, world, made, pks=None):
        return {one.whose.person.name: one.token for one in issue_links(made, pks, by=world.users["clerk"])}

    def page(self, token):
        return reverse("meetings:reply_link", args=[token])

    def test_it_answers_and_changes_until_it_starts(self, world, made):
        token, client = self.links(world, made)["试member"], Client()
        text = client.get(self.page(token)).content.decode()
        assert made.title in text
        assert client.post(self.page(token), {"act": "no"}).status_code == 422
        assert client.post(self.page(token), {"act": "no", "reason": "出差"}).status_code == 200
        assert client.post(self.page(token), {"act": "yes"}).status_code == 200
        assert (row_of(made, world).reply, row_of(made, world).reply_how) == ("yes", "link")
        begun(made)
        for response in (client.get(self.page(token)), client.post(self.page(token), {"act": "no", "reason": "病"})):
            assert response.status_code == 410
        assert row_of(made, world).reply == "yes"

    def test_it_follows_a_meeting_that_is_moved(self, world, made):
        self.links(world, made)
        made.starts += timedelta(days=9)
        follow(made)
        assert set(OneTimeLink.objects.values_list("expires_at", flat=True)) == {made.starts}

    def test_new_links_end_the_old_ones(self, world, made):
        old, new = self.links(world, made), self.links(world, made)
        assert Client().get(self.page(old["试member"])).status_code == 410
        assert Client().get(self.page(new["试member"])).status_code == 200

    def test_a_link_answers_only_for_its_own(self, world, made):
        self.links(world, made)
        token = self.links(world, made)["试member2"]
        Client().post(self.page(token), {"act": "yes"})
        assert (row_of(made, world).reply, row_of(made, world, "member2").reply) == ("", "yes")

    def test_only_unanswered_ones_get_links_unless_ticked(self, world, made):
        say(world, row_of(made, world), "yes")
        assert list(self.links(world, made)) == ["试member2"]
        assert list(self.links(world, made, [row_of(made, world).pk])) == ["试member"]

    def test_who_is_taken_off_the_list_finds_a_sentence(self, world, made):
        token = self.links(world, made)["试member"]
        row_of(made, world).delete()
        assert Client().get(self.page(token)).status_code == 410

    @pytest.mark.parametrize("state", ["closed", "cancelled", "planned"])
    def test_a_meeting_that_takes_no_answers_gives_no_links(self, world, made, state):
        token = self.links(world, made)["试member"]
        put_meeting(made, state)
        assert Client().get(self.page(token)).status_code == 410
        with pytest.raises(Refused, match="不能生成"):
            self.links(world, made)

    def test_the_sheet_and_the_file_are_not_kept_anywhere(self, world, login, made):
        client, address = login("clerk"), reverse("meetings:invitee_links", args=[made.pk])
        page = client.post(address)
        assert page["Cache-Control"] == "private, no-store"
        assert page.content.decode().count("/meetings/reply/") == 2
        file = client.post(address, {"excel": "1"})
        assert file["Content-Type"].startswith("application/vnd.openxml")
        assert OneTimeLink.objects.filter(revoked_at__isnull=True).count() == 2
        assert login("member").post(address).status_code == 403


def test_the_pages_of_a_member_a_unit_and_the_office(world, login):
    made = invited(world, "member", "dept1")
    Tenure.objects.filter(person=world.users["expired"].person).delete()
    own = reverse("meetings:meeting_reply", args=[made.pk])
    client = login("member")
    assert "待回复（1）" in client.get(reverse("meetings:meeting_mine")).content.decode()
    assert client.post(own, {"act": "leave"}).status_code == 422
    assert client.post(own, {"act": "leave", "reason": "出差"}).status_code == 302
    assert "请假待批准" in client.get(reverse("meetings:meeting_detail", args=[made.pk])).content.decode()
    unit = reverse("meetings:participant_reply", args=[made.pk, row_of(made, world, "dept1").pk])
    assert login("dept1").post(unit, {"act": "yes"}).status_code == 302
    assert row_of(made, world, "dept1").reply == "yes"
    office = reverse("meetings:participant_reply", args=[made.pk, row_of(made, world).pk])
    assert login("clerk").post(office, {"act": "yes"}).status_code == 422
    assert login("clerk").post(office, {"act": "yes", "source": "来电"}).status_code == 302
    assert (row_of(made, world).reply, row_of(made, world).reply_how) == ("yes", "proxy")
    assert login("dept1").get(office).status_code == 404
    assert login("chair").get(office).status_code == 403
