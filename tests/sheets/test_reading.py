import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.reading import positions, read_table
from tests.sheets.workbooks import csv_bytes, raw_xlsx, xlsx

COLUMNS = (
    Column("title", "题目", required=True),
    Column("unit", "承办单位", aliases=("责任单位",)),
    Column("month", "月份"),
)
HEADER = ["题目", "承办单位", "月份"]


def cells(table):
    return [(row.number, row.cells) for row in table.rows]


def test_values_become_text():
    table = read_table(
        xlsx(
            ["a", "b", "c", "d", "e", "f", "g"],
            [3.0, 3.25, 0.1 + 0.2, True, date(2026, 3, 1), datetime(2026, 3, 1, 14, 30), time(9, 5)],
        ),
        "t.xlsx",
    )
    assert table.rows[0].cells == ["3", "3.25", "0.3", "是", "2026-03-01", "2026-03-01 14:30", "09:05"]


def test_the_header_is_found_below_titles_and_rows_keep_their_number():
    data = xlsx(
        ["2026年协商计划"], [], ["题 目*", "责任单位", "月份（选填）"], ["甲", "财政局", 3], [], ["乙", None, None]
    )
    table = read_table(data, "t.xlsx", columns=COLUMNS)
    assert table.header_number == 3
    assert cells(table) == [(4, ["甲", "财政局", "3"]), (6, ["乙", "", ""])]


def test_a_merged_title_does_no_harm():
    book = Workbook()
    book.active.append(["2026年协商计划"])
    book.active.merge_cells("A1:C1")
    book.active.append(HEADER)
    book.active.append(["甲", "乙", "3"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert cells(read_table(buffer.getvalue(), "t.xlsx", columns=COLUMNS)) == [(3, ["甲", "乙", "3"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_any_encoding_and_separator(encoding, delimiter):
    data = csv_bytes(HEADER, ["关于城市更新，的协商", "住建局;财政局", "3-4"], encoding=encoding, delimiter=delimiter)
    table = read_table(data, "t.csv", columns=COLUMNS)
    assert cells(table) == [(2, ["关于城市更新，的协商", "住建局;财政局", "3-4"])]


def test_rare_characters_survive():
    table = read_table(csv_bytes(HEADER, ["𬭎", "𠮷", ""], encoding="gb18030"), "t.csv", columns=COLUMNS)
    assert table.rows[0].cells[:2] == ["𬭎", "𠮷"]


def test_the_second_sheet_does_not_count_and_an_empty_first_is_passed_over():
    book = Workbook()
    second = book.create_sheet("数据")
    second.append(HEADER)
    second.append(["甲", "", ""])
    buffer = io.BytesIO()
    book.save(buffer)
    assert len(read_table(buffer.getvalue(), "t.xlsx", columns=COLUMNS).rows) == 1


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "t.csv", "空的"),
        (b"  \r\n", "t.csv", "空的"),
        (xlsx(), "t.xlsx", "没有内容"),
        (b"abc", "t.xlsx", "不是完好的"),
        (b"abc", "t.xls", "另存为 .xlsx"),
        (b"abc", "t.pdf", "只能导入"),
        (b"abc", "noextension", "只能导入"),
        (csv_bytes(["姓名", "性别"], ["甲", "男"]), "t.csv", "没有找到表头.*题目、承办单位、月份"),
        (csv_bytes(["承办单位", "月份"], ["甲", "3"]), "t.csv", "缺少必需的列：题目"),
        (csv_bytes(["题目", "题 目*"], ["甲", "乙"]), "t.csv", "重复的列：题目、题 目"),
        (csv_bytes(HEADER), "t.csv", "表头下面没有内容"),
        (csv_bytes(["题目"], ["甲", "多出来"]), "t.csv", "第 2 行在表头右边"),
        (csv_bytes(HEADER, *[["甲", "", ""]] * 5001), "t.csv", "最多导入 5000 行，这份表有 5001 行"),
        (xlsx(HEADER, *[["甲", "", ""]] * 10000), "t.xlsx", "最多导入 5000 行，这份表有 10000 行"),
        (csv_bytes(["题目", *map(str, range(100))], ["甲"]), "t.csv", "最多 100 列，这份表有 101 列"),
        (b"\xff\xff\x00\x01", "t.csv", "文字编码"),
    ],
)
def test_it_refuses_with_a_sentence(data, name, sentence):
    with pytest.raises(Refused, match=sentence):
        read_table(data, name, columns=COLUMNS)


def test_two_spellings_of_one_column_are_refused():
    table = read_table(csv_bytes(["题目", "承办单位", "责任单位"], ["甲", "乙", "丙"]), "t.csv", columns=COLUMNS)
    with pytest.raises(Refused, match="同一列"):
        positions(table, COLUMNS)


def test_a_stray_cell_in_the_far_corner_is_refused_before_memory_is_taken():
    data = raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(Refused, match="第 1048576 行、第 16384 列"):
        read_table(data, "t.xlsx")


def test_formatted_empty_cells_far_away_do_no_harm():
    near = '<row r="1"><c r="A1" t="inlineStr"><is><t>题目</t></is></c></row>'
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    below = '<row r="2"><c r="A2"><v>1</v></c></row>'
    assert read_table(raw_xlsx(near + below + far), "t.xlsx").header == ["题目"]


def test_one_long_text_used_a_million_times_is_refused():
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 20_000))
    data = raw_xlsx(f"<row>{cells}</row>", shared=f"<si><t>{'长' * 30_000}</t></si>")
    with pytest.raises(Refused, match="超出一次导入的范围"):
        read_table(data, "t.xlsx")


def test_formulas_give_their_values():
    rows = '<row><c t="inlineStr"><is><t>数</t></is></c></row><row><c><f>1+1</f><v>2</v></c></row>'
    assert cells(read_table(raw_xlsx(rows), "t.xlsx")) == [(2, ["2"])]
