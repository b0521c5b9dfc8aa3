import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cppcc.sheets.text import clean, is_formula_like, label_key, one_line, writable


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("　２０２６年　第１号ＡＢｃ ", "2026年 第1号ABc"),
        ("（市）、；：“题目”", "（市）、；：“题目”"),
        ("第一行\r\n第二行\r\r第三行", "第一行\n第二行\n第三行"),
        ("a\x00b\x07c\u200b\ufeff\u202e", "abc"),
        ("𬭎𠮷", "𬭎𠮷"),
        ("\t甲\t乙 ", "甲 乙"),
        ("题目_x000D_\n第二行", "题目\n第二行"),
    ],
)
def test_it_cleans(raw, expected):
    assert clean(raw) == expected


@given(st.text())
def test_cleaning_twice_is_cleaning_once(raw):
    cleaned = clean(raw)
    assert clean(cleaned) == cleaned
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in cleaned.replace("\n", ""))


@given(st.text())
def test_one_line_has_one_line(raw):
    assert "\n" not in one_line(clean(raw))


def test_lines_join_sensibly():
    assert one_line("关于推进\n城市更新") == "关于推进城市更新"
    assert one_line("GB\n9704") == "GB 9704"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "  ="])
def test_formula_starts_are_known(start):
    assert is_formula_like(start + "1+1")


def test_plain_text_is_no_formula():
    assert not is_formula_like("1+1=2")


def test_excel_can_hold_what_is_writable():
    assert writable("a\x00b\ud800\uffff𬭎") == "ab𬭎"


@pytest.mark.parametrize("label", ["题目", "题目*", "题 目", "题目（必填）", "题\n目：", "题目(200字内)"])
def test_spellings_of_a_label_are_one(label):
    assert label_key(label) == "题目"
