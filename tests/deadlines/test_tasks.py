"""Tasks: given, answered by the owner, confirmed or returned by the giver; whose hands, dates, notices. R126."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from cppcc.deadlines import sources
from cppcc.deadlines.giving import give
from cppcc.deadlines.models import Deadline, Notice, Reminder, Task
from cppcc.deadlines.task_panel import tasks_of
from cppcc.deadlines.tick import tick
from cppcc.deadlines.workflows.task import TASK
from cppcc.files.models import StoredFile
from cppcc.meetings.models import Finding
from cppcc.office.refusals import Forbidden, Refused, Stale
from cppcc.workflow.engine import Late
from cppcc.workflow.models import Movement, Waiting
from tests.deadlines.task_rows import a_task, put_task, task_rule, today
from tests.meetings.gatherings import meeting
from tests.world import build

ANSWER = {"answer": "已核实，缺口三百人"}


def move(world, task, name, *, by="clerk", version=None, **given):
    """An act on a task, seen as it is now unless a version is given."""
    fresh = Task.objects.get(pk=task.pk)
    given = {"opinion": "数据不全"} | given
    return TASK.move(fresh, name, by=world.users[by], version=version or fresh.version, **given)


def answer(world, task, *, by="dept1", **given):
    return move(world, task, "answer", by=by, data=ANSWER | given.pop("data", {}), **given)


def hands(task):
    """(what, unit, role) of the open duties."""
    return [(duty.label, duty.organization.key, duty.role) for duty in Waiting.for_matter(task)]


def told(task):
    """(unit, role, title) of what was said at once, the first first."""
    rows = Reminder.objects.filter(key__startswith=f"task:{task.pk}:").order_by("pk")
    return [(row.organization.key, row.role, row.title) for row in rows]


def of_member(world, **given):
    """A task that names a member, written past what gives tasks."""
    task = a_task(world, "members", **given)
    Task.objects.filter(pk=task.pk).update(role="member", person=world.users["member"].person)
    task.refresh_from_db()
    return task


# --- the course ----------------------------------------------------------------------------------------------------


def test_it_goes_from_the_owner_to_the_giver_and_ends(world):
    task = a_task(world)
    assert hands(task) == [("办理任务", "dept1", "")]
    answer(world, task)
    task.refresh_from_db()
    assert (task.state, task.answer, task.answered_at.date()) == ("answered", ANSWER["answer"], timezone.now().date())
    assert hands(task) == [("确认任务办结", "office", "office_clerk")]
    move(world, task, "confirm", opinion="")
    task.refresh_from_db()
    assert (task.state, hands(task)) == ("done", [])


def test_returned_with_an_opinion_it_is_the_owners_again_and_keeps_what_was_said(world):
    task = a_task(world)
    answer(world, task)
    with pytest.raises(Refused, match="必须填写意见"):
        move(world, task, "send_back", opinion=" ")
    move(world, task, "send_back")
    task.refresh_from_db()
    assert (task.state, task.answer, task.answered_at) == ("open", ANSWER["answer"], None)
    assert hands(task) == [("办理任务", "dept1", "")]
    assert told(task)[-1] == ("dept1", "", "退回重办：核实企业用工缺口")


def test_of_a_committee_anybody_confirms_and_a_post_of_the_owner_is_named(world):
    task = a_task(world, "edu", giver="econ", role="committee_clerk", person=world.users["edu_clerk"].person)
    assert hands(task) == [("办理任务", "edu", "committee_clerk")]
    answer(world, task, by="edu_clerk")
    assert hands(task) == [("确认任务办结", "econ", "")]


def test_the_owner_takes_his_answer_back_until_it_is_confirmed(world):
    task = a_task(world)
    answer(world, task)
    move(world, task, "take_back", by="dept1")
    assert hands(task) == [("办理任务", "dept1", "")]
    answer(world, task)
    move(world, task, "confirm")
    with pytest.raises(Late):
        move(world, task, "take_back", by="dept1")


def test_dropped_and_taken_up_again_with_a_reason(world):
    task = a_task(world)
    move(world, task, "drop", opinion="会议另有决定")
    assert hands(task) == []
    assert told(task)[-1][2] == "取消任务：核实企业用工缺口"
    move(world, task, "reopen", opinion="仍需办理")
    assert hands(task) == [("办理任务", "dept1", "")]


def test_an_answer_brings_its_files(world):
    task = a_task(world)
    upload = SimpleUploadedFile("情况.csv", "缺口,三百人\n".encode())
    answer(world, task, data={"uploads": [upload]})
    assert [file.name for file in StoredFile.for_matter(task)] == ["情况.csv"]
    assert StoredFile.for_matter(task).get().uploaded_by == world.users["dept1"]


# --- who may -------------------------------------------------------------------------------------------------------


def test_who_gave_it_does_not_answer_and_the_owner_does_not_manage(world):
    task = a_task(world, "dept1", giver="econ")
    with pytest.raises(Forbidden):
        answer(world, task, by="econ_clerk")
    for name in ("drop", "postpone"):
        with pytest.raises(Forbidden):
            move(world, task, name, by="dept1")
    answer(world, task)
    with pytest.raises(Forbidden):
        move(world, task, "confirm", by="dept1")
    move(world, task, "confirm", by="econ_head")


def test_another_committee_neither_answers_nor_manages(world):
    task = a_task(world, "dept1", giver="econ")
    with pytest.raises(Forbidden):
        answer(world, task, by="edu_clerk")
    with pytest.raises(Forbidden):
        move(world, task, "drop", by="edu_clerk")


def test_the_office_records_an_answer_for_the_owner_with_its_source(world):
    task = a_task(world)
    with pytest.raises(Refused, match="写明来源"):
        answer(world, task, by="clerk")
    movement = answer(world, task, by="clerk", proxy_source="李科长6月3日来电")
    assert (movement.on_behalf, movement.proxy_source) == ("市发展和改革局", "李科长6月3日来电")


def test_the_office_answers_its_own_task_as_itself(world):
    task = a_task(world, "office", role="office_clerk")
    assert answer(world, task, by="clerk").on_behalf == ""
    other = a_task(world, "office", role="secretary_general")
    assert answer(world, other, by="sg").on_behalf == ""


def test_members_share_a_seat_and_get_no_task_yet_but_answer_only_what_names_them(world):
    with pytest.raises(Refused, match="委员个人"):
        a_task(world, "members", role="member", person=world.users["member"].person)
    task = of_member(world)
    with pytest.raises(Forbidden):
        answer(world, task, by="member2")
    answer(world, task, by="member")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("dept1", {"部门"}), ("dept2", set()), ("county1", set()), ("member", {"委员"}), ("member2", set()),
        ("econ_clerk", {"部门", "委员", "委室"}), ("auditor", {"部门", "委员", "委室"}), ("nobody", set()),
        ("expired", set()),
    ],
)  # fmt: skip
def test_each_sees_what_he_answers_or_gave_and_the_house_all(world, name, seen):
    a_task(world, title="部门")
    of_member(world, title="委员")
    a_task(world, "edu", title="委室", giver="econ")
    assert {task.title for task in Task.objects.visible_to(world.users[name])} == seen


def test_what_one_is_to_answer_is_what_one_may_answer(world):
    person = world.users["dept1"].person
    made = [
        a_task(world), a_task(world, "edu", giver="econ"), a_task(world, "edu", role="committee_head"),
        a_task(world, "dept1", role="department", person=person), a_task(world, "office", role="secretary_general"),
        of_member(world),
    ]  # fmt: skip
    for user in world.users.values():
        mine = set(Task.objects.to_answer(user))
        named = {task for task in made for acting in user.acting if task.names(acting, "deadlines.answer_task")}
        readers = {task for task in named if any(a.role not in ("auditor",) for a in user.acting)}
        assert mine == readers, user.username


# --- giving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [({"title": "  "}, "写明任务"), ({"days": -1}, "早于今天"), ({"detail": "绝密★30年"}, "国家秘密")],
)
def test_what_cannot_be_given(world, given, words):
    with pytest.raises(Refused, match=words):
        a_task(world, **given)
    assert not Task.objects.exists()


def test_the_same_occasion_gives_the_same_task(world):
    first = a_task(world, key="meeting:1:resolution:1")
    again = a_task(world, key="meeting:1:resolution:1", title="别的")
    assert (again.pk, Task.objects.count(), len(told(first))) == (first.pk, 1, 1)


def test_what_it_comes_from_must_still_be_there(world):
    found = Finding.objects.create(meeting=meeting(world, kind="visit"), text="停车难")
    gone = Finding.objects.get(pk=found.pk)
    found.delete()
    with pytest.raises(Refused, match="来源已被删除"):
        a_task(world, matter=gone)


def test_the_tasks_of_a_meeting_are_its_own_and_those_of_its_findings(world):
    made = meeting(world, kind="visit", host="econ")
    found = Finding.objects.create(meeting=made, text="停车难")
    a_task(world, title="一", matter=made)
    put_task(a_task(world, title="二", matter=found), "done")
    put_task(a_task(world, title="三", matter=found), "dropped")
    a_task(world, title="别处")
    panel = tasks_of(made, world.users["econ_clerk"])
    assert {task.title for task in panel.tasks} == {"一", "二", "三"}
    assert (panel.done, panel.total, panel.late) == (1, 2, 0)
    assert {task.title for task in panel.of(found)} == {"二", "三"}
    assert panel.give_url.endswith(f"?from=meeting-{made.pk}")
    assert [tasks_of(made, world.users[name]).give_url for name in ("edu_clerk", "chair", "dept1")] == ["", "", ""]


@pytest.mark.parametrize("key", ["", "meeting", "meeting-", "meeting-x", "meeting-9999999", "user-1", "task-²"])
def test_an_address_that_names_nothing_finds_nothing(world, key):
    assert sources.find(world.users["clerk"], key) is None


# --- dates and what is told ----------------------------------------------------------------------------------------


def test_its_day_is_a_deadline_of_the_owner_and_the_giver_hears_when_it_is_late(world):
    task_rule()
    task = a_task(world, days=9)
    deadline = Deadline.for_matter(task).get()
    assert (deadline.due_on, deadline.title) == (task.due_on, task.title)
    assert [(h.part, h.organization.key, h.role) for h in deadline.holders.all()] == [
        ("do", "dept1", ""), ("told", "office", "office_clerk"),
    ]  # fmt: skip
    days = {timezone.localdate(row.due_at) for row in deadline.reminders.all()}
    assert task.due_on - timedelta(days=3) in days


def test_an_answer_meets_it_and_a_return_opens_it_again(world):
    task_rule()
    task = a_task(world)
    answer(world, task)
    assert Deadline.for_matter(task).get().status == "done"
    move(world, task, "send_back")
    deadline = Deadline.for_matter(task).get()
    assert (deadline.status, deadline.due_on) == ("open", task.due_on)
    answer(world, task)
    move(world, task, "confirm")
    assert Deadline.for_matter(task).get().status == "done"


def test_a_task_that_was_dropped_owes_nothing(world):
    task_rule()
    task = a_task(world)
    move(world, task, "drop")
    assert Deadline.for_matter(task).get().status == "waived"


def test_another_day_moves_the_deadline_and_tells_the_owner_once(world):
    task_rule()
    task = a_task(world)
    day = task.due_on + timedelta(days=5)
    with pytest.raises(Refused, match="与现在的期限相同"):
        move(world, task, "postpone", data={"due_on": task.due_on})
    with pytest.raises(Refused, match="早于今天"):
        move(world, task, "postpone", data={"due_on": today() - timedelta(days=1)})
    move(world, task, "postpone", data={"due_on": day}, opinion="等统计数据")
    assert Deadline.for_matter(task).get().due_on == day
    assert Reminder.objects.filter(mark="moved").count() == 1
    assert Movement.for_matter(task).get().opinion == "等统计数据"


def test_the_owner_and_then_the_giver_hear_in_their_accounts(world):
    task = a_task(world, "dept1", giver="econ")
    answer(world, task)
    tick()
    found = {(notice.user.username, notice.title) for notice in Notice.objects.all()}
    assert ("dept1", "新任务：核实企业用工缺口") in found
    assert {("econ_clerk", "任务已回复：核实企业用工缺口"), ("econ_head", "任务已回复：核实企业用工缺口")} <= found
    assert {notice.url for notice in Notice.objects.all()} == {f"/dates/tasks/{task.pk}/"}


# --- at once -------------------------------------------------------------------------------------------------------


def at_once(*acts):
    """All acts begin together, each on a connection of its own; what became of each."""
    barrier, results = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(timeout=20)
            results.append(type(act()).__name__)
        except Refused as refusal:
            results.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    world = build()
    task_rule()
    task = a_task(world)
    found = at_once(
        lambda: answer(world, task, by="dept1", version=1),
        lambda: answer(world, task, by="clerk", proxy_source="来电", version=1),
    )
    assert found == ["Late", "Movement"]
    assert Movement.for_matter(task).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_drop_at_once_leave_one_truth():
    world = build()
    task_rule()
    task = a_task(world)
    found = at_once(lambda: answer(world, task, version=1), lambda: move(world, task, "drop", version=1))
    assert found == ["Late", "Movement"]
    task.refresh_from_db()
    wanted = {"answered": [("确认任务办结", "office", "office_clerk")], "dropped": []}
    assert hands(task) == wanted[task.state]


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_gives_one_task():
    world, key = build(), str(uuid4())
    found = at_once(*[lambda: a_task(world, key=key)] * 2)
    assert (found, Task.objects.count()) == (["Task", "Task"], 1)


def test_a_form_of_an_older_version_is_told(world):
    task = a_task(world)
    Task.objects.filter(pk=task.pk).update(version=5)
    with pytest.raises(Stale):
        answer(world, task, version=1)


def test_a_task_needs_neither_matter_nor_role(world):
    task = give("核实", world.orgs["dept1"], today(), by=world.users["clerk"])
    assert (task.given_by, task.matter, task.source) == (world.orgs["office"], None, "")
