"""The roster in pictures: sectors, gender, age, party; SVG made on the server, served as images."""

from collections.abc import Mapping

import pygal

from cppcc.sheets.chart_style import chart_style

STYLE = chart_style(("#0052b3", "#ffffff"), size=13)
BAR = 26  # pixels a bar
LONGEST = 10  # characters of a label
WIDER = 55  # pixels more on the left: the library reckons with narrow characters


def bars(counts: Mapping[str, int]) -> bytes:
    """Horizontal bars, the first on top."""
    chart = pygal.HorizontalBar(
        style=STYLE, js=[], width=640, height=max(160, 70 + BAR * len(counts)), explicit_size=True, show_legend=False,
        print_values=True, print_zeroes=True, show_y_guides=True, margin=8,
        margin_left=WIDER, no_data_text="没有符合条件的委员",
        disable_xml_declaration=False, integer_values=True, value_formatter=lambda value: f"{value:.0f}",
    )  # fmt: skip
    names = list(counts)[::-1]
    chart.x_labels = [name if len(name) <= LONGEST else f"{name[:LONGEST]}…" for name in names]
    highest = max(counts.values(), default=1)
    chart.y_labels = [{"value": n, "label": str(n)} for n in range(0, highest + 1 + highest // 6, 1 + highest // 6)]
    chart.add("人数", [counts[name] for name in names])
    return chart.render()
