"""The outbox desk: drafts, holding, release, recipients, what a clerk does by hand, two people at once."""

import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines import by_hand, dispatching
from cppcc.deadlines.models import DeliverySetting, Dispatch, Notice, Outbox, Reminder
from cppcc.deadlines.recipients import find_persons, people_of, written
from cppcc.office.models import Organization, Person, Post, Tenure, User
from cppcc.office.refusals import Refused, Stale
from tests.deadlines.desk_rows import LONG, a_dispatch, deadlines, deliveries, reminders
from tests.reading import words
from tests.world import build

pytestmark = pytest.mark.django_db
LIST = reverse("deadlines:dispatch_list")
NEW = reverse("deadlines:dispatch_create")


def page(name, pk, *more):
    """The address of a dispatch's page."""
    return reverse(f"deadlines:dispatch_{name}", args=[pk, *more])


def typed(**given):
    """A filled form."""
    return {"title": "关于报送材料的通知", "body": "请报送。", "channel": "email", "token": uuid.uuid4()} | given


def emails(world, **addresses):
    """Give people mail addresses."""
    for name, address in addresses.items():
        Person.objects.filter(pk=world.users[name].person_id).update(email=address)


def left(dispatch):
    """(channel, recipient, status) of what a dispatch became."""
    rows = Outbox.objects.filter(dispatch=dispatch).select_related("organization", "person")
    return {(row.channel, row.person.name if row.person else str(row.organization), row.status) for row in rows}


# --- drawing up ----------------------------------------------------------------------------------------------------


def test_a_clerk_draws_one_up_for_kinds_units_and_persons(world, login):
    data = typed(
        kinds=["department"], chosen=[world.orgs["county1"].pk, world.orgs["dept1"].pk], names="试chair、试member"
    )
    response = login("clerk").post(NEW, data)
    dispatch = Dispatch.objects.get()
    assert response.headers["Location"] == page("detail", dispatch.pk)
    units, persons, channel = dispatching.addressed(dispatch)
    assert {unit.key for unit in units} == {"dept1", "dept2", "county1"}
    assert ({person.name for person in persons}, channel) == ({"试chair", "试member"}, "email")
    assert (dispatch.status, dispatch.created_by) == ("draft", world.users["clerk"])
    assert not Notice.objects.exists()


def test_the_same_form_twice_is_one_draft(world, login):
    data = typed(kinds=["department"])
    addresses = {login("clerk").post(NEW, data).headers["Location"] for _ in range(2)}
    assert len(addresses) == 1
    assert Dispatch.objects.count() == 1
    assert Outbox.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": ""}, "必填"),
        ({"title": "长" * 201}, "200"),
        ({"body": "长" * 5001}, "5000"),
        ({"kinds": []}, "至少选择一个收件单位"),
        ({"kinds": ["employer"]}, "employer"),
        ({"chosen": ["x"]}, "x"),
        ({"names": "查无此人"}, "没有找到“查无此人”"),
        ({"channel": "pigeon"}, "pigeon"),
    ],
)
def test_a_bad_form_saves_nothing_and_says_what_is_wrong(world, login, data, sentence):
    response = login("clerk").post(NEW, typed(kinds=["department"]) | data)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Dispatch.objects.exists()


def test_namesakes_are_told_apart_by_their_unit(world):
    other = Person.objects.create(name="试dept1")
    post = Post.objects.create(organization=world.orgs["edu"], role="committee_clerk", title="另一岗位")
    Tenure.objects.create(post=post, person=other, valid_from=date(2022, 1, 1))
    persons, [sentence] = find_persons("试dept1 试clerk")
    assert [person.name for person in persons] == ["试clerk"]
    assert "试dept1（市发改局）" in sentence and "试dept1（教科卫体委）" in sentence
    persons, wrong = find_persons("试dept1（教科卫体委员会）\n试clerk，试clerk")
    assert (persons[0], wrong, len(persons)) == (other, [], 2)
    assert find_persons(written(persons)) == (persons, [])
    assert find_persons("、".join(f"人{n}" for n in range(501)))[1] == ["一次最多填写 500 人，现有 501 人。"]


def test_a_draft_is_changed_and_the_form_shows_what_it_says(world, login):
    dispatch, client = a_dispatch(world, units=("dept1", "dept2"), persons=("chair",)), login("clerk")
    form = client.get(page("edit", dispatch.pk)).context["form"]
    assert set(form.initial["chosen"]) == {world.orgs["dept1"].pk, world.orgs["dept2"].pk}
    assert form.initial["names"] == "试chair"
    data = typed(version=dispatch.version, title="改名", chosen=[world.orgs["county1"].pk], channel="print")
    assert client.post(page("edit", dispatch.pk), data).status_code == 302
    dispatch.refresh_from_db()
    units, persons, channel = dispatching.addressed(dispatch)
    assert ([unit.key for unit in units], persons, channel) == (["county1"], [], "print")
    assert (dispatch.title, dispatch.version) == ("改名", 2)


def test_a_stale_form_shows_both_sides_and_saves_nothing(world, login):
    dispatch, client = a_dispatch(world), login("clerk")
    Dispatch.objects.filter(pk=dispatch.pk).update(version=7, title="别人改的")
    response = client.post(page("edit", dispatch.pk), typed(version=1, title="我改的", kinds=["county"]))
    assert response.status_code == 409
    assert "我改的" in words(response) and "别人改的" in words(response)
    dispatch.refresh_from_db()
    assert (dispatch.title, dispatch.version) == ("别人改的", 7)


@pytest.mark.parametrize("status", ["held", "released", "cancelled"])
def test_only_a_draft_is_changed(world, login, status):
    dispatch = a_dispatch(world, status=status)
    data = typed(version=1, title="改", kinds=["county"])
    assert login("clerk").post(page("edit", dispatch.pk), data).status_code in (302, 409)
    dispatch.refresh_from_db()
    assert dispatch.title == "关于报送材料的通知"


# --- release -------------------------------------------------------------------------------------------------------


def test_release_tells_accounts_and_addresses_and_leaves_the_rest_to_the_telephone(world, login):
    emails(world, dept1="dept1@example.org")
    User.objects.filter(username="party1").update(is_active=False)
    Person.objects.filter(pk=world.users["party1"].person_id).update(phone="13800000000")
    dispatch = a_dispatch(world, units=("dept1", "party1", "gov"), persons=("chair",))
    response = login("clerk").post(page("move", dispatch.pk, "release"), {"version": 1}, follow=True)
    assert "已发出" in words(response)
    assert left(dispatch) == {
        ("notice", "试dept1", "sent"), ("email", "试dept1", "pending"), ("phone", "试party1", "by_hand"),
        ("phone", "市政府", "by_hand"), ("notice", "试chair", "sent"),
    }  # fmt: skip
    notices = {notice.user.username: notice for notice in Notice.objects.select_related("user")}
    assert set(notices) == {"dept1", "chair"}
    assert notices["dept1"].key == f"dispatch:{dispatch.pk}:{world.users['dept1'].pk}"
    assert (notices["dept1"].title, notices["dept1"].body) == (dispatch.title, dispatch.body)
    mail = Outbox.objects.get(channel="email")
    assert mail.key == f"dispatch:{dispatch.pk}:{world.users['dept1'].person_id}:email"
    assert (mail.address, mail.subject, mail.body) == ("dept1@example.org", dispatch.title, dispatch.body)
    assert Outbox.objects.get(person=world.users["party1"].person_id).address == "13800000000"
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.released_by) == ("released", world.users["clerk"])


def test_a_person_of_two_units_hears_once_and_those_of_yesterday_not_at_all(world):
    emails(world, member="m@example.org")
    Tenure.objects.create(post=world.posts["dept1"], person=world.users["member"].person, valid_from=date(2022, 1, 1))
    dispatch = a_dispatch(world, units=("dept1", "members", "office"), persons=("member",))
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=False)
    told = Notice.objects.values_list("user__username", flat=True)
    assert sorted(told) == ["clerk", "dept1", "member", "member2", "sg"]  # not `expired`, not `future`
    assert Outbox.objects.filter(channel="email").count() == 1


def test_a_formal_one_leaves_only_after_it_was_held_and_seen(world, login):
    dispatch, client = a_dispatch(world, formal=True), login("clerk")
    assert "提交放行" in words(
        client.post(page("move", dispatch.pk, "release"), {"version": 1, "seen": "on"}, follow=True)
    )
    client.post(page("move", dispatch.pk, "hold"), {"version": 1})
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.version) == ("held", 2)
    assert not Notice.objects.exists()
    refused = client.post(page("move", dispatch.pk, "release"), {"version": 2}, follow=True)
    assert "勾选“已核对”" in words(refused)
    client.post(page("move", dispatch.pk, "release"), {"version": 2, "seen": "on"})
    dispatch.refresh_from_db()
    assert dispatch.status == "released"
    assert Notice.objects.count() == 1


def test_where_the_setting_says_so_a_formal_one_needs_no_holding_but_is_seen(world):
    DeliverySetting.objects.create(hold_formal=False)
    dispatch, by = a_dispatch(world, formal=True), world.users["clerk"]
    with pytest.raises(Refused, match="已核对"):
        dispatching.release(dispatch, by=by, version=1, seen=False)
    dispatching.release(dispatch, by=by, version=1, seen=True)


def test_what_was_changed_after_it_was_seen_is_not_released(world):
    dispatch, by = a_dispatch(world, formal=True), world.users["clerk"]
    dispatching.hold(dispatch, by=by, version=1)
    dispatching.take_back(dispatch, by=by, version=2)
    dispatching.hold(dispatch, by=by, version=3)
    with pytest.raises(Stale, match="已被他人修改"):
        dispatching.release(dispatch, by=by, version=2, seen=True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("channel", ["print", "phone"])
def test_printed_and_telephoned_ones_wait_for_a_clerk_a_row_a_recipient(world, channel):
    emails(world, dept1="dept1@example.org")
    dispatch = a_dispatch(world, units=("dept1", "gov"), persons=("chair",), channel=channel)
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True)
    assert left(dispatch) == {
        (channel, "市发改局", "by_hand"), (channel, "市政府", "by_hand"), (channel, "试chair", "by_hand"),
        ("notice", "试dept1", "sent"), ("notice", "试chair", "sent"),
    }  # fmt: skip


def test_where_mail_is_off_the_telephone_takes_its_place(world):
    DeliverySetting.objects.create(mail_enabled=False)
    emails(world, party1="p@example.org", dept1="d@example.org")
    User.objects.filter(username="party1").update(is_active=False)
    dispatch = a_dispatch(world, units=("party1", "dept1"))
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True)
    assert left(dispatch) == {("phone", "试party1", "by_hand"), ("notice", "试dept1", "sent")}


def test_nothing_goes_out_twice_or_without_recipients_or_after_it_was_cancelled(world, login):
    client, by = login("clerk"), world.users["clerk"]
    empty = a_dispatch(world, units=())
    for name in ("release", "hold"):
        assert "还没有收件人" in words(client.post(page("move", empty.pk, name), {"version": 1}, follow=True))
    sent = a_dispatch(world)
    dispatching.release(sent, by=by, version=1, seen=False)
    for name in ("release", "hold", "take_back", "cancel"):
        response = client.post(page("move", sent.pk, name), {"version": 2, "seen": "on"}, follow=True)
        assert "这份通知已由试clerk于" in words(response)
    gone = a_dispatch(world)
    dispatching.cancel(gone, by=by, version=1)
    assert set(gone.deliveries.values_list("status", flat=True)) == {"cancelled"}
    with pytest.raises(Refused, match="已取消"):
        dispatching.release(gone, by=by, version=2, seen=True)
    assert Notice.objects.count() == 1
    assert client.post(page("move", sent.pk, "bogus"), {"version": 2}).status_code == 404


def test_three_hundred_units_with_a_thousand_people_go_out_at_once(world, django_assert_max_num_queries):
    units = Organization.objects.bulk_create(
        Organization(name=f"第{n}局", kind="township", pinyin=f"d{n:03}") for n in range(300)
    )
    posts = Post.objects.bulk_create(Post(organization=unit, role="department", title="经办") for unit in units)
    persons = Person.objects.bulk_create(
        Person(name=f"某{n}", pinyin="m", email=f"a{n}@example.org") for n in range(1000)
    )
    Tenure.objects.bulk_create(Tenure(post=posts[n % 300], person=person) for n, person in enumerate(persons))
    dispatch = a_dispatch(world, units=())
    dispatching.write_recipients(dispatch, {"units": units, "persons": [], "channel": "email"})
    begun = time.monotonic()
    with django_assert_max_num_queries(20):
        assert dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True) == 1000
    assert time.monotonic() - begun < 3
    assert len(people_of(unit.pk for unit in units)) == 1000


# --- two people at once --------------------------------------------------------------------------------------------


def at_once(*jobs):
    """Run jobs in threads that start together; each answers its result or the refusal that it met."""
    barrier = threading.Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=10)
            return job()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_two_releases_a_cancel_and_a_hold_at_once_have_one_winner():
    world = build()
    by = world.users["clerk"]
    for _ in range(5):
        dispatch = a_dispatch(world, units=("dept1", "dept2"))
        Notice.objects.all().delete()
        results = at_once(
            lambda d=dispatch: dispatching.release(d, by=by, version=1, seen=True),
            lambda d=dispatch: dispatching.release(d, by=by, version=1, seen=True),
            lambda d=dispatch: dispatching.cancel(d, by=by, version=1),
            lambda d=dispatch: dispatching.hold(d, by=by, version=1),
        )
        assert sum(not isinstance(result, Exception) for result in results) == 1
        dispatch.refresh_from_db()
        assert Notice.objects.count() == (2 if dispatch.status == "released" else 0)


# --- by hand -------------------------------------------------------------------------------------------------------


def test_ticked_recipients_are_noted_as_telephoned_once(world, login):
    dispatch, client = a_dispatch(world, units=("dept1", "gov", "pc"), channel="phone"), login("clerk")
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True)
    rows = list(dispatch.deliveries.filter(status="by_hand").order_by("pk"))
    data = {"row": [row.pk for row in rows[:2]], "how": "phone", "note": "值班室接听"}
    detail = page("detail", dispatch.pk)
    mark = reverse("deadlines:delivery_mark")
    assert "已登记2条" in words(client.post(mark, data, follow=True, headers={"referer": f"http://testserver{detail}"}))
    rows[0].refresh_from_db()
    assert (rows[0].status, rows[0].note) == ("sent", "已电话通知：值班室接听")
    assert rows[0].marked_by == world.users["clerk"] and rows[0].sent_at
    assert "已登记过" in words(client.post(mark, data, follow=True))
    assert "请先勾选" in words(client.post(mark, {"how": "phone"}, follow=True))
    assert "请选择登记的方式" in words(client.post(mark, {"row": rows[2].pk}, follow=True))
    assert dispatch.deliveries.filter(status="by_hand").count() == 1


@pytest.mark.parametrize("status", ["dead", "doubt"])
def test_a_failed_or_doubtful_mail_is_sent_again_to_the_right_address(world, login, status):
    [row] = deliveries(world, status=status, channel="email", address="wrong@example.org", tries=8, error="550")
    client, address = login("clerk"), reverse("deadlines:delivery_resend", args=[row.pk])
    refused = client.post(address, {"address": "not an address"})
    assert refused.status_code in (302, 409)
    assert client.post(address, {"address": "right@example.org"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.address, row.tries, row.error) == ("pending", "right@example.org", 0, "")
    assert "right@example.org" in row.note
    assert "不能重发" in words(client.post(address, {"address": "right@example.org"}, follow=True))


def test_a_doubtful_one_is_found_to_have_arrived(world, login):
    [row] = deliveries(world, status="doubt", channel="email", address="a@example.org")
    page_of = login("clerk").get(reverse("deadlines:delivery_detail", args=[row.pk]))
    assert "先向收件人核实" in words(page_of) and "登记已送达" in words(page_of)
    by_hand.mark([row.pk], how="sent", note="", by=world.users["clerk"])
    row.refresh_from_db()
    assert (row.status, row.note) == ("sent", "核实已送达")


@pytest.mark.parametrize("status", ["sending", "sent", "cancelled", "doubt"])
def test_what_left_is_not_stopped(world, status):
    given = {"lease_until": timezone.now()} if status == "sending" else {}
    [row] = deliveries(world, status=status, channel="email", **given)
    with pytest.raises(Refused, match="不能取消"):
        by_hand.stop(row, note="不用发了", by=world.users["clerk"])


def test_stopping_asks_why(world, login):
    [row] = deliveries(world)
    client, address = login("clerk"), reverse("deadlines:delivery_stop", args=[row.pk])
    assert "理由" in words(client.post(address, {"note": " "}, follow=True))
    client.post(address, {"note": "会议取消"})
    row.refresh_from_db()
    assert (row.status, row.note) == ("cancelled", "会议取消")


@pytest.mark.parametrize("note", ["长" * 151, "控\x00制"])
def test_a_note_that_cannot_be_kept_is_refused(world, login, note):
    [row] = deliveries(world)
    for name, args in (("delivery_mark", []), ("delivery_stop", [row.pk])):
        data = {"row": row.pk, "how": "phone", "note": note}
        assert login("clerk").post(reverse(f"deadlines:{name}", args=args), data).status_code in (302, 409)
    row.refresh_from_db()
    assert row.status == "by_hand"


def test_what_needs_a_person_is_listed_with_what_to_do(world, login):
    deliveries(world, 2)
    deliveries(world, status="dead", channel="email", address="wrong@example.org", error="550 无此用户")
    deliveries(world, 3, status="sent", channel="email")
    [deadline] = deadlines(world, world.plan(topics=1).topics.get())
    for status in ("nobody", "lapsed", "failed"):
        reminders(deadline, world, status=status)
    reminders(deadline, world, 3)
    client = login("clerk")
    response = client.get(reverse("deadlines:delivery_list"), {"show": "hands"})
    assert len(response.context["page_obj"]) == 3
    assert len(response.context["reminders"]) == 2  # a telephone row stands for the one that nobody got
    assert [tab.get("badge") for tab in response.context["tabs"]] == [None, "5"]
    for sentence in ("打电话通知收件人", "核对邮箱后重发", "没有发出", "未能转发", "550无此用户"):
        assert sentence in words(response)
    stuck = Reminder.objects.get(status="failed")
    settle, data = reverse("deadlines:reminder_settle"), {"reminder": stuck.pk, "note": "已致电"}
    client.post(settle, data)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.error) == ("cancelled", "已人工处理（试clerk）：已致电")
    assert "都已处理过" in words(client.post(settle, data, follow=True))
    assert "请先勾选" in words(client.post(settle, follow=True))
    assert Reminder.objects.exclude(status="pending").exclude(status="cancelled").count() == 2


def test_deliveries_are_filtered_and_exported(world, login):
    deliveries(world, 2)
    deliveries(world, 3, status="sent", channel="email", address="a@example.org")
    client, address = login("clerk"), reverse("deadlines:delivery_list")
    for query, count in (
        ({}, 5), ({"status": "sent"}, 3), ({"channel": "phone"}, 2), ({"q": "a@example"}, 3), ({"q": "发改"}, 5),
        ({"q": "没有"}, 0),
    ):  # fmt: skip
        assert len(client.get(address, query).context["page_obj"]) == count
    assert client.get(address, {"export": "xlsx"}).headers["Content-Type"].endswith("sheet")


# --- pages ---------------------------------------------------------------------------------------------------------


def test_the_text_is_ready_to_be_copied_and_every_letter_to_be_printed(world, login):
    dispatch, client = a_dispatch(world, units=("dept1", "county1"), persons=("chair",)), login("clerk")
    detail = client.get(page("detail", dispatch.pk)).content.decode()
    area = re.search(r'<textarea id="copy-text"[^>]*readonly\s*>(.*?)</textarea>', detail, re.DOTALL)
    assert area[1] == "【试验市政协】关于报送材料的通知\n请于下周三前报送。"
    printed = words(client.get(page("print", dispatch.pk)))
    for name in ("市发展和改革局：", "青溪县政协：", "试chair："):
        assert printed.count(name) == 1
    assert "共3份" in printed and "尚未发出" in printed
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True)
    printed = words(client.get(page("print", dispatch.pk)))
    assert "共3份" in printed and "尚未发出" not in printed


def test_the_list_says_how_far_each_one_is(world, login):
    client = login("clerk")
    assert "没有符合条件的通知" in words(client.get(LIST))
    sent = a_dispatch(world, units=("dept1", "gov"), title=LONG[:200])
    dispatching.release(sent, by=world.users["clerk"], version=1, seen=True)
    a_dispatch(world, formal=True, status="held")
    text = words(client.get(LIST))
    assert "已送出1/2" in text and "待人工1" in text and "收件人1个" in text
    assert len(client.get(LIST, {"status": "held"}).context["page_obj"]) == 1
    assert len(client.get(LIST, {"formal": "false"}).context["page_obj"]) == 1
    assert len(client.get(LIST, {"q": "没有"}).context["page_obj"]) == 0


def test_dates_far_away_do_not_trouble_a_release(world):
    dispatch = a_dispatch(world)
    dispatching.release(dispatch, by=world.users["clerk"], version=1, seen=True)
    assert Outbox.objects.filter(not_before__gt=timezone.now() + timedelta(minutes=1)).count() == 0
