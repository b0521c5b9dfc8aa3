"""Pictures of the desk: SVG charts made on the server, served as images under the strict policy."""

from collections.abc import Sequence

import pygal

from cppcc.sheets.chart_style import chart_style

STYLE = chart_style(("#0052b3", "#ffffff"))
BARS = 12  # units in one picture; the list shows all


def hands_chart(units: Sequence[tuple[str, int, int]]) -> bytes:
    """(unit, working days of its oldest thing, how many things) as bars, the longest above."""
    longest = sorted(units, key=lambda row: (-row[1], -row[2], row[0]))[:BARS]
    chart = pygal.HorizontalBar(
        style=STYLE, js=[], width=760, height=70 + 34 * max(len(longest), 2), explicit_size=True, show_legend=False,
        show_y_guides=True, margin=8, margin_left=150, no_data_text="没有在办事项", disable_xml_declaration=False,
        integer_values=True,
    )  # fmt: skip
    shown = longest[::-1]
    chart.x_labels = [f"{unit[:8]} {days} 个工作日，{count} 件" for unit, days, count in shown]
    chart.add("最久（工作日）", [days for _, days, _ in shown])
    return chart.render()
