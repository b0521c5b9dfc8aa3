"""Quotation marks within quotation marks."""

import pytest

from cppcc.office.quoting import quoted


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("优化营商环境专题协商会", "“优化营商环境专题协商会”"),
        ("“老旧小区改造”双月协商座谈会", "“‘老旧小区改造’双月协商座谈会”"),
    ],
)
def test_marks_inside_become_the_inner_ones(title, written):
    assert quoted(title) == written
