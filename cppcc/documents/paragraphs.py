"""Title, recipients and the paragraphs of the text, composed line by line (GB/T 9704, 7.3.1 to 7.3.3)."""

from html import escape

from cppcc.documents.compose import Style, clean, compose
from cppcc.documents.content import Paragraph
from cppcc.documents.grid import CELL, MEASURE, SIZE, TRACKING
from cppcc.documents.titles import break_title

LEVEL_ROLES = {1: "hei", 2: "kai"}


def title(lines: list[str], measure: float = MEASURE) -> str:
    """A 2号小标宋 title and the blank line below it."""
    rows = "".join(f"<span>{escape(line)}</span>" for line in break_title(lines, measure=measure))
    label = escape("".join(map(clean, lines)), quote=True)
    return f'<h1 data-label="{label}">{rows}</h1><div class="blank"></div>'


def recipients(names: list[str]) -> str:
    """主送机关: flush left, ends with a full-width colon."""
    text = "，".join(filter(None, map(clean, names)))
    if not text:
        return ""
    return lines([(text.rstrip("：:") + "：", "body")], Style(SIZE, TRACKING, MEASURE))


def paragraph(part: Paragraph, measure: float = MEASURE, *, last: bool = False) -> str:
    """A paragraph, first line two cells in; a heading's face ends with its first full stop.

    The end of the `last` one stays with the signature: a page that holds only a signature is not allowed.
    """
    text = clean(part.text)
    style = Style(SIZE, TRACKING, measure, indent=2 * CELL)
    kind = "last" if last else ""
    role = LEVEL_ROLES.get(part.level)
    if role is None:
        return lines([(text, "body")], style, kind)
    heading, stop, rest = text.partition("。")
    if not rest:
        return lines([(text, role)], style, f"{kind} heading level{part.level}", label=text)
    return lines([(heading + stop, role), (rest, "body")], style, kind)


def lines(runs: list[tuple[str, str]], style: Style, kind: str = "", label: str = "") -> str:
    """A paragraph of finished lines; `kind` is its class, `label` its entry in the outline."""
    inner = "".join(line.html() for line in compose(runs, style))
    mark = f' data-label="{escape(label, quote=True)}"' if label else ""
    indent = f' style="text-indent:{style.indent:.3f}pt"' if style.indent else ""
    return f'<p class="text {kind}"{mark}{indent}>{inner}</p>'
