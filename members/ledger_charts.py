"""The year's ledger in a picture: an SVG chart made on the server."""

import pygal

from cppcc.sheets.chart_style import chart_style
from members.ledger_statistics import LedgerYear

COLOURS = (
    ("#0052b3", "#ffffff"), ("#1f7a45", "#ffffff"), ("#c77700", "#1f2733"), ("#7a3fa0", "#ffffff"),
    ("#b3101c", "#ffffff"), ("#00798c", "#ffffff"), ("#6b5b2a", "#ffffff"), ("#4f5b6b", "#ffffff"),
    ("#d1495b", "#ffffff"), ("#3d5a98", "#ffffff"),
)  # fmt: skip
MOST_SECTORS = 40
LABEL = 11  # characters of a name beside its bar


def sector_chart(found: LedgerYear) -> bytes:
    """Entries by sector as bars that lie, parted by root act, the sectors in their order from above."""
    shown = [sector for sector in found.sectors if sector.members or sector.total][:MOST_SECTORS][::-1]
    chart = pygal.HorizontalStackedBar(
        style=chart_style(*COLOURS, size=13), js=[], width=900, height=170 + 30 * max(len(shown), 3),
        explicit_size=True, show_legend=True, legend_at_bottom=True, legend_at_bottom_columns=5, margin=8,
        margin_left=56, no_data_text="这一年还没有履职记录", disable_xml_declaration=False, integer_values=True,
        truncate_label=14, value_formatter=lambda value: f"{value:.0f}" if value else "",
    )  # fmt: skip
    chart.x_labels = [sector.name if len(sector.name) <= LABEL else f"{sector.name[:LABEL]}…" for sector in shown]
    for place, act in enumerate(found.acts):
        if any(sector.counts[place] for sector in shown):
            chart.add(act.label, [sector.counts[place] or None for sector in shown])
    return chart.render()
