from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cppcc.sheets.columns import (
    Column,
    boolean_zh,
    choice,
    date_zh,
    integer,
    month_range,
    several,
    split_names,
    text,
)

FORM = choice({"forum": ("专题议政会", "专题协商会"), "desk": "对口协商"}, empty=None)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", None),
        ("3", (3, 3)),
        ("3-4", (3, 4)),
        ("3—4月", (3, 4)),
        ("3月至5月", (3, 5)),
        ("3月份", (3, 3)),
        ("十一月-十二月", (11, 12)),
        ("全年", (1, 12)),
        ("上半年", (1, 6)),
        ("第二季度", (4, 6)),
        ("3季度", (7, 9)),
        ("03 ～ 04", (3, 4)),
    ],
)
def test_months(cell, expected):
    assert month_range(cell) == expected


@pytest.mark.parametrize("cell", ["13", "0", "11-2", "3-4-5", "三四月", "2026-03-04", "-", "3-", "abc"])
def test_bad_months_have_a_sentence(cell):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        month_range(cell)


@pytest.mark.parametrize(("cell", "expected"), [("是", True), ("√", True), ("Y", True), ("", False), ("否", False)])
def test_booleans(cell, expected):
    assert boolean_zh(cell) is expected


def test_choices_know_labels_aliases_and_keys():
    assert FORM("专题议政会") == FORM("专题 协商会") == FORM("forum") == "forum"
    assert FORM("") is None
    assert FORM.allowed == "专题议政会、对口协商"
    with pytest.raises(ValueError, match="不在可选范围内"):
        FORM("茶话会")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("甲、乙；丙,丁\n戊，己;甲", ["甲", "乙", "丙", "丁", "戊", "己"]),
        ("市发改委（市粮食局、市能源局）、市财政局", ["市发改委（市粮食局、市能源局）", "市财政局"]),
        ("市发改委（未闭合\n市财政局、市教育局", ["市发改委（未闭合", "市财政局", "市教育局"]),
        ("", []),
        ("、、", []),
    ],
)
def test_several_names(cell, expected):
    assert several()(cell) == expected


def test_too_many_names_are_refused():
    with pytest.raises(ValueError, match="最多 2 个"):
        several(2)("甲、乙、丙")


@given(st.lists(st.text("甲乙丙丁abc12", min_size=1), unique=True), st.sampled_from("、；;,，\n"))
def test_names_come_back_whatever_parts_them(names, separator):
    assert split_names(separator.join(names)) == names


def test_integers():
    assert integer()("1,200") == 1200
    assert integer()("") is None
    assert integer()("-3") == -3
    for bad in ("3.5", "三", "9" * 30, "²", "1e5"):
        with pytest.raises(ValueError, match="不是整数"):
            integer()(bad)
    with pytest.raises(ValueError, match="超出"):
        integer(1, 12)("13")


@given(st.integers(-(10**14), 10**14))
def test_any_integer_is_read(number):
    assert integer()(str(number)) == number


@pytest.mark.parametrize("cell", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "20260301"])
def test_days(cell):
    assert date_zh(cell) == date(2026, 3, 1)


@pytest.mark.parametrize(("cell", "sentence"), [("2026-02-30", "没有这一天"), ("三月", "看不出")])
def test_bad_days(cell, sentence):
    with pytest.raises(ValueError, match=sentence):
        date_zh(cell)


@given(st.text())
def test_no_cell_brings_a_parser_down(cell):
    for parse in (month_range, boolean_zh, FORM, several(), integer(1, 5), date_zh, text(5)):
        try:
            parse(cell)
        except ValueError as problem:
            assert str(problem)


def test_a_column_refuses_formulas_blanks_and_long_text():
    column = Column("title", "题目", text(4), required=True)
    for cell, sentence in [("=1+1", "公式"), ("＝A1", "公式"), ("", "不能为空"), ("一二三四五", "最多 4 字")]:
        with pytest.raises(ValueError, match=sentence):
            column.read(cell)
    assert column.allowed == "必填、不超过 4 字"
