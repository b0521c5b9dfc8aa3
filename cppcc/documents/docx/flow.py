"""What follows the head on the pages of a document: title to 附注 (GB/T 9704, 7.3.1 to 7.3.6)."""

from cppcc.documents.closing import SEAL_LINES, name_alone
from cppcc.documents.content import DocumentContent, Paragraph, in_words
from cppcc.documents.docx import styles
from cppcc.documents.docx.markup import Element, flag, node, paragraph, run, spacing, tabs, value
from cppcc.documents.docx.measures import CHARACTER, PITCH, WIDTH, cells, lines
from cppcc.documents.docx.words import joined, length, plain
from cppcc.documents.fonts import MissingGlyph
from cppcc.documents.grid import COLUMNS, MEASURE
from cppcc.documents.lines import level_of
from cppcc.documents.titles import break_title

STOP = "。"
DATE_RIGHT, PLAIN_RIGHT = 4, 2  # cells
BODY_TEXT = 9  # the outline level of what is no heading


def title(lines_given: list[str], style: str = styles.TITLE, *, measure: float = MEASURE, **space: int) -> Element:
    """A title in one paragraph, broken by sense as the typesetter breaks it."""
    given = [plain(line) for line in lines_given]
    try:
        broken = break_title(given, measure=measure)
    except MissingGlyph:
        broken = given
    looks = (spacing(line=PITCH, after=PITCH, **space),) if space else ()
    return paragraph(style, run("\n".join(filter(None, broken))), looks=looks)


def recipients(names: list[str]) -> list[Element]:
    """主送机关, with a full-width colon at its end."""
    text = joined(names, "，")
    return [paragraph(styles.RECIPIENTS, run(text.rstrip("：:") + "："))] if text else []


def body(parts: list[Paragraph], *, closes: bool = False) -> list[Element]:
    """Paragraphs; with `closes` the last one stays with the signature below it."""
    last = len(parts) - 1
    return [text(part, stays=closes and place == last) for place, part in enumerate(parts)]


def text(part: Paragraph, *, stays: bool = False) -> Element:
    """A paragraph of text or a heading; the face of a heading ends with its first full stop."""
    said = plain(part.text)
    if part.level == 0:
        named = styles.PLAIN_TEXT if level_of(said) else styles.TEXT
        return paragraph(named, run(said), looks=(flag("keepNext") if stays else None,))
    heading, stop, rest = said.partition(STOP)
    named = styles.HEADINGS[part.level - 1]
    if rest or (stop and part.level > 2):
        runs = [run(heading + stop), *([run(rest, style=styles.BY_ROLE["body"])] if rest else [])]
        if part.level > 2:
            runs = [run(said)]
        return paragraph(named, *runs, looks=(flag("keepNext", stays), value("outlineLvl", BODY_TEXT)))
    return paragraph(named, run(said))


def annex_list(names: list[str]) -> list[Element]:
    """附件说明: two cells in, wraps under the first character of the name (7.3.4)."""
    alone = [name_alone(plain(name)) for name in names]
    rows = []
    for number, name in enumerate(alone, 1):
        mark = f"{number}." if len(alone) > 1 else ""
        label = ("附件：" if number == 1 else "") + mark
        hang = 2 + 3 + length(mark)
        rows.append(
            hanging(styles.ANNEX_LIST, [run(label + name)], hang, length(label), before=1 if number == 1 else 0)
        )
    return rows


def attendees(groups: dict[str, list[str]]) -> list[Element]:
    """出席, 请假 and 列席 of minutes: labels in 黑体, wraps under the first name (10.3)."""
    rows: list[Element] = []
    for role, people in groups.items():
        names = joined(people, "、")
        if names:
            runs = [run(f"{role}：", style=styles.BY_ROLE["hei"]), run(names)]
            rows.append(hanging(styles.ATTENDEES, runs, 5, 3, before=0 if rows else 1))
    return rows


def hanging(style: str, runs: list[Element], left: float, hang: float, *, before: int = 0) -> Element:
    """A paragraph whose lines begin `left` cells in, the first one `hang` cells further left."""
    indent = node(
        "ind", leftChars=round(left * 100), left=cells(left), hangingChars=round(hang * 100), hanging=cells(hang)
    )  # fmt: skip
    return paragraph(style, *runs, looks=(indent, spacing(before=lines(before), line=PITCH) if before else None))


def signature(content: DocumentContent) -> list[Element]:
    """署名 and 成文日期: with room for seals, or without (7.3.5.1 and 7.3.5.2)."""
    names = list(filter(None, map(plain, content.signature)))
    day = in_words(content.date)
    return sealed(names, day) if content.sealed else unsealed(names, day)


def sealed(names: list[str], day: str) -> list[Element]:
    """Names over the date, which ends four cells from the right; joint names in rows with room for each seal."""
    widest = max(map(length, names), default=0)
    right = max(DATE_RIGHT + length(day) / 2, widest / 2)  # from the right edge to the middle of the names
    pairs = len(names) > 1 and COLUMNS - 2 * right >= widest + 1
    rows = [names[start : start + 2] for start in range(0, len(names), 2)] if pairs else [[name] for name in names]
    befores = [2, *[SEAL_LINES - 1] * (len(rows) - 1)]
    return [
        *(signed(row, right, before) for row, before in zip(rows, befores, strict=False)),
        from_right(styles.DATE, day, right - length(day) / 2),
    ]


def signed(row: list[str], right: float, before: int) -> Element:
    """A row of names: two by tab stops at their middles, one by its distance from the right."""
    if len(row) == 1:
        return from_right(styles.SIGNATURE, row[0], right - length(row[0]) / 2, before=before)
    stops = tabs(("center", round(right * CHARACTER)), ("center", WIDTH - round(right * CHARACTER)))
    space = spacing(before=lines(before), line=PITCH)
    looks = (flag("keepNext"), stops, space, value("jc", "left"))
    return paragraph(styles.SIGNATURE, run("".join(f"\t{name}" for name in row)), looks=looks)


def unsealed(names: list[str], day: str) -> list[Element]:
    """Names one below the other, two cells from the right; the date begins two cells right of the name above it."""
    widest = max(map(length, names), default=0)
    left = COLUMNS - PLAIN_RIGHT - widest
    date_left = left + 2
    if length(day) > widest - 2:
        date_left = COLUMNS - PLAIN_RIGHT - length(day)
        left = min(left, date_left - 2)
    rows = [
        from_right(styles.SIGNATURE, name, COLUMNS - left - (widest + length(name)) / 2, before=1 if place == 0 else 0)
        for place, name in enumerate(names)
    ]
    return [*rows, from_right(styles.DATE, day, COLUMNS - date_left - length(day))]


def from_right(style: str, said: str, distance: float, *, before: int = 0) -> Element:
    """A line that ends `distance` cells from the right edge. A name stays with what is below it."""
    away = max(0.0, distance)
    indent = node("ind", rightChars=round(away * 100), right=cells(away))
    space = spacing(before=lines(before), line=PITCH) if before else None
    stays = flag("keepNext") if style == styles.SIGNATURE else None
    return paragraph(style, run(said), looks=(stays, indent, space))


def note(said: str) -> list[Element]:
    """附注 in round brackets (7.3.6)."""
    return [paragraph(styles.NOTE, run(f"（{plain(said)}）"))] if plain(said) else []


def document_end(content: DocumentContent) -> list[Element]:
    """What closes the text: 署名 and 成文日期, or in minutes those who were there; 附注."""
    end = attendees(content.attendees) if content.kind == "minutes" else signature(content)
    return [*end, *note(content.note)]


def main_text(content: DocumentContent) -> list[Element]:
    """Title to 附注."""
    annexes = annex_list(content.listed_annexes)
    return [
        title(content.title),
        *recipients(content.recipients),
        *body(content.body, closes=True),
        *annexes,
        *document_end(content),
    ]
