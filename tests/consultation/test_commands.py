"""The commands beside the pages: `import_plan` and `plan_meter`."""

import json

import pytest
from django.core.management import CommandError, call_command

from consultation.models import AnnualPlan, ConsultationForm, Topic
from cppcc.office.models import Article, Office, Organization, Regulation, RegulationVersion, RuleBasis
from tests.consultation.planfiles import book, published, row
from tests.files.contents import bomb
from tests.sheets.workbooks import xlsx


@pytest.fixture
def run(tmp_path, capsys):
    """Import bytes as a file: (exit code, report)."""

    def command(data, *options, year=2026, name="议题.xlsx"):
        path = tmp_path / name
        path.write_bytes(data)
        code = 0
        try:
            call_command("import_plan", str(path), "--year", str(year), *options)
        except SystemExit as stop:
            code = stop.code
        return code, json.loads(capsys.readouterr().out)

    return command


def counts(report):
    return tuple(report[name] for name in ("rows", "created", "updated", "unchanged"))


@pytest.mark.parametrize(
    ("key", "year", "rows"),
    [("shandong-2015", 2015, 12), ("sichuan-2020", 2020, 15), ("weihai-2023", 2023, 3), ("chengxiang-2017", 2017, 5)],
)
def test_a_published_plan_is_imported_and_makes_its_plan(world, run, key, year, rows):
    code, report = run(book(*published(key)), "--create-units", year=year)
    assert (code, counts(report), report["errors"]) == (0, (rows, rows, 0, 0), [])
    plan = AnnualPlan.objects.get(year=year)
    assert (plan.state, plan.topics.count(), plan.targets.count(), plan.chain) == ("drafting", rows, 5, world.chain)
    code, report = run(book(*published(key)), year=year)
    assert (code, counts(report)) == (0, (rows, 0, 0, rows))


def test_unknown_units_are_errors_and_nothing_is_saved_not_even_the_plan(world, run):
    code, report = run(book(*published("weihai-2023")), year=2023)
    assert code == 1 and report["rows"] == 3 and report["errors"]
    error = next(error for error in report["errors"] if error["value"].startswith("市工信局"))
    assert set(error) == {"row", "column", "value", "reason"}
    assert (error["row"], error["column"]) == (2, "协商部门") and "市工信局" in error["reason"]
    assert not AnnualPlan.objects.exists() and not Topic.objects.exists()


def test_a_dry_run_reports_the_same_and_saves_nothing(world, run):
    code, report = run(book(*published("shandong-2015")), "--create-units", "--dry-run", year=2015)
    assert (code, counts(report)) == (0, (12, 12, 0, 0))
    assert not AnnualPlan.objects.exists() and not ConsultationForm.objects.filter(label="界别协商").exists()
    assert not Organization.objects.filter(name="无党派组").exists()


def test_a_dry_run_with_errors_exits_with_one(world, run):
    assert run(book(row("甲", 月份="13")), "--dry-run")[0] == 1


def test_a_plan_that_is_there_is_used(world, run):
    world.plan(topics=2)
    code, report = run(book(row("议题第1号", 备注="改"), row("新的议题")))
    assert (code, counts(report)) == (0, (2, 1, 1, 0))
    assert AnnualPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xlsx", "空的"),
        (b"%PDF-1.7", "a.xlsx", "不符"),
        (b"abc", "a.exe", "不能上传"),
        (b"abc", "a.xls", "旧版"),
        (xlsx(["名称"], ["甲"]), "a.xlsx", "没有找到表头"),
        (xlsx(["议题"]), "a.xlsx", "表头下面没有内容"),
        (bomb(40), "a.xlsx", "展开后过大"),
    ],
    ids=["empty", "pdf", "exe", "xls", "columns", "header", "bomb"],
)
def test_a_file_that_cannot_be_read_is_one_error(world, run, data, name, words):
    code, report = run(data, name=name)
    assert code == 1 and counts(report) == (0, 0, 0, 0)
    (error,) = report["errors"]
    assert error["row"] is None and words in error["reason"]
    assert not AnnualPlan.objects.exists()


@pytest.mark.parametrize("state", ["in_approval", "approved", "issued", "closed"])
def test_a_frozen_plan_is_an_error(world, run, state):
    world.plan(topics=1, state=state)
    code, report = run(book(row("甲")))
    assert code == 1 and "议题" in report["errors"][0]["reason"] and Topic.objects.count() == 1


def test_a_missing_file_and_an_impossible_year_are_told(world, tmp_path):
    with pytest.raises(CommandError, match="cannot read"):
        call_command("import_plan", str(tmp_path / "none.xlsx"), "--year", "2026")
    for year in ("0", "99999", "-1"):
        with pytest.raises(CommandError, match="2000 to 2100"):
            call_command("import_plan", str(tmp_path / "none.xlsx"), f"--year={year}")


def test_without_a_profile_the_reason_is_told(db, run):
    code, report = run(book(row("甲")))
    assert code == 1 and "load_profile" in report["errors"][0]["reason"]
    assert not Office.objects.exists() and not AnnualPlan.objects.exists()


def meter(capsys, year=2026):
    call_command("plan_meter", str(year), "--json")
    return {entry["key"]: entry for entry in json.loads(capsys.readouterr().out)}


def test_the_meter_as_json(world, capsys):
    regulation = Regulation.objects.create(key="linking", title="联动办法")
    version = RegulationVersion.objects.create(regulation=regulation, label="2022年版")
    article = Article.objects.create(version=version, code="第三条", summary="联接议题约占七成")
    RuleBasis.objects.create(rule="R001", article=article)
    plan = world.plan()
    world.topics(plan, 25, linked=17, supervisory=3)
    found = meter(capsys)
    assert list(found) == ["linked_share", "supervisory", "special_consultations", "forums", "by_proposer"]
    linked = found["linked_share"]
    assert {"key", "value", "target", "tolerance", "state", "missing", "rule", "article"} <= set(linked)
    assert (linked["value"], linked["target"], linked["tolerance"]) == (68, 70, 5)
    assert (linked["state"], linked["missing"], linked["rule"]) == ("ok", 0, "R001")
    assert linked["article"] == "《联动办法》第三条"
    supervised = found["supervisory"]
    assert (supervised["value"], supervised["target"], supervised["missing"], supervised["state"]) == (
        3, 5, 2, "missing",
    )  # fmt: skip
    assert (found["forums"]["value"], found["forums"]["target"], found["forums"]["missing"]) == (1, 6, 5)
    assert found["by_proposer"]["value"] == {"未注明": 25} and found["forums"]["article"] == ""


def test_a_plan_without_topics_has_a_meter(world, capsys):
    world.plan()
    assert meter(capsys)["linked_share"]["state"] == "missing"


def test_the_meter_in_words(world, capsys):
    world.plan(topics=5)
    call_command("plan_meter", "2026")
    assert "还差 1 个监督性议题" in capsys.readouterr().out


def test_a_year_without_a_plan_is_told(world):
    with pytest.raises(CommandError, match="no plan of 1999"):
        call_command("plan_meter", "1999")
