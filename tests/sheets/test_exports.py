import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cppcc.sheets.columns import Column
from cppcc.sheets.exports import export_response, template_bytes, template_response, workbook_bytes
from cppcc.sheets.reading import read_table
from tests.sheets.topics import TopicImporter

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "\t=1", "\r=1", '=HYPERLINK("http://a")']


def cells_of(data):
    return [list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_becomes_a_formula(text):
    data = workbook_bytes(["列"], [[text]])
    cell = cells_of(data)[1][0]
    assert cell.data_type == "s" and cell.quotePrefix
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "＝1"])
def test_what_was_escaped_comes_back_the_same(text):
    assert read_table(workbook_bytes(["列", "二"], [[text, "x"]]), "a.xlsx").rows[0].cells[0] == text


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_text_can_be_written_and_stays_text(texts):
    for cell in cells_of(workbook_bytes(["列"] * len(texts), [texts]))[-1]:
        assert cell.data_type in {"s", "n"} and not (cell.data_type == "n" and cell.value is not None)


def test_a_dangerous_label_stays_text():
    assert cells_of(workbook_bytes(["=1+1"], []))[0][0].data_type == "s"


def test_values_keep_their_kind():
    moment = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    row = [1, 2.5, True, None, date(2026, 3, 1), moment, ["甲", "乙"], "汉字"]
    values = [cell.value for cell in cells_of(workbook_bytes(list("abcdefgh"), [row]))[1]]
    assert values == [1, 2.5, "是", None, datetime(2026, 3, 1), datetime(2026, 3, 1, 14, 30), "甲、乙", "汉字"]


@dataclass
class Row:
    title: str
    number: int


def test_columns_write_objects_and_the_sheet_is_laid_out():
    columns = [Column("title", "题目"), Column("number", "编号", value=lambda row: row.number + 1)]
    data = workbook_bytes(columns, [Row("关于推进城市更新", 1), Row("乙", 2)], sheet="议题/清单")
    sheet = load_workbook(io.BytesIO(data)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["题目", "编号"],
        ["关于推进城市更新", 2],
        ["乙", 3],
    ]
    assert sheet.freeze_panes == "A2" and sheet.title == "议题_清单" and sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width


def test_more_rows_than_are_measured_are_all_written():
    assert len(cells_of(workbook_bytes(["a"], ([n] for n in range(450))))) == 451


def test_the_download_has_its_chinese_name():
    response = export_response("议题清单.xlsx", ["a"], [["1"]])
    assert "filename*=utf-8''%E8%AE%AE%E9%A2%98" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_template_can_be_filled_in_and_read():
    book = load_workbook(io.BytesIO(template_bytes(TopicImporter)))
    sheet = book["填写"]
    assert [cell.value for cell in sheet[1]] == ["题目*", "形式", "承办单位", "月份"]
    assert sheet["D2"].number_format == "@"
    [rule] = sheet.data_validations.dataValidation
    assert rule.formula1 == '"专题议政会,对口协商"' and "B2" in rule.sqref
    assert book["说明"]["A2"].value == "题目" and book["说明"]["C2"].value == "必填、不超过 200 字"
    sheet["A2"], sheet["D2"] = "推进城市更新", "3-4"
    buffer = io.BytesIO()
    book.save(buffer)
    table = TopicImporter().read(buffer.getvalue(), "填好.xlsx")
    assert [(row.number, row.cells) for row in table.rows] == [(2, ["推进城市更新", "", "", "3-4"])]


def test_the_template_is_a_download():
    assert "attachment" in template_response(TopicImporter)["Content-Disposition"]
