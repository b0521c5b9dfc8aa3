"""The year of working days, and the yearly notice: read, previewed, confirmed, and what moves with it."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Deadline, DeadlineMove, WorkCalendar
from cppcc.deadlines.working_days import load_working_days
from cppcc.deadlines.yearly_notice import LineError, Lines, as_lines, span_of, spans_of
from cppcc.deadlines.years import seed_workdays
from cppcc.sheets.reading import read_table
from tests.deadlines.dated import rule_set, table

__all__ = ["table"]
YEAR, EDIT = reverse("deadlines:workday_year"), reverse("deadlines:workday_edit")
NOTICE = {
    "source": "国办发明电〔2026〕9号",
    "off": "1月1日至1月3日 元旦\n2月5日（周五）至11日（周四） 春节\n10月1日—10月7日 国庆节",
    "worked": "2027-02-20 春节调休上班\n2027年10月9日 国庆节调休上班",
}


@pytest.fixture(autouse=True)
def november():
    """The time at which the notice comes."""
    with time_machine.travel("2026-11-20 09:00+08:00"):
        yield


@pytest.fixture
def clerk(login, db):
    """The office's clerk, with the calendar as it is before the notice."""
    seed_workdays(2025, 2027)
    return login("clerk")


def previewed(client, data=None, year=2027):
    """The preview, and the data that confirm it."""
    data = data or NOTICE
    response = client.post(f"{EDIT}?year={year}", data)
    assert response.status_code == 200, response.context["form"].errors
    return response, {**data, "previewed": response.context["token"]}


@pytest.mark.parametrize(
    ("line", "first", "last", "label"),
    [
        ("2月5日至2月11日 春节", "2027-02-05", "2027-02-11", "春节"),
        ("2月5日（周五）至11日（周四） 春节", "2027-02-05", "2027-02-11", "春节"),
        ("2027-02-05 至 2027-02-11 春节", "2027-02-05", "2027-02-11", "春节"),
        ("2027/2/5—2027/2/11：春节", "2027-02-05", "2027-02-11", "春节"),
        ("2026年12月31日至2027年1月3日 元旦", "2026-12-31", "2027-01-03", "元旦"),
        ("2027-02-20", "2027-02-20", "2027-02-20", ""),
        ("2.20 春节调休", "2027-02-20", "2027-02-20", "春节调休"),
    ],
)
def test_a_line_is_read_as_it_is_usually_written(line, first, last, label):
    found = span_of(line, 2027)
    assert (str(found.first), str(found.last), found.label) == (first, last, label)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("春节放假", "看不出是哪一天"),
        ("2月30日", "没有这一天"),
        ("2月11日至2月5日", "结束日期早于开始日期"),
        ("2028年1月1日", "不在2027年"),
        ("11月30日至2026年12月31日", "早于"),
        ("2026-11-30", "不在2027年"),
        ("1月1日至3月1日", "一段最多 31 天"),
        (f"1月1日 {'节' * 41}", "说明最多 40 字"),
        ("2027-02-055", "看不出"),
    ],
)
def test_a_line_that_cannot_be_is_told(line, told):
    with pytest.raises(LineError, match=told):
        span_of(line, 2027)


def test_a_day_twice_and_a_weekday_worked_are_told_with_their_line():
    assert Lines(2027, False).read("1月1日至1月3日\n\n1月2日").errors == [
        "第 3 行“1月2日”：2027-01-02 重复出现，请删去一处。"
    ]
    assert Lines(2027, True).read("2027-02-19").errors == [
        "第 1 行“2027-02-19”：2027-02-19 是星期五，本来就上班，请核对日期。"
    ]


def test_lines_of_a_year_are_read_back_as_the_same_year(clerk):
    off, worked = spans_of(WorkCalendar.objects.filter(date__year=2026).order_by("date"))
    assert Lines(2026, False).read(as_lines(off)).spans == off
    assert Lines(2026, True).read(as_lines(worked)).spans == worked
    assert [str(one.first) for one in worked] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip


def test_the_year_shows_what_is_off_worked_and_provisional(clerk):
    text = clerk.get(f"{YEAR}?year=2026").content.decode()
    assert "全年 248 个工作日" in text and "2026-10-10 调休上班" in text and "暂定" not in text
    assert "2026-10-01 至 2026-10-03 国庆节" in text
    response = clerk.get(f"{YEAR}?year=2027")
    assert "以下为暂定" in response.content.decode()
    assert not response.context["sheet"].official


def test_a_year_without_rows_follows_the_week_and_is_provisional(clerk):
    sheet = clerk.get(f"{YEAR}?year=2040").context["sheet"]
    assert (sheet.official, sheet.workdays, sheet.off) == (False, 261, [])


@pytest.mark.parametrize("year", ["0", "99999", "甲", "2009", "2101", ""])
def test_a_year_out_of_range_is_this_year(clerk, year):
    assert clerk.get(YEAR, {"year": year}).context["year"] == 2026


def test_everybody_looks_and_few_enter(clerk, login):
    for person, may in (("clerk", True), ("sg", True), ("admin", True), ("chair", False), ("dept1", False)):
        client = login(person)
        assert ("录入放假安排" in client.get(YEAR).content.decode()) == may, person
        assert client.get(EDIT).status_code == (200 if may else 403), person


def test_the_form_begins_with_what_the_calendar_says(clerk):
    initial = clerk.get(f"{EDIT}?year=2026").context["form"].initial
    assert "2026-10-10 调休上班" in initial["worked"]
    assert initial["source"].startswith("holidays")
    assert clerk.get(EDIT).context["year"] == 2027
    assert clerk.get(EDIT).context["form"].initial["source"] == ""


def test_the_preview_saves_nothing_and_shows_the_days(clerk):
    before = list(WorkCalendar.objects.values_list())
    response, _ = previewed(clerk)
    found = response.context["preview"]
    turned = {str(change.day): change.is_workday for change in found.changes if change.turns}
    assert turned["2027-02-20"] is turned["2027-10-09"] is True
    assert turned["2027-02-11"] is turned["2027-10-07"] is False
    assert found.fixed == 365
    assert "2027-02-11 星期四" in response.content.decode()
    assert list(WorkCalendar.objects.values_list()) == before


def test_confirming_saves_the_whole_year_as_official(clerk, world):
    _, data = previewed(clerk)
    response = clerk.post(f"{EDIT}?year=2027", data, follow=True)
    assert response.redirect_chain == [(f"{YEAR}?year=2027", 302)]
    assert "已保存2027年放假安排" in response.content.decode()
    rows = WorkCalendar.objects.filter(date__year=2027)
    assert {(row.official, row.source) for row in rows} == {(True, NOTICE["source"])}
    days = load_working_days()
    assert days.is_workday(date(2027, 2, 20)) and not days.is_workday(date(2027, 2, 10))
    assert not days.is_workday(date(2027, 2, 27))
    newest = WorkCalendar.objects.get(date=date(2027, 2, 20)).history.first()
    assert (newest.history_user, newest.history_change_reason) == (world.users["clerk"], NOTICE["source"])


def test_entering_the_same_notice_again_writes_no_history(clerk):
    clerk.post(f"{EDIT}?year=2027", previewed(clerk)[1])
    count = WorkCalendar.history.count()
    response, data = previewed(clerk)
    assert "日期安排没有变化" in response.content.decode()
    assert clerk.post(f"{EDIT}?year=2027", data).status_code == 302
    assert WorkCalendar.history.count() == count


def test_what_is_confirmed_is_what_was_previewed(clerk):
    _, data = previewed(clerk)
    response = clerk.post(f"{EDIT}?year=2027", data | {"off": "1月1日 元旦"})
    assert response.status_code == 200 and response.context["token"] != data["previewed"]
    assert not WorkCalendar.objects.filter(date__year=2027, official=True).exists()


def test_a_calendar_changed_meanwhile_is_previewed_again(clerk):
    _, data = previewed(clerk)
    WorkCalendar.objects.filter(date=date(2027, 5, 3)).update(label="别人改的")
    response = clerk.post(f"{EDIT}?year=2027", data)
    assert response.status_code == 200 and response.context["token"] != data["previewed"]
    assert not WorkCalendar.objects.filter(date__year=2027, official=True).exists()


def test_the_december_before_may_be_in_the_notice(clerk):
    data = NOTICE | {"off": "2026年12月31日至2027年1月3日 元旦", "worked": "2026-12-27 元旦调休上班"}
    clerk.post(f"{EDIT}?year=2027", previewed(clerk, data)[1])
    days = load_working_days()
    assert days.is_workday(date(2026, 12, 27)) and not days.is_workday(date(2026, 12, 31))
    assert WorkCalendar.objects.get(date=date(2026, 12, 30)).source.startswith("holidays")


def test_mistakes_stand_beside_their_field(clerk):
    response = clerk.post(EDIT, {"source": "", "off": "某天", "worked": "2027-02-20"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"source", "off"}
    response = clerk.post(EDIT, NOTICE | {"worked": "2027-10-02"})
    assert response.context["form"].errors["worked"] == ["2027-10-02 同时列在放假和上班里，请删去一处。"]


def test_deadlines_move_with_the_notice_and_are_not_provisional_any_more(clerk, world, table):
    rule_set({"offset": 10, "unit": "working_days", "label": "成果"}, {"offset": 1, "unit": "days", "label": "次日"})
    topic = world.topics(world.plan(2026), 1)[0]
    table.anchors[topic.pk] = {"session": date(2026, 12, 28)}
    keep_dates(topic, by=world.users["clerk"])
    outcome = Deadline.objects.get(step="step0")
    assert (outcome.due_on, outcome.provisional) == (date(2027, 1, 12), True)
    data = NOTICE | {"off": "1月1日至1月4日 元旦\n2月5日至2月11日 春节"}
    response, confirmed = previewed(clerk, data)
    moved = response.context["preview"].moved
    assert [(move.deadline, move.to_day) for move in moved] == [(outcome, date(2027, 1, 13))]
    assert "2027-01-13" in response.content.decode()
    response = clerk.post(f"{EDIT}?year=2027", confirmed, follow=True)
    assert "1 项期限随之调整" in response.content.decode()
    outcome.refresh_from_db()
    assert (outcome.due_on, outcome.provisional) == (date(2027, 1, 13), False)
    move = DeadlineMove.objects.get()
    assert (move.cause, move.reason, move.user) == ("calendar", NOTICE["source"], world.users["clerk"])
    assert response.context["moves"] == [move]


def test_the_export_fills_the_form_again(clerk):
    response = clerk.get(f"{YEAR}?year=2026&export=xlsx")
    assert len(read_table(response.content, "年.xlsx").rows) == 365
    file = SimpleUploadedFile("年.xlsx", response.content)
    response = clerk.post(f"{EDIT}?year=2026", {"act": "fill", "file": file, "source": "我写的依据"})
    initial = response.context["form"].initial
    assert (response.status_code, initial["source"]) == (200, "我写的依据")
    kept = clerk.get(f"{EDIT}?year=2026").context["form"].initial
    assert (initial["off"], initial["worked"]) == (kept["off"], kept["worked"])


def test_a_csv_of_the_exceptions_fills_the_form(clerk):
    text = "日期,上班/休息,说明\n2027-02-05,放假,春节\n2027年2月6日,休,春节\n2027/2/20,补班,春节调休\n"
    response = clerk.post(EDIT, {"act": "fill", "file": SimpleUploadedFile("通知.csv", text.encode("gb18030"))})
    initial = response.context["form"].initial
    assert initial["off"] == "2027-02-05 至 2027-02-06 春节"
    assert initial["worked"] == "2027-02-20 春节调休"
    assert not WorkCalendar.objects.filter(date__year=2027, official=True).exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("通知.csv", "日期,上班/休息\n2027-02-05,也许\n", "第 2 行“上班/休息”"),
        ("通知.csv", "甲,乙\n1,2\n", "没有找到表头"),
        ("通知.pdf", "%PDF", "不能上传"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_and_what_was_typed_stays(clerk, name, content, told):
    file = SimpleUploadedFile(name, content.encode())
    response = clerk.post(EDIT, {"act": "fill", "file": file, "off": "1月1日 元旦"})
    assert response.status_code == 422
    assert told in str(response.context["tables"].errors["file"])
    assert response.context["form"].initial["off"] == "1月1日 元旦"


def test_filling_without_a_file_asks_for_one(clerk):
    response = clerk.post(EDIT, {"act": "fill"})
    assert (response.status_code, response.context["tables"].errors["file"]) == (422, ["请先选择表格文件。"])


def test_a_year_costs_the_same_however_many_rows(clerk, django_assert_max_num_queries):
    clerk.get(YEAR)
    counts = []
    for year in (2040, 2026):
        with django_assert_max_num_queries(10) as captured:
            assert clerk.get(f"{YEAR}?year={year}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
