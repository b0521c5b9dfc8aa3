"""The work calendar as a table: what the year's export writes, and what a clerk may fill the notice's form from."""

from typing import Any

from cppcc.deadlines.models import WorkCalendar
from cppcc.deadlines.yearly_notice import spans_of
from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column, choice, date_zh, text
from cppcc.sheets.imports import Importer

WORKED = {True: ("上班", "工作日", "补班", "班"), False: ("休息", "放假", "休", "休息日")}
TOLD = 5  # errors in one sentence


class WorkdaySheet(Importer):
    """Days of a calendar. Only read and checked: the form that it fills saves, after its preview."""

    kind = "deadlines.workdays"
    title = "从表格填入"
    columns = (
        Column("date", "日期", date_zh, required=True, example="2027-02-05"),
        Column(
            "is_workday", "上班/休息", choice(WORKED), required=True, aliases=("上班", "休息", "上班或休息"),
            example="休息", value=lambda row: WORKED[row.is_workday][0],
        ),
        Column("label", "说明", text(40), aliases=("节日", "备注"), example="春节"),
    )  # fmt: skip
    key_columns = ("date",)


EXPORT = (*WorkdaySheet.columns, Column("official", "已公布", value=lambda row: "是" if row.official else "暂定"))


def spans_in(data: bytes, name: str) -> tuple[list, list]:
    """The spans (off, worked) of a table. Raises Refused with its first errors."""
    sheet = WorkdaySheet()
    report = sheet.check(sheet.read(data, name))
    if report.errors:
        told = "；".join(f"第 {e.row} 行“{e.column}”：{e.reason}" for e in report.errors[:TOLD])
        more = f"等 {len(report.errors)} 处" if len(report.errors) > TOLD else ""
        raise Refused(f"表格里有问题，请改好后再选：{told}{more}。")
    return spans_of(sorted((_row(row.record) for row in report.rows), key=lambda row: row.date))


def _row(record: dict[str, Any]) -> WorkCalendar:
    label = record.get("label", "")
    return WorkCalendar(date=record["date"], is_workday=record["is_workday"], label=label)
