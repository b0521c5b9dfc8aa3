"""预约 first, the formal notice then: who is asked, three ways of answering, last seats, races, signing up. R039."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from consultation.forums.booking import answer, ask, issue_links, put
from consultation.forums.confirming import waive
from consultation.forums.signing_up import apply, decide
from consultation.models import Booking, Forum, ForumRules
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Dispatch, Notice
from cppcc.documents.models import Document
from cppcc.documents.registry import objection
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.replying import Said
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import User
from cppcc.office.refusals import Forbidden, Refused
from tests.consultation import forum_people_world as crowd
from tests.consultation import outcome_world
from tests.consultation.test_races import at_once, won
from tests.members.ledger_rows import a_member
from tests.world import build

YES, NO = Said("yes"), Said("no", "出差")


def says(booking, said, world, who="econ_clerk", how="proxy", source="电话"):
    by = world.users.get(who)
    return answer(Booking.objects.get(pk=booking.pk), said, by=by, how=how, source=source)


def a_list(world, count=2, **given):
    """A forum in preparation with members on its list, all asked."""
    forum = crowd.a_forum(world, **({"state": "preparing"} | given))
    persons = crowd.members(world, count)
    crowd.on_list(world, forum, "members", persons)
    ask(forum, [person.pk for person in persons], "", by=world.users["econ_clerk"])
    return forum, list(Booking.objects.filter(forum=forum).order_by("pk"))


@pytest.mark.django_db
class TestAsking:
    def test_those_asked_get_one_dispatch_and_see_the_forum(self, world, login):
        forum = crowd.a_forum(world)
        me = a_member(world, "member").person
        crowd.on_list(world, forum, "members", [me])
        assert login("member").get(reverse("consultation:forum_detail", args=[forum.pk])).status_code == 404
        client, url = login("econ_clerk"), reverse("consultation:forum_book", args=[forum.pk])
        page = client.get(url).content.decode()
        assert "试member" in page
        assert "以正式通知为准" in page
        assert client.post(url, {"person": [me.pk], "text": "请您出席座谈会，先打个招呼。"}).status_code == 302
        sent = Dispatch.objects.get()
        assert (sent.status, sent.body) == ("released", "请您出席座谈会，先打个招呼。")
        assert Notice.objects.filter(user=world.users["member"], title__startswith="座谈会邀请").exists()
        assert login("member").get(reverse("consultation:forum_detail", args=[forum.pk])).status_code == 200
        assert Participant.objects.get().invited_at is None, "that is no formal notice"
        assert mail.outbox == []

    def test_nobody_to_ask_is_told(self, world):
        forum = crowd.a_forum(world)
        with pytest.raises(Refused, match="先勾选"):
            ask(forum, [], "", by=world.users["econ_clerk"])

    def test_leaders_are_not_asked_beforehand(self, world):
        forum = crowd.a_forum(world)
        chair = world.users["chair"].person
        crowd.on_list(world, forum, "leaders", [chair])
        with pytest.raises(Refused):
            ask(forum, [chair.pk], "", by=world.users["econ_clerk"])

    def test_nobody_is_asked_to_what_is_cancelled(self, world):
        forum = crowd.a_forum(world)
        Forum.objects.filter(pk=forum.pk).update(state="cancelled")
        with pytest.raises(Refused, match="已取消"):
            put(forum, crowd.seat(forum, "members"), crowd.members(world, 1), by=world.users["clerk"])


@pytest.mark.django_db
class TestAnswering:
    def test_he_himself_by_login(self, world, login):
        forum = crowd.a_forum(world)
        me = a_member(world, "member").person
        crowd.on_list(world, forum, "members", [me])
        ask(forum, [me.pk], "", by=world.users["econ_clerk"])
        booking = Booking.objects.get()
        client, url = login("member"), reverse("consultation:forum_booking", args=[forum.pk, booking.pk])
        assert "试member" in client.get(reverse("consultation:forum_open")).content.decode()
        assert client.post(url, {"act": "no"}).status_code == 422, "a reason is asked for"
        assert client.post(url, {"act": "yes"}).status_code == 302
        booking.refresh_from_db()
        assert (booking.answer, booking.how, booking.by) == ("yes", "login", world.users["member"])
        assert login("member2").get(url).status_code == 404

    def test_the_unit_for_its_head(self, world, login):
        forum = crowd.a_forum(world)
        person = world.users["dept1"].person
        put(forum, crowd.seat(forum, "departments"), [person], by=world.users["econ_clerk"])
        ask(forum, [person.pk], "", by=world.users["econ_clerk"])
        url = reverse("consultation:forum_booking", args=[forum.pk, Booking.objects.get().pk])
        said = {"act": "deputy", "deputy_name": "副局长甲", "deputy_title": "副局长"}
        assert login("dept1").post(url, said).status_code == 302
        assert Booking.objects.get().deputy_name == "副局长甲"
        assert login("dept2").get(url).status_code == 404

    def test_recorded_with_its_source(self, world, login):
        forum, [booking, _] = a_list(world)
        url = reverse("consultation:forum_booking", args=[forum.pk, booking.pk])
        assert login("econ_clerk").post(url, {"act": "yes"}).status_code == 422
        assert login("econ_clerk").post(url, {"act": "yes", "source": "微信答复"}).status_code == 302
        booking.refresh_from_db()
        assert (booking.how, booking.source) == ("proxy", "微信答复")
        with pytest.raises(Forbidden):
            says(booking, YES, world, who="edu_clerk")
        with pytest.raises(Refused, match="来源"):
            says(booking, YES, world, source="")

    def test_by_a_link_without_an_account(self, world, client, login):
        forum, [booking, other] = a_list(world)
        page = login("econ_clerk").post(
            reverse("consultation:forum_booking_links", args=[forum.pk]), {"person": [booking.person_id]}
        )
        [token] = re.findall(r"/booking/([\w-]{20,})/", page.content.decode())
        url = reverse("consultation:booking_link", args=[token])
        assert "委员000，您好" in client.get(url).content.decode()
        assert client.post(url, {"act": "no", "reason": ""}).status_code == 422
        assert client.post(url, {"act": "yes"}).status_code == 200
        booking.refresh_from_db()
        assert (booking.answer, booking.how, booking.by) == ("yes", "link", None)
        issue_links(forum, [booking.pk], by=world.users["econ_clerk"])
        assert client.get(url).status_code == 410, "a newer link kills the old one"
        assert other.answer == ""

    def test_who_declines_leaves_the_list_and_who_asked_hears(self, world):
        forum, [booking, _] = a_list(world)
        booking.asked_by = world.users["clerk"]
        booking.save()
        says(booking, NO, world)
        assert not forum.meeting.participants.filter(person=booking.person).exists()
        assert Notice.objects.filter(user=world.users["clerk"], title__startswith="预约婉拒").exists()
        says(booking, YES, world)
        assert forum.meeting.participants.filter(person=booking.person).exists(), "until the notice he may change it"

    def test_who_declines_but_speaks_stays_until_that_is_settled(self, world):
        forum, [booking, _] = a_list(world)
        row = forum.meeting.participants.get(person=booking.person)
        forum.speeches.create(kind=forum.rules.speechkinds.get(key="booked"), participant=row)
        _, note = says(booking, NO, world)
        assert "发言" in note
        assert forum.meeting.participants.filter(pk=row.pk).exists()

    def test_a_reserve_takes_the_place(self, world):
        forum, [booking, _] = a_list(world)
        [person] = crowd.members(world, 1, "候补")
        put(forum, crowd.seat(forum, "members"), [person], by=world.users["econ_clerk"], reserve=True)
        assert not forum.meeting.participants.filter(person=person).exists()
        says(booking, NO, world)
        ask(forum, [person.pk], "", by=world.users["econ_clerk"])
        says(Booking.objects.get(person=person), YES, world)
        assert forum.meeting.participants.get(person=person).why == "预约确认"

    def test_beyond_the_usual_number_both_stand_unless_it_is_strict(self, world):
        forum, bookings = a_list(world, 7)
        for booking in bookings[:6]:
            says(booking, YES, world)
        _, note = says(bookings[6], YES, world)
        assert note == "“政协委员”已有 7 人确认，一般不多于 6 人。"
        says(bookings[6], NO, world)
        forum.rules.forumseats.update(strict=True)
        with pytest.raises(Refused, match="已经确认满了"):
            says(bookings[6], YES, world)


@pytest.mark.django_db
class TestFormalNotice:
    def invite(self, world, forum, who="clerk"):
        meeting = Meeting.objects.get(pk=forum.meeting_id)
        return MEETING.move(meeting, "invite", by=world.users[who], version=meeting.version)

    def test_it_waits_for_confirmations_and_carries_them_over(self, world, login):
        forum, bookings = a_list(world)
        says(bookings[0], YES, world)
        with pytest.raises(Refused, match="委员001还没有确认出席"):
            self.invite(world, forum)
        page = login("clerk").get(reverse("meetings:meeting_notice", args=[forum.meeting_id]), follow=True)
        assert "委员001还没有确认出席" in page.content.decode()
        says(bookings[1], Said("deputy", "", "代甲", "副院长"), world)
        self.invite(world, forum)
        rows = {row.person.name: row for row in forum.meeting.participants.select_related("person")}
        assert (rows["委员000"].reply, rows["委员000"].reply_how) == ("yes", "proxy")
        assert rows["委员001"].deputy_name == "代甲"
        assert rows["委员001"].answers.get().words == "预约时的答复"
        with pytest.raises(Refused, match="正式通知已经发出"):
            says(bookings[0], NO, world)

    def test_or_a_reason_is_written(self, world, login):
        forum, bookings = a_list(world, 1)
        with pytest.raises(Refused, match="理由"):
            waive(forum, [bookings[0].person_id], " ", by=world.users["econ_clerk"])
        url = reverse("consultation:forum_waive", args=[forum.pk])
        answered = login("econ_clerk").post(url, {"person": [bookings[0].person_id], "why": "主席当面邀请"})
        assert answered.status_code == 302
        self.invite(world, forum)
        assert forum.meeting.participants.get().invited_at

    def test_it_waits_for_the_scheme(self, world):
        forum, bookings = a_list(world, 1, state="drafting")
        says(bookings[0], YES, world)
        with pytest.raises(Refused, match="方案批准以后"):
            self.invite(world, forum)

    def test_later_ones_are_asked_too(self, world, login):
        forum, bookings = a_list(world, 1)
        says(bookings[0], YES, world)
        self.invite(world, forum)
        crowd.on_list(world, forum, "members", crowd.members(world, 1, "后来"))
        page = login("clerk").get(reverse("meetings:meeting_notice", args=[forum.meeting_id]), follow=True)
        assert "后来000还没有确认出席" in page.content.decode()

    def test_the_letters_go_to_those_who_confirmed(self, world, login):
        forum, bookings = a_list(world)
        experts = crowd.experts("钱教授")
        crowd.on_list(world, forum, "experts", experts)
        crowd.on_list(world, forum, "leaders", [world.users["chair"].person])
        url = reverse("consultation:forum_letters", args=[forum.pk])
        assert "会议地点还没有确定" in login("clerk").post(url, follow=True).content.decode()
        Meeting.objects.filter(pk=forum.meeting_id).update(place="协商议事厅")
        assert "还没有确认" in login("clerk").post(url, follow=True).content.decode()
        crowd.booked(world, forum, "experts", experts, "yes")
        for booking in bookings:
            says(booking, YES, world)
        assert login("clerk").post(url).status_code == 302
        document = Document.objects.get()
        assert [row.salutation for row in document.letters.all()] == ["委员000委员", "委员001委员", "钱教授老师"]
        assert document.description["body"][0]["text"].startswith("兹定于")
        assert document.matter == forum
        page = login("clerk").post(url, follow=True).content.decode()
        assert "没有需要邀请函的人" in page and Document.objects.count() == 1

    def test_the_list_of_the_meeting_drafts_the_same_letters(self, world, login):
        forum, bookings = a_list(world)
        Meeting.objects.filter(pk=forum.meeting_id).update(place="协商议事厅")
        for booking in bookings:
            says(booking, YES, world)
        first = forum.meeting.participants.get(person=bookings[0].person)
        url = reverse("meetings:invitation_letters", args=[forum.meeting_id])
        assert login("clerk").post(url, {"participant": [first.pk]}).status_code == 302
        document = Document.objects.get()
        assert document.matter == forum and document.title.endswith("双月协商座谈会的函")
        assert [letter.person for letter in document.letters.all()] == [first.person]
        page = login("clerk").get(reverse("meetings:meeting_detail", args=[forum.meeting_id])).content.decode()
        assert document.title in page and f"matter=forum-{forum.pk}" not in page
        rest = login("clerk").post(reverse("consultation:forum_letters", args=[forum.pk]), follow=True)
        assert f"{first.person.name}已在本次座谈会的邀请函名单中" in rest.content.decode()
        assert Document.objects.latest("pk").letters.count() == len(bookings) - 1

    def test_letters_with_a_day_that_was_moved_stay_here(self, world, login):
        forum, bookings = a_list(world)
        Meeting.objects.filter(pk=forum.meeting_id).update(place="协商议事厅")
        for booking in bookings:
            says(booking, YES, world)
        login("clerk").post(reverse("consultation:forum_letters", args=[forum.pk]))
        document = Document.objects.get()
        assert objection(document, None) == ""
        later = {"starts": forum.meeting.starts + timedelta(days=1), "ends": forum.meeting.ends + timedelta(days=1)}
        Meeting.objects.filter(pk=forum.meeting_id).update(**later)
        assert "会议时间已改为" in objection(Document.objects.get(), None)
        Forum.objects.filter(pk=forum.pk).update(state="cancelled")
        assert "座谈会已取消" in objection(Document.objects.get(), None)


@pytest.mark.django_db
class TestSigningUp:
    def open_forum(self, world):
        forum = crowd.a_forum(world)
        ForumRules.objects.update(open_to_members=True)
        return Forum.objects.select_related("rules", "meeting", "topic", "lead").get(pk=forum.pk)

    def test_a_member_signs_up_and_the_lead_accepts(self, world, login):
        forum = self.open_forum(world)
        a_member(world, "member")
        client = login("member")
        assert "报名</button>" in client.get(reverse("consultation:forum_open")).content.decode()
        assert client.post(reverse("consultation:forum_apply", args=[forum.pk])).status_code == 302
        booking = Booking.objects.get()
        assert booking.stance == "报名待确认"
        assert not booking.is_confirmed
        assert not Booking.objects.confirmed().exists()
        assert not forum.meeting.participants.exists()
        url = reverse("consultation:forum_decide", args=[forum.pk, booking.pk])
        assert login("member").post(url, {"accept": ""}).status_code == 403
        assert login("econ_clerk").post(url, {"accept": ""}).status_code == 302
        assert forum.meeting.participants.get().person == world.users["member"].person
        assert Booking.objects.confirmed().exists()
        assert Notice.objects.filter(user=world.users["member"], title__startswith="座谈会报名").exists()

    def test_or_turns_him_down_with_a_reason(self, world):
        forum = self.open_forum(world)
        booking = apply(forum, a_member(world, "member").person, by=world.users["member"])
        with pytest.raises(Refused, match="理由"):
            decide(booking, accepted=False, by=world.users["econ_clerk"])
        decide(booking, accepted=False, why="名额已满", by=world.users["econ_clerk"])
        with pytest.raises(Refused, match="已经办理"):
            decide(booking, accepted=True, by=world.users["econ_clerk"])
        with pytest.raises(Refused, match="不必重复"):
            apply(forum, world.users["member"].person, by=world.users["member"])

    def test_who_may_not(self, world, login):
        forum = self.open_forum(world)
        a_member(world, "member")
        ForumRules.objects.update(open_to_members=False)
        assert login("member").post(reverse("consultation:forum_apply", args=[forum.pk])).status_code == 404
        ForumRules.objects.update(open_to_members=True)
        forum = Forum.objects.select_related("rules", "meeting", "topic", "lead").get(pk=forum.pk)
        assert login("dept1").post(reverse("consultation:forum_apply", args=[forum.pk])).status_code == 403
        with pytest.raises(Refused, match="在任"):
            apply(forum, world.users["member2"].person, by=world.users["member2"])


# --- races: real threads -------------------------------------------------------------------------------------------


@pytest.fixture
def city(transactional_db):
    """The city, committed: threads see it."""
    return build()


def account(world, name):
    return User.objects.get(pk=world.users[name].pk)


def accepting(world, booking):
    """A job: the office notes that he accepts."""
    by, row = account(world, "econ_clerk"), Booking.objects.get(pk=booking.pk)
    return lambda: answer(row, YES, by=by, how="proxy", source="电话")


@pytest.mark.parametrize("strict", [True, False])
def test_two_reserves_take_the_last_seat_at_once(city, strict):
    forum, _ = a_list(city, 1)
    persons = crowd.members(city, 7, "候补")
    put(forum, crowd.seat(forum, "members"), persons, by=city.users["econ_clerk"], reserve=True)
    ask(forum, [person.pk for person in persons], "", by=city.users["econ_clerk"])
    rows = list(Booking.objects.filter(reserve=True).order_by("pk"))
    for row in rows[:5]:
        says(row, YES, city)
    forum.rules.forumseats.update(strict=strict)
    results = at_once(accepting(city, rows[5]), accepting(city, rows[6]))
    if strict:
        assert len(won(results)) == 1, results
        assert "已经确认满了" in next(one.sentence for one in results if isinstance(one, Refused))
        assert Booking.objects.confirmed().count() == 6
    else:
        assert len(won(results)) == 2, results
        assert sorted(bool(note) for _, note in results) == [False, True], "the second is told"
        assert Booking.objects.confirmed().count() == 7


def test_an_answer_and_the_cancellation_do_not_mix(city):
    for number in range(3):
        forum = crowd.a_forum(city, state="preparing", days=70 + number, topic_title=f"议题{number}")
        [person] = crowd.members(city, 1, f"并发{number}")
        put(forum, crowd.seat(forum, "members"), [person], by=city.users["econ_clerk"], reserve=True)
        ask(forum, [person.pk], "", by=city.users["econ_clerk"])
        row, by, seen = Booking.objects.get(person=person), account(city, "clerk"), Forum.objects.get(pk=forum.pk)
        results = at_once(
            accepting(city, row),
            lambda seen=seen, by=by: FORUM.move(seen, "cancel", by=by, version=seen.version, opinion="议题调整"),
        )
        assert not isinstance(results[1], Exception), results
        row.refresh_from_db()
        on_list = forum.meeting.participants.filter(person=person).exists()
        if isinstance(results[0], Refused):
            assert "已取消" in results[0].sentence
            assert (row.answer, on_list) == ("", False)
        else:
            assert (row.answer, on_list) == ("yes", True)
        assert Meeting.objects.get(pk=forum.meeting_id).state == "cancelled"


def test_an_answer_and_the_formal_notice_do_not_mix(city):
    forum, [booking] = a_list(city, 1)
    says(booking, YES, city)
    meeting, by = Meeting.objects.get(pk=forum.meeting_id), account(city, "clerk")
    row, clerk = Booking.objects.get(pk=booking.pk), account(city, "econ_clerk")
    results = at_once(
        lambda: answer(row, NO, by=clerk, how="proxy", source="电话"),
        lambda: MEETING.move(meeting, "invite", by=by, version=meeting.version),
    )
    assert len(won(results)) == 1, results
    told = forum.meeting.participants.filter(invited_at__isnull=False).exists()
    assert told == isinstance(results[0], Refused), "he declined, or he was told; never both"
    assert forum.held_on > timezone.localdate() + timedelta(days=1)


def test_links_that_leave_the_house_begin_with_its_public_name(world, login, settings):
    forum = crowd.a_forum(world, state="preparing")
    crowd.booked(world, forum, "members", crowd.members(world, 1))
    owed = outcome_world.paper(world, forum=forum)
    over = outcome_world.reported(world)
    outcome_world.invite(world, over, **outcome_world.came())
    settings.SITE_URL, settings.SITE_URL_GIVEN = "https://cppcc.example.org", True
    pages = {"forum_booking_links": forum.pk, "paper_link": owed.pk, "forum_review_links": over.pk}
    for name, pk in pages.items():
        page = login("econ_clerk").post(reverse(f"consultation:{name}", args=[pk])).content.decode()
        assert "https://cppcc.example.org/consultation/" in page, name
