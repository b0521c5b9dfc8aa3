import time

import pytest
from django.db import IntegrityError

from cppcc.office.refusals import Refused
from cppcc.sheets.imports import importer_of, register
from tests.sheets.topics import HEADER, Topic, TopicImporter
from tests.sheets.workbooks import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wiped():
    TopicImporter.wipe()


def table(*rows, header=HEADER):
    return TopicImporter().read(csv_bytes(header, *rows), "t.csv")


def apply(*rows, **options):
    return TopicImporter().apply(table(*rows), by=None, **options)


def test_a_check_counts_and_saves_nothing():
    TopicImporter.saved = {"旧": Topic("旧"), "同": Topic("同")}
    report = TopicImporter().check(table(["新", "", "", ""], ["旧", "专题议政会", "", ""], ["同", "", "", ""]))
    assert (report.created, report.updated, report.unchanged, report.errors) == (1, 1, 1, [])
    assert [row.changes for row in report.rows] == [[], ["形式"], []]
    assert set(TopicImporter.saved) == {"旧", "同"} and TopicImporter.saved["旧"].form == "desk"


def test_it_imports_and_the_same_file_again_changes_nothing():
    rows = [["甲", "专题议政会", "市财政局、市教育局", "3-4"], ["乙", "对口", "", "全年"]]
    first, second = apply(*rows), apply(*rows)
    assert (first.created, first.updated, first.applied) == (2, 0, True)
    assert (second.created, second.updated, second.unchanged, second.applied) == (0, 0, 2, True)
    assert TopicImporter.saved["甲"] == Topic("甲", "forum", ("市财政局", "市教育局"), (3, 4))


def test_an_update_touches_only_the_columns_of_the_sheet():
    TopicImporter.saved = {"甲": Topic("甲", "forum", (), (3, 4))}
    report = TopicImporter().apply(table(["甲", "5月"], header=["题目", "月份"]), by=None)
    assert report.updated == 1
    assert TopicImporter.saved["甲"] == Topic("甲", "forum", (), (5, 5))


def test_one_bad_row_keeps_all_rows_out():
    report = apply(["甲", "", "", ""], ["乙", "茶话会", "", "13月"], ["", "", "", "3"])
    assert not report.applied and TopicImporter.saved == {}
    assert [(e.row, e.column, e.value, e.reason) for e in report.errors] == [
        (3, "形式", "茶话会", "不在可选范围内"),
        (3, "月份", "13月", "看不出是哪个月"),
        (4, "题目", "", "不能为空"),
    ]
    assert report.errors[0].allowed == "专题议政会、对口协商"


def test_a_formula_is_an_error_of_its_row():
    assert [(e.row, e.column) for e in apply(["=1+1", "", "", ""]).errors] == [(2, "题目")]


def test_duplicates_inside_the_file_are_errors():
    report = apply(["甲", "", "", ""], ["乙", "", "", ""], ["甲", "", "", ""])
    assert [(e.row, e.reason) for e in report.errors] == [(4, "与第 2 行重复，请删去其中一行")]
    assert TopicImporter.saved == {}


def test_the_json_of_a_report_has_the_agreed_keys():
    found = TopicImporter().check(table(["甲", "茶话会", "", ""], ["乙", "", "", ""])).as_json()
    assert {key: found[key] for key in ("rows", "created", "updated", "unchanged")} == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
    }
    assert {"row", "column", "value", "reason"} <= set(found["errors"][0])


def test_unknown_names_are_listed_once_with_their_rows_and_a_guess():
    report = apply(["甲", "", "市财政厅", ""], ["乙", "", "市财政厅、市商务局", ""])
    assert [(u.value, u.rows, u.guess) for u in report.unknown] == [
        ("市财政厅", [2, 3], "市财政局"),
        ("市商务局", [3], ""),
    ]
    assert "是否“市财政局”" in report.errors[0].reason
    assert all(error.by_unknown for error in report.errors)


def test_a_chosen_unknown_name_is_created_with_the_import():
    new = {"new": {"unit": {"市商务局": "department"}}}
    report = apply(["甲", "", "市商务局", ""], options=new)
    assert report.applied and TopicImporter.units["市商务局"] == "department"


def test_a_choice_in_the_check_creates_nothing_yet():
    new = {"new": {"unit": {"市商务局": "department"}}}
    report = TopicImporter(options=new).check(table(["甲", "", "市商务局", ""]))
    assert report.errors == [] and report.created == 1
    assert "市商务局" not in TopicImporter.units


def test_what_somebody_else_saved_meanwhile_is_a_refusal(monkeypatch):
    def clash(self, rows):
        raise IntegrityError

    monkeypatch.setattr(TopicImporter, "create", clash)
    with pytest.raises(Refused, match="重新预览"):
        apply(["甲", "", "", ""])


def test_a_lock_that_refuses_comes_before_everything(monkeypatch):
    def closed(self):
        raise Refused("计划已定稿。")

    monkeypatch.setattr(TopicImporter, "lock", closed)
    with pytest.raises(Refused, match="已定稿"):
        apply(["甲", "", "", ""])
    assert TopicImporter.asked == 0


def test_two_thousand_rows_are_quick_and_looked_up_at_once():
    rows = [[f"题目{n}", "对口", "市财政局", "3-4"] for n in range(2000)]
    begun = time.monotonic()
    assert apply(*rows).created == 2000
    assert time.monotonic() - begun < 3
    assert TopicImporter.asked == 1


def test_kinds_are_known_by_name():
    register(TopicImporter)
    assert importer_of(TopicImporter.kind) is TopicImporter
    with pytest.raises(Refused, match="没有这种导入"):
        importer_of("nothing")


def test_a_table_wrong_all_over_keeps_enough_errors_and_the_count():
    found = TopicImporter().check(table(*[["", "茶话会", "", "13"]] * 2000)).for_keeping()
    assert (found["error_count"], len(found["errors"]), found["blocked"]) == (6000, 5000, True)


def test_thousands_of_unknown_names_are_quick():
    begun = time.monotonic()
    found = apply(*[[f"题目{n}", "", f"单位{n}、单位{n}", ""] for n in range(4000)])
    assert len(found.unknown) == 4000 and found.unknown[0].rows == [2]
    assert time.monotonic() - begun < 3


def test_columns_that_nobody_knows_are_named():
    report = TopicImporter().check(table(["甲", "1380000"], header=["题目", "电话"]))
    assert report.ignored == ["电话"] and report.created == 1


def test_all_that_is_wrong_in_a_row_is_told_at_once():
    report = apply(["甲", "茶话会", "市商务局", ""], ["", "", "市旅游局", ""])
    assert [(e.row, e.column) for e in report.errors] == [(2, "形式"), (2, "承办单位"), (3, "题目")]
    assert [u.value for u in report.unknown] == ["市商务局"]
