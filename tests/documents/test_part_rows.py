"""Tables in parts, names within names, lines as sentences, units named in groups."""

import io

import docx
import pytest

from cppcc.documents.content import Annex, Table, heads
from cppcc.documents.describing import in_groups
from cppcc.documents.docx.word import word_of
from cppcc.documents.lines import sentence
from cppcc.documents.titles import break_title
from cppcc.office.quoting import quoted
from tests.documents.plans import letter
from tests.documents.ruler import MM, faults

HEAD = ["序号", "姓名", "单位及职务"]
PARTED = letter(annexes=[Annex(["名单"], Table(HEAD, [
    ["一、市委、市政府、市政协的各位领导同志（2人）", "", ""], ["1", "周启明", "市委常委"], ["2", "林静", "市政协主席"],
    ["二、专家学者（1人）", "", ""], ["3", "许婧", "教授"], ["4", "", ""],
], [2, 5, 13]))])  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["一、委员（3人）", "", ""], True), (["（二）专家", " ", ""], True), (["1", "", ""], False),
        (["一、委员", "王玥", ""], False), (["合计", "", ""], False), (["一、委员"], False),
    ],
)  # fmt: skip
def test_a_row_that_names_a_part_heads_the_others(row, told):
    assert heads(row) is told


def test_a_part_goes_over_all_columns_on_paper(printed):
    pdf = printed(PARTED)
    assert faults(pdf, PARTED) == []
    page = next(one for one in pdf.pages if "各位领导" in one.extract_text())
    row = next(one for one in page.extract_text_lines() if "各位领导" in one["text"])
    assert (row["x1"] - row["x0"]) / MM > 90  # on one line, wider than the first column
    [table] = page.find_tables()
    cells = [sum(cell is not None for cell in found.cells) for found in table.rows]
    assert cells == [3, 1, 3, 3, 1, 3, 3]


def test_a_part_goes_over_all_columns_in_word():
    tables = docx.Document(io.BytesIO(word_of(PARTED))).tables
    rows = next(table for table in tables if len(table.rows) == 7).rows
    assert [len(row._tr.tc_lst) for row in rows] == [3, 1, 3, 3, 1, 3, 3]
    assert rows[1]._tr.tc_lst[0].grid_span == 3


def test_marks_within_marks_are_single():
    assert quoted("“一老一小”服务") == "“‘一老一小’服务”"
    assert quoted("电梯加装") == "“电梯加装”"


@pytest.mark.parametrize(
    ("line", "told"), [("同意 ", "同意。"), ("同意。", "同意。"), ("如下：", "如下："), ("", "。")]
)
def test_a_line_becomes_a_sentence(line, told):
    assert sentence(line) == told


def test_a_title_breaks_before_a_name_within_a_name():
    title = "关于召开“推进城镇老旧小区既有住宅加装电梯和‘一老一小’配套服务设施建设”双月协商座谈会的通知"
    assert break_title([title]) == [
        "关于召开", "“推进城镇老旧小区既有住宅加装电梯和", "‘一老一小’配套服务设施建设”", "双月协商座谈会的通知"
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_few_units_are_named_and_many_are_called(world):
    few = [world.orgs[key] for key in ("econ", "dept2", "pc", "dept1")]
    assert in_groups(few) == ["中共试验市委", "市发展和改革局、市教育局", "经济委员会"]
    many = list(world.orgs.values())
    assert len(many) > 12 and "有关部门" in in_groups(many)
