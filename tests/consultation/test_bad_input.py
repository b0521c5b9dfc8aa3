"""Bad input through the pages: each answer is a clear sentence, nothing is half saved, nothing is a 500."""

import io
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultation.models import AnnualPlan, Topic, TopicSuggestion
from consultation.workflows.plan import PLAN
from cppcc.jobs.models import Job
from cppcc.office.models import OneTimeLink, Organization, Tenure
from cppcc.sheets.models import ImportBatch
from cppcc.workflow.models import Decision, Movement, Sitting
from tests.consultation.planfiles import HEADER, book, row
from tests.files.contents import JPG, OLE, PDF, PNG, bomb, docx, lying_bomb
from tests.reading import hidden, told, words
from tests.sheets.workbooks import csv_bytes, raw_xlsx, xlsx
from tests.world import PASSWORD

NUL = "甲\x00乙"


def upload(client, plan, name, data):
    file = SimpleUploadedFile(name, data) if isinstance(data, bytes) else data
    return client.post(reverse("consultation:import_upload", args=["topics", plan.pk]), {"file": file})


def rows_xlsx(count):
    cell = "<c t='inlineStr'><is><t>{}</t></is></c>"
    body = "".join(f"<row>{cell.format(f'议题{n}')}</row>" for n in range(count))
    return raw_xlsx(f"<row>{cell.format('议题')}</row>{body}")


FILES = {
    "nothing": ("议题.xlsx", b"", "空的"),
    "blank": ("议题.csv", b" \r\n ", "空的"),
    "pdf": ("议题.pdf", PDF, "不能上传"),
    "picture": ("议题.png", PNG, "不能上传"),
    "word": ("议题.docx", docx(), "不能上传"),
    "program": ("议题.exe", b"MZ" + bytes(100), "不能上传"),
    "no extension": ("议题", b"abc", "不能上传"),
    "old excel": ("议题.xls", OLE, "旧版"),
    "renamed pdf": ("议题.xlsx", PDF, "不符"),
    "renamed picture": ("议题.csv", JPG, "不符"),
    "renamed word": ("议题.xlsx", docx(), "不符"),
    "encrypted": ("议题.xlsx", OLE, "密码"),
    "half": ("议题.xlsx", book(row("甲"))[:2000], "损坏"),
    "bomb": ("议题.xlsx", bomb(30), "展开后过大"),
    "lying bomb": ("议题.xlsx", lying_bomb(30, 100), "展开后过大"),
    "missing columns": ("议题.xlsx", xlsx(["序号", "月份"], [1, 3]), "缺少必需的列：议题"),
    "foreign columns": ("议题.xlsx", xlsx(["姓名", "电话"], ["甲", "1"]), "没有找到表头"),
    "doubled column": ("议题.xlsx", xlsx(["议题", "月份", "月份"], ["甲", 3, 4]), "重复的列"),
    "same column twice": ("议题.xlsx", xlsx(["议题", "议题名称"], ["甲", "甲"]), "同一列"),
    "header only": ("议题.xlsx", book(), "表头下面没有内容"),
    "10,000 rows": ("议题.xlsx", rows_xlsx(10_000), "一次最多导入5000行，这份表有10000行"),
    "10,000 rows of csv": ("议题.csv", csv_bytes(["议题"], *([f"甲{n}"] for n in range(10_000))), "一次最多导入5000行"),
    "far corner": ("议题.xlsx", raw_xlsx('<row r="1000000"><c r="ZZ1000000"><v>1</v></c></row>'), "超出一次导入的范围"),
    "no encoding": ("议题.csv", b"\xff\xff\xff\x81", "不符"),
    "nul": ("议题.csv", "议题\n甲\x00乙\n".encode(), "不符"),
}


def test_a_wrong_file_is_told_in_a_sentence_and_not_kept(world, login, subtests):
    client, plan = login("clerk"), world.plan()
    for case, (name, data, sentence) in FILES.items():
        with subtests.test(case):
            response = upload(client, plan, name, data)
            assert response.status_code == 422 and sentence in words(response), words(response)[-900:]
            assert not ImportBatch.objects.exists() and not Job.objects.exists()


def test_a_file_of_50_megabytes_is_told(world, login):
    response = upload(login("clerk"), world.plan(), "议题.xlsx", b"PK\x03\x04" + bytes(50 * 1024 * 1024))
    assert response.status_code == 422 and "文件有50MB，最多20MB" in words(response)


def test_no_file_at_all_is_told(world, login):
    client, plan = login("clerk"), world.plan()
    url = reverse("consultation:import_upload", args=["topics", plan.pk])
    for given_ in ({"file": ""}, {"file": "甲"}, {"csrfmiddlewaretoken": "x"}):
        response = client.post(url, given_)
        assert response.status_code == 422 and "请选择要导入的表格文件" in words(response)


def test_a_file_name_with_folders_and_breaks_is_only_a_name(world, login):
    response = upload(login("clerk"), world.plan(), "..\\..\\议\u202e题.xlsx", book(row("甲")))
    assert response.status_code == 302
    assert ImportBatch.objects.get().file_name == "议题.xlsx"


def preview(client, plan, data, name="议题.xlsx"):
    response = upload(client, plan, name, data)
    assert response.status_code == 302, words(response)[-600:]
    return client.get(response["Location"])


def test_formulas_breaks_and_wrong_cells_are_told_by_row_and_column(world, login):
    data = xlsx(
        HEADER, row("＝SUM(1)"), row("甲\n乙", 月份="３－４"), row("丙", 月份="13", 监督性="也许"), row("丁", 序号="@1")
    )
    page = words(preview(login("clerk"), world.plan(), data))
    assert "像是公式" in page and "看不出是哪个月" in page and "看不出是“是”还是“否”" in page
    assert "甲乙" in page


def test_of_a_formula_only_its_last_value_is_read(world, login):
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    head = f"<row>{cell.format('议题')}{cell.format('月份')}</row>"
    data = raw_xlsx(f"{head}<row>{cell.format('甲')}<c><f>1+1</f><v>2</v></c></row>")
    assert preview(login("clerk"), world.plan(), data).status_code == 200
    assert ImportBatch.objects.get().report["shown"][0]["cells"]["months"] == "2"
    response = upload(login("clerk"), world.plan(2027), "议题.xlsx", xlsx(HEADER, row("=1+1")))
    assert response.status_code == 422 and "没有内容" in words(response)


def confirm(client, response, capture, **options):
    with capture(execute=True):
        return client.post(response.request["PATH_INFO"], options)


def test_a_gbk_csv_is_confirmed_twice_and_saved_once(world, login, django_capture_on_commit_callbacks):
    client, plan = login("clerk"), world.plan()
    shown = preview(
        client, plan, csv_bytes(["议题", "牵头单位"], ["优化营商环境", "经济委"], encoding="gbk"), "议题.csv"
    )
    assert "优化营商环境" in words(shown) and not Topic.objects.exists()
    first = confirm(client, shown, django_capture_on_commit_callbacks)
    assert first.status_code == 302 and Topic.objects.get().title == "优化营商环境"
    again = confirm(client, shown, django_capture_on_commit_callbacks)
    assert again.status_code == 200
    assert Topic.objects.count() == 1 and Job.objects.count() == 1 and Topic.history.count() == 1
    assert client.get(first["Location"]).status_code == 200


def test_an_import_with_errors_is_confirmed_and_saves_nothing(world, login, django_capture_on_commit_callbacks):
    client, plan = login("clerk"), world.plan()
    shown = preview(client, plan, book(row("甲"), row("乙", 月份="13")))
    response = confirm(client, shown, django_capture_on_commit_callbacks)
    assert "没有导入任何一行" in words(client.get(response["Location"]))
    assert not Topic.objects.exists()


def test_unknown_names_are_created_only_where_ticked(world, login, django_capture_on_commit_callbacks):
    client, plan = login("clerk"), world.plan()
    shown = preview(client, plan, book(row("甲", 牵头单位="提案委", 协商部门="市气象局")))
    assert "提案委" in words(shown) and "市气象局" in words(shown)
    confirm(client, shown, django_capture_on_commit_callbacks, **{"new-0": "on", "choice-0": "committee"})
    assert not Topic.objects.exists() and not Organization.objects.filter(name="提案委").exists()
    given = {"new-0": "on", "choice-0": "committee", "new-1": "on", "choice-1": ""}
    confirm(client, shown, django_capture_on_commit_callbacks, **given)
    assert Topic.objects.with_parts().get().leads[0].kind == "committee"


def test_choices_out_of_range_create_nothing(world, login, django_capture_on_commit_callbacks):
    client, plan = login("clerk"), world.plan()
    shown = preview(client, plan, book(row("甲", 牵头单位="提案委", 协商形式="新形式")))
    given = {"new-0": "on", "choice-0": "king", "new-1": "on", "choice-1": NUL, "new-99": "on"}
    assert confirm(client, shown, django_capture_on_commit_callbacks, **given).status_code == 302
    assert not Topic.objects.exists() and not Organization.objects.filter(name="提案委").exists()


def test_what_is_exported_comes_back_unchanged(world, login):
    plan, client = world.plan(topics=4, linked=2), login("clerk")
    Topic.objects.filter(number=3).update(month_from=1, month_to=12, supervisory=True, remark="=1+1")
    Topic.objects.filter(number=4).update(month_from=None, month_to=None)
    exported = client.get(reverse("consultation:topic_list"), {"export": "xlsx", "plan": plan.pk})
    shown = preview(client, plan, exported.content)
    report = ImportBatch.objects.get().report
    assert "像是公式" in words(shown) and report["error_count"] == 1
    Topic.objects.filter(number=3).update(remark="")
    exported = client.get(reverse("consultation:topic_list"), {"export": "xlsx", "plan": plan.pk})
    preview(client, plan, exported.content)
    report = ImportBatch.objects.latest("pk").report
    assert (report["unchanged"], report["errors"]) == (4, [])


def test_suggestions_are_imported_through_their_page(world, login, django_capture_on_commit_callbacks):
    asked, client = world.solicitation(world.plan()), login("clerk")
    url = reverse("consultation:import_upload", args=["suggestions", asked.pk])
    data = xlsx(["建议议题", "提出单位"], ["优化营商环境", "民盟"])
    uploaded = client.post(url, {"file": SimpleUploadedFile("建议.xlsx", data)})
    shown = client.get(uploaded["Location"])
    assert "优化营商环境" in words(shown)
    confirm(client, shown, django_capture_on_commit_callbacks)
    assert TopicSuggestion.objects.get().organization == world.orgs["party1"]
    assert login("dept1").post(url, {"file": SimpleUploadedFile("建议.xlsx", data)}).status_code == 403


@pytest.mark.parametrize("kind", ["topics", "suggestions"])
def test_the_template_to_fill_in_is_read_by_the_import(world, login, kind):
    response = login("clerk").get(reverse("consultation:import_template", args=[kind]))
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    target = world.plan() if kind == "topics" else world.solicitation(world.plan())
    url = reverse("consultation:import_upload", args=[kind, target.pk])
    empty = login("clerk").post(url, {"file": SimpleUploadedFile("模板.xlsx", response.content)})
    assert empty.status_code == 422 and "表头下面没有内容" in words(empty)


def test_a_sitting_of_a_day_is_made_once(world, login):
    client, url = login("clerk"), reverse("workflow:sitting_create")
    given_ = {"body": world.orgs["standing"].pk, "number": "3", "held_on": "2026-03-01", "minutes": ""}
    assert client.post(url, given_).status_code == 302
    response = client.post(url, given_)
    assert response.status_code == 422 and "当天已有一次会议" in words(response)
    assert Sitting.objects.count() == 1


def test_a_plan_submitted_since_the_preview_takes_nothing(world, login, django_capture_on_commit_callbacks):
    client, plan = login("clerk"), world.plan(topics=1)
    shown = preview(client, plan, book(row("甲")))
    PLAN.move(plan, "submit", by=world.users["sg"], version=1, opinion="先行研究")
    response = confirm(client, shown, django_capture_on_commit_callbacks)
    assert "议题不能改动" in words(client.get(response["Location"]))
    assert Topic.objects.count() == 1


@pytest.mark.parametrize("state", ["in_approval", "approved", "issued", "closed"])
def test_a_plan_before_a_body_takes_no_upload(world, login, state):
    client = login("clerk")
    assert upload(client, world.plan(topics=1, state=state), "议题.xlsx", book(row("甲"))).status_code == 302
    assert "议题" in told(client) and not ImportBatch.objects.exists()


def test_anothers_import_does_not_exist_for_one(world, login):
    shown = preview(login("clerk"), world.plan(), book(row("甲")))
    assert login("sg").get(shown.request["PATH_INFO"]).status_code == 404


@pytest.mark.parametrize(
    ("state", "days", "sentence"), [("closed", 20, "已截止"), ("open", -1, "已于"), ("drafting", 20, "")]
)
def test_a_round_that_is_not_open_takes_no_suggestion(world, login, state, days, sentence):
    asked = world.solicitation(world.plan(), state=state, days=days)
    client = login("dept1")
    url = reverse("consultation:suggestion_create", args=[asked.pk])
    for response in (client.get(url), client.post(url, {"title": "甲"})):
        assert response.status_code == (404 if state == "drafting" else 302)
    assert sentence in told(client) and not TopicSuggestion.objects.exists()


def test_a_round_that_opens_tomorrow_says_when(world, login):
    asked = world.solicitation(world.plan())
    type(asked).objects.filter(pk=asked.pk).update(opens_on=timezone.localdate() + timedelta(days=1))
    client = login("dept1")
    client.post(reverse("consultation:suggestion_create", args=[asked.pk]), {"title": "甲"})
    assert "开始，届时再填报" in told(client) and not TopicSuggestion.objects.exists()


def test_a_plan_of_a_year_that_has_one_is_told_on_the_form(world, login):
    world.plan()
    given = {"year": "2026", "chain": world.chain.pk}
    response = login("clerk").post(reverse("consultation:plan_create"), given)
    assert response.status_code == 422 and "已存在" in words(response)
    assert AnnualPlan.objects.count() == 1


def test_a_year_that_is_none_is_told(world, login):
    client, url = login("clerk"), reverse("consultation:plan_create")
    for year in ["", "甲", "0", "1999", "2101", "-5", "9" * 30, "2026.5", "２０２六", NUL]:
        response = client.post(url, {"year": year, "chain": world.chain.pk})
        assert response.status_code == 422 and not AnnualPlan.objects.exists(), year


def test_a_full_width_year_is_a_year(world, login):
    response = login("clerk").post(reverse("consultation:plan_create"), {"year": "２０２６", "chain": world.chain.pk})
    assert response.status_code == 302 and AnnualPlan.objects.get().title == "2026年度协商计划"


def test_a_stale_head_of_a_plan_shows_both_sides(world, login):
    plan = world.plan()
    url = reverse("consultation:plan_edit", args=[plan.year])
    first = login("sg").post(url, {"title": "先改的名称", "chain": world.chain.pk, "version": 1})
    assert first.status_code == 302
    response = login("clerk").post(
        url, {"title": "后改的名称", "chain": world.chain.pk, "version": 1, "remark": "说明"}
    )
    page = words(response)
    assert response.status_code == 409 and "先改的名称" in page and "后改的名称" in page and "说明" in page
    assert AnnualPlan.objects.get().title == "先改的名称"


def test_an_act_on_a_matter_that_was_edited_meanwhile_shows_what_was_typed(world, login):
    plan = world.plan(topics=1)
    login("sg").post(
        reverse("consultation:plan_edit", args=[2026]), {"title": "改名", "chain": world.chain.pk, "version": 1}
    )
    url = reverse("consultation:plan_move", args=[2026, "submit"])
    response = login("clerk").post(url, {"version": 1, "opinion": "想了很久的理由"})
    page = words(response)
    assert response.status_code == 409 and "想了很久的理由" in page and "改名" in page and "起草中" in page
    assert not Movement.for_matter(plan).exists()


def test_a_late_click_is_told_who_was_quicker(world, login):
    plan = world.plan(topics=1)
    url = reverse("consultation:plan_move", args=[2026, "submit"])
    assert login("sg").post(url, {"version": 1, "opinion": "先行研究"}).status_code == 302
    client = login("clerk")
    client.post(url, {"version": 1, "opinion": "先行研究"})
    assert "已由试sg于" in told(client) and Movement.for_matter(plan).count() == 1


@pytest.mark.parametrize("version", ["", "甲", "-1", "9" * 5000, NUL, "1.5", "2"])
def test_a_version_that_is_none_does_nothing(world, login, version):
    world.plan(topics=1)
    response = login("clerk").post(
        reverse("consultation:plan_move", args=[2026, "submit"]), {"version": version, "opinion": "先行研究"}
    )
    assert response.status_code in (302, 409, 422)
    assert AnnualPlan.objects.get().state == "drafting"


def test_an_act_that_there_is_none_of_is_told(world, login):
    world.plan()
    client = login("clerk")
    for name in ("delete", "xyz", "adjust"):
        client.post(reverse("consultation:plan_move", args=[2026, name]))
        assert "没有这项操作" in told(client)


def test_an_expired_post_does_nothing(world, login):
    plan = world.plan(topics=1)
    assert login("expired").get(reverse("consultation:plan_detail", args=[2026])).status_code == 404
    client = login("clerk")
    Tenure.objects.filter(person=world.users["clerk"].person).update(valid_to=timezone.localdate() - timedelta(days=1))
    response = client.post(reverse("consultation:plan_move", args=[2026, "submit"]), {"version": 1, "opinion": "理由"})
    assert response.status_code in (403, 404)
    plan.refresh_from_db()
    assert plan.state == "drafting"


@pytest.fixture
def link(world):
    """A one-time link of a unit: (address, row)."""
    asked = world.solicitation(world.plan())
    addressee = asked.addressees.get(organization=world.orgs["dept1"])
    token = OneTimeLink.issue(
        addressee, "consultation.suggest", by=world.users["clerk"],
        expires_at=timezone.now() + timedelta(days=5), organization=world.orgs["dept1"],
    )  # fmt: skip
    return reverse("consultation:answer_link", args=[token]), OneTimeLink.objects.get()


def test_a_link_shows_on_get_and_acts_once_on_post(world, link):
    url, _ = link
    client = Client()
    for _ in range(2):
        page = client.get(url)
        assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    assert OneTimeLink.objects.get().used_at is None
    assert client.post(url, {"title": ""}).status_code == 422
    assert client.post(url, {"title": "优化营商环境"}).status_code == 200
    found = TopicSuggestion.objects.get()
    assert (found.organization, found.proxy_source) == (world.orgs["dept1"], "一次性链接")
    for response in (client.post(url, {"title": "再来"}), client.get(url)):
        assert response.status_code == 410 and "已使用" in words(response)
    assert TopicSuggestion.objects.count() == 1


@pytest.mark.parametrize("change", ["expires_at", "revoked_at"])
def test_an_expired_or_revoked_link_says_so_and_does_nothing(link, change):
    url, kept = link
    OneTimeLink.objects.filter(pk=kept.pk).update(**{change: timezone.now() - timedelta(minutes=1)})
    for response in (Client().get(url), Client().post(url, {"title": "甲"})):
        assert response.status_code == 410 and "链接" in words(response)
    assert not TopicSuggestion.objects.exists()


@pytest.mark.parametrize("token", ["甲", "x" * 3000, "%00", "a\x00b", "..", "%F0%90%80"])
def test_a_token_that_was_never_made_is_told_the_same(db, token):
    response = Client().get("/consultation/answer/" + token + "/")
    assert response.status_code in (404, 410)


def test_a_link_into_a_closed_round_is_told(world, link):
    url, _ = link
    type(world.plan(2027)).objects.all()
    TopicSuggestion._meta.get_field("solicitation").related_model.objects.update(state="closed")
    for response in (Client().get(url), Client().post(url, {"title": "甲"})):
        assert response.status_code == 410 and "已截止" in words(response)
    assert OneTimeLink.objects.get().used_at is None


def test_a_title_that_the_unit_used_before_does_not_use_up_the_link(world, link):
    url, _ = link
    world.suggestion(TopicSuggestion._meta.get_field("solicitation").related_model.objects.get(), "dept1", "甲")
    response = Client().post(url, {"title": "甲"})
    assert response.status_code == 422 and "已提出同名议题" in words(response)
    assert OneTimeLink.objects.get().used_at is None


def test_an_expired_session_in_mid_form_loses_nothing(world):
    """16 minutes over a form: the answer shows what was typed, the login goes on, one click saves the very same."""
    asked = world.solicitation(world.plan())
    url = reverse("consultation:suggestion_create", args=[asked.pk])
    given = {
        "title": "优化“营商”<环境>", "reason": "第一行\r\n第二行", "month": "6", "contact": "试某",
        "counties": [str(world.orgs["county1"].pk), str(world.orgs["county2"].pk)],
    }  # fmt: skip
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.force_login(world.users["dept1"], backend="cppcc.office.accounts.AccountBackend")
        form = hidden(client.get(url))
        given |= {name: form[name] for name in ("token", "csrfmiddlewaretoken")}
        clock.shift(timedelta(minutes=16))
        asked_to_log_in = client.post(url, given)
        assert asked_to_log_in.status_code == 401
        page = words(asked_to_log_in)
        assert "没有丢失" in page and "优化“营商”<环境>" in page and "第二行" in page
        kept = hidden(asked_to_log_in, reverse("login"))
        entered = client.post(
            reverse("login"),
            {name: value[0] for name, value in kept.items()} | {"username": "dept1", "password": PASSWORD},
        )
        assert entered.status_code == 200 and "继续提交" in words(entered)
        again = hidden(entered, url)
        assert again["counties"] == given["counties"] and again["reason"] == [given["reason"]]
        assert again["title"] == [given["title"]] and again["token"] == form["token"]
        assert client.post(url, again).status_code == 302
    found = TopicSuggestion.objects.get()
    assert (found.title, found.month, found.counties.count()) == (given["title"], 6, 2)
    assert found.reason.splitlines() == ["第一行", "第二行"]


def test_a_wrong_password_after_an_expired_session_still_loses_nothing(world):
    client = Client()
    url = reverse("consultation:topic_create", args=[world.plan().year])
    kept = hidden(client.post(url, {"title": "写了很久"}), reverse("login"))
    login_url, given = reverse("login"), {"resume_token": kept["resume_token"][0], "username": "clerk"}
    failed = client.post(login_url, given | {"password": "wrong1password"})
    assert hidden(failed, login_url)["resume_token"] == kept["resume_token"]
    entered = client.post(login_url, given | {"password": PASSWORD})
    assert hidden(entered, url)["title"] == ["写了很久"]


LISTS = [
    "consultation:plan_list", "consultation:topic_list", "consultation:solicitation_list",
    "consultation:suggestion_list", "consultation:adoption_list", "workflow:sitting_list", "jobs:job_list",
]  # fmt: skip
GARBAGE = {
    "page": ["abc", "-1", "0", "9" * 30, "9" * 5000, "１", "1.5"],
    "sort": ["zzz", "-", "--number", "password", "title\x00"],
    "plan": ["999999", "abc", "9" * 40, "1\x00", "9" * 5000],
    "month": ["99", "abc", "\x00"],
    "state": ["x\x00", "<script>"],
    "q": [NUL, "%", "题" * 3000, "\\", "🙂𬭎"],
    "year": ["99999999", "1e400", "NaN", "-1", "2026.5", "abc", "9" * 400],
    "form": ["9" * 30, "x"],
    "lead": ["-1", "x"],
    "linkage": ["x"],
    "supervisory": ["maybe"],
    "body": ["0", "x\x00"],
    "channel": ["x"],
    "solicitation": ["\x00"],
    "county": ["x"],
    "export": ["pdf"],
    "unknown": ["x"],
}
ROUNDS = [{name: values[n % len(values)] for name, values in GARBAGE.items()} for n in range(7)]


def test_garbage_in_the_address_of_every_list_is_taken_for_nothing(world, login):
    plan = world.plan(topics=2, linked=1, state="issued")
    world.suggestion(world.solicitation(plan))
    world.adoption(plan.topics.get(number=1))
    client = login("clerk")
    for name in LISTS:
        for query in ROUNDS:
            assert client.get(reverse(name), query).status_code == 200, (name, query)
        assert client.get(reverse(name) + "?q=%ed%a0%80&state=%ff&page=%00&sort[]=1&&=").status_code == 200, name


@pytest.mark.parametrize("query", [{"new": "abc"}, {"old": "9" * 5000}, {"new": "\x00", "old": "1"}])
def test_garbage_in_the_address_of_versions(world, login, query):
    world.plan(topics=1)
    assert login("clerk").get(reverse("consultation:plan_versions", args=[2026]), query).status_code == 200


def test_what_does_not_exist_is_a_404_in_chinese(world, login):
    client = login("clerk")
    for path in [
        "/consultation/plans/99999999999999999999/",
        "/consultation/topics/99999999999999999999/",
        "/consultation/suggestions/0/",
        "/jobs/9223372036854775808/",
        "/workflow/sittings/99999999999999999999/",
        "/workflow/changes/xyz/1/",
        "/workflow/changes/topic/99999999999999999999/",
        "/consultation/import/xyz/1/",
        "/consultation/import/topics/99999999999999999999/",
        "/consultation/import/batch/99999999999999999999/preview/",
        "/consultation/topics/%00/",
        "/%FF%FE/",
        "/office/regulations/%E7%94%B2/",
    ]:
        response = client.get(path)
        assert response.status_code == 404 and "没有找到" in words(response), path


def test_ticked_rows_that_are_none(world, login):
    plan = world.plan(topics=1, state="issued")
    asked, client = world.solicitation(plan), login("clerk")
    for value in ["", "甲", NUL, "-1", "9" * 30, "9" * 5000, "0", "1e3"]:
        posts = [
            ("consultation:addressee_sent", asked.pk, {"addressee": value}, 302),
            ("consultation:addressee_none", asked.pk, {"addressee": value}, 404),
            ("consultation:addressee_link", asked.pk, {"addressee": value}, 404),
            ("consultation:plan_unshare", plan.year, {"grant": value}, 302),
            ("consultation:plan_share", plan.year, {"post": value}, 422),
            ("consultation:addressee_add", asked.pk, {"organization": value}, 422),
            ("consultation:suggestion_consolidate", asked.pk, {"suggestion": value, "topic": value or "x"}, 422),
        ]
        for name, argument, given_, status in posts:
            assert client.post(reverse(name, args=[argument]), given_).status_code == status, (name, value)


def targets_form(plan, **changes):
    targets = list(plan.targets.exclude(measure="by_proposer"))
    given_ = {"form-TOTAL_FORMS": len(targets), "form-INITIAL_FORMS": len(targets)}
    for index, target in enumerate(targets):
        given_ |= {f"form-{index}-id": target.pk, f"form-{index}-target": target.target}
        given_ |= {f"form-{index}-tolerance": target.tolerance or ""}
    return given_ | changes


def test_targets_are_data_of_the_plan(world, login):
    plan = world.plan()
    url = reverse("consultation:plan_targets", args=[plan.year])
    given_ = targets_form(plan, **{"form-0-target": "60", "form-0-tolerance": "8"})
    assert login("clerk").post(url, given_).status_code == 302
    target = plan.targets.get(measure="linked_share")
    assert (target.target, target.tolerance) == (60, 8)


def test_targets_that_are_none_are_told(world, login):
    plan, client = world.plan(), login("clerk")
    url = reverse("consultation:plan_targets", args=[plan.year])
    wrong = [
        {"form-0-target": "-1"},
        {"form-0-target": "101"},
        {"form-0-target": "NaN"},
        {"form-0-target": "1e400"},
        {"form-0-target": "七十"},
        {"form-0-tolerance": "-5"},
        {"form-0-tolerance": "1000"},
        {"form-0-id": "999999"},
        {"form-0-id": "abc"},
        {"form-0-id": ""},
        {"form-TOTAL_FORMS": "x"},
        {"form-TOTAL_FORMS": "9" * 30},
        {"form-TOTAL_FORMS": ""},
        {"form-INITIAL_FORMS": "x"},
    ]
    for changes in wrong:
        assert client.post(url, targets_form(plan, **changes)).status_code == 422, changes
        assert plan.targets.get(measure="linked_share").target == 70, changes


def test_no_target_is_added_from_outside(world, login):
    plan = world.plan()
    url = reverse("consultation:plan_targets", args=[plan.year])
    login("clerk").post(url, {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-target": 5})
    login("clerk").post(url, targets_form(plan, **{"form-TOTAL_FORMS": 9, "form-8-target": 5}))
    assert plan.targets.count() == 5


@pytest.fixture
def sitting(world):
    """A sitting with a plan on its list: (sitting, plan, decision)."""
    plan = world.plan(topics=1)
    PLAN.move(plan, "submit", by=world.users["sg"], version=1, opinion="先行研究")
    row_ = Sitting.objects.create(
        body=world.orgs["party-group"], held_on=timezone.localdate(), created_by=world.users["clerk"]
    )
    return row_, plan, Decision.objects.create(sitting=row_, matter=plan)


def decisions_form(decision, version=2, **changes):
    given_ = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": decision.pk, "form-0-version": version}
    return given_ | {"form-0-result": "passed", "form-0-opinion": ""} | changes


def test_the_decisions_of_a_sitting_are_entered_once(world, login, sitting):
    row_, plan, decision = sitting
    url = reverse("workflow:sitting_detail", args=[row_.pk])
    client = login("clerk")
    assert client.post(url, decisions_form(decision, proxy_source="会议纪要第3期")).status_code == 302
    assert Movement.for_matter(plan).first().proxy_source == "会议纪要第3期"
    client.post(url, decisions_form(decision))
    assert "可能已由他人录入" in told(client)
    assert Movement.for_matter(plan).filter(name="pass").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"proxy_source": NUL}, {"proxy_source": "源" * 500}, {"form-0-result": "x"}, {"form-0-result": NUL},
        {"form-0-opinion": NUL}, {"form-0-version": "x"}, {"form-0-version": "9" * 30}, {"form-0-id": "999999"},
        {"form-0-id": "x"}, {"form-TOTAL_FORMS": "x"}, {"form-TOTAL_FORMS": "3"}, {"form-INITIAL_FORMS": "0"},
        {"form-0-result": "returned"}, {"form-0-result": ""},
    ],
)  # fmt: skip
def test_decisions_that_are_none(world, login, sitting, changes):
    row_, plan, decision = sitting
    response = login("clerk").post(
        reverse("workflow:sitting_detail", args=[row_.pk]), decisions_form(decision, **changes)
    )
    assert response.status_code in (302, 422)
    assert Movement.for_matter(plan).filter(name="pass").count() == int("proxy_source" in changes)


def test_a_body_too_large_and_too_many_fields_are_told(world, login):
    client = login("clerk")
    url = reverse("consultation:topic_create", args=[world.plan().year])
    for body in ("title=" + "a" * (6 * 1024 * 1024), "&".join(f"f{n}=1" for n in range(12_100))):
        response = client.post(url, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (400, 413) and "请求有误" in words(response)


def test_a_broken_multipart_body_is_told(world, login):
    client = login("clerk")
    url = reverse("consultation:import_upload", args=["topics", world.plan().pk])
    broken = [(b"--x\r\nbroken", "; boundary=x"), (b"", ""), (b"--x", "; boundary=" + "x" * 300)]
    for body, boundary in broken:
        response = client.generic("POST", url, body, content_type=f"multipart/form-data{boundary}")
        assert response.status_code in (200, 400, 422)
    assert not ImportBatch.objects.exists()


def test_no_state_changes_by_get(world, login):
    plan = world.plan(topics=1)
    client = login("clerk")
    before = Movement.objects.count()
    assert client.get(reverse("consultation:plan_move", args=[plan.year, "submit"])).status_code == 200
    asked = world.solicitation(plan)
    for name, argument in (("addressee_sent", asked.pk), ("addressee_none", asked.pk), ("plan_unshare", plan.year)):
        assert client.get(reverse(f"consultation:{name}", args=[argument])).status_code == 405
    assert Movement.objects.count() == before and AnnualPlan.objects.get().state == "drafting"


nasty = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        "", " ", "\x00", NUL, "\ud800", "\udfff甲", "🙂𬭎", "甲" * 5000, "-1", "0", "1", "2", "3", "9" * 25, "9" * 5000,
        "1e400", "NaN", "2026-02-30", "9999-12-31", "0001-01-01", "2026-03-01", "on", "true", "ﷺ" * 100, "<b>", "=1+1",
        "passed", "returned", "linked", "../..", "\r\n", "\u202e", "٣",
    ]),
    st.integers(min_value=-(10**25), max_value=10**25).map(str),
)  # fmt: skip


def forms_of(world):
    """Every form of the app: (address, the fields as a user would send them)."""
    plan = world.plan(topics=2, linked=1)
    issued = world.plan(2025, topics=2, linked=1, state="issued")
    approved = world.plan(2023, topics=1, state="approved")
    before = world.plan(2024, topics=1)
    PLAN.move(before, "submit", by=world.users["sg"], version=1, opinion="先行研究")
    row_ = Sitting.objects.create(
        body=world.orgs["party-group"], held_on=timezone.localdate(), created_by=world.users["clerk"]
    )
    decision = Decision.objects.create(sitting=row_, matter=before)
    asked = world.solicitation(plan)
    one, two = world.suggestion(asked), world.suggestion(asked, "dept2", "另一个")
    topic, old = plan.topics.get(number=1), issued.topics.get(number=1)
    adoption, addressee = world.adoption(old), asked.addressees.first().pk
    day, units = timezone.localdate().isoformat(), {"part_lead": world.orgs["econ"].pk, "part_county": ""}
    head = {"title": "题", "linkage": "linked", "number": "1", "month_from": "3", "month_to": "4", "remark": ""}
    head |= {"supervisory": "", "category": "", "leading_chair": "", "off_plan_origin": "", "forms_chosen": ""} | units
    chain = {"chain": world.chain.pk, "remark": "", "title": "名称"}
    suggestion = {
        "title": "题",
        "reason": "",
        "forms": "",
        "counties": "",
        "month": "",
        "contact": "",
        "supervisory": "",
    }
    suggestion |= {"organization": world.orgs["dept1"].pk, "proxy_source": "来电", "token": str(uuid.uuid4())}
    period = {"title": "征集", "opens_on": day, "closes_on": day, "requirements": "", "plan": plan.pk}
    period |= {"channels": world.channels["counties"].pk}
    act = {"version": 1, "opinion": "理由", "proxy_source": "来源"}
    held = {"held_on": day, "number": "3"}
    return [
        (reverse("consultation:plan_create"), chain | {"year": "2030"}),
        (reverse("consultation:plan_edit", args=[2026]), chain | {"version": 1}),
        (reverse("consultation:plan_targets", args=[2026]), targets_form(plan)),
        (reverse("consultation:plan_move", args=[2026, "submit"]), act),
        (reverse("consultation:plan_move", args=[2024, "pass"]), act | held | {"version": 2}),
        (reverse("consultation:plan_move", args=[2024, "send_back"]), act | held | {"version": 2}),
        (reverse("consultation:plan_move", args=[2024, "withdraw"]), act | {"version": 2}),
        (reverse("consultation:plan_move", args=[2023, "issue"]), act | {"version": approved.version}),
        (reverse("consultation:plan_move", args=[2025, "close"]), act),
        (reverse("consultation:plan_share", args=[2026]), {"post": world.posts["dept1"].pk}),
        (reverse("consultation:plan_unshare", args=[2026]), {"grant": "1"}),
        (reverse("consultation:topic_create", args=[2026]), head),
        (reverse("consultation:topic_edit", args=[topic.pk]), head | {"version": 1}),
        (reverse("consultation:topic_edit", args=[old.pk]), head | {"version": 1, "opinion": "理由"}),
        (reverse("consultation:topic_move", args=[topic.pk, "withdraw"]), act),
        (reverse("consultation:import_upload", args=["topics", plan.pk]), {"file": ""}),
        (reverse("consultation:solicitation_create"), period),
        (reverse("consultation:solicitation_edit", args=[asked.pk]), period | {"version": 1}),
        (reverse("consultation:solicitation_move", args=[asked.pk, "close"]), act),
        (reverse("consultation:solicitation_move", args=[asked.pk, "reopen"]), act | {"closes_on": day}),
        (reverse("consultation:addressee_sent", args=[asked.pk]), {"addressee": addressee}),
        (reverse("consultation:addressee_add", args=[asked.pk]), {"organization": world.orgs["gov"].pk}),
        (reverse("consultation:addressee_none", args=[asked.pk]), {"addressee": addressee}),
        (reverse("consultation:addressee_link", args=[asked.pk]), {"addressee": addressee}),
        (reverse("consultation:suggestion_create", args=[asked.pk]), suggestion),
        (reverse("consultation:suggestion_edit", args=[one.pk]), suggestion | {"version": 1}),
        (reverse("consultation:suggestion_move", args=[two.pk, "adopt"]), act | {"topic": topic.pk}),
        (reverse("consultation:suggestion_move", args=[one.pk, "decline"]), act),
        (reverse("consultation:suggestion_consolidate", args=[asked.pk]),
         {"suggestion": one.pk, "title": "新题", "topic": ""}),
        (reverse("consultation:adoption_move", args=[adoption.pk, "record"]),
         act | {"committee_date": day, "county_title": ""}),
        (reverse("workflow:sitting_create"),
         {"body": world.orgs["standing"].pk, "number": "1", "held_on": day, "minutes": ""}),
        (reverse("workflow:sitting_detail", args=[row_.pk]), decisions_form(decision) | {"proxy_source": "纪要"}),
        (reverse("workflow:sitting_add", args=[row_.pk]), {"round": "1"}),
        (reverse("password_change"), {"old_password": "x", "new_password1": "y", "new_password2": "z"}),
        (reverse("login"), {"username": "nobody9", "password": "x", "next": "/", "resume_token": "x:y:z"}),
    ]  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_form_answers_with_a_500(fuzzed, data):
    clients, forms = fuzzed
    url, fields = data.draw(st.sampled_from(forms))
    client = clients[data.draw(st.sampled_from(sorted(clients)))]
    wrong = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), nasty, min_size=1, max_size=3))
    body = urlencode({**fields, **wrong}, errors="surrogatepass")
    response = client.post(url, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code < 500 and response.status_code != 400, (url, wrong)


@pytest.fixture
def fuzzed(world, login):
    forms = forms_of(world)
    return {name: login(name) for name in ("clerk", "sg", "dept1", "county1", "chair")} | {"anonymous": Client()}, forms


def test_the_fields_as_a_user_would_send_them_are_taken(world, login):
    """The forms of the fuzz test reach the code behind them."""
    client = login("clerk")
    answers = {url: client.post(url, fields).status_code for url, fields in forms_of(world)[:2]}
    assert set(answers.values()) == {302}


def test_a_link_takes_no_garbage_either(link):
    url, _ = link
    client = Client()
    for value in ("", NUL, "甲" * 300, "🙂" * 201, "\r\n"):
        body = urlencode({"title": value, "month": value, "forms": value, "token": value}, errors="surrogatepass")
        assert client.post(url, body, content_type="application/x-www-form-urlencoded").status_code == 422
    assert not TopicSuggestion.objects.exists()


def test_the_upload_is_read_once_it_is_whole(world, login):
    class Torn(io.BytesIO):
        name = "议题.xlsx"

    assert upload(login("clerk"), world.plan(), "", Torn(book(row("甲"))[:50])).status_code == 422
