"""The alarm: administrators hear when nothing runs any more, and pages say that mail is late."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cppcc.deadlines import pulses
from cppcc.deadlines.models import Notice, Pulse
from cppcc.deadlines.models.deadlines import VIEW_ALL
from cppcc.office.access import reaches_any

STALE = timedelta(minutes=2)  # the tick runs every 30 s
BELL_FRESH = timedelta(minutes=3)  # for so long pages speak of a bell that failed
REMEMBERED = 60  # seconds between two looks of one process
LATE = "邮件和提醒暂时延迟，恢复后会自动补发，不会遗失；您办理的事项都已保存。"


def tell_administrators(key: str, title: str, body: str = "", url: str = "") -> None:
    """An urgent notice to every administrator, once by its key."""
    staff = get_user_model().objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True)
    given = {"title": title[:200], "body": body, "url": url, "urgent": True, "created_at": timezone.now()}
    rows = [Notice(key=f"{key}:{user}", user_id=user, **given) for user in staff]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def is_stale(tick: Pulse | None) -> bool:
    """Whether reminders have stopped: no tick for two minutes, or none ever."""
    return tick is None or pulses.age(tick.at) > STALE


def sound_if_stale(tick: Pulse | None) -> bool:
    """Tell the administrators, once for each hour in which the last tick fell; whether there is an alarm.

    A house where nothing ever ran is being set up: it is not well, but nobody need be told.
    """
    if tick is None or not is_stale(tick):
        return tick is None
    since = f"最近一次运行是 {timezone.localtime(tick.at):%Y年%-m月%-d日 %H:%M}"
    body = f"定时任务已停止，{since}。请检查后台服务（worker、beat）和 Redis；提醒都在数据库里，恢复后自动补发。"
    key = f"alarm:tick:{tick.at:%Y%m%d%H}"
    tell_administrators(key, "提醒和邮件已停止发送", body, reverse("deadlines:health"))
    return True


def delay_banner(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `delay`, the sentence while reminders or the bell stand still."""
    return {"delay": SimpleLazyObject(lambda: delay_for(request.user))}


def delay_for(user: Any) -> str:
    """The sentence for people of the house; "" for others and when all is well. Asked once a minute by a process."""
    if not (user.is_staff or reaches_any(user, VIEW_ALL)):
        return ""
    return cache.get_or_set("deadlines.delay", _delay, REMEMBERED) or ""


def _delay() -> str:
    rows = {row.name: row for row in Pulse.objects.filter(name__in=[pulses.TICK, pulses.BELL])}
    tick, bell = rows.get(pulses.TICK), rows.get(pulses.BELL)
    stopped = tick is not None and sound_if_stale(tick)
    silent = bell is not None and pulses.age(bell.at) < BELL_FRESH
    return LATE if stopped or silent else ""
