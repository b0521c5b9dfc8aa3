"""The morning sheet as a notice and a mail: once a working day for each leading account for which something waits."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines import pulses
from cppcc.deadlines.models import DeliverySetting, Notice, NoticeWish, Outbox
from cppcc.deadlines.models.delivery import Channel
from cppcc.desk.morning import LEADERS, Sheet, morning_sheet_of, seats_of
from cppcc.desk.periods import Days
from cppcc.office.models import Delegation, Tenure, User
from cppcc.office.validity import valid_on

PULSE = "morning_sheets"


def write_morning_sheets(now: datetime | None = None) -> int:
    """Write today's sheets when it is time; how many were written. Whoever calls it, and how often: once each.

    Nothing before the office's hour of daily digests, nothing on rest days, nothing to those for whom nothing waits.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    setting, day = DeliverySetting.current(), local.date()
    done = pulses.last(PULSE)
    if local.time() < setting.digest_at or (done and done.note == str(day)):
        return 0
    if not Days(day, day).working.is_workday(day):
        return 0
    written = sum(_write(user, now, mail=setting.mail_enabled) for user in leading_accounts(now))
    pulses.beat(PULSE, str(day))
    return written


def leading_accounts(now: datetime) -> Iterable[User]:
    """The accounts in use of those who hold a leading post today, on their own or delegated."""
    day = timezone.localdate(now)
    leading = valid_on(day) & valid_on(day, "post__") & Q(post__role__in=LEADERS)
    people = [model.objects.filter(leading).values("person") for model in (Tenure, Delegation)]
    accounts = User.objects.filter(Q(person__in=people[0]) | Q(person__in=people[1]), is_active=True)
    return accounts.select_related("person", "notice_wish").order_by("pk")


@transaction.atomic
def _write(user: User, now: datetime, *, mail: bool) -> int:
    """The notice and the mail of one account; 1 when they are new."""
    seats = seats_of(user)
    sheet = morning_sheet_of(seats, timezone.localdate(now)) if seats.acting else None
    if sheet is None or sheet.is_empty:
        return 0
    key = f"morning:{timezone.localdate(now)}:{user.pk}"
    if Notice.objects.filter(key=key).exists():
        return 0
    Notice.objects.bulk_create([_notice(user, sheet, key, now)], ignore_conflicts=True)
    wish = getattr(user, "notice_wish", None)
    if mail and user.person.email and (wish is None or wish.mail != NoticeWish.Mail.NONE):
        Outbox.objects.bulk_create([_mail(user, sheet, key, now)], ignore_conflicts=True)
    return 1


def _notice(user: User, sheet: Sheet, key: str, now: datetime) -> Notice:
    return Notice(
        key=key,
        user=user,
        title=_title(now),
        body=f"今天{sheet.in_words}。",
        url=reverse("desk:morning_sheet"),
        created_at=now,
    )


def _mail(user: User, sheet: Sheet, key: str, now: datetime) -> Outbox:
    """Numbers and a link, nothing else: mail carries no internal content."""
    link = settings.SITE_URL + reverse("desk:morning_sheet")
    return Outbox(
        key=key,
        channel=Channel.EMAIL,
        person=user.person,
        address=user.person.email,
        subject=_title(now),
        body=f"{user}：\n\n今天{sheet.in_words}。\n\n请登录系统查看晨报：{link}\n\n（系统自动发送，请勿直接回复。）",
        not_before=now,
        created_at=now,
    )


def _title(now: datetime) -> str:
    return f"晨报（{timezone.localdate(now):%Y年%-m月%-d日}）"
