"""The year's deadlines in a picture: an SVG chart made on the server."""

from collections.abc import Sequence

import pygal
from pygal.style import Style

from cppcc.deadlines.report import UnitYear

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
STYLE = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#4f5b6b", foreground_strong="#1f2733",
    foreground_subtle="#d5dae1", colors=("#1f7a45", "#c77700", "#b3101c"), font_family=FONT, label_font_size=13,
    major_label_font_size=13, legend_font_size=14, value_font_size=12, value_label_font_size=12,
    value_colors=("#ffffff", "#1f2733", "#ffffff"), no_data_font_size=20, opacity="1",
)  # fmt: skip
MOST_UNITS = 15
PARTS = (("按时完成", "met"), ("逾期完成", "late"), ("逾期未完成", "overdue"))


def late_chart(units: Sequence[UnitYear]) -> bytes:
    """Units with the most late ones first: met in time, met late, overdue, as stacked bars that lie."""
    shown = sorted(units, key=lambda unit: (-(unit.late + unit.overdue), -unit.due))[:MOST_UNITS][::-1]
    chart = pygal.HorizontalStackedBar(
        style=STYLE, js=[], width=900, height=110 + 30 * max(len(shown), 3), explicit_size=True, show_legend=True,
        legend_at_bottom=True, legend_at_bottom_columns=3, print_values=True, print_zeroes=False, margin=8,
        margin_left=56, no_data_text="这一年还没有期限", disable_xml_declaration=False, integer_values=True,
        truncate_label=14, value_formatter=lambda value: f"{value:.0f}" if value else "",
    )  # fmt: skip
    chart.x_labels = [unit.name for unit in shown]
    for label, part in PARTS:
        chart.add(label, [getattr(unit, part) or None for unit in shown])
    return chart.render()
