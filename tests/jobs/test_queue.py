import io
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cppcc.jobs import queue, registry
from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.queue import enqueue
from cppcc.jobs.registry import label_of, register
from cppcc.jobs.running import LEASE, claim, run, work_all
from cppcc.office.refusals import Refused

User = get_user_model()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(registry, "KINDS", dict(registry.KINDS))
    monkeypatch.setattr("cppcc.jobs.running.KINDS", registry.KINDS)


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk")


@pytest.fixture
def calls():
    """A kind "count" that notes each call."""
    seen = []

    def count(job, progress):
        seen.append(job.pk)
        progress(1, 1, "数完了")
        return {"seen": job.arguments.get("n")}

    register("count", count, label="数一数")
    return seen


def queued(clerk, kind="count", **values):
    return Job.objects.create(kind=kind, owner=clerk, **values)


def fresh(job):
    return Job.objects.get(pk=job.pk)


def test_it_does_what_is_queued_and_keeps_the_result(clerk, calls):
    job = enqueue("count", {"n": 3}, owner=clerk, then="/result/")
    assert work_all() == 1
    job = fresh(job)
    assert (job.status, job.result, job.message, job.percent) == ("done", {"seen": 3}, "数完了", 100)
    assert job.started_at and job.finished_at and job.lease_until is None and job.attempts == 1
    assert work_all() == 0


def test_the_result_may_name_another_page(clerk):
    register("then", lambda job, progress: {"then": "/other/"}, label="去别处")
    job = enqueue("then", {}, owner=clerk, then="/result/")
    work_all()
    assert (fresh(job).then, fresh(job).result) == ("/other/", {})


def test_a_double_click_makes_one_row(clerk, calls):
    first, second = (enqueue("count", {}, owner=clerk, key="import:7") for _ in range(2))
    assert first.pk == second.pk and Job.objects.count() == 1
    work_all()
    enqueue("count", {}, owner=clerk, key="import:7")
    assert work_all() == 0 and len(calls) == 1


def test_a_failed_row_is_queued_again_by_its_key(clerk, calls):
    job = queued(clerk, key="k", status=JobStatus.FAILED, attempts=3, error="坏了", finished_at=timezone.now())
    again = enqueue("count", {"n": 1}, owner=clerk, key="k")
    assert (again.pk, again.status, again.attempts, again.error) == (job.pk, "queued", 0, "")
    work_all()
    assert fresh(job).status == "done"


@pytest.mark.parametrize("then", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"])
def test_another_site_is_no_result_page(clerk, then):
    with pytest.raises(ValueError, match="this site"):
        enqueue("count", {}, owner=clerk, then=then)


def test_a_refusal_fails_with_its_sentence(clerk):
    def refuse(job, progress):
        Job.objects.create(kind="trace", owner=clerk, status="done", finished_at=timezone.now())
        raise Refused("计划已定稿，不能再导入。")

    register("refuse", refuse, label="拒绝")
    job = enqueue("refuse", {}, owner=clerk)
    work_all()
    assert (fresh(job).status, fresh(job).error) == ("failed", "计划已定稿，不能再导入。")
    assert not Job.objects.filter(kind="trace").exists()


def test_any_other_trouble_fails_with_a_general_sentence_and_the_log_tells(clerk, caplog):
    register("crash", lambda job, progress: 1 / 0, label="崩溃")
    job = enqueue("crash", {}, owner=clerk)
    work_all()
    assert fresh(job).status == "failed" and f"任务编号 {job.pk}" in fresh(job).error
    assert "ZeroDivisionError" in caplog.text


def test_a_result_that_cannot_be_kept_fails(clerk):
    register("odd", lambda job, progress: {"x": object()}, label="怪")
    job = enqueue("odd", {}, owner=clerk)
    work_all()
    assert fresh(job).status == "failed"


def test_an_unknown_kind_fails(clerk):
    job = enqueue("nobody knows", {}, owner=clerk)
    work_all()
    assert fresh(job).status == "failed" and "nobody knows" in fresh(job).error
    assert label_of("nobody knows") == "后台任务"


def test_an_expired_lease_is_taken_again_three_times_then_fails(clerk, calls):
    job = queued(clerk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in (1, 2, 3):
            assert claim().attempts == attempt
            clock.shift(LEASE - timedelta(seconds=1))
            assert claim() is None
            clock.shift(2)
        assert claim() is None
    assert fresh(job).status == "failed" and "多次中断" in fresh(job).error and calls == []


def test_who_lost_the_lease_marks_nothing(clerk, calls):
    queued(clerk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        slow = claim()
        clock.shift(LEASE + timedelta(seconds=1))
        quick = claim()
        run(slow)
        assert fresh(slow).status == "running" and fresh(slow).attempts == 2
        run(quick)
    assert fresh(slow).status == "done"


def test_the_oldest_comes_first(clerk, calls):
    jobs = [queued(clerk) for _ in range(3)]
    work_all()
    assert calls == [job.pk for job in jobs]


def test_the_command_is_a_second_bell(clerk, calls):
    queued(clerk), queued(clerk)
    out = io.StringIO()
    call_command("work_jobs", stdout=out)
    assert "2 job(s)" in out.getvalue()


def test_the_database_wants_a_lease_and_a_time(clerk):
    job = queued(clerk)
    for values in ({"status": "running"}, {"status": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**values)


def test_the_bell_rings_after_the_commit(clerk, calls, settings, django_capture_on_commit_callbacks):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("count", {}, owner=clerk)
        assert calls == []
    assert fresh(job).status == "done"


def test_a_bell_that_cannot_be_rung_is_no_loss(monkeypatch, settings, caplog):
    settings.CELERY_TASK_ALWAYS_EAGER = False

    def dead(**options):
        raise OSError("no broker")

    monkeypatch.setattr(queue.tasks.work, "apply_async", dead)
    queue.ring()
    assert "no broker" in caplog.text


def run_threads(count, work):
    def body():
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=body) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_row(clerk):
    seen, barrier = [], threading.Barrier(2)

    def slow(job, progress):
        seen.append(job.pk)
        time.sleep(0.01)

    register("slow", slow, label="慢")
    Job.objects.bulk_create(Job(kind="slow", owner=clerk) for _ in range(10))
    run_threads(2, lambda: (barrier.wait(), work_all()))
    assert len(seen) == 10 == len(set(seen))
    assert set(Job.objects.values_list("status", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_row(clerk):
    barrier, found = threading.Barrier(2), []
    register("nothing", lambda job, progress: None, label="空")
    run_threads(2, lambda: (barrier.wait(), found.append(enqueue("nothing", {}, owner=clerk, key="one").pk)))
    assert len(found) == 2 and len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_work_is_not_committed(clerk):
    seen = []

    def look(job, progress):
        User.objects.create_user("made by the work")
        progress(5, 10, "第 5 项")
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT done_steps, message FROM jobs_job WHERE id = %s", [job.pk])
            seen.append(cursor.fetchone())
            cursor.execute("SELECT count(*) FROM office_user WHERE username = 'made by the work'")
            seen.append(cursor.fetchone())
        other.close()
        raise Refused("不行")

    register("look", look, label="看")
    job = queued(clerk, "look")
    work_all()
    assert seen == [(5, "第 5 项"), (0,)]
    assert (fresh(job).status, fresh(job).done_steps) == ("failed", 5)
    assert not User.objects.filter(username="made by the work").exists()


@pytest.mark.django_db(transaction=True)
def test_work_that_commits_on_its_own_keeps_what_it_did(clerk):
    def half(job, progress):
        User.objects.create_user("kept")
        raise Refused("后一半不行")

    register("half", half, label="半", atomic=False)
    queued(clerk, "half")
    work_all()
    assert User.objects.filter(username="kept").exists()


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_at_most_five_times_a_second_and_renews_the_lease(clerk, monkeypatch):
    writes = []

    def busy(job, progress):
        before = progress.side.cursor
        monkeypatch.setattr(progress.side, "cursor", lambda: (writes.append(1), before())[1])
        for n in range(1, 1001):
            progress(n, 1000, f"第 {n} 项")

    register("busy", busy, label="忙")
    job = queued(clerk, "busy")
    work_all()
    assert len(writes) <= 7 and fresh(job).message == "第 1000 项"
