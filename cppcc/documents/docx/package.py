"""What a Word file holds besides its pages: styles, settings, the list of fonts."""

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from lxml import etree

from cppcc.documents.docx.markup import Element, flag, node, value
from cppcc.documents.docx.styles import all_styles
from cppcc.documents.fonts import WORD_NAMES, word_font

NEEDED = {KIND.STYLES, KIND.SETTINGS, KIND.FONT_TABLE, KIND.THEME}
WORD = "http://schemas.microsoft.com/office/word"
MODES = {
    "compatibilityMode": 15, "overrideTableStyleFontSizeAndJustification": 1, "enableOpenTypeFeatures": 1,
    "doNotFlipMirrorIndents": 1,
}  # fmt: skip


def furnish(word: Any) -> None:
    """Give an empty document our styles and settings, and take out what its template brings along."""
    renew(word.styles.element, all_styles())
    renew(word.settings.element, settings())
    drop(word.part.rels, lambda kind: kind not in NEEDED)
    drop(word.part.package.rels, lambda kind: kind.endswith("/thumbnail"))
    table = next(rel.target_part for rel in word.part.rels.values() if rel.reltype == KIND.FONT_TABLE)
    table._blob = etree.tostring(font_table(), xml_declaration=True, encoding="UTF-8", standalone=True)


def renew(element: Element, children: list[Element]) -> None:
    """Let an element hold these and nothing else."""
    for old in list(element):
        element.remove(old)
    element.extend(children)


def drop(relations: Any, unwanted: Any) -> None:
    """Take parts out of the file."""
    for key in [key for key, relation in relations.items() if unwanted(relation.reltype)]:
        del relations[key]


def settings() -> list[Element]:
    """Odd and even pages differ, punctuation is compressed, the layout is that of Word 2013 and newer."""
    modes = [node("compatSetting", name=name, uri=WORD, val=mode) for name, mode in MODES.items()]
    compatible = node(
        "compat", flag("spaceForUL"), flag("balanceSingleByteDoubleByteWidth"), flag("doNotLeaveBackslashAlone"),
        flag("ulTrailSpace"), flag("doNotExpandShiftReturn"), flag("adjustLineHeightInTable"), flag("useFELayout"),
        *modes,
    )  # fmt: skip
    return [
        node("zoom", percent=100), value("defaultTabStop", 420), flag("evenAndOddHeaders"),
        value("characterSpacingControl", "compressPunctuation"), compatible,
        node("themeFontLang", val="en-US", eastAsia="zh-CN"), value("decimalSymbol", "."), value("listSeparator", ","),
    ]  # fmt: skip


def font_table() -> Element:
    """The faces, each with the names under which another machine may have it."""
    fonts = node("fonts")
    for role, names in WORD_NAMES.items():
        used = word_font(role)
        others = ",".join(name for name in names if name != used)
        fonts.append(node("font", value("altName", others), value("charset", 86), name=used))
    return fonts
