"""Pages of tasks: what each sees, giving one or many, answering by login, by link, for another. R126, R129."""

import uuid
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlparse

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from cppcc.deadlines.models import Deadline, Task, WorkCalendar
from cppcc.files.models import StoredFile
from cppcc.files.pages import may_download
from cppcc.meetings.models import Finding
from cppcc.workflow.models import Movement
from tests.consultation.test_query_counts import measure
from tests.deadlines.task_rows import a_task, put_task, task_rule, today
from tests.meetings.gatherings import meeting
from tests.members.ledger_rows import a_contact, a_member
from tests.reading import words

pytestmark = pytest.mark.django_db
LIST, DETAIL, FORM, MEETING, GIVE = 14, 22, 16, 28, 75
NEW = "/dates/tasks/new/"


@pytest.fixture(autouse=True)
def _workdays(world):
    """The days that the forms of these tests name are worked, except the one they call a rest day."""
    rows = [WorkCalendar(date=today() + timedelta(days=n), is_workday=n != 11) for n in range(40)]
    WorkCalendar.objects.bulk_create(rows)


def at(task, name="task_detail", *more):
    return reverse(f"deadlines:{name}", args=[task.pk, *more])


def form(world, *units, **given):
    values = {"title": "报送三季度数据", "detail": "按县分列", "due_on": today() + timedelta(days=9), "role": "",
              "person": "", "source": "主席会议议定", "token": str(uuid.uuid4()),
              "units": [world.orgs[key].pk for key in units]}  # fmt: skip
    return values | given


# --- giving --------------------------------------------------------------------------------------------------------


def test_one_form_gives_one_task_to_each_unit_and_twice_sent_is_once(world, login):
    client, data = login("clerk"), form(world, "dept1", "dept2", "county1")
    for _ in range(2):
        response = client.post(NEW, data, follow=True)
    assert "已交办3项任务" in words(response)
    made = Task.objects.order_by("pk")
    assert [task.owner.key for task in made] == ["dept1", "dept2", "county1"]
    assert {(task.given_by.key, task.source, task.detail) for task in made} == {("office", "主席会议议定", "按县分列")}


def test_a_committee_gives_in_its_own_name_to_a_person_of_the_unit(world, login):
    login("econ_clerk").post(NEW, form(world, "edu", person="试edu_clerk"))
    task = Task.objects.get()
    assert (task.given_by, task.role, task.person) == (
        world.orgs["econ"], "committee_clerk", world.users["edu_clerk"].person,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"units": []}, "请选择承办单位"),
        ({"title": " "}, "必填"),
        ({"due_on": "2020-01-01"}, "不能早于今天"),
        ({"due_on": "2099-01-01"}, "核对年份"),
        ({"due_on": "二月三十"}, "有效的日期"),
        ({"person": "试edu_clerk"}, "没有可以承办任务的岗位"),
        ({"person": "没有这人"}, "没有找到"),
        ({"role": "county"}, "没有人担任"),
        ({"role": "member"}, "选择一个有效的选项"),
        ({"title": "长" * 201}, "200"),
    ],
)
def test_a_bad_form_is_shown_again_and_nothing_is_given(world, login, given, sentence):
    response = login("clerk").post(NEW, form(world, "dept1") | given)
    assert (response.status_code, Task.objects.count()) == (422, 0)
    assert sentence in words(response)


def test_a_person_is_named_for_one_unit_only(world, login):
    response = login("clerk").post(NEW, form(world, "dept1", "dept2", person="试dept1"))
    assert "请分别交办" in words(response)


def test_a_rest_day_is_asked_about_and_may_be_meant(world, login):
    client, data = login("clerk"), form(world, "dept1", due_on=today() + timedelta(days=11))
    assert "是休息日" in words(client.post(NEW, data))
    client.post(NEW, data | {"anyway": "on"})
    assert Task.objects.get().due_on == data["due_on"]


def test_a_finding_becomes_a_task_and_can_not_be_struck_out_any_more(world, login):
    made = meeting(world, kind="visit", host="econ", title="园区走访")
    found = Finding.objects.create(meeting=made, text="停车难", proposal="增设车位")
    client, source = login("econ_clerk"), f"{NEW}?from=finding-{found.pk}"
    page = words(client.get(source))
    assert "来源：园区走访：停车难" in page and "建议：增设车位" in page
    assert client.post(source, form(world, "dept1")).url == f"/meetings/{made.pk}/"
    task = Task.objects.get()
    assert (task.matter, task.source) == (found, "园区走访：停车难")
    shown = words(client.get(f"/meetings/{made.pk}/"))
    assert "已办结0/1" in shown and task.title in shown
    refused = client.post(f"/meetings/{made.pk}/findings/{found.pk}/", {"delete": "1"}, follow=True)
    assert "已转为1项任务，不能删除" in words(refused)
    assert Finding.objects.filter(pk=found.pk).exists()


def test_a_finding_without_a_task_is_struck_out(world, login):
    found = Finding.objects.create(meeting=meeting(world, kind="visit"), text="停车难")
    login("clerk").post(f"/meetings/{found.meeting_id}/findings/{found.pk}/", {"delete": "1"})
    assert not Finding.objects.exists()


@pytest.mark.parametrize("name", ["edu_clerk", "dept1", "chair", "member"])
def test_who_does_not_run_the_meeting_gives_no_task_of_it(world, login, name):
    made = meeting(world, kind="visit", host="econ")
    found = Finding.objects.create(meeting=made, text="停车难")
    for key in (f"meeting-{made.pk}", f"finding-{found.pk}", "finding-99999", "user-1"):
        assert login(name).get(f"{NEW}?from={key}").status_code == 403


def test_a_difficulty_becomes_a_task_before_the_members_answer_is_due(world, login):
    told = {"difficulty": "企业用工难\n缺口三百人", "state": "open"}
    contact = a_contact(world, a_member(world, committee="econ"), "econ", **told)
    deadline = a_deadline(contact)
    client, source = login("econ_clerk"), f"{NEW}?from=contact-{contact.pk}"
    assert "协调解决：企业用工难" in client.get(source).content.decode()
    later = form(world, "dept1", due_on=deadline.due_on + timedelta(days=1))
    assert "晚于来源事项的期限" in words(client.post(source, later))
    client.post(source, later | {"due_on": deadline.due_on})
    task = Task.objects.get()
    assert task.matter == contact
    assert "走访" not in words(login("dept1").get(at(task))) and task.title in words(login("dept1").get(at(task)))
    detail, solve = f"/members/contacts/{contact.pk}/", reverse("members:contact_move", args=[contact.pk, "solve"])
    assert "已办结0/1" in words(client.get(detail)) and "还有1项交办的任务没有办结" in words(client.get(solve))
    put_task(task, "done", answer="已对接职校")
    assert "市发展和改革局：已对接职校" in words(client.get(solve))


def a_deadline(contact):
    """The day on which the member's answer is due."""
    rule, day = task_rule(), today() + timedelta(days=9)
    return Deadline.objects.create(
        matter=contact, rule=rule, step="answer", label="答复", title="甲", anchor_on=today(), due_on=day,
        planned_on=day, derived_at=contact.created_at,
    )  # fmt: skip


# --- answering and managing ----------------------------------------------------------------------------------------


def test_the_owner_answers_with_a_file_and_the_giver_confirms(world, login):
    task = a_task(world, giver="econ")
    upload = SimpleUploadedFile("缺口.csv", "企业,人数\n甲,3\n".encode())
    client = login("dept1")
    assert "核实企业用工缺口" in words(client.get(at(task, "task_move", "answer")))
    data = {"version": 1, "answer": "缺口三百人", "uploads": [upload]}
    assert client.post(at(task, "task_move", "answer"), data).status_code == 302
    stored = StoredFile.for_matter(task).get()
    page = words(login("econ_clerk").get(at(task)))
    assert "缺口三百人" in page and "缺口.csv" in page and "确认任务办结" in page
    readers = [name for name in ("econ_clerk", "dept1", "dept2") if may_download(world.users[name], stored)]
    assert readers == ["econ_clerk", "dept1"]
    login("econ_clerk").post(at(task, "task_move", "confirm"), {"version": 2})
    task.refresh_from_db()
    assert task.state == "done"


def test_the_office_records_an_answer_with_its_source(world, login):
    task = a_task(world)
    client, address = login("clerk"), at(a_task(world), "task_move", "answer")
    assert client.post(address, {"version": 1, "answer": "已办"}).status_code == 422
    client.post(at(task, "task_move", "answer"), {"version": 1, "answer": "已办", "proxy_source": "李科长来电"})
    assert "李科长来电" in words(client.get(at(task)))


def test_an_answer_from_an_old_form_is_told_and_not_lost(world, login):
    task = a_task(world)
    login("clerk").post(at(task, "task_move", "drop"), {"version": 1, "opinion": "另有安排"})
    late = login("dept1").post(at(task, "task_move", "answer"), {"version": 1, "answer": "已经核实清楚了"}, follow=True)
    assert "取消任务" in words(late)
    changed = a_task(world)
    Task.objects.filter(pk=changed.pk).update(version=4)
    stale = login("dept1").post(at(changed, "task_move", "answer"), {"version": 1, "answer": "已经核实清楚了"})
    assert (stale.status_code, "已经核实清楚了" in words(stale)) == (409, True)


def test_another_day_needs_a_reason_and_a_rest_day_a_tick(world, login):
    task, client = a_task(world), login("clerk")
    address, day = at(task, "task_move", "postpone"), today() + timedelta(days=11)
    assert client.post(address, {"version": 1, "due_on": day, "opinion": ""}).status_code == 422
    assert "是休息日" in words(client.post(address, {"version": 1, "due_on": day, "opinion": "等数据"}))
    client.post(address, {"version": 1, "due_on": day, "opinion": "等数据", "anyway": "on"})
    task.refresh_from_db()
    assert task.due_on == day


def test_a_forbidden_file_is_refused_with_what_was_typed(world, login):
    task = a_task(world)
    data = {"version": 1, "answer": "缺口三百人", "uploads": SimpleUploadedFile("a.exe", b"MZ")}
    response = login("dept1").post(at(task, "task_move", "answer"), data)
    assert (response.status_code, "缺口三百人" in words(response), "不能上传" in words(response)) == (422, True, True)
    task.refresh_from_db()
    assert task.state == "open"


def test_its_deadline_is_kept_by_the_task_alone(world, login):
    task_rule()
    task, client = a_task(world), login("clerk")
    deadline = Deadline.for_matter(task).get()
    page = reverse("deadlines:deadline_detail", args=[deadline.pk])
    assert not any(label in words(client.get(page)) for label in ("登记完成", "调整期限", "免除"))
    data = {"revision": deadline.revision, "to": today() + timedelta(days=12), "reason": "改期"}
    refused = client.post(reverse("deadlines:deadline_move", args=[deadline.pk]), data, follow=True)
    assert "请在该事项的页面办理" in words(refused)
    deadline.refresh_from_db()
    assert deadline.due_on == task.due_on


# --- by a link -----------------------------------------------------------------------------------------------------


def link_of(login, task):
    page = login("clerk").post(at(task, "task_link")).content.decode()
    return urlparse(page.partition('id="link" type="text" value="')[2].partition('"')[0]).path


def test_a_unit_without_account_answers_by_its_link_once(world, login, client):
    task = a_task(world, "party1", detail="一页纸")
    address = link_of(login, task)
    page = client.get(address)
    assert (page.status_code, "一页纸" in words(page)) == (200, True)
    assert client.post(address, {"version": 1, "answer": " "}).status_code == 422
    wrong = {"version": 1, "answer": "已办理，见附件", "uploads": SimpleUploadedFile("a.exe", b"MZ")}
    assert "已办理，见附件" in words(client.post(address, wrong))
    login("clerk").post(at(task, "task_move", "postpone"), {
        "version": 1, "due_on": today() + timedelta(days=12), "opinion": "等数据",
    })  # fmt: skip
    done = client.post(address, {"version": 1, "answer": "已办理"})
    assert "已收到" in words(done)
    movement = Movement.for_matter(task).get(name="answer")
    assert movement.on_behalf == world.orgs["party1"].name and "一次性链接" in movement.proxy_source
    assert client.get(address).status_code == 410


def test_a_new_link_kills_the_old_and_a_dropped_task_takes_no_answer(world, login, client):
    task = a_task(world, "party1")
    old, new = link_of(login, task), link_of(login, task)
    assert [client.get(address).status_code for address in (old, new)] == [410, 200]
    login("clerk").post(at(task, "task_move", "drop"), {"version": 1, "opinion": "另有安排"})
    assert client.get(new).status_code == 410
    assert "不能再生成" in words(login("clerk").post(at(task, "task_link"), follow=True))


# --- the list ------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(world):
    """Late, answered, of a meeting, of a committee."""
    Task.objects.filter(pk=a_task(world, title="逾期的").pk).update(due_on=date(2026, 1, 5))
    put_task(a_task(world, title="回复的"), "answered")
    a_task(world, "edu", title="会上的", matter=meeting(world))
    a_task(world, "edu", title="委室的", giver="econ")


@pytest.mark.parametrize(
    ("name", "query", "titles"),
    [
        ("clerk", "", {"逾期的", "回复的", "会上的", "委室的"}),
        ("clerk", "standing=late", {"逾期的"}),
        ("clerk", "standing=answered", {"回复的"}),
        ("clerk", "whose=given", {"逾期的", "回复的", "会上的"}),
        ("edu_clerk", "whose=mine", {"会上的", "委室的"}),
        ("econ_clerk", "whose=given", {"委室的"}),
        ("clerk", "kind=none", {"逾期的", "回复的", "委室的"}),
        ("clerk", "q=会上", {"会上的"}),
        ("dept1", "", {"逾期的", "回复的"}),
        ("dept2", "", set()),
    ],
)
def test_the_list_shows_what_was_asked_for(world, login, four, name, query, titles):
    page = login(name).get(f"/dates/tasks/?{query}").content.decode()
    assert {title for title in ("逾期的", "回复的", "会上的", "委室的") if f">{title}<" in page} == titles


def test_the_list_is_summed_up_and_exported_without_the_source_outside(world, login, four):
    assert "共4项任务" in words(login("clerk").get("/dates/tasks/"))
    for name, there in (("clerk", True), ("dept1", False)):
        response = login(name).get("/dates/tasks/?export=xlsx")
        sheet = openpyxl.load_workbook(BytesIO(b"".join(response))).active
        assert ("任务来源" in [cell.value for cell in sheet[1]]) is there


# --- what it costs -------------------------------------------------------------------------------------------------


def fill(world, count):
    """So many tasks of as many findings of one meeting, with files and movements."""
    task_rule()
    made = meeting(world, kind="visit")
    for n in range(count):
        found = Finding.objects.create(meeting=made, text=f"问题{n}")
        put_task(a_task(world, title=f"任务{n}", matter=found), ("answered", "open", "done")[n % 3])
    task = a_task(world, "dept1", matter=made)
    for n in range(count):
        StoredFile.objects.create(name=f"{n}.pdf", extension="pdf", media_type="application/pdf", size=1, matter=task)
        Movement.objects.create(
            matter=task, name="send_back", label="退回重办", source="answered", target="open", source_label="已回复",
            target_label="办理中", user=world.users["clerk"], actor="甲", version=1, opinion="再办",
        )  # fmt: skip
    return made, task


def test_pages_cost_the_same_whatever_their_length(world, login):
    found = {}
    for count in (1, 30):
        with transaction.atomic():
            made, task = fill(world, count)
            for name, page, address, most in (
                ("clerk", "list", "/dates/tasks/", LIST), ("dept1", "list", "/dates/tasks/", LIST),
                ("clerk", "export", "/dates/tasks/?export=xlsx", LIST), ("clerk", "detail", at(task), DETAIL),
                ("dept1", "detail", at(task), DETAIL), ("dept1", "answer", at(task, "task_move", "answer"), FORM),
                ("clerk", "meeting", f"/meetings/{made.pk}/", MEETING),
                ("clerk", "new", f"{NEW}?from=meeting-{made.pk}", FORM),
            ):  # fmt: skip
                taken, _ = measure(login(name), address)
                assert len(taken) <= most, (name, page, len(taken), "\n".join(taken))
                found.setdefault((name, page), []).append(len(taken))
            transaction.set_rollback(True)
    assert {key: counts for key, counts in found.items() if counts[0] != counts[1]} == {}


@pytest.mark.parametrize("units", [("dept1",), ("dept1", "dept2", "party1", "party2", "county1", "county2", "econ")])
def test_giving_to_many_costs_as_much_as_giving_to_one(world, login, units, django_assert_max_num_queries):
    task_rule()
    client = login("clerk")
    with django_assert_max_num_queries(GIVE):
        client.post(NEW, form(world, *units))
    assert Task.objects.count() == len(units)
