"""Is the house alive: the database, Redis, the tick, and what waits, hangs or failed. Asked by /healthz and a page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from cppcc.deadlines import pulses
from cppcc.deadlines.alarm import is_stale
from cppcc.deadlines.mail import is_configured
from cppcc.deadlines.models import DeliverySetting, Outbox, Pulse, Reminder
from cppcc.jobs.models import Job, JobStatus

TIMEOUT = 1.0  # seconds to wait for Redis


@dataclass(frozen=True)
class Part:
    """A server: whether it answers, its version."""

    works: bool
    version: str = ""


@dataclass(frozen=True)
class Figure:
    """A line of the page: what, how much, whether that is well (ok), to be watched (warn) or bad (late), and a note."""

    label: str
    value: str
    state: str = "ok"
    note: str = ""


def database() -> Part:
    """PostgreSQL."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return Part(True, cursor.fetchone()[0].split()[0])
    except Error:
        return Part(False)


def redis() -> Part:
    """Redis, asked with a short time-out and no second try."""
    address = settings.REDIS_URL.replace("redis+socket://", "unix://", 1)
    try:
        with Redis.from_url(address, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=None) as client:
            return Part(True, client.info("server")["redis_version"])
    except (RedisError, OSError, ValueError):
        return Part(False)


def tick_age(tick: Pulse | None) -> int | None:
    """Seconds since the last tick; None when there was none."""
    return int(pulses.age(tick.at).total_seconds()) if tick else None


def figures() -> list[Figure]:
    """What the page shows, with its states."""
    rows = {row.name: row for row in Pulse.objects.all()}
    return [_tick(rows.get(pulses.TICK)), _mail_server(rows.get(pulses.SMTP)), _bell(rows.get(pulses.BELL)), *_queues()]


def _tick(tick: Pulse | None) -> Figure:
    if tick is None:
        return Figure(
            "最近一次检查到期提醒", "从未运行", "late", "请启动 worker 和 beat，或由 cron 运行 manage.py tick。"
        )
    note = "已超过2分钟没有运行，请检查 worker、beat 和 Redis。" if is_stale(tick) else "每30秒一次"
    return Figure("最近一次检查到期提醒", f"{span(pulses.age(tick.at))}前", "late" if is_stale(tick) else "ok", note)


def _mail_server(trouble: Pulse | None) -> Figure:
    if not is_configured():
        return Figure("邮件服务器", "未设置", "warn", "没有设置 EMAIL_URL：邮件留在发送记录中，设置后自动补发。")
    if not DeliverySetting.current().mail_enabled:
        return Figure("邮件服务器", "已停用", "warn", "“提醒与发送设置”中停用了电子邮件：邮件留在发送记录中。")
    if trouble is not None:
        return Figure("邮件服务器", "连接不上", "late", f"{trouble.note}（{span(pulses.age(trouble.at))}前，仍在重试）")
    return Figure("邮件服务器", "正常")


def _bell(trouble: Pulse | None) -> Figure:
    if trouble is None:
        return Figure("即时唤醒（Redis）", "正常")
    return Figure("即时唤醒（Redis）", "失败", "late", f"{trouble.note}（{span(pulses.age(trouble.at))}前）")


def _queues() -> list[Figure]:
    now = timezone.now()
    due = Q(status="pending", due_at__lte=now)
    reminders = Reminder.objects.aggregate(
        due=Count("pk", filter=due), oldest=Min("due_at", filter=due),
        coming=Count("pk", filter=Q(status="pending", due_at__gt=now)),
        failed=Count("pk", filter=Q(status="failed")), nobody=Count("pk", filter=Q(status="nobody")),
        lapsed=Count("pk", filter=Q(status="lapsed")),
    )  # fmt: skip
    ready = Q(status="pending", not_before__lte=now)
    mail = Outbox.objects.filter(status__in=["pending", "sending", "doubt", "dead", "by_hand"]).aggregate(
        ready=Count("pk", filter=ready), oldest=Min("not_before", filter=ready),
        pending=Count("pk", filter=Q(status="pending")), sending=Count("pk", filter=Q(status="sending")),
        doubt=Count("pk", filter=Q(status="doubt")), dead=Count("pk", filter=Q(status="dead")),
        by_hand=Count("pk", filter=Q(status="by_hand")),
    )  # fmt: skip
    jobs = Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).aggregate(
        queued=Count("pk", filter=Q(status=JobStatus.QUEUED)), running=Count("pk", filter=Q(status=JobStatus.RUNNING))
    )
    return [
        Figure(
            "已到时、等待转发的提醒", f"{reminders['due']}条", _late(reminders["oldest"]), _oldest(reminders["oldest"])
        ),
        Figure("尚未到时的提醒", f"{reminders['coming']}条"),
        Figure("未能转发的提醒", f"{reminders['failed']}条", _any(reminders["failed"], "late")),
        Figure("无人接收的提醒", f"{reminders['nobody']}条", _any(reminders["nobody"]), "已列入待人工送达"),
        Figure("过期未发的提醒", f"{reminders['lapsed']}条", "ok", "录入时期限已过"),
        Figure("可以发送的邮件", f"{mail['ready']}封", _late(mail["oldest"]), _oldest(mail["oldest"])),
        Figure("待发送的邮件（含免打扰和重试等待）", f"{mail['pending']}封"),
        Figure("正在发送的邮件", f"{mail['sending']}封"),
        Figure("是否送出不明", f"{mail['doubt']}封", _any(mail["doubt"]), "须由经办人核实"),
        Figure("发送失败", f"{mail['dead']}封", _any(mail["dead"]), "须由经办人处理"),
        Figure("待人工送达", f"{mail['by_hand']}件", _any(mail["by_hand"])),
        Figure("后台任务", f"排队{jobs['queued']}项，进行中{jobs['running']}项"),
    ]


def _any(count: int, state: str = "warn") -> str:
    return state if count else "ok"


def _late(oldest: datetime | None) -> str:
    return "late" if oldest and timezone.now() - oldest > timedelta(minutes=5) else "ok"


def _oldest(oldest: datetime | None) -> str:
    return f"最早的已等待{span(timezone.now() - oldest)}" if oldest else ""


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 0)}秒"
