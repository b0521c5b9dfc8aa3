"""Forums in pictures: SVG charts made on the server."""

from collections.abc import Sequence
from typing import Any

import pygal

from consultation.forums.statistics import Came, Sector, Spoken, StepYear
from cppcc.sheets.chart_style import chart_style

BLUE, GREEN, AMBER, RED, GRAY = (
    ("#0052b3", "#ffffff"), ("#1f7a45", "#ffffff"), ("#c77700", "#1f2733"), ("#b3101c", "#ffffff"),
    ("#7aa9dd", "#1f2733"),
)  # fmt: skip
LABEL = 11  # characters of a name beside its bar
MOST = 30


def lying(rows: int, *colours: tuple[str, str], stacked: bool = False, nothing: str) -> Any:
    """A chart of bars that lie, for so many rows; a colour for each series."""
    kind = pygal.HorizontalStackedBar if stacked else pygal.HorizontalBar
    return kind(
        style=chart_style(*colours, size=13), js=[], width=900, height=140 + 30 * max(rows, 3), explicit_size=True,
        show_legend=True, legend_at_bottom=True, legend_at_bottom_columns=len(colours), print_values=True,
        print_zeroes=False, margin=8, margin_left=56, no_data_text=nothing, disable_xml_declaration=False,
        truncate_label=LABEL + 2, integer_values=True, value_formatter=lambda value: f"{value:g}" if value else "",
    )  # fmt: skip


def drawn(chart: Any, labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], *, stacked: bool) -> bytes:
    """The picture: the first row above, whole numbers on the axis."""
    chart.x_labels = [name if len(name) <= LABEL else f"{name[:LABEL]}…" for name in labels][::-1]
    sums = [sum(column) for column in zip(*(values for _, values in series), strict=True)]
    most = max(sums if stacked else [value for _, values in series for value in values], default=0)
    step = 1 + int(most) // 8
    chart.y_labels = [{"value": n, "label": str(n)} for n in range(0, int(most) + step + 1, step)]
    for label, values in series:
        chart.add(label, [value or None for value in values][::-1])
    return chart.render()


def steps_chart(rows: Sequence[StepYear]) -> bytes:
    """Steps in their order: in time, late, overdue."""
    shown = rows[:MOST]
    parts = (("按时完成", "met"), ("逾期完成", "late"), ("逾期未完成", "overdue"))
    chart = lying(len(shown), GREEN, AMBER, RED, stacked=True, nothing="还没有期限")
    series = [(label, [getattr(row, part) for row in shown]) for label, part in parts]
    return drawn(chart, [row.label for row in shown], series, stacked=True)


def speeches_chart(rows: Sequence[Spoken]) -> bytes:
    """Minutes by class of speaker: planned and spoken."""
    planned: list[float] = [row.planned for row in rows]
    series = [("计划（分钟）", planned), ("实际（分钟）", [float(row.minutes) for row in rows])]
    return pairs([row.label for row in rows], series, GRAY, BLUE, nothing="还没有发言记录")


def people_chart(rows: Sequence[Came]) -> bytes:
    """Invited and present, by forum or class."""
    series = [("邀请", [row.invited for row in rows]), ("出席", [row.present for row in rows])]
    return pairs([row.label for row in rows], series, GRAY, BLUE, nothing="还没有参会记录")


def sectors_chart(rows: Sequence[Sector]) -> bytes:
    """Members who took part, and who spoke, by sector."""
    series = [("出席", [row.present for row in rows]), ("发言", [row.spoke for row in rows])]
    return pairs([row.label for row in rows], series, BLUE, GREEN, nothing="还没有委员出席记录")


def pairs(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], *colours: tuple[str, str], nothing: str
) -> bytes:
    """Two bars for each row."""
    chart = lying(len(labels[:MOST]) * 2, *colours, nothing=nothing)
    return drawn(chart, labels[:MOST], [(name, values[:MOST]) for name, values in series], stacked=False)
