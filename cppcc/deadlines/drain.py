"""The drain: claims one mail at a time under a lease, hands it over, marks it, fenced on its claims.

Any number of drains may run at once. The row is claimed in a transaction of its own, so no lock is held while the
server is spoken to; a drain that stands still longer than half its lease hands nothing over any more.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import shuffle
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.deadlines import pulses
from cppcc.deadlines.mail import Answer, Fate, Line, can_be_written, compose, is_configured
from cppcc.deadlines.models import DeliverySetting, Outbox
from cppcc.deadlines.models.delivery import Channel, OutboxStatus

logger = logging.getLogger(__name__)

TURN = 20.0  # seconds a drain runs before others of the same worker have their turn
PAUSE = timedelta(seconds=20)  # after the server could not be reached
AHEAD = 100
LONGEST_WAIT = 60  # steps of MAIL_RETRY_SECONDS between two tries

REFUSED = "邮件服务器拒收：{text}"
EXHAUSTED = "多次发送未成，已停止自动重试。服务器最近的答复：{text}"
BAD_ADDRESS = "邮箱地址无法使用，请更正人员资料后重新发送。"
UNKNOWN = "邮件交出后没有得到服务器的答复，是否送出不明。{text}"
NOTHING = "没有要汇总的提醒。"

CLAIM = """
    UPDATE deadlines_outbox SET status = 'sending', claims = claims + 1, lease_until = %(until)s,
        message_id = CASE WHEN message_id <> '' THEN message_id
            ELSE '<' || left(encode(sha256(convert_to(key, 'UTF8')), 'hex'), 40) || '@' || %(domain)s || '>' END
    WHERE id = (
        SELECT id FROM deadlines_outbox
        WHERE id = %(pk)s AND status = 'pending' AND channel = 'email' AND not_before <= %(now)s
        FOR UPDATE SKIP LOCKED
    ) RETURNING *
"""


def waiting_mail() -> QuerySet[Outbox]:
    """What may be sent now."""
    now = timezone.now()
    return Outbox.objects.filter(status=OutboxStatus.PENDING, channel=Channel.EMAIL, not_before__lte=now)


def mail_is_waiting() -> bool:
    """Whether a drain has anything to do."""
    return may_send(DeliverySetting.current()) and waiting_mail().exists()


def may_send(setting: DeliverySetting) -> bool:
    """Whether mail goes out at all: switched on, a server named, and not in the pause after it was not reached."""
    if not setting.mail_enabled or not is_configured():
        return False
    trouble = pulses.last(pulses.SMTP)
    return trouble is None or pulses.age(trouble.at) > PAUSE


def drain(seconds: float = TURN) -> Counter[str]:
    """Send what is due until nothing is left, the time is over or the server is away; counts by what became of it."""
    setting, counts = DeliverySetting.current(), Counter[str]()
    if not may_send(setting):
        return counts
    until, line = time.monotonic() + seconds, Line()
    try:
        for claim in queue(setting, until):
            fate = claim.carry_out(line)
            counts[fate] += 1
            if fate == Fate.NO_SERVER:
                break
    finally:
        line.close()
    if counts and not counts[Fate.NO_SERVER]:
        pulses.forget(pulses.SMTP)
    return counts


def queue(setting: DeliverySetting, until: float) -> Iterator["Claim"]:
    """Claimed mails, those due first before others, until nothing is left or `until` (monotonic seconds).

    Looks ahead, because finding the first of many that are due costs as much as finding a hundred of them; in any
    order within these, so that several drains seldom reach for the same row.
    """
    found = True
    while found:
        found = False
        ahead = list(waiting_mail().order_by("not_before", "pk").values_list("pk", flat=True)[:AHEAD])
        shuffle(ahead)
        for pk in ahead:
            if time.monotonic() >= until:
                return
            if claim := Claim.take(pk, setting):
                found = True
                yield claim


class Claim:
    """A claimed row: what is done with it within its lease."""

    def __init__(self, row: Outbox, setting: DeliverySetting, begun: float) -> None:
        self.row, self.setting = row, setting
        self.ends = begun + setting.lease_seconds  # monotonic: a clock that is set changes nothing
        self.give_up_at = begun + setting.lease_seconds / 2

    @classmethod
    def take(cls, pk: int, setting: DeliverySetting) -> "Claim | None":
        """Claim a row; None when another drain has it, or it is not to be sent any more."""
        begun, now = time.monotonic(), timezone.now()
        until = now + timedelta(seconds=setting.lease_seconds)
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >")
        rows = list(Outbox.objects.raw(CLAIM, {"pk": pk, "until": until, "now": now, "domain": domain}))  # committed
        return cls(rows[0], setting, begun) if rows else None

    def carry_out(self, line: Line) -> Fate:
        """Send it and mark the row; what became of it."""
        answer = self._hand_over(line)
        if answer.fate == Fate.NO_SERVER:
            logger.warning("the mail server could not be reached: %s", answer.text)
            pulses.beat(pulses.SMTP, answer.text)
        if not self._mark(**self._values(answer)):
            logger.warning("outbox %s was taken over by another drain", self.row.pk)
        return answer.fate

    def _hand_over(self, line: Line) -> Answer:
        if not can_be_written(self.row.address):
            return Answer(Fate.UNSENDABLE, BAD_ADDRESS)
        mail = compose(self.row)
        if not mail.body and self.row.digest_on:
            return Answer(Fate.EMPTY, NOTHING)
        return line.send(mail, give_up_at=self.give_up_at, patience=self.setting.lease_seconds / 3)

    def _values(self, answer: Answer) -> dict[str, Any]:
        now, text = timezone.now(), answer.text
        outcomes: dict[Fate, dict[str, Any]] = {
            Fate.SENT: {"status": OutboxStatus.SENT, "sent_at": now, "error": ""},
            Fate.REFUSED: {"status": OutboxStatus.DEAD, "error": REFUSED.format(text=text)},
            Fate.UNSENDABLE: {"status": OutboxStatus.DEAD, "error": text},
            Fate.EMPTY: {"status": OutboxStatus.CANCELLED, "error": text},
            Fate.NO_SERVER: {"status": OutboxStatus.PENDING, "error": ""},
            Fate.TOO_LATE: {"status": OutboxStatus.PENDING, "error": ""},
        }
        return outcomes.get(answer.fate) or self._again(answer, now)

    def _again(self, answer: Answer, now: datetime) -> dict[str, Any]:
        """A try that counts: later again, or given up; without an answer as the setting says."""
        row, text = self.row, answer.text
        tries = row.tries + 1
        wait = later(tries, now)
        if answer.fate == Fate.DOUBT and not (resends(self.setting, row.formal) and tries < self.setting.max_tries):
            return {"status": OutboxStatus.DOUBT, "tries": tries, "error": UNKNOWN.format(text=text)}
        if tries >= self.setting.max_tries:
            return {"status": OutboxStatus.DEAD, "tries": tries, "error": EXHAUSTED.format(text=text)}
        return {"status": OutboxStatus.PENDING, "tries": tries, "not_before": wait, "error": text}

    def _mark(self, **values: Any) -> bool:
        """Write the row unless another drain claimed it meanwhile. A database that is away is waited for."""
        values |= {"lease_until": None, "error": " ".join(values["error"].split())[:300]}
        mine = Outbox.objects.filter(pk=self.row.pk, claims=self.row.claims, status=OutboxStatus.SENDING)
        while True:
            try:
                return bool(mine.update(**values))
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or time.monotonic() > self.ends:
                    raise
                connection.close()
                time.sleep(0.2)


def later(tries: int, now: datetime) -> datetime:
    """When to try again: after 1, 2, 4, ... minutes, at most an hour."""
    return now + timedelta(seconds=settings.MAIL_RETRY_SECONDS * min(2 ** (tries - 1), LONGEST_WAIT))


def resends(setting: DeliverySetting, formal: bool) -> bool:
    """Whether a mail of which nobody knows that it arrived goes out once more (with the same Message-ID)."""
    return setting.resend_formal if formal else setting.resend_reminders
