"""Pages of deadlines: the list, one deadline, what is done with it by hand, the year's report."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineMove
from tests.deadlines.desk_rows import LONG, deadlines, reminders
from tests.reading import words

LIST = reverse("deadlines:deadline_list")
YEAR = timezone.localdate().year


@pytest.fixture
def topic(world):
    """A matter."""
    return world.plan(YEAR, topics=1).topics.get()


def act(name, deadline):
    """The address of an act."""
    return reverse(f"deadlines:deadline_{name}", args=[deadline.pk])


def shown(client, **query):
    """The pks on the list."""
    return {deadline.pk for deadline in client.get(LIST, query).context["page_obj"]}


def close(deadline, **given):
    """Make it a closed one."""
    values = {"status": "done", "closed_on": timezone.localdate()}
    Deadline.objects.filter(pk=deadline.pk).update(**(values | given))
    deadline.refresh_from_db()
    return deadline


def test_each_sees_what_he_has_to_meet_and_the_inside_sees_all(world, login, topic):
    [econ] = deadlines(world, topic)
    [dept] = deadlines(world, topic, holders=[("dept1", "")])
    [county] = deadlines(world, topic, holders=[("county1", "county"), ("dept2", "county")])
    for name in ("clerk", "sg", "chair", "vice", "auditor", "econ_clerk", "econ_head", "edu_clerk"):
        assert shown(login(name)) == {econ.pk, dept.pk, county.pk}, name
    assert shown(login("dept1")) == {dept.pk}
    assert shown(login("county1")) == {county.pk}
    for name in ("dept2", "county2", "party1", "member", "nobody", "expired"):
        assert shown(login(name)) == set(), name


def test_the_list_is_filtered_by_standing_unit_kind_and_month(world, login, topic):
    [late] = deadlines(world, topic, days=-3)
    [unsure] = deadlines(world, topic, holders=[("dept1", "")], provisional=True)
    done = close(deadlines(world, topic)[0])
    met_late = close(deadlines(world, topic)[0], late_days=2)
    waived = close(deadlines(world, topic)[0], status="waived", reason="不再召开")
    client = login("clerk")
    assert shown(client) == {late.pk, unsure.pk}
    assert shown(client, status="late") == {late.pk}
    assert shown(client, status="unsure") == {unsure.pk}
    assert shown(client, status="done") == {done.pk, met_late.pk}
    assert shown(client, status="met_late") == {met_late.pk}
    assert shown(client, status="waived") == {waived.pk}
    assert len(shown(client, status="all")) == 5
    assert shown(client, unit=world.orgs["dept1"].pk) == {unsure.pk}
    assert shown(client, month=f"{late.due_on:%Y-%m}", status="late") == {late.pk}
    assert shown(client, month="1999-01") == set()
    assert shown(client, q="没有") == set()
    for query in ({"month": "xx"}, {"unit": "x"}, {"kind": "999999"}, {"status": "x"}, {"sort": "x"}):
        assert client.get(LIST, query).status_code == 200
    text = words(client.get(LIST))
    assert "共2项期限，其中已逾期1项" in text and "暂定" in text
    assert client.get(LIST, {"export": "xlsx", "status": "all"}).headers["Content-Type"].endswith("sheet")


def test_a_deadline_shows_its_rule_days_reminders_moves_and_trail(world, login, topic):
    [deadline] = deadlines(world, topic, provisional=True, warning="当天是休息日")
    reminders(deadline, world, 3)
    reminders(deadline, world, 1, status="nobody", error="没有人任职")
    client = login("clerk")
    to = timezone.localdate() + timedelta(days=9)
    data = {"revision": deadline.revision, "to": to, "reason": "领导出差"}
    assert client.post(act("move", deadline), data).status_code == 302
    text = words(client.get(act("detail", deadline)))
    for part in ("实施方案", "之前2个月", "暂定", "人工调整", "领导出差", "无人接收", "经济委", "试clerk", "最初期限"):
        assert part.replace("实施方案", deadline.label) in text, part
    move = DeadlineMove.objects.get()
    assert (move.to_day, move.cause, move.user) == (to, "hand", world.users["clerk"])


def test_meeting_it_in_time_needs_no_reason_late_one_does(world, login, topic):
    [early] = deadlines(world, topic)
    [late] = deadlines(world, topic, days=-20)
    client, today = login("clerk"), timezone.localdate()
    client.post(act("finish", early), {"revision": 1, "on": today})
    early.refresh_from_db()
    assert (early.status, early.closed_by, early.late_days) == ("done", world.users["clerk"], 0)
    refused = client.post(act("finish", late), {"revision": 1, "on": today})
    assert refused.status_code == 422 and "请写明逾期理由" in words(refused)
    client.post(act("finish", late), {"revision": 1, "on": today, "reason": "等待批复"})
    late.refresh_from_db()
    assert (late.status, late.reason) == ("done", "等待批复")
    assert late.late_days > 0
    again = client.get(act("finish", late), follow=True)
    assert "不能办理“登记完成”" in words(again)


def test_waiving_and_explaining_ask_for_a_reason(world, login, topic):
    [deadline] = deadlines(world, topic)
    client = login("sg")
    assert client.post(act("waive", deadline), {"revision": 1, "reason": " "}).status_code == 422
    client.post(act("waive", deadline), {"revision": 1, "reason": "协商取消"})
    deadline.refresh_from_db()
    assert (deadline.status, deadline.reason) == ("waived", "协商取消")
    owing = close(deadlines(world, topic)[0], late_days=3)
    assert "还没有写明理由" in words(client.get(act("detail", owing)))
    client.post(act("explain", owing), {"revision": 1, "reason": "人手不足"})
    owing.refresh_from_db()
    assert owing.reason == "人手不足"
    assert client.get(act("explain", owing)).status_code == 302


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("finish", {"on": "2099-01-01"}, "不能晚于今天"),
        ("finish", {"on": "2026-13-01"}, "有效的日期"),
        ("move", {"to": "2020-01-01", "reason": "改期"}, "不能早于今天"),
        ("move", {"to": "", "reason": "改期"}, "必填"),
        ("waive", {"reason": "长" * 301}, "300"),
        ("move", {"to": "9999-12-31", "reason": "改期"}, "核对年份"),
        ("finish", {"on": "0206-03-02"}, "核对年份"),
    ],
)
def test_a_bad_form_is_shown_again(world, login, topic, name, data, sentence):
    [deadline] = deadlines(world, topic)
    response = login("clerk").post(act(name, deadline), {"revision": 1} | data)
    assert response.status_code == 422
    assert sentence in words(response)
    assert Deadline.objects.get().is_open


def test_a_form_from_before_a_move_is_stale(world, login, topic):
    [deadline] = deadlines(world, topic)
    Deadline.objects.filter(pk=deadline.pk).update(revision=4)
    for name, data in (("finish", {"on": timezone.localdate()}), ("waive", {"reason": "取消"})):
        response = login("clerk").post(act(name, deadline), {"revision": 1} | data)
        assert response.status_code == 409
        assert "已有变动" in words(response)
    assert Deadline.objects.get().is_open


def test_a_stale_form_shows_what_was_typed_and_leads_back_to_its_page(world, login, topic):
    [deadline] = deadlines(world, topic)
    Deadline.objects.filter(pk=deadline.pk).update(revision=4)
    typed, page = "按县委常委会议题安排顺延到下个月", act("waive", deadline)
    response = login("clerk").post(page, {"revision": 1, "reason": typed}, HTTP_REFERER=f"http://testserver{page}")
    assert typed in words(response) and response.context["reload_url"].endswith(page)


def test_many_units_told_alike_stand_on_one_line_and_what_fell_away_on_none(world, login, topic):
    [deadline] = deadlines(world, topic, days=-3)
    for status in ("pending", "pending", "cancelled"):
        reminders(deadline, world, status=status)
    deadline.reminders.update(due_at=timezone.now())
    response = login("clerk").get(reverse("deadlines:deadline_detail", args=[deadline.pk]))
    assert [len(rung["told"]) for rung in response.context["reminders"]] == [2]
    assert response.context["late"] and "逾期" in words(response)


def test_who_holds_it_says_that_it_is_done_and_nothing_else(world, login, topic):
    [deadline] = deadlines(world, topic, holders=[("dept1", "department")])
    client = login("dept1")
    text = words(client.get(act("detail", deadline)))
    assert "登记完成" in text and "调整期限" not in text
    for name in ("waive", "move"):
        assert client.post(act(name, deadline), {"revision": 1, "reason": "x"}).status_code == 403
    assert login("econ_clerk").post(act("finish", deadline), {"revision": 1}).status_code == 403
    assert login("dept2").post(act("finish", deadline), {"revision": 1}).status_code == 404
    assert client.post(act("finish", deadline), {"revision": 1, "on": timezone.localdate()}).status_code == 302


def test_outside_nobody_learns_who_else_was_asked_and_none_ends_it_for_the_others(world, login, topic):
    [deadline] = deadlines(world, topic, days=-3, holders=[("dept1", ""), ("party1", "")])
    reminders(deadline, world)
    year = reverse("deadlines:deadline_report", args=[deadline.due_on.year])
    pages = (LIST, act("detail", deadline), year, reverse("desk:whose_court"))
    for page in pages:
        text = words(login("dept1").get(page))
        assert "市发" in text, page
        assert not [unit for unit in ("民盟", "民主同盟", "经济委") if unit in text], page
        told = words(login("clerk").get(page))
        assert "市发" in told and ("民盟" in told or "民主同盟" in told), page
    assert login("dept1").post(act("finish", deadline), {"revision": 1}).status_code == 403
    assert "登记完成" not in words(login("dept1").get(act("detail", deadline)))
    assert login("clerk").get(act("finish", deadline)).status_code == 200


def test_the_year_counts_each_unit_and_lists_the_late(world, login, topic):
    start = timezone.localdate().replace(month=1, day=1)
    today = timezone.localdate()
    both = [("econ", "committee_clerk"), ("econ", "committee_head"), ("dept1", "")]
    rows = deadlines(world, topic, 6, holders=both)
    Deadline.objects.all().update(due_on=start)
    close(rows[0], due_on=start)
    close(rows[1], due_on=start, late_days=4, reason="等待批复")
    close(rows[2], due_on=start, late_days=3)
    close(rows[3], due_on=start, status="waived", reason="取消")
    Deadline.objects.filter(pk=rows[5].pk).update(due_on=today.replace(month=12, day=31))
    response = login("clerk").get(reverse("deadlines:deadline_report", args=[YEAR]))
    report = response.context["report"]
    assert [unit.name for unit in report.units] == ["经济委员会", "市发展和改革局"]
    overdue = start < today
    for unit in (*report.units, report.total):
        assert (unit.due, unit.met, unit.late, unit.waived, unit.late_days) == (6, 1, 2, 1, 7)
        assert unit.overdue == overdue
        assert unit.to_come == 6 - 1 - 2 - 1 - overdue
    text = words(response)
    assert "等待批复" in text and "未填" in text
    chart = login("clerk").get(reverse("deadlines:deadline_chart", args=[YEAR]))
    assert chart.headers["Content-Type"] == "image/svg+xml"
    assert "经济委员会" in chart.content.decode()
    assert login("dept2").get(reverse("deadlines:deadline_report", args=[YEAR])).context["report"].total.due == 0


@pytest.mark.parametrize("year", [0, 1989, 2101, 99999])
def test_a_year_that_no_office_has_is_not_there(world, login, year):
    for name in ("report", "chart"):
        assert login("clerk").get(reverse(f"deadlines:deadline_{name}", args=[year])).status_code == 404


def test_empty_pages_and_long_names(world, login, topic):
    client = login("clerk")
    assert "没有符合条件的期限" in words(client.get(LIST))
    assert "这一年没有期限" in words(client.get(reverse("deadlines:deadline_report", args=[YEAR])))
    assert client.get(reverse("deadlines:deadline_chart", args=[YEAR])).status_code == 200
    deadlines(world, topic, 60)
    Deadline.objects.update(title=LONG[:200])
    page = client.get(LIST)
    assert len(page.context["page_obj"]) == 50
    assert "共60项期限" in words(page)
