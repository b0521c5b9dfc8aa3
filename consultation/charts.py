"""The year in pictures: SVG charts made on the server, served as images under the strict policy."""

from collections import Counter
from collections.abc import Iterable

import pygal

from consultation.models import Topic
from consultation.models.topic import Linkage
from cppcc.sheets.chart_style import chart_style

STYLE = chart_style(("#0052b3", "#ffffff"), ("#7aa9dd", "#1f2733"))


def month_chart(topics: Iterable[Topic]) -> bytes:
    """Topics by the month in which they begin, linked and self-selected stacked; the undated stand at the end."""
    topics = [topic for topic in topics if (topic.month_from, topic.month_to) != (1, 12)]
    chart = pygal.StackedBar(
        style=STYLE, js=[], width=760, height=260, explicit_size=True, show_legend=True, legend_at_bottom=True,
        legend_at_bottom_columns=2, print_values=True, print_zeroes=False, show_y_guides=True, margin=8,
        no_data_text="还没有议题", disable_xml_declaration=False, integer_values=True,
        value_formatter=lambda value: f"{value:.0f}" if value else "",
    )  # fmt: skip
    labels = [*range(1, 13), None]
    chart.x_labels = [f"{month}月" if month else "待定" for month in labels]
    highest = max(Counter(topic.month_from for topic in topics).values(), default=1)
    chart.y_labels = [{"value": n, "label": str(n)} for n in range(0, highest + 2, 1 + highest // 6)]
    for linkage in Linkage:
        count = Counter(topic.month_from for topic in topics if topic.linkage == linkage)
        chart.add(str(linkage.label), [count[month] or None for month in labels])
    return chart.render()
