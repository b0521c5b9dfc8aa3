"""A small importer that keeps its rows in memory, for the tests of this folder."""

from dataclasses import dataclass

from cppcc.sheets.columns import Column, choice, month_range, several, text
from cppcc.sheets.imports import Importer

KIND = "tests.topics"
HEADER = ["题目", "形式", "承办单位", "月份"]


@dataclass
class Topic:
    """A saved row."""

    title: str
    form: str = "desk"
    units: tuple[str, ...] = ()
    months: tuple[int, int] | None = None


class TopicImporter(Importer):
    """Topics by title; units must be known."""

    kind = KIND
    title = "导入议题"
    template_name = "议题导入模板.xlsx"
    columns = (
        Column("title", "题目", text(200), required=True, help="写全称", example="推进城市更新"),
        Column("form", "形式", choice({"forum": "专题议政会", "desk": ("对口协商", "对口")}, empty="desk")),
        Column("units", "承办单位", several(), aliases=("责任单位",), example="市财政局、市教育局"),
        Column("months", "月份", month_range, example="3月至4月"),
    )
    key_columns = ("title",)
    unknown_labels = {"unit": "单位"}
    unknown_choices = {"unit": (("department", "政府部门"), ("party", "民主党派"))}
    saved: dict[str, Topic] = {}
    units: dict[str, str] = {}
    asked = 0

    @classmethod
    def wipe(cls):
        cls.saved, cls.units, cls.asked = {}, {"市财政局": "department", "市教育局": "department"}, 0

    def prepare(self, rows):
        for row in rows:
            names = row.record.get("units", [])
            for name in names:
                if name not in self.units:
                    self.unknown(row, "units", "unit", name, guess="市财政局" if "财政" in name else "")
            row.record["units"] = tuple(names)

    def existing(self, keys):
        type(self).asked += 1
        return {key: self.saved[key[0]] for key in keys if key[0] in self.saved}

    def create_unknown(self, kind, chosen):
        self.units.update(chosen)

    def create(self, rows):
        self.saved.update({row.record["title"]: Topic(**row.record) for row in rows})

    def update(self, pairs):
        for row, topic in pairs:
            for key, value in row.record.items():
                setattr(topic, key, value)
