"""A pasted list: heads or none, tabs or commas, quotes as Excel writes them; every mistake at its line."""

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cppcc.documents.addressees import MOST, Row, Wrong, parsed


def told(text):
    """Names, salutations and units of what was understood; nothing may be wrong."""
    found = parsed(text)
    assert found.wrong == []
    return [(row.name, row.salutation, row.unit) for row in found.rows]


def wrong(text):
    """The mistakes as (line, sentence)."""
    return [(mistake.line, mistake.sentence) for mistake in parsed(text).wrong]


def test_a_sheet_with_heads_is_understood_by_its_heads():
    text = "序号\t单位\t姓名\t座位\t称 呼\n1\t市发改局\t王小明\t3排5座\t王局长：\n\n2\t市教育局\t李红\t\t\n"
    found = parsed(text)
    assert found.headed and found.columns == ["座位"] and found.wrong == []
    assert found.rows == [
        Row(2, "王小明", "王局长", "市发改局", {"座位": "3排5座"}),
        Row(4, "李红", "李红同志", "市教育局", {}),
    ]


@pytest.mark.parametrize("mark", ["\t", ",", "，"])
def test_without_heads_the_order_is_name_salutation_unit(mark):
    text = f"王小明{mark}王局长{mark}市发改局\r\n李红\r\n"
    assert told(text) == [("王小明", "王局长", "市发改局"), ("李红", "李红同志", "")]


def test_a_line_without_name_goes_to_the_unit():
    assert told("姓名\t单位\n\t市教育局\n") == [("市教育局", "市教育局", "市教育局")]


def test_a_cell_in_quotes_may_hold_a_line_end_and_lines_are_counted_on():
    text = '姓名\t单位\n王小明\t"市发展\n和改革局"\n\t\n李红\t市教育局\t多余\n'
    found = parsed(text)
    assert [(row.line, row.unit) for row in found.rows] == [(2, "市发展和改革局")]
    assert wrong(text) == [(5, "“多余”上面没有表头，请给这一栏写上名称，或删去。")]


def test_a_lone_quote_swallows_nothing():
    assert [name for name, _, _ in told('"王小明\n李红\n')] == ['"王小明', "李红"]


def test_full_width_digits_and_invisible_characters_are_tidied():
    assert told("王\u200b小明\u3000\tＡ\t１号楼\n") == [("王小明", "A", "1号楼")]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "没有内容"),
        (" \n\t\n", 0, "没有内容"),
        ("姓名\t单位\n", 1, "只有表头"),
        ("称呼\t座位\n王局长\t3\n", 1, "没有“姓名”一栏"),
        ("姓名\t座位\t座位\n甲\t1\t2\n", 1, "出现了不止一次"),
        ("姓名\t{座位}\n甲\t1\n", 1, "花括号"),
        ("姓名\t\n甲\t1\n", 2, "上面没有表头"),
        ("甲\t甲同志\t某局\t1\n", 1, "没有表头时只认"),
        ("甲\n\n\t乙同志\n", 3, "没有姓名"),
        (f"{'甲' * 61}\n", 1, "姓名有 61 字"),
        (f"甲\t{'甲' * 81}\n", 1, "称呼有 81 字"),
        (f"姓名\t备注\n甲\t{'注' * 201}\n", 2, "备注有 201 字"),
        ("姓名\t备注\n甲\t机密★长期\n", 2, "国家秘密"),
        ("甲\n" * (MOST + 1), MOST + 1, "最多分送 2000 份"),
    ],
)
def test_a_mistake_is_told_at_its_line(text, line, said):
    [mistake] = wrong(text)
    assert mistake[0] == line and said in mistake[1]


def test_one_wrong_line_leaves_the_others_understood():
    found = parsed("甲\n\t乙同志\n丙\n")
    assert [row.name for row in found.rows] == ["甲", "丙"] and found.wrong == [Wrong(2, "没有姓名，请补上。")]


WORDS = "王李张刘陈杨赵黄周吴小明丽芳伟强静敏磊军·龘䶮𠮷" + string.ascii_letters + string.digits
CELL = st.text(WORDS, min_size=1, max_size=12)
OPTIONAL = st.one_of(st.just(""), CELL)
ROWS = st.lists(st.tuples(CELL, OPTIONAL, OPTIONAL, OPTIONAL), min_size=1, max_size=30)


@given(ROWS, st.sampled_from(["\t", ","]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_spreadsheet_writes_is_read_back(rows, mark, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark, lineterminator=end)
    writer.writerows([("姓名", "称呼", "单位", "座位"), *rows])
    found = parsed(text.getvalue())
    assert found.wrong == [] and found.columns == ["座位"]
    for line, (row, (name, salutation, unit, seat)) in enumerate(zip(found.rows, rows, strict=True), start=2):
        assert row == Row(line, name, salutation or f"{name}同志", unit, {"座位": seat} if seat else {})


@given(ROWS)
def test_the_order_of_columns_does_not_matter(rows):
    heads = ["姓名", "称呼", "单位", "座位"]
    one = parsed("\n".join("\t".join(row) for row in [heads, *rows]))
    other = parsed("\n".join("\t".join(reversed(row)) for row in [heads, *rows]))
    assert one.rows == other.rows and one.wrong == other.wrong == []


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_every_row_and_mistake_has_its_line(text):
    found = parsed(text)
    lines = len(text.splitlines()) + 1
    assert all(1 <= row.line <= lines and row.name and row.salutation for row in found.rows)
    assert all(0 <= mistake.line <= lines and mistake.sentence.endswith(("。", "！")) for mistake in found.wrong)
    assert found.rows or found.wrong


@given(st.text("\t,，\"'\n\r王小明姓名单位{}｛｝=+@", max_size=200))
def test_marks_quotes_and_heads_in_any_mixture_are_told_or_understood(text):
    found = parsed(text)
    assert found.rows or found.wrong
    assert [row.line for row in found.rows] == sorted({row.line for row in found.rows})
