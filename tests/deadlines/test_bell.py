"""The bell: one publish, a second at most, then quiet for a while; every page still answers when Redis is gone."""

import socket
import time
from datetime import timedelta

import pytest
import time_machine
from celery.contrib.testing.app import TestApp
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cppcc.celery import SteadyScheduler, app
from cppcc.deadlines import tasks
from cppcc.deadlines.models import Notice, Outbox, Pulse, Reminder
from cppcc.deadlines.ringing import ring
from cppcc.jobs import ringing
from cppcc.jobs.ringing import Silence
from tests.deadlines.test_tick import address, remind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _awake(monkeypatch):
    monkeypatch.setattr(Silence, "until", 0.0)


class Rung:
    """A task that notes when it was rung, and may fail."""

    def __init__(self, problem=None):
        self.problem, self.times = problem, 0

    def apply_async(self, **options):
        assert options == {"retry": False, "ignore_result": True}
        self.times += 1
        if self.problem:
            raise self.problem


@pytest.fixture
def real(settings):
    """Without the tests' eager mode."""
    settings.CELERY_TASK_ALWAYS_EAGER = False


def test_a_bell_that_fails_is_left_alone_for_a_while(real, monkeypatch):
    silent = Rung(OSError("no broker"))
    assert not ringing.ring(silent) and not ringing.ring(silent) and silent.times == 1
    assert "no broker" in Pulse.objects.get(name="bell").note
    monkeypatch.setattr(Silence, "until", time.monotonic() - 1)
    works = Rung()
    assert ringing.ring(works) and works.times == 1
    assert not Pulse.objects.filter(name="bell").exists()


def test_trouble_with_the_note_does_not_reach_who_rang(real, monkeypatch):
    def broken(problem):
        raise RuntimeError(problem)

    monkeypatch.setattr(ringing, "TOLD", [broken])
    assert not ringing.ring(Rung(OSError()))


def nothing():
    """A task."""


def test_a_broker_that_never_answers_costs_about_a_second(real, monkeypatch):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        broker = TestApp(set_as_current=False, broker=f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        broker.conf.broker_transport_options = app.conf.broker_transport_options
        task = broker.task(nothing, name="any", shared=False)
        begun = time.monotonic()
        assert not ringing.ring(task)
        assert time.monotonic() - begun < 2
        broker.close()


def test_the_tick_hands_on_settles_and_sends(world, mailoutbox):
    address(world, "county1")
    from_now = timezone.now().replace(hour=10)
    with time_machine.travel(from_now, tick=False):
        remind(world.orgs["county1"])
        ring()
    assert Reminder.objects.get().status == "sent" and Outbox.objects.get().status == "sent"
    assert Notice.objects.count() == 1 and len(mailoutbox) == 1


def test_without_a_bell_the_tick_sends_by_itself(real, world, mailoutbox, monkeypatch):
    monkeypatch.setattr(tasks.drain, "apply_async", Rung(OSError("no broker")).apply_async)
    address(world, "county1")
    with time_machine.travel(timezone.now().replace(hour=10), tick=False):
        remind(world.orgs["county1"])
        tasks.tick()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("name", ["desk:home", "consultation:plan_list", "jobs:job_list"])
def test_pages_answer_at_once_without_redis(real, login, settings, name):
    settings.REDIS_URL = "redis+socket:///nowhere/redis.sock"
    begun = time.monotonic()
    assert login("clerk").get(reverse(name)).status_code == 200
    assert time.monotonic() - begun < 2


def banner(client: Client) -> bool:
    return "邮件和提醒暂时延迟" in client.get(reverse("jobs:job_list")).content.decode()


def test_people_of_the_house_see_that_mail_is_late(login):
    Pulse.objects.create(name="tick", at=timezone.now())
    Pulse.objects.create(name="bell", at=timezone.now(), note="no broker")
    assert banner(login("clerk")) and banner(login("admin")) and not banner(login("county1"))


def test_a_bell_that_failed_long_ago_is_forgotten(login):
    Pulse.objects.create(name="tick", at=timezone.now())
    Pulse.objects.create(name="bell", at=timezone.now() - timedelta(minutes=4))
    assert not banner(login("clerk"))


def test_the_banner_costs_one_query_a_minute(login):
    Pulse.objects.create(name="tick", at=timezone.now())
    client = login("clerk")
    client.get(reverse("jobs:job_list"))
    with connection.execute_wrapper(refuse_pulse):
        client.get(reverse("jobs:job_list"))


def refuse_pulse(execute, sql, params, many, context):
    assert "deadlines_pulse" not in sql
    return execute(sql, params, many, context)


# Beat ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scheduler(tmp_path):
    """A beat whose bells are only noted."""
    made = SteadyScheduler(app=app, schedule_filename=str(tmp_path / "schedule"), lazy=False)
    made.rung = []
    made.apply_entry = lambda entry, producer=None: made.rung.append(entry.name)
    yield made
    made.close()


def run_for(scheduler, traveller, seconds):
    """Let beat run; its sleeps move the clock. The bells that rang."""
    scheduler.rung.clear()
    passed = 0.0
    while passed < seconds:
        wait = max(scheduler.tick(), 0.01)
        traveller.shift(wait)
        passed += wait
    return scheduler.rung


def test_beat_rings_tick_and_drain(scheduler):
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        rung = run_for(scheduler, traveller, 300)
    assert 8 <= rung.count("tick") <= 11 and 4 <= rung.count("drain") <= 6


def test_beat_goes_on_when_the_clock_is_set_back(scheduler):
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        run_for(scheduler, traveller, 300)
        traveller.shift(-3600)
        rung = run_for(scheduler, traveller, 300)
    assert 8 <= rung.count("tick") <= 12 and 4 <= rung.count("drain") <= 7 and rung.count("ring-jobs") >= 8


def test_beat_goes_on_when_the_clock_was_set_back_while_it_was_down(tmp_path, scheduler):
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        run_for(scheduler, traveller, 100)
        scheduler.sync()
        scheduler.seen = float("inf")  # as a new process
        traveller.shift(-3600)
        assert run_for(scheduler, traveller, 120).count("tick") >= 3


def test_bells_that_are_not_heard_expire():
    schedule = app.conf.beat_schedule
    assert schedule["tick"]["schedule"] == 30 and schedule["drain"]["schedule"] == 60
    assert all(schedule[name]["options"]["expires"] for name in ("tick", "drain"))
