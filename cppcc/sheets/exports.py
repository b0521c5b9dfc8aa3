"""Excel out: tables that stay text whatever is in them, and templates to fill in."""

import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cppcc.office.downloads import download
from cppcc.sheets.columns import Column
from cppcc.sheets.imports import Importer
from cppcc.sheets.text import is_formula_like, writable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEASURED = 200  # rows that decide on the widths
MIN_WIDTH, MAX_WIDTH = 8, 60  # characters
TEMPLATE_ROWS = 1000  # rows of a template that carry formats and drop-downs
EXCEL_LIST = 255  # characters of a drop-down list

_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="F3E3E1")
_HEAD_ALIGN = Alignment(horizontal="center", vertical="center", wrap_text=True)
_BODY_ALIGN = Alignment(vertical="center", wrap_text=True)


def export_response(filename: str, columns: Sequence[str | Column], rows: Iterable[Any]) -> HttpResponse:
    """An Excel file as a download. `rows` are objects for `Column`s (see `Column.write`), else sequences.

    No text becomes a formula, whatever it begins with.
    """
    return download(filename, workbook_bytes(columns, rows, sheet=filename.rsplit(".", 1)[0]), XLSX)


def workbook_bytes(columns: Sequence[str | Column], rows: Iterable[Any], *, sheet: str = "表1") -> bytes:
    """The Excel file of `export_response`."""
    values = (_values(columns, row) for row in rows)
    first = list(islice(values, MEASURED))
    labels = [column if isinstance(column, str) else column.label for column in columns]
    book = Workbook(write_only=True)
    page = book.create_sheet(_sheet_title(sheet))
    page.freeze_panes = "A2"
    for index, width in enumerate(_widths([labels, *first]), start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    writer = Writer(page)
    writer.row(labels, head=True)
    for row in chain(first, values):
        writer.row(row)
    return _saved(book)


def plain_value(value: Any) -> Any:
    """What is written for `value`: numbers and days stay so, yes and no in Chinese, lists with 、, others as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, (int, float, Decimal, date)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return writable("、".join(str(item) for item in value))
    return writable(str(value))


class Writer:
    """Makes the cells of one sheet. The looks are few, so each is registered in the workbook once."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.looks: dict[tuple[str, bool, bool], Any] = {}

    def row(self, values: Iterable[Any], *, head: bool = False) -> None:
        """Append a row."""
        self.page.append([self.cell(plain_value(value), head) for value in values])

    def cell(self, value: Any, head: bool = False) -> WriteOnlyCell:
        """A cell; text that looks like a formula is marked as text (the apostrophe of Excel)."""
        is_text = isinstance(value, str)
        cell = WriteOnlyCell(self.page, None if is_text else value)
        if is_text and value:
            cell._value, cell.data_type = value, "s"  # the public setter would take = for a formula
        cell._style = self._look(_number_format(value), is_text and is_formula_like(value), head)
        return cell

    def _look(self, number_format: str, quoted: bool, head: bool) -> Any:
        wanted = (number_format, quoted, head)
        if wanted not in self.looks:
            model = WriteOnlyCell(self.page)
            model.number_format, model.quotePrefix = number_format, quoted
            model.alignment, model.border = _HEAD_ALIGN if head else _BODY_ALIGN, _BORDER
            if head:
                model.font, model.fill = _HEAD_FONT, _HEAD_FILL
            self.looks[wanted] = model._style
        return self.looks[wanted]


def _number_format(value: Any) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    return "yyyy-mm-dd" if isinstance(value, date) else "General"


def template_response(importer: type[Importer]) -> HttpResponse:
    """The file to fill in for an import, as a download."""
    return download(importer.template_name, template_bytes(importer), XLSX)


def template_bytes(importer: type[Importer]) -> bytes:
    """A sheet with the header and drop-downs, all cells as text, and a second sheet 说明 with rules and examples."""
    book = Workbook(write_only=True)
    page = book.create_sheet("填写")
    page.freeze_panes = "A2"
    for index, column in enumerate(importer.columns, start=1):
        letter = get_column_letter(index)
        page.column_dimensions[letter].width = max(12, _width(column.label) + 4, min(40, _width(column.example) + 2))
        page.column_dimensions[letter].number_format = "@"
        _add_dropdown(page, column, letter)
    Writer(page).row([column.label + "*" * column.required for column in importer.columns], head=True)
    blank = _blank_cell(page)
    for _ in range(TEMPLATE_ROWS):
        page.append([blank] * len(importer.columns))
    _explain(book, importer)
    return _saved(book)


def _blank_cell(page: Any) -> WriteOnlyCell:
    """An empty cell kept as text, so that 3-4 does not turn into a day."""
    cell = WriteOnlyCell(page, None)
    cell.number_format = "@"
    return cell


def _add_dropdown(page: Any, column: Column, letter: str) -> None:
    choices = ",".join(column.labels)
    plain = all("," not in label and '"' not in label for label in column.labels)
    if choices and plain and len(choices) <= EXCEL_LIST:
        rule = DataValidation("list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = column.label, f"请从下拉列表中选择：{column.allowed}"[:200]
        rule.add(f"{letter}2:{letter}{TEMPLATE_ROWS + 1}")
        page.data_validations.append(rule)


def _explain(book: Workbook, importer: type[Importer]) -> None:
    page = book.create_sheet("说明")
    for letter, width in zip("ABCDE", (18, 8, 40, 50, 30), strict=True):
        page.column_dimensions[letter].width = width
    writer = Writer(page)
    writer.row(("列", "必填", "可填内容", "说明", "示例"), head=True)
    for column in importer.columns:
        writer.row((column.label, column.required, column.allowed, column.help, column.example))


def _values(columns: Sequence[str | Column], row: Any) -> list[Any]:
    if any(isinstance(column, str) for column in columns):
        return list(row)
    return [column.write(row) for column in columns if isinstance(column, Column)]


def _widths(rows: Sequence[Sequence[Any]]) -> list[float]:
    columns = zip(*([plain_value(value) for value in row] for row in rows), strict=True)
    return [max(MIN_WIDTH, min(MAX_WIDTH, max(map(_width, column)) + 2)) for column in columns]


def _width(value: Any) -> int:
    """Characters that the longest line of `value` takes; a Chinese one takes two."""
    if isinstance(value, datetime):
        return 16
    lines = str(value).split("\n")
    return max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line[:200]) for line in lines)


def _sheet_title(name: str) -> str:
    title = "".join("_" if char in "[]:*?/\\'" else char for char in writable(name))[:31]
    return title.strip() or "表1"


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
