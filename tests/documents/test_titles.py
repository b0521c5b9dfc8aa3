"""Titles break by sense."""

import pytest

from cppcc.documents.fonts import width
from cppcc.documents.grid import MEASURE, TITLE_SIZE
from cppcc.documents.titles import break_title

OFFICE = "政协云江市委员会办公室"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于印发《2026年度协商计划》的通知", ["关于印发《2026年度协商计划》的通知"]),
        (OFFICE + "关于印发《2026年度协商计划》的通知", [OFFICE, "关于印发《2026年度协商计划》的通知"]),
        (
            OFFICE + "关于召开“推动城市老旧小区改造提质增效”双月协商座谈会的通知",
            [OFFICE, "关于召开“推动城市老旧小区改造提质增效”", "双月协商座谈会的通知"],
        ),
    ],
)
def test_title_breaks_by_sense(title, lines):
    assert break_title([title]) == lines


def test_lines_given_by_the_clerk_stand():
    assert break_title(["云江市", "协商计划"]) == ["云江市", "协商计划"]


@pytest.mark.parametrize("length", [21, 45, 70, 130])
def test_any_title_fits(length):
    lines = break_title(["国" * length])
    assert "".join(lines) == "国" * length
    assert all(width(line, "title", TITLE_SIZE) <= MEASURE for line in lines)


def test_no_line_begins_with_a_particle():
    title = "关于加快推进云江流域生态环境综合治理和高质量发展的若干重大问题的建议案"
    assert all(line[0] not in "的和了》，" for line in break_title([title]))
