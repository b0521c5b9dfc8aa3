"""How pictures look: the fonts and colours of all charts."""

from pygal.style import Style

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"


def chart_style(*series: tuple[str, str], size: int = 14) -> Style:
    """The style of a chart. series: (colour, colour of the figures on it) of each; size: of its labels, in pixels."""
    return Style(
        background="#ffffff", plot_background="#ffffff", foreground="#4f5b6b", foreground_strong="#1f2733",
        foreground_subtle="#d5dae1", colors=tuple(colour for colour, _ in series), font_family=FONT,
        label_font_size=size, major_label_font_size=size, legend_font_size=14, value_font_size=size,
        value_label_font_size=size, title_font_size=16, value_colors=tuple(on for _, on in series),
        no_data_font_size=20, opacity="1",
    )  # fmt: skip
