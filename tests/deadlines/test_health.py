"""What the monitor and the administrators see, and the alarm when reminders stand still."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.health import Part, span
from cppcc.deadlines.models import DeliverySetting, Notice, Outbox, Pulse, Reminder
from cppcc.deadlines.pages import health as pages
from tests.deadlines.test_tick import remind

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def ticked(ago=timedelta()):
    return Pulse.objects.create(name="tick", at=timezone.now() - ago)


@pytest.fixture
def redis_works(monkeypatch):
    monkeypatch.setattr(pages, "redis", lambda: Part(True))


def test_the_monitor_is_told_that_all_is_well(redis_works):
    ticked()
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "redis": True, "tick_age": 0}


def test_it_only_reads():
    assert Client().post("/healthz").status_code == 405


def test_without_redis_it_says_so(settings):
    settings.REDIS_URL = "redis+socket:///nowhere/redis.sock"
    ticked()
    answer = Client().get("/healthz")
    assert answer.status_code == 503 and answer.json()["redis"] is False and answer.json()["database"] is True


def test_without_the_database_it_says_so(redis_works, monkeypatch):
    monkeypatch.setattr(pages, "database", lambda: Part(False))
    answer = Client().get("/healthz")
    assert answer.status_code == 503 and answer.json()["database"] is False


def test_a_database_that_goes_away_in_between(redis_works, monkeypatch):
    def gone(name):
        raise OperationalError

    monkeypatch.setattr(pages.pulses, "last", gone)
    assert Client().get("/healthz").status_code == 503


def test_a_tick_that_stands_still_is_an_alarm_once_an_hour(world, redis_works):
    ticked(3 * MINUTE)
    for _ in range(3):
        answer = Client().get("/healthz")
    assert answer.status_code == 503 and answer.json()["tick_age"] == 180
    notice = Notice.objects.get()
    assert notice.user == world.users["admin"] and notice.urgent and notice.url == reverse("deadlines:health")


def test_before_the_first_tick_it_is_not_well(world, redis_works):
    answer = Client().get("/healthz")
    assert answer.status_code == 503 and answer.json()["tick_age"] is None
    assert not Notice.objects.exists()


def test_a_tick_in_the_future_is_one_from_before_the_clock_was_set_back(redis_works):
    ticked(-60 * MINUTE)
    assert Client().get("/healthz").status_code == 503


def test_two_minutes_are_not_too_long(redis_works):
    with time_machine.travel(timezone.now(), tick=False):
        ticked(2 * MINUTE)
        assert Client().get("/healthz").status_code == 200


def test_a_page_sounds_the_alarm_too(login, world):
    ticked(3 * MINUTE)
    text = login("clerk").get(reverse("jobs:job_list")).content.decode()
    assert "邮件和提醒暂时延迟" in text
    assert Notice.objects.get().user == world.users["admin"]


def page(login):
    return login("admin").get(reverse("deadlines:health")).content.decode()


def test_the_page_is_for_administrators(login):
    assert login("clerk").get(reverse("deadlines:health")).status_code == 403


def test_the_page_shows_what_waits_hangs_and_failed(login, world, put):
    ticked()
    remind(world.orgs["county1"], at=timezone.now() - 10 * MINUTE)
    Reminder.objects.create(
        key="f", mark="b0", organization=world.orgs["county1"], due_at=timezone.now(), title="x", status="failed"
    )
    put("dead", status="dead")
    put("doubt", status="doubt")
    text = page(login)
    assert "最早的已等待10分钟" in text and "须处理" in text and "请留意" in text
    assert Outbox.objects.count() == 2


def test_the_page_names_the_versions(login):
    text = page(login)
    assert "从未运行" in text and "PostgreSQL" in text


def test_the_page_says_why_no_mail_goes_out(login, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "cppcc.deadlines.mail.FencedBackend", ""
    assert "没有设置 EMAIL_URL" in page(login)
    settings.EMAIL_HOST = "mail.example.org"
    DeliverySetting.objects.create(mail_enabled=False)
    assert "已停用" in page(login)
    DeliverySetting.objects.update(mail_enabled=True)
    Pulse.objects.create(name="smtp", at=timezone.now(), note="Connection refused")
    Pulse.objects.create(name="bell", at=timezone.now(), note="no broker")
    text = page(login)
    assert "Connection refused" in text and "no broker" in text


def test_the_page_takes_the_same_queries_whatever_waits(login, world, put, django_assert_max_num_queries):
    for n in range(30):
        put(f"m{n}", status="dead")
    client = login("admin")
    client.get(reverse("deadlines:health"))
    with django_assert_max_num_queries(15):
        client.get(reverse("deadlines:health"))


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(), "0秒"), (59 * timedelta(seconds=1), "59秒"), (MINUTE, "1分钟"), (90 * MINUTE, "1小时"),
     (timedelta(days=3), "3天")],
)  # fmt: skip
def test_lengths_in_words(length, words):
    assert span(length) == words
