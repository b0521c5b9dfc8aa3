"""A ruler for printed documents: what on the pages of a PDF is not as GB/T 9704 and our grid want it.

`faults(pdf, content)` returns one sentence for each thing that is wrong; an empty list means that the pages are right.
All lengths are in millimetres from the upper left corner of the sheet, as one would measure on paper.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from pdfminer.pdftypes import resolve1
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from cppcc.documents.content import DocumentContent, in_words

MM = 72 / 25.4
PITCH = (225 - 16 / MM) / 21
CELL = 156 / 28
RED = (1.0, 0.0, 0.0)
TEXT_FACES = {"body", "kai", "hei", "companion"}
MARKS = "，。、；：？！（）《》〈〉「」『』【】〔〕“”‘’"


def near(value: float, wanted: float, tolerance: float) -> bool:
    return abs(value - wanted) <= tolerance


def face(char: dict) -> str:
    """The role of the face of a character: the name of the embedded font without the mark of its subset."""
    return char["fontname"].rpartition("+")[2].lower().removesuffix("-bold")


def text_of(chars: list[dict]) -> str:
    return "".join(char["text"] for char in chars)


def visible(page: Page) -> list[dict]:
    return [char for char in page.chars if char["text"].strip()]


def portrait(page: Page) -> bool:
    return page.width < page.height


def is_body(char: dict) -> bool:
    return near(char["size"], 16, 0.05) and char["non_stroking_color"] != RED


def lines(page: Page) -> list[list[dict]]:
    """The 3号 lines of a page, from above, each from the left."""
    rows: dict[int, list[dict]] = defaultdict(list)
    for char in filter(is_body, page.chars):
        rows[round(char["top"] / MM / PITCH * 4)].append(char)
    return [sorted(row, key=lambda char: char["x0"]) for _, row in sorted(rows.items()) if text_of(row).strip()]


def number_chars(page: Page) -> list[dict]:
    return [char for char in visible(page) if face(char) == "song"]


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def faults(pdf: PDF, content: DocumentContent) -> list[str]:
    """Everything that is wrong with the pages of a document."""
    found = [*paper(pdf), *fonts(pdf), *said(pdf, content), *numbers(pdf, content), *imprint(pdf, content)]
    found += lattice(pdf, content)
    for count, page in enumerate(pdf.pages, 1):
        found += [f"page {count}: {fault}" for fault in [*area(page), *edges(page)]]
    first = pdf.pages[0]
    found += letter_head(first, content) if content.kind == "letter" else head(first, content)
    return [*found, *sizes(first, content)]


def paper(pdf: PDF) -> Iterator[str]:
    for count, page in enumerate(pdf.pages, 1):
        size = sorted((round(page.width / MM, 1), round(page.height / MM, 1)))
        if size != [210.0, 297.0]:
            yield f"page {count} is {size} mm, not A4"


def fonts(pdf: PDF) -> Iterator[str]:
    """Every face is one of ours, embedded as a subset; every character has a text and a glyph."""
    faces = TEXT_FACES | {"title", "song"}
    for count, page in enumerate(pdf.pages, 1):
        strange = {char["fontname"] for char in page.chars if face(char) not in faces or "+" not in char["fontname"]}
        if strange:
            yield f"page {count} uses {', '.join(sorted(strange))}, which is none of our fonts"
        if any(char["text"].startswith("(cid:") or char["text"] in "\0\ufffd" for char in page.chars):
            yield f"page {count} has a character without a glyph"
        for font in resolve1(page.page_obj.resources.get("Font", {})).values():
            for part in resolve1(resolve1(font).get("DescendantFonts", [])):
                descriptor = resolve1(resolve1(part)["FontDescriptor"])
                if not {"FontFile", "FontFile2", "FontFile3"} & set(descriptor):
                    yield f"page {count}: {descriptor['FontName']} is not embedded"


def said(pdf: PDF, content: DocumentContent) -> Iterator[str]:
    """What the content says is on paper, whole and in one piece."""
    pages = [text_of([c for row in lines(page) for c in row]) for page in pdf.pages]
    text = plain("".join(pages))
    everything = plain("".join(text_of(visible(page)) for page in pdf.pages))
    wanted = [part.text for part in content.body] + content.listed_annexes
    wanted += [part.text for annex in content.annexes for part in annex.paragraphs] + content.recipients
    for words in wanted:
        if plain(words) not in text:
            yield f"“{words[:20]}…” is not on paper as it was written"
    others = [content.number, *content.signature, in_words(content.date), content.note, *content.copy_to]
    others += [cell for annex in content.annexes if annex.table for row in annex.table.rows for cell in row]
    for words in [*content.title, *others]:
        if set(plain(words)) - set(everything):
            yield f"characters of “{words}” are not on paper"


def area(page: Page) -> Iterator[str]:
    """Text stays inside the type area: 28 to 184 and 37 to 262 mm, or the same turned."""
    left, top, right, bottom = (28, 37, 184, 262) if portrait(page) else (35, 28, 260, 184)
    for char in visible(page):
        if char["non_stroking_color"] == RED or face(char) == "song" or char["text"] in MARKS:
            continue
        box = [char[side] / MM for side in ("x0", "top", "x1", "bottom")]
        blank = 1 + (char["size"] - 16) / 12  # em boxes of large type are higher than their ink
        if box[0] < left - 1 or box[1] < top - blank or box[2] > right + 1 or box[3] > bottom + 1:
            yield f"“{char['text']}” stands outside the type area, at {[round(side, 1) for side in box]}"
            return


def lattice(pdf: PDF, content: DocumentContent) -> Iterator[str]:
    """Lines of a page without a head, table or title stand on 22 places from 37 to 262 mm; full pages fill them all."""
    pages = [page for page in pdf.pages if portrait(page)]
    for count, page in enumerate(pages, 1):
        if page.lines or count == 1:
            continue
        tops = [row[0]["top"] / MM for row in lines(page)]
        for top in tops:
            place = (top - 37) / PITCH
            if not near(place, round(place), 0.05) or not 0 <= round(place) <= 21:
                yield f"a line stands at {top:.2f} mm, between two places of the grid"
                break
        titled = any(near(char["size"], 22, 0.05) for char in page.chars)  # a text that a notice issues begins with it
        if tops and not titled and not near(tops[0], 37, 0.5):
            yield f"the first line of a page begins at {tops[0]:.2f} mm, not at 37"
    for page, after in pairwise(pages):
        runs_on = lines(page) and lines(after) and not page.lines and lines(after)[0][0]["x0"] / MM < 29
        if runs_on and not text_of(lines(after)[0]).startswith("附件"):
            foot = lines(page)[-1][0]["top"] / MM + 16 / MM
            kept = (
                5 if in_words(content.date) in plain(after.extract_text()) else 0
            )  # a signature that did not fit takes two lines along
            if not any(near(foot, 262 - short * PITCH, 0.5) for short in range(kept + 1)):
                yield f"the last line of a full page ends at {foot:.2f} mm, not at 262"


def full_lines(page: Page) -> list[list[dict]]:
    """Lines that the next one goes on from: they must reach the right edge."""
    rows = lines(page)
    inside = [row for row, after in pairwise(rows) if near(after[0]["x0"] / MM, 28, 0.6) and is_text(row, after)]
    return [row for row in inside if row[-1]["x1"] / MM > 120]


def is_text(row: list[dict], after: list[dict]) -> bool:
    """Two lines of one paragraph of the text, not a label or an address above something else."""
    last = text_of(row).strip()[-1:]
    return (
        near((after[0]["top"] - row[0]["top"]) / MM, PITCH, 0.2)
        and last not in "：；。"
        and (near(row[0]["x0"] / MM, 28, 0.6) or near(row[0]["x0"] / MM, 28 + 2 * CELL, 3.2))
    )


def edges(page: Page) -> Iterator[str]:
    """The right edge is straight: a full line ends at 184 mm; a mark at its end may hang its blank half over it."""
    if not portrait(page):
        return
    for row in full_lines(page):
        last = [char for char in row if char["text"].strip()][-1]
        end = last["x1"] / MM
        allowed = (-0.8, 3.0) if last["text"] in MARKS else (-0.8, 0.8)
        if not allowed[0] <= end - 184 <= allowed[1]:
            yield f"the line “{text_of(row)[:12]}…” ends at {end:.2f} mm, not at 184"
        if all(ord(char["text"]) > 0x2E7F for char in row):
            count, slack = len(row) + (2 if row[0]["x0"] / MM > 34 else 0), 4 if set(text_of(row)) & set(MARKS) else 1
            if not near(count, 28, slack):
                yield f"the full line “{text_of(row)[:12]}…” holds {count} characters, not 28"


def sizes(page: Page, content: DocumentContent) -> Iterator[str]:
    """Title in 2号 of the title face, text in 3号 of the text faces."""
    title = [
        char for char in visible(page) if face(char) in {"title", "companion"} and char["non_stroking_color"] != RED
    ]
    big = [char for char in title if near(char["size"], 22, 0.05)]
    missing = set(plain("".join(content.title))) - {char["text"] for char in big}
    if missing:
        yield f"the title is not set in 22 pt: {''.join(sorted(missing))}"
    allowed = {14, 16, 22}
    odd = {round(char["size"], 1) for char in visible(page) if char["non_stroking_color"] != RED} - allowed
    if odd:
        yield f"sizes on page 1: {sorted(odd)}"


def ink_top(page: Page, top: float, bottom: float) -> float:
    """Where the first black or red begins between two heights."""
    crop = page.crop((0, top * MM, page.width, bottom * MM))
    picture = crop.to_image(resolution=254).original.convert("L").point(lambda value: 255 * (value < 200))
    box = picture.getbbox()
    return top + box[1] / 10 if box else -1


def red_rules(page: Page) -> list[dict]:
    return sorted((rect for rect in page.rects if rect["non_stroking_color"] == RED), key=lambda rect: rect["top"])


def head(page: Page, content: DocumentContent) -> Iterator[str]:
    """Mark at 72 mm; a red rule of 156 mm, 4 mm below the last row of the head; the title two blank lines below."""
    begin = ink_top(page, 62, 110)
    if not near(begin, 72, 1):
        yield f"the mark begins at {begin:.1f} mm, not at 72"
    rules = red_rules(page)
    if len(rules) != 1:
        yield f"there are {len(rules)} red rules, not one"
        return
    rule = rules[0]
    if not near((rule["x1"] - rule["x0"]) / MM, 156, 0.5) or not near(rule["x0"] / MM, 28, 0.5):
        yield "the red rule is not 156 mm wide"
    above = [row for row in lines(page) if row[0]["bottom"] <= rule["top"]]
    gap = (rule["top"] - above[-1][0]["bottom"]) / MM if above else -1
    if not near(gap, 4, 0.5):
        yield f"the red rule stands {gap:.2f} mm below the number, not 4"
    joined = plain("".join(map(text_of, above)))
    if plain(content.number) not in joined:
        yield "the number does not stand above the rule"
    title = min((char["top"] for char in visible(page) if near(char["size"], 22, 0.05)), default=0)
    if not near((title - rule["bottom"]) / MM, 2 * PITCH, 2.5):
        yield f"the title begins {(title - rule['bottom']) / MM:.1f} mm below the rule, not two blank lines"


def letter_head(page: Page, content: DocumentContent) -> Iterator[str]:
    """Mark at 30 mm, double lines of 170 mm, thick over thin above, thin over thick 20 mm from the foot."""
    begin = ink_top(page, 20, 70)
    if not near(begin, 30, 1):
        yield f"the mark begins at {begin:.1f} mm, not at 30"
    rules = red_rules(page)
    if len(rules) != 4:
        yield f"there are {len(rules)} red lines, not two double ones"
        return
    for rule in rules:
        if not near((rule["x1"] - rule["x0"]) / MM, 170, 0.5) or not near((rule["x0"] + rule["x1"]) / 2 / MM, 105, 0.5):
            yield "a red line is not 170 mm wide in the middle of the sheet"
    weights = [rule["height"] for rule in rules]
    if not weights[0] > 2 * weights[1] or not weights[3] > 2 * weights[2]:
        yield "the double lines are not thick over thin and thin over thick"
    foot = 297 - (rules[2]["top"] + rules[3]["bottom"]) / 2 / MM
    if not near(foot, 20, 0.5):
        yield f"the lower double line stands {foot:.1f} mm from the foot, not 20"
    yield from letter_number(page, content, rules)


def letter_number(page: Page, content: DocumentContent, rules: list[dict]) -> Iterator[str]:
    """The number stands at the right edge, 7/8 of a 3号 character below the upper line; the title two lines below."""
    number = next(row for row in lines(page) if plain(content.number) in plain(text_of(row)))
    right, gap = number[-1]["x1"] / MM, (number[0]["top"] - rules[1]["bottom"]) / MM
    if not near(right, 184, 0.5) or not near(gap, 14 / MM, 0.5):
        yield f"the number ends at {right:.1f} mm and stands {gap:.1f} mm below the line"
    mark = ink_top(page, rules[0]["top"] / MM - 4.2, rules[0]["top"] / MM - 0.2)
    if mark > 0 and mark < rules[0]["top"] / MM - 4.15 - 0.5:
        yield "the mark is nearer than 4 mm to the line"
    title = min((char["top"] for char in visible(page) if near(char["size"], 22, 0.05)), default=0)
    if not near((title - number[0]["bottom"]) / MM, 3 * PITCH - 16 / MM, 2.5):
        yield "the title does not stand two blank lines below the number"


def numbers(pdf: PDF, content: DocumentContent) -> Iterator[str]:
    """— n — outside, one cell in, its dash 7 mm below the type area; none on a letter's first page or a blank one."""
    blank = next((count for count, page in enumerate(pdf.pages, 1) if not page.chars), len(pdf.pages) + 1)
    for count, page in enumerate(pdf.pages, 1):
        chars = number_chars(page)
        wanted = "" if (content.kind == "letter" and count == 1) or count >= blank else f"—{count}—"
        if plain(text_of(chars)) != wanted:
            yield f"page {count} carries the number “{text_of(chars)}”"
        elif wanted and portrait(page):
            middle = (chars[0]["top"] + chars[0]["bottom"]) / 2 / MM
            outer = 184 - chars[-1]["x1"] / MM if count % 2 else chars[0]["x0"] / MM - 28
            if not near(middle, 269, 0.6) or not near(outer, CELL, 0.6) or not near(chars[0]["size"], 14, 0.05):
                yield f"the number of page {count} stands {outer:.1f} mm from its side, at {middle:.1f} mm"
        elif wanted:
            across = (chars[0]["x0"] + chars[0]["x1"]) / 2 / MM
            if not near(across, 28, 0.6):
                yield f"the number of the landscape page {count} stands at {across:.1f} mm"


def imprint(pdf: PDF, content: DocumentContent) -> Iterator[str]:
    """版记 ends on the foot of the last page, which is an even one; a letter's has no rules and no 印发机关."""
    last = pdf.pages[-1]
    black = [rect for rect in last.rects if rect["non_stroking_color"] != RED]
    if content.kind == "letter":
        if black or re.search("[0-9]日印发", plain(last.extract_text() or "")):
            yield "the 版记 of the letter has rules or names who printed it"
        return
    if not content.copy_to and not content.printed_by:
        return
    if len(pdf.pages) % 2:
        yield f"the 版记 stands on page {len(pdf.pages)}, an odd one"
    bottom = max((rect["bottom"] for rect in black), default=0) / MM
    if not near(bottom, 262, 0.5):
        yield f"the last rule of the 版记 stands at {bottom:.2f} mm, not at 262"
    wide = [rect for rect in black if rect["width"] > 100 * MM]
    if any(not near(rect["width"] / MM, 156, 0.5) for rect in wide):
        yield "a rule of the 版记 is not 156 mm wide"
