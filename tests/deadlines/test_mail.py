"""What a mail looks like, how the fence stands before DATA, and what a server's answers mean."""

import smtplib
import time

import pytest
from django.core.mail import get_connection

from cppcc.deadlines.mail import (
    Answer,
    Fate,
    FencedSMTP,
    FencedSMTPS,
    GaveUp,
    Line,
    can_be_written,
    compose,
    is_configured,
    refusal,
    said,
)
from cppcc.deadlines.models import Outbox
from tests.smtp_sink import CUT

pytestmark = pytest.mark.django_db
AGES = {"give_up_at": float("inf"), "patience": 1.0}


def mail(**values):
    given = {"address": "a@example.org", "subject": "到期", "body": "请办理", "message_id": "<1@x>"}
    return compose(Outbox(**given | values))


def test_a_reminder_says_that_nobody_wrote_it_and_a_letter_does_not():
    assert mail().message()["Auto-Submitted"] == "auto-generated"
    assert mail(formal=True).message()["Auto-Submitted"] is None


def test_the_message_id_is_the_rows():
    assert mail().message()["Message-ID"] == mail().message()["Message-ID"] == "<1@x>"


def test_the_fence_stands_before_data(sink):
    line = Line()
    try:
        line.backend.open()
        talk = line.backend.connection
        talk.give_up_at = time.monotonic() - 1
        with pytest.raises(GaveUp):
            talk.sendmail("a@example.org", ["b@example.org"], b"x")
        assert not sink.taken
    finally:
        line.drop()


def test_a_mail_that_cannot_be_put_together_is_told(sink):
    line = Line()
    answer = line.send(mail(message_id="<1@x>\nBcc: b@example.org"), **AGES)
    assert answer.fate == Fate.UNSENDABLE and "邮件无法生成" in answer.text and not sink.taken
    line.close()


def test_it_knows_that_a_mail_was_under_way(sink):
    line = Line()
    sink.at_data = lambda message_id: CUT
    assert line.send(mail(), **AGES).fate == Fate.DOUBT
    sink.at_data = lambda message_id: "451 no"
    assert line.send(mail(), **AGES).fate == Fate.REFUSED_FOR_NOW
    sink.at_data = lambda message_id: ""
    assert line.send(mail(), **AGES) == Answer(Fate.SENT)
    line.close()


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (450, Fate.REFUSED_FOR_NOW), (452, Fate.REFUSED_FOR_NOW), (550, Fate.REFUSED), (554, Fate.REFUSED),
        (421, Fate.NO_SERVER), (530, Fate.NO_SERVER), (535, Fate.NO_SERVER),
    ],
)  # fmt: skip
def test_what_an_answer_means(code, fate):
    assert refusal(code, b"\xe6\x97\xa0 \xff").fate == fate


def test_problems_are_told_in_a_line():
    assert said(smtplib.SMTPAuthenticationError(535, b"no")) == "535 no"
    assert said(TimeoutError()) == "time-out" and said(OSError()) == "OSError"


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("a@example.org", True),
        ("a@政协.cn", True),
        ("a", False),
        ("a@", False),
        ("张@x.cn", False),
        ("a b@x.cn", False),
    ],
)
def test_addresses(address, good):
    assert can_be_written(address) is good


def test_tls_from_the_first_byte_or_later(settings):
    settings.EMAIL_BACKEND = "cppcc.deadlines.mail.FencedBackend"
    assert get_connection().connection_class is FencedSMTP
    assert get_connection(use_ssl=True).connection_class is FencedSMTPS


def test_without_a_server_nothing_is_set_up(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "cppcc.deadlines.mail.FencedBackend", ""
    assert not is_configured()
    settings.EMAIL_HOST = "mail.example.org"
    assert is_configured()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert is_configured()
