"""The drain: each mail once, refusals as they are meant, and nobody's mail lost for a server's trouble."""

import socket
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.db.models.query import QuerySet
from django.utils import timezone

from cppcc.deadlines import drain as draining
from cppcc.deadlines.drain import Claim, drain, later
from cppcc.deadlines.mail import Fate, Line
from cppcc.deadlines.models import DeliverySetting, Notice, Outbox, Pulse
from tests.smtp_sink import CUT, DROP, Sink, free_port

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def fresh(row):
    return Outbox.objects.get(pk=row.pk)


def first_due():
    """Claim the mail that is due first, as a drain would."""
    rows = Outbox.objects.filter(status__in=["pending", "sending"]).order_by("status", "not_before", "pk")
    return Claim.take(rows[0].pk, DeliverySetting.current())


@pytest.fixture
def line():
    """A connection that is closed at the end."""
    line = Line()
    yield line
    line.close()


def due_now():
    """As if the wait were over."""
    Outbox.objects.filter(status="pending").update(not_before=timezone.now())
    Pulse.objects.filter(name="smtp").delete()


def test_it_sends_what_is_due_and_marks_it(sink, put):
    row = put()
    assert drain() == {"sent": 1}
    row, mail = fresh(row), sink.taken[0]
    assert (row.status, row.error, row.lease_until, row.claims, row.tries) == ("sent", "", None, 1, 0)
    assert row.sent_at is not None and mail.recipient == "a@example.org"
    assert mail.message_id == row.message_id and mail.message_id.endswith("@cppcc.example.org>")
    assert mail.subject == "方案还有7天到期" and "请办理" in mail.text
    assert drain() == {} and len(sink.taken) == 1


def test_many_mails_take_one_connection(sink, put):
    for n in range(30):
        put(f"m{n}")
    assert drain() == {"sent": 30}
    assert sink.connections == 1


def test_what_is_not_due_not_released_or_not_mail_stays(sink, put):
    put("later", not_before=timezone.now() + MINUTE)
    put("draft", status="draft")
    put("phone", channel="phone", status="by_hand")
    assert drain() == {} and not sink.taken


@pytest.mark.parametrize("stage", ["at_rcpt", "at_data"])
def test_a_refusal_for_now_backs_off_and_leaves_the_others_alone(sink, put, stage):
    row, other = put("a"), put("b")
    setattr(sink, stage, lambda said: "450 try later" if said.startswith("a@") or said == row.message_id else "")
    if stage == "at_data":
        row.message_id = "<a@x>"
        row.save()
    before = timezone.now()
    counts = drain()
    row = fresh(row)
    assert counts == {"refused_for_now": 1, "sent": 1} and fresh(other).status == "sent"
    assert (row.status, row.tries, row.lease_until) == ("pending", 1, None) and "450 try later" in row.error
    assert before + MINUTE <= row.not_before <= timezone.now() + MINUTE
    setattr(sink, stage, lambda said: "")
    due_now()
    assert drain() == {"sent": 1} and fresh(row).error == ""


def test_the_waits_double_up_to_an_hour():
    now = timezone.now()
    assert [(later(n, now) - now) / MINUTE for n in (1, 2, 3, 6, 7, 8, 50)] == [1, 2, 4, 32, 60, 60, 60]


def test_a_refusal_for_good_is_told_with_the_servers_words(sink, put):
    row = put()
    sink.at_rcpt = lambda recipient: "550 no such user"
    assert drain() == {"refused": 1}
    row = fresh(row)
    assert row.status == "dead" and row.error == "邮件服务器拒收：550 no such user"


def test_after_eight_tries_people_have_to_look(sink, put):
    row = put()
    sink.at_data = lambda message_id: "451 busy"
    for _ in range(8):
        drain()
        due_now()
    row = fresh(row)
    assert (row.status, row.tries) == ("dead", 8) and "多次发送未成" in row.error and "451 busy" in row.error
    assert drain() == {}


@pytest.mark.parametrize("address", ["", "not an address", "处长@example.org", "a@example.org\nBcc: b@example.org"])
def test_an_address_that_cannot_be_written_is_told(sink, put, address):
    row = put(address=address)
    drain()
    assert fresh(row).status == "dead" and "邮箱地址无法使用" in fresh(row).error and not sink.taken


def test_a_subject_has_one_line(sink, put):
    put(subject="方案\r\nBcc: x@example.org 到期")
    drain()
    assert sink.taken[0].subject == "方案 Bcc: x@example.org 到期" and sink.taken[0].message["Bcc"] is None


# The server is away ----------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_no_mails_fault(put, settings):
    settings.EMAIL_BACKEND = "cppcc.deadlines.mail.FencedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    row, other = put("a"), put("b")
    assert drain() == {"no_server": 1}
    assert {(one.status, one.tries) for one in map(fresh, (row, other))} == {("pending", 0)}
    assert fresh(row).claims + fresh(other).claims == 1  # the first trouble ends it
    assert Pulse.objects.get(name="smtp").note
    assert drain() == {}  # it pauses
    with time_machine.travel(timezone.now() + MINUTE, tick=False):
        assert drain() == {"no_server": 1}
    with Sink(port=settings.EMAIL_PORT):
        Pulse.objects.update(at=timezone.now() - MINUTE)
        assert drain() == {"sent": 2}
    assert not Pulse.objects.exists()  # the trouble is over


def test_a_server_that_is_closing_is_no_mails_fault(sink, put):
    row = put()
    sink.at_rcpt = lambda recipient: "421 closing"
    assert drain() == {"no_server": 1}
    assert (fresh(row).status, fresh(row).tries) == ("pending", 0)


def test_a_line_that_broke_before_the_mail_counts_as_a_try(sink, put):
    row, other = put("a"), put("b")
    sink.at_rcpt = lambda recipient: DROP if recipient.startswith("a@") else ""
    assert drain() == {"broken": 1, "sent": 1}
    assert (fresh(row).status, fresh(row).tries, fresh(other).status) == ("pending", 1, "sent")


def test_a_line_that_the_server_closed_meanwhile_is_opened_anew(sink, put, line):
    for key in "ab":
        put(key)
        assert first_due().carry_out(line) == Fate.SENT
        line.backend.connection.sock.shutdown(socket.SHUT_RDWR)
    assert sink.connections == 2 and len(sink.taken) == 2


def test_a_reminder_cut_before_the_answer_goes_once_more_with_the_same_id(sink, put):
    row = put()
    sink.at_data = lambda message_id: "" if sink.taken else CUT
    assert drain() == {"doubt": 1}
    assert (fresh(row).status, fresh(row).tries) == ("pending", 1)
    due_now()
    assert drain() == {"sent": 1}
    assert list(sink.ids.values()) == [2] and fresh(row).status == "sent"


def test_a_formal_letter_cut_before_the_answer_waits_for_a_person(sink, put):
    row = put(formal=True)
    sink.at_data = lambda message_id: CUT
    assert drain() == {"doubt": 1}
    assert fresh(row).status == "doubt" and "是否送出不明" in fresh(row).error
    assert drain() == {} and len(sink.taken) == 1


def test_the_setting_may_say_otherwise(sink, put):
    DeliverySetting.objects.create(resend_formal=True, resend_reminders=False)
    sink.at_data = lambda message_id: CUT
    formal, reminder = put("formal", formal=True), put("reminder")
    drain()
    assert (fresh(formal).status, fresh(reminder).status) == ("pending", "doubt")


# Leases ----------------------------------------------------------------------------------------------------------


def test_after_half_the_lease_nothing_is_handed_over(sink, put, line):
    row = put()
    claim = first_due()
    claim.give_up_at = time.monotonic() - 1
    assert claim.carry_out(line) == Fate.TOO_LATE
    assert not sink.taken and (fresh(row).status, fresh(row).tries) == ("pending", 0)


def test_only_who_claimed_last_may_mark(sink, put, line):
    row = put()
    claim = first_due()
    Outbox.objects.filter(pk=row.pk).update(claims=2)
    claim.carry_out(line)
    assert fresh(row).status == "sending"


def test_a_claimed_row_is_not_claimed_again(sink, put):
    put()
    assert first_due() and first_due() is None


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for(sink, put, monkeypatch):
    row, real, failures = put(), QuerySet.update, [OperationalError("gone"), OperationalError("gone")]

    def update(self, **values):
        if "sent_at" in values and failures:
            raise failures.pop()
        return real(self, **values)

    monkeypatch.setattr(QuerySet, "update", update)
    monkeypatch.setattr(draining.time, "sleep", lambda seconds: None)
    assert drain() == {"sent": 1} and fresh(row).status == "sent"


@pytest.mark.django_db(transaction=True)
def test_several_drains_at_once_send_everything_once(sink, put):
    for n in range(200):
        put(f"m{n}")
    counts, start = [], threading.Barrier(3)

    def run():
        start.wait(10)
        try:
            counts.append(drain()["sent"])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 200 and set(sink.ids.values()) == {1} and len(sink.ids) == 200


@pytest.mark.django_db(transaction=True)
def test_it_holds_no_lock_while_it_speaks_to_the_server(sink, put):
    row, seen = put(), []

    def look(recipient):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT status FROM deadlines_outbox WHERE id = %s FOR UPDATE NOWAIT", [row.pk])
            seen.append(cursor.fetchone()[0])
        connection.close()

    def ask(recipient):
        other = threading.Thread(target=look, args=[recipient])
        other.start()
        other.join(10)
        return ""

    sink.at_rcpt = ask
    assert drain() == {"sent": 1} and seen == ["sending"]


# Switched off, not set up, digests -------------------------------------------------------------------------------


def test_mail_that_is_switched_off_waits(sink, put):
    DeliverySetting.objects.create(mail_enabled=False)
    put()
    assert drain() == {} and not draining.mail_is_waiting()
    DeliverySetting.objects.update(mail_enabled=True)
    assert drain() == {"sent": 1}


def test_without_a_server_mail_waits(put, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "cppcc.deadlines.mail.FencedBackend", ""
    row = put()
    assert drain() == {} and fresh(row).status == "pending"


def test_a_backend_without_a_server_gets_the_mail(put, settings, mailoutbox):
    put()
    assert drain() == {"sent": 1}
    assert mailoutbox[0].extra_headers["Message-ID"] == Outbox.objects.get().message_id


def test_a_digest_is_put_together_when_it_goes_out(sink, put, world, settings):
    settings.SITE_URL = "https://cppcc.example.org"
    user, today = world.users["county1"], timezone.localdate()
    for n in range(2):
        Notice.objects.create(
            key=f"n{n}", user=user, title=f"第{n}件", body="内部", url=f"/m/{n}/", created_at=timezone.now(),
            digest_on=today,
        )  # fmt: skip
    Notice.objects.create(key="other", user=user, title="别的", created_at=timezone.now())
    put("digest", person=user.person, digest_on=today, body="")
    drain()
    text = sink.taken[0].text
    assert "1. 第0件" in text and "https://cppcc.example.org/m/1/" in text and "您有2条提醒" in text
    assert "别的" not in text and "内部" not in text


def test_a_digest_of_nothing_is_not_sent(sink, put, world):
    row = put("digest", person=world.users["county1"].person, digest_on=timezone.localdate(), body="")
    drain()
    assert fresh(row).status == "cancelled" and not sink.taken


def test_it_stops_when_its_turn_is_over(sink, put):
    put()
    assert drain(seconds=0) == {} and draining.mail_is_waiting()
