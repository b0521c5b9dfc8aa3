"""Expired leases: a drain died or stood still, and nobody knows whether its mail was handed over."""

from collections import Counter
from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from cppcc.deadlines.models import DeliverySetting, Outbox
from cppcc.deadlines.models.delivery import OutboxStatus

UNKNOWN = "发送中断，是否送出不明，请核实后决定是否重发。"


def recover() -> Counter[str]:
    """Settle every expired lease: sent again with the same Message-ID, or left in doubt for a person; the counts.

    Which of the two, `DeliverySetting` says for reminders and for formal letters. Each resending counts as a try, so
    a mail that kills its drain does not do so for ever.
    """
    setting, now = DeliverySetting.current(), timezone.now()
    again = Q(formal=False) & Q(pk__isnull=not setting.resend_reminders)
    again |= Q(formal=True) & Q(pk__isnull=not setting.resend_formal)
    again &= Q(tries__lt=setting.max_tries - 1)
    back = {"status": OutboxStatus.PENDING, "not_before": now, "tries": F("tries") + 1}
    resent = expired(now).filter(again).update(lease_until=None, error="发送中断，自动重发。", **back)
    doubt = expired(now).update(status=OutboxStatus.DOUBT, lease_until=None, error=UNKNOWN)
    return Counter(resent=resent, doubt=doubt)


def expired(now: datetime):
    """Rows whose drain did not come back."""
    return Outbox.objects.filter(status=OutboxStatus.SENDING, lease_until__lt=now)
