"""What stands above the title of a 文件式 document or of minutes (GB/T 9704, 7.2.1 to 7.2.7 and 10.3)."""

from cppcc.documents.content import DocumentContent, in_words
from cppcc.documents.docx import styles
from cppcc.documents.docx.mark import joint, single
from cppcc.documents.docx.markup import Element, border, node, paragraph, properties, run, spacing, tabs, value
from cppcc.documents.docx.measures import CHARACTER, MM, PITCH, WIDTH, cells, twips
from cppcc.documents.docx.styles import RED
from cppcc.documents.docx.words import length, plain
from cppcc.documents.grid import RULE_WEIGHT, SIZE
from cppcc.documents.head import SIGNATORY, offices, same_length

MARK_TOP = round(35 * MM)
RULE_GAP = 11  # points: 4 mm


def head(content: DocumentContent) -> list[Element]:
    """The head of a 文件式 document or of minutes."""
    corners = [paragraph(style, run(text)) for style, text in corner(content)]
    top = MARK_TOP - len(corners) * PITCH
    names, word = [plain(name) for name in offices(content.masthead)[0]], offices(content.masthead)[1]
    if len(names) == 1:
        mark, below = single(names[0], top)
    else:
        mark, below = joint(names, word, top)
    rows = minutes_rows(content) if content.kind == "minutes" else number_rows(content)
    return [*corners, *mark, *spaced(rows, 2 * PITCH - below)]


def corner(content: DocumentContent) -> list[tuple[str, str]]:
    """份号 and 紧急程度 with their styles."""
    found = [(styles.COPY_NUMBER, plain(content.copy_number).zfill(6))] if plain(content.copy_number) else []
    return [*found, *([(styles.URGENCY, plain(content.urgency))] if plain(content.urgency) else [])]


def number_rows(content: DocumentContent) -> list[Element]:
    """发文字号, centred; of a report to a higher office at the left of the last 签发人 (7.2.5 and 7.2.6)."""
    number = plain(content.number)
    people = same_length([plain(name) for name in content.signatories])
    if not people:
        return [paragraph(styles.NUMBER, run(number), looks=(red_rule(),))]
    start, columns, widest = signatory_places(number, people)
    label = start - cells(length(SIGNATORY))
    stops = [start + cells(place * (widest + 1)) for place in range(columns)]
    rows = [people[begin : begin + columns] for begin in range(0, len(people), columns)]
    return [
        signatory_row(row, number if place == len(rows) - 1 else "", SIGNATORY if place == 0 else "", label, stops)
        for place, row in enumerate(rows)
    ]


def signatory_places(number: str, people: list[str]) -> tuple[int, int, float]:
    """Where the names begin (in twips), how many stand in a row, how many cells the longest takes."""
    widest = max(map(length, people))
    needed = 1 + length(number) + 1 + length(SIGNATORY) + 2 * widest + 1 + 1
    columns = 1 if len(people) == 1 or needed * CHARACTER > WIDTH else 2
    return WIDTH - cells(1 + columns * widest + columns - 1), columns, widest


def signatory_row(row: list[str], number: str, label: str, at: int, stops: list[int]) -> Element:
    """签发人 of one row; the last carries the number and the rule."""
    named = [part for name in row for part in (run("\t"), run(name, style=styles.BY_ROLE["kai"]))][bool(label) :]
    first = [("left", cells(1))] if number else []
    places = tabs(*first, *([("left", at)] if label else []), *(("left", stop) for stop in stops))
    runs = [run(f"\t{said}") for said in (number, label) if said]
    style = styles.NUMBER if number else styles.SIGNATORY
    return paragraph(style, *runs, *named, looks=(places, value("jc", "left"), red_rule() if number else None))


def minutes_rows(content: DocumentContent) -> list[Element]:
    """Minutes name their number in the middle, and below it who writes them and when; without a name, in one row."""
    number, day = plain(content.number), in_words(content.date)
    office = "　".join(filter(None, map(plain, content.signature)))
    first = [paragraph(styles.NUMBER, run(number))] if office else []
    stops = tabs(("left", cells(1)), ("right", WIDTH - cells(1)))
    last = paragraph(styles.MINUTES_HEAD, run(f"\t{office or number}\t{day}"), looks=(stops, red_rule()))
    return [*first, last]


def red_rule() -> Element:
    """The red rule 4 mm below the last row, as wide as the type area (7.2.7)."""
    return node("pBdr", border("bottom", RULE_WEIGHT, colour=RED, gap=RULE_GAP))


def spaced(rows: list[Element], first: int) -> list[Element]:
    """The rows, the first `first` twips below what stands above, the others a line apart."""
    for place, row in enumerate(rows):
        before = first if place == 0 else PITCH - twips(SIZE)
        given = list(row.pPr)
        row.remove(row.pPr)
        row.insert(0, properties("pPr", *given, spacing(before=max(0, before), after=0, line=twips(SIZE))))
    return rows
