"""The year's deadlines in a picture: an SVG chart made on the server."""

from collections.abc import Sequence

import pygal

from cppcc.deadlines.report import UnitYear
from cppcc.sheets.chart_style import chart_style

STYLE = chart_style(("#1f7a45", "#ffffff"), ("#c77700", "#1f2733"), ("#b3101c", "#ffffff"), size=13)
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
