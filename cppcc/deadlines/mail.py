"""Handing one mail to the mail server over a line that serves many, and telling what became of it."""

import math
import smtplib
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.utils import timezone

from cppcc.deadlines.models import Notice, Outbox

NOT_COMPOSED = "邮件无法生成：{text}"
CLOSING = 421  # the server takes nothing for now, from anybody
NOT_LOGGED_IN = frozenset({530, 534, 535, 538})


class GaveUp(Exception):
    """More than half the lease is gone: another drain may soon take the row, so nothing is handed over."""


class Fate(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    UNSENDABLE = "unsendable"  # no server was asked
    EMPTY = "empty"  # a digest of nothing
    DOUBT = "doubt"  # handed over, no answer
    BROKEN = "broken"  # the line broke before anything was handed over
    NO_SERVER = "no_server"  # not the mail's fault
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class Answer:
    """What became of a mail, and what the server said."""

    fate: Fate
    text: str = ""


class FencedConversation:
    """Mixed into smtplib's classes: no DATA after `give_up_at` (monotonic seconds); knows when a mail is under way."""

    give_up_at = math.inf
    patience = 0.0  # seconds to wait for the answer to a whole mail
    handing = False
    sock: Any

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the mail itself. Raises GaveUp when it is too late for that."""
        if time.monotonic() > self.give_up_at:
            raise GaveUp
        usual = self.sock.gettimeout()
        self.sock.settimeout(max(usual or 0.0, self.patience) or None)
        answer = super().data(msg)  # type: ignore[misc]
        self.sock.settimeout(usual)
        return answer

    def getreply(self) -> tuple[int, bytes]:
        """After 354 the mail is under way, until the next answer."""
        code, text = super().getreply()  # type: ignore[misc]
        self.handing = code == 354
        return code, text


class FencedSMTP(FencedConversation, smtplib.SMTP):
    """Plain, or with STARTTLS."""


class FencedSMTPS(FencedConversation, smtplib.SMTP_SSL):
    """Inside TLS from the first byte."""


class FencedBackend(EmailBackend):
    """Django's SMTP backend with the fence."""

    @property
    def connection_class(self) -> type:
        """The fenced class."""
        return FencedSMTPS if self.use_ssl else FencedSMTP


def is_configured() -> bool:
    """Whether there is anything to hand mail to: a server, or a backend that needs none (file, console)."""
    return not settings.EMAIL_BACKEND.endswith("FencedBackend") or bool(settings.EMAIL_HOST)


class Line:
    """One connection for many mails; opened when first needed, opened anew after it broke."""

    def __init__(self) -> None:
        self.backend: Any = get_connection()
        self.used = False

    def send(self, mail: EmailMessage, *, give_up_at: float, patience: float) -> Answer:
        """Hand over one mail. A line that served others and turns out to be dead is opened anew, once."""
        served = self.used
        answer = self._try(mail, give_up_at, patience)
        if answer.fate == Fate.BROKEN and served:
            answer = self._try(mail, give_up_at, patience)
        return answer

    def _try(self, mail: EmailMessage, give_up_at: float, patience: float) -> Answer:
        try:
            self.backend.open()
        except OSError as problem:  # smtplib's own exceptions are OSErrors too
            self.drop()
            return Answer(Fate.NO_SERVER, said(problem))
        talk = getattr(self.backend, "connection", None) or FencedConversation()
        talk.give_up_at, talk.patience, talk.handing = give_up_at, patience, False
        answer = self._converse(mail, talk)
        self.used = answer.fate not in (Fate.DOUBT, Fate.BROKEN, Fate.NO_SERVER, Fate.TOO_LATE)
        if not self.used:
            self.drop()
        return answer

    def _converse(self, mail: EmailMessage, talk: FencedConversation) -> Answer:
        try:
            self.backend.send_messages([mail])
        except GaveUp:
            return Answer(Fate.TOO_LATE)
        except smtplib.SMTPRecipientsRefused as problem:
            return refusal(*next(iter(problem.recipients.values())))
        except smtplib.SMTPResponseException as problem:
            return refusal(problem.smtp_code, problem.smtp_error)
        except OSError as problem:  # SMTPServerDisconnected among them
            return Answer(Fate.DOUBT if talk.handing else Fate.BROKEN, said(problem))
        except (ValueError, LookupError) as problem:  # while the mail was put together, before a word was said
            return Answer(Fate.UNSENDABLE, NOT_COMPOSED.format(text=problem))
        return Answer(Fate.SENT)

    def drop(self) -> None:
        """Close without a word: the other side is gone, or must not hear more."""
        talk, self.backend = getattr(self.backend, "connection", None), get_connection()
        self.used = False
        if isinstance(talk, smtplib.SMTP):
            talk.close()

    def close(self) -> None:
        """Take leave of the server."""
        try:
            self.backend.close()
        except OSError:
            self.drop()


def refusal(code: int, text: bytes | str) -> Answer:
    """What an answer of the server means: 4xx for now, 5xx for good; some are about us, not about the mail."""
    answer = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    if code == CLOSING or code in NOT_LOGGED_IN:
        return Answer(Fate.NO_SERVER, answer)
    return Answer(Fate.REFUSED_FOR_NOW if 400 <= code < 500 else Fate.REFUSED, answer)


def said(problem: Exception) -> str:
    """A problem in one line, with the server's text where it said something."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return refusal(problem.smtp_code, problem.smtp_error).text
    if isinstance(problem, socket.timeout):
        return "time-out"
    return str(problem) or type(problem).__name__


def can_be_written(address: str) -> bool:
    """Whether an address has the form of one."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def compose(row: Outbox) -> EmailMessage:
    """The mail of a row. The subject has no line breaks; the Message-ID is the row's, each time the same."""
    headers = {"Message-ID": row.message_id}
    if not row.formal:
        headers["Auto-Submitted"] = "auto-generated"
    subject = " ".join(row.subject.split())
    body = digest_of(row) if row.digest_on else row.body
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [row.address], headers=headers)


def digest_of(row: Outbox) -> str:
    """The body of a day's digest: titles and links of the notices of that account and day; "" when there are none."""
    rows = Notice.objects.filter(user__person=row.person_id, digest_on=row.digest_on).order_by("created_at", "pk")
    lines = [f"{n}. {notice.title}\n   {settings.SITE_URL}{notice.url}" for n, notice in enumerate(rows, start=1)]
    if not lines:
        return ""
    head = f"截至{timezone.localtime():%-m月%-d日%H:%M}，您有{len(lines)}条提醒："
    return "\n\n".join([head, *lines, "（系统自动发送，请勿直接回复。）"])
