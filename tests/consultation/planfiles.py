"""Plans as Excel files, for the tests of this folder: published topics, and rows written by hand."""

from pathlib import Path
from typing import Any

import yaml

from tests.sheets.workbooks import xlsx

HEADER = (
    "序号", "议题", "协商形式", "牵头单位", "协办单位", "协商部门", "月份", "议题类型", "监督性", "涉及县（市、区）",
    "提出单位", "备注",
)  # fmt: skip
PUBLISHED = Path(__file__).parent.parent / "data" / "annual_plans.yaml"


def row(title: str, **cells: Any) -> list[Any]:
    """A row under `HEADER`; cells by label, the rest empty."""
    return [({"议题": title} | cells).get(label, "") for label in HEADER]


def book(*rows: list[Any]) -> bytes:
    """A workbook of these rows under the header."""
    return xlsx(HEADER, *rows)


def published(key: str) -> list[list[Any]]:
    """The topics of a published plan as rows."""
    topics = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))[key]["topics"]
    return [
        row(
            topic["topic"],
            序号=number,
            协商形式="、".join([topic["form"]] if isinstance(topic["form"], str) else topic["form"]),
            牵头单位="、".join(topic.get("lead", ())),
            协商部门="；".join(topic.get("consult_with", ())),
            月份=topic.get("month", ""),
        )
        for number, topic in enumerate(topics, start=1)
    ]
