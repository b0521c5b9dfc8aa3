"""The one stylesheet of official documents, built from the numbers of the grid."""

from cppcc.documents import grid
from cppcc.documents.closing import SEAL
from cppcc.documents.fonts import BUNDLED, path_of
from cppcc.documents.grid import CELL, FOOT, HALF, LEFT, LINE, MEASURE, MM, RIGHT, SIZE, SMALL, TOP, TRACKING

RED = "#f00"
SLACK = 0.3  # points: keeps rounding from pushing the last line to the next page
NUMBER = '"— " counter(page) " —"'
DASH_BELOW = 7 * MM
DASH_CENTRE = 7.6  # points from the top of the line box of a page number to its dash
SIDE_BOX = 32 * MM


def faces() -> str:
    """An @font-face rule for each role."""
    return "".join(
        f'@font-face {{ font-family: "{role}"; src: url("{path_of(role).resolve().as_uri()}") }}\n' for role in BUNDLED
    )


def page_number(side: str) -> str:
    """A page number of a portrait page: 4号 song, dash 7 mm below the text, one cell in at the outer side."""
    padding = f"{DASH_BELOW - HALF - DASH_CENTRE:.3f}pt"
    inner = f"{CELL:.3f}pt"
    sides = f"{padding} {inner} 0 0" if side == "right" else f"{padding} 0 0 {inner}"
    return (
        f"@bottom-{side} {{ content: {NUMBER}; font: {SMALL}pt/{SMALL}pt song; letter-spacing: 0; vertical-align: top;"
        f" text-align: {side}; padding: {sides}; white-space: nowrap; width: 60mm }}"
    )


def turned_number(side: str) -> str:
    """The same on a landscape page, where it stands as on the portrait sheet: turned, at the left edge (clause 8)."""
    place, gap = ("bottom", "margin-bottom: 0") if side == "right" else ("top", f"margin-top: {HALF:.3f}pt")
    padding = f"{DASH_BELOW - (FOOT - SIDE_BOX) - DASH_CENTRE:.3f}pt"
    sides = f"{padding} {CELL:.3f}pt 0 0" if side == "right" else f"{padding} 0 0 {CELL:.3f}pt"
    return (
        f"@left-{place} {{ content: {NUMBER}; font: {SMALL}pt/{SMALL}pt song; letter-spacing: 0; vertical-align: top;"
        f" text-align: {side}; box-sizing: border-box; width: {SIDE_BOX:.3f}pt; height: {SIDE_BOX:.3f}pt;"
        f" margin-left: 0; margin-right: {FOOT - SIDE_BOX:.3f}pt; {gap}; padding: {sides}; white-space: nowrap;"
        " transform: rotate(90deg) }"
    )


def pages() -> str:
    """The page boxes: portrait, landscape, and the pages without a number."""
    none = "{ content: none }"
    return f"""
@page {{ size: 210mm 297mm;
  margin: {TOP - HALF:.4f}pt {RIGHT:.4f}pt {FOOT - HALF - SLACK:.4f}pt {LEFT:.4f}pt;
  @footnote {{ border: none; margin: 0; padding: 0 0 {HALF - SLACK:.3f}pt; max-height: 100% }} }}
@page :right {{ {page_number("right")} }}
@page :left {{ {page_number("left")} }}
@page wide {{ size: 297mm 210mm; margin: {LEFT - HALF:.4f}pt {TOP:.4f}pt {RIGHT - SLACK:.4f}pt {FOOT:.4f}pt;
  @bottom-left {none} @bottom-right {none} }}
@page wide:right {{ @bottom-right {none} {turned_number("right")} }}
@page wide:left {{ @bottom-left {none} {turned_number("left")} }}
@page unnumbered {{ @bottom-left {none} @bottom-right {none} }}
@page :blank {{ @bottom-left {none} @bottom-right {none} @left-top {none} @left-bottom {none} }}
"""


def sheet() -> str:
    """The whole stylesheet."""
    return f"""{faces()}{pages()}
html {{ font: {SIZE}pt/{LINE:.4f}pt body, companion; font-kerning: none; font-variant-ligatures: none }}
body {{ margin: 0; letter-spacing: {TRACKING:.4f}pt; orphans: 1; widows: 1; color: #000 }}
p, h1 {{ margin: 0; font-weight: normal; white-space: nowrap }}
.hei {{ font-family: hei, companion }} .kai {{ font-family: kai, companion }}
.title, h1, .mark {{ font-family: title, companion; font-weight: normal }}
.blank {{ height: {LINE:.4f}pt }}
.ln {{ display: block; height: {LINE:.4f}pt; text-indent: 0; white-space: nowrap }}
.text .ln:first-child {{ text-indent: inherit }}
.text {{ text-indent: 0 }}
.heading {{ break-after: avoid; bookmark-level: 2; bookmark-label: attr(data-label) }}
.level2 {{ bookmark-level: 3 }}
h1 {{ font-size: {grid.TITLE_SIZE}pt; line-height: {LINE:.4f}pt; letter-spacing: 0; text-align: center;
  break-after: avoid; break-inside: avoid; bookmark-level: 1; bookmark-label: attr(data-label) }}
h1 span {{ display: block; height: {LINE:.4f}pt }}
h1 + .blank {{ break-after: avoid }}
.head {{ position: relative }}
.mark {{ position: absolute; white-space: nowrap; color: {RED}; transform-origin: 0 0 }}
.piece {{ position: absolute; line-height: {SIZE}pt }}
.rule {{ position: absolute; left: 0; width: {MEASURE:.4f}pt; height: {grid.RULE_WEIGHT:.4f}pt; background: {RED} }}
.last .ln:last-child {{ break-before: avoid }}
.annexes {{ break-before: avoid; margin-top: {LINE:.4f}pt }}
.hang {{ position: relative; height: {LINE:.4f}pt }}
.hang .label, .copies .label {{ position: absolute; top: 0; white-space: nowrap }}
.sign {{ position: relative; break-inside: avoid; break-before: avoid; white-space: nowrap }}
.sign p {{ position: absolute }}
.seal {{ position: absolute; width: {SEAL:.3f}pt; height: {SEAL:.3f}pt }}
.imprint {{ float: footnote; display: block; width: {MEASURE:.4f}pt; box-sizing: border-box; margin: 0;
  font-size: {SMALL}pt; line-height: 24pt; letter-spacing: 0 }}
.ruled {{ border: solid #000; border-width: 0.35mm 0 }}
.imprint::footnote-call, .imprint::footnote-marker {{ content: none }}
.imprint .ln {{ height: 24pt }}
.copies {{ position: relative }} .copies .label {{ left: {SMALL}pt }}
.copies + .printing {{ border-top: 0.25mm solid #000 }}
.printing {{ position: relative; padding: 0 {SMALL}pt; white-space: nowrap }}
.printing .day {{ position: absolute; right: {SMALL}pt; top: 0 }}
.empty, .bare {{ page: unnumbered }} .turned {{ break-before: left }}
.annex {{ break-before: page }} .annex.wide {{ page: wide }}
.annexmark {{ text-indent: 0 }}
table {{ border-collapse: collapse; table-layout: fixed; width: 100%; letter-spacing: 0 }}
thead {{ display: table-header-group }} tfoot {{ display: table-footer-group }}
.edge td {{ border: none; height: {HALF:.4f}pt; padding: 0; line-height: 0 }} .wide tfoot {{ display: none }}
tr {{ break-inside: avoid }} tbody tr:last-child {{ break-before: avoid }} tr.part {{ break-after: avoid }}
td, th {{ border: 0.5pt solid #000; padding: 2.5pt 0 2.5pt 4pt; vertical-align: middle; text-align: left;
  white-space: nowrap; font-weight: normal }}
th {{ font-family: hei, companion }}
th, td.mid {{ text-align: center; padding-left: 0 }}
"""
