"""The printed page, measured as a clerk would with a ruler (GB/T 9704-2012)."""

import io
import logging
import re
import socket
from collections import Counter
from itertools import pairwise

import pdfplumber
import pytest
from pdfplumber.page import Page

from cppcc.documents.content import Annex, Paragraph, Table
from cppcc.documents.fonts import MissingGlyph
from cppcc.documents.typeset import OnlyFonts, press, strict, typeset
from cppcc.office.refusals import Refused
from tests.documents.plans import DEPARTMENTS, HEAD, JOINT, OFFICES, TEXT, letter, plan

MM = 72 / 25.4
RED = (1.0, 0.0, 0.0)


def body_characters(page: Page) -> list[dict]:
    """The 3号 characters of a page."""
    return [char for char in page.chars if abs(char["size"] - 16) < 0.01 and char["text"].strip()]


def line_tops(page: Page) -> list[float]:
    """The upper edges of the lines of a page in mm."""
    return sorted({round(char["top"] / MM, 1) for char in body_characters(page)})


def plain(page: Page) -> str:
    """The text of a page without any blanks."""
    return re.sub(r"\s", "", page.extract_text())


def rule_box(page: Page) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of the rules of a table in mm."""
    lines = page.lines
    return (
        min(line["x0"] for line in lines) / MM,
        max(line["x1"] for line in lines) / MM,
        min(line["top"] for line in lines) / MM,
        max(line["bottom"] for line in lines) / MM,
    )


def number_on(page: Page) -> str:
    """The printed page number, or an empty text."""
    return "".join(char["text"] for char in page.chars if "song" in char["fontname"]).strip("— ")


def test_everything_said_is_on_paper(printed):
    content = plan(3)
    text = "".join(plain(page) for page in printed(content).pages)
    words = [content.number, content.title[0], TEXT, "附件：2026年度协商计划", "2026年2月9日", "（此件公开发布）"]
    for part in [*words, *OFFICES, "抄送：市人大常委会办公室", "2026年2月10日印发"]:
        assert Counter(part) <= Counter(text)
    assert content.number in text
    assert TEXT in re.sub("—[0-9]+—", "", text)


def test_pages_are_a4_and_only_the_plan_is_landscape(printed):
    sizes = [(round(page.width / MM), round(page.height / MM)) for page in printed(plan()).pages]
    assert sizes[:2] == [(210, 297)] * 2
    assert set(sizes[2:-1]) == {(297, 210)}
    assert sizes[-1] == (210, 297)


def test_a_full_page_has_22_lines_that_touch_the_type_area(printed):
    page = printed(letter(12)).pages[1]
    tops = line_tops(page)
    assert len(tops) == 22
    assert tops[0] == pytest.approx(37, abs=0.3)
    assert tops[-1] + 16 / MM == pytest.approx(262, abs=0.3)
    assert all(below - above == pytest.approx(29.61 / MM, abs=0.15) for above, below in pairwise(tops))


def test_both_edges_of_the_text_are_straight(printed):
    page = printed(letter(12)).pages[1]
    for top in line_tops(page):
        line = [char for char in body_characters(page) if abs(char["top"] / MM - top) < 0.5]
        left, right = line[0]["x0"] / MM, max(char["x1"] for char in line) / MM
        first_of_paragraph, last_of_paragraph = line[0]["text"] == "各" and left > 30, right < 183
        assert first_of_paragraph or left == pytest.approx(28, abs=0.3)
        assert last_of_paragraph or right == pytest.approx(184, abs=0.5)


def test_a_full_line_of_han_has_28_characters(printed):
    page = printed(letter(body=[Paragraph("政" * 100)])).pages[0]
    rows = Counter(round(char["top"]) for char in body_characters(page) if char["text"] == "政")
    assert [rows[top] for top in sorted(rows) if rows[top] > 2] == [26, 28, 28, 18]


def test_head_stands_where_the_standard_wants_it(printed):
    page = printed(letter()).pages[0]
    rule = next(rect for rect in page.rects if rect["non_stroking_color"] == RED)
    number = next(char for char in page.chars if char["text"] == "〔")
    title = next(char for char in page.chars if round(char["size"]) == 22)
    assert (rule["x0"] / MM, rule["x1"] / MM) == pytest.approx((28, 184), abs=0.1)
    assert (rule["top"] - number["bottom"]) / MM == pytest.approx(4, abs=0.3)
    assert title["top"] - rule["bottom"] == pytest.approx(2 * 29.6, abs=6)


@pytest.mark.parametrize("content", [letter(), plan(1)])
def test_black_of_the_mark_begins_72_mm_from_the_edge(printed, content):
    page = printed(content).pages[0]
    picture = page.crop((0, 0, page.width, 110 * MM)).to_image(resolution=254).original.convert("L")
    assert picture.point(lambda value: 255 * (value < 200)).getbbox()[1] / 10 == pytest.approx(72, abs=0.3)


def test_joint_mark_stacks_the_offices_and_sets_the_word_beside_them(printed):
    page = printed(plan(1)).pages[0]
    mark = [char for char in page.chars if char["non_stroking_color"] == RED and char["text"].strip()]
    rows = {name: [char for char in mark if char["text"] == name[-2]] for name in OFFICES}
    word = [char for char in mark if char["text"] in "文件"]
    offices = [char for char in mark if char not in word]
    assert "".join(char["text"] for char in word) == "文件"
    assert Counter(char["text"] for char in offices) == Counter(JOINT.replace("文件", "").replace(" ", ""))
    assert len({round(char["top"]) for char in offices}) == 3
    assert min(char["x0"] for char in word) > max(char["x1"] for char in offices)
    middle = (min(char["top"] for char in offices) + max(char["bottom"] for char in offices)) / 2
    assert (word[0]["top"] + word[0]["bottom"]) / 2 == pytest.approx(middle, abs=6)
    assert all(rows.values())
    assert all(char["x0"] >= 28 * MM and char["x1"] <= 184 * MM for char in mark)


def test_first_page_shows_text_of_the_document(printed):
    assert "《2026年度协商计划》已经市委常委会会议审定" in plain(printed(plan()).pages[0])


def test_signature_is_never_alone_on_its_page(printed):
    for paragraphs in range(1, 8):
        pages = printed(letter(paragraphs)).pages
        page = next(page for page in pages if "2026年2月9日" in plain(page))
        assert "书面反馈采纳落实情况" in plain(page), paragraphs


def test_joint_signatures_leave_room_for_seals(printed):
    page = printed(plan(1)).pages[1]
    places = [page.search(name)[0] for name in OFFICES]
    centres = [((place["x0"] + place["x1"]) / 2, (place["top"] + place["bottom"]) / 2) for place in places]
    for one, (x, y) in enumerate(centres):
        for left, top in centres[:one]:
            assert ((x - left) ** 2 + (y - top) ** 2) ** 0.5 / MM > 41.5
    date = page.search("2026年2月9日")[0]
    assert date["x1"] / MM == pytest.approx(184 - 4 * 156 / 28, abs=0.6)
    assert (date["x0"] + date["x1"]) / 2 == pytest.approx(centres[2][0], abs=2)


def test_unsealed_signatures_stand_below_each_other(printed):
    pages = printed(plan(1, sealed=False)).pages
    page = next(page for page in pages if "2026年2月9日" in plain(page))
    tops = [page.search(name)[-1]["top"] for name in OFFICES]
    assert tops == sorted(tops)
    assert tops[1] - tops[0] == pytest.approx(29.61, abs=0.1)


@pytest.mark.parametrize("landscape", [True, False])
def test_annex_head_is_repeated_and_rows_are_whole(printed, landscape):
    pages = [page for page in printed(plan(30, landscape=landscape)).pages if page.lines]
    assert len(pages) > 2
    numbers = []
    for page in pages:
        text = plain(page)
        assert all(word in text for word in ("议题", "协商形式", "牵头单位", "协商部门"))
        table = page.extract_tables()[0]
        rows = [row for row in table if (row[0] or "").isdecimal()]
        numbers += [int(row[0]) for row in rows]
        assert all(re.sub(r"\s", "", row[5]) == DEPARTMENTS for row in rows)
    assert numbers == list(range(1, 31))


@pytest.mark.parametrize(("landscape", "area"), [(True, (35, 260, 28, 184)), (False, (28, 184, 37, 262))])
def test_tables_fill_the_type_area_and_stay_inside(printed, landscape, area):
    pages = [page for page in printed(plan(40, landscape=landscape)).pages if page.lines]
    for page in pages:
        left, right, top, bottom = rule_box(page)
        assert (left, right) == pytest.approx(area[:2], abs=0.3)
        assert area[2] - 0.3 <= top
        assert bottom <= area[3] + 0.3
    assert rule_box(pages[1])[2] == pytest.approx(area[2], abs=0.3)


def test_text_of_cells_stays_inside_its_column(printed):
    for page in printed(plan(12)).pages[2:-1]:
        edges = sorted({round(line["x0"], 1) for line in page.lines if abs(line["x0"] - line["x1"]) < 0.1})
        for char in page.chars:
            if round(char["size"]) == 12:
                left = max(edge for edge in edges if edge <= char["x0"] + 0.5)
                assert char["x1"] <= min(edge for edge in edges if edge > left + 0.5) + 0.5


def test_a_cell_longer_than_a_page_is_still_printed(printed):
    table = Table(["序号", "内容"], [["1", TEXT * 14], ["2", "完"]], widths=[1, 3])
    pages = printed(letter(annexes=[Annex(["说明"], table)])).pages
    assert sum(plain(page).count("联络员") for page in pages) >= 14


def test_given_widths_are_kept(printed):
    table = Table(["甲", "乙", "丙"], [["一", "二", "三"]], widths=[1, 2, 1])
    page = next(page for page in printed(letter(annexes=[Annex(["表"], table)])).pages if page.lines)
    edges = sorted({round(line["x0"] / MM) for line in page.lines if abs(line["x0"] - line["x1"]) < 0.1})
    assert edges == [28, 67, 145, 184]


def test_several_annexes_are_numbered_and_an_issued_text_is_not(printed):
    table = Table(["序号"], [["1"]])
    marked = [Annex(["议程"], table), Annex(["名单"], table)]
    text = "".join(plain(page) for page in printed(letter(annexes=marked)).pages)
    assert "附件：1.议程2.名单" in text
    assert "附件1议程" in text
    assert "附件2名单" in text
    issued = "".join(plain(page) for page in printed(letter(annexes=[Annex(["计划"], table, marked=False)])).pages)
    assert "附件" not in issued


def test_page_numbers_are_outside_and_the_imprint_ends_the_last_even_page(printed):
    pages = printed(plan()).pages
    assert len(pages) % 2 == 0
    for count, page in enumerate(pages[:2], 1):
        dash = [char for char in page.chars if "song" in char["fontname"] and char["text"] == "—"]
        assert number_on(page) == str(count)
        assert (dash[0]["top"] + dash[0]["bottom"]) / 2 / MM == pytest.approx(269, abs=0.5)
        outer = 184 - dash[-1]["x1"] / MM if count % 2 else dash[0]["x0"] / MM - 28
        assert outer == pytest.approx(156 / 28, abs=0.3)
    last = max(rect["bottom"] for rect in pages[-1].rects) / MM
    assert last == pytest.approx(262, abs=0.3)


def test_landscape_numbers_stand_as_on_the_portrait_sheet(printed):
    odd, even = printed(plan()).pages[2:4]
    for page, edge in ((odd, 178.4), (even, 33.6)):
        dash = [char for char in page.chars if "song" in char["fontname"] and char["text"] == "—"]
        assert (dash[0]["x0"] + dash[0]["x1"]) / 2 / MM == pytest.approx(28, abs=0.5)
        outer = max(char["bottom"] for char in dash) if page is odd else min(char["top"] for char in dash)
        assert outer / MM == pytest.approx(edge, abs=0.3)


@pytest.mark.parametrize("topics", range(1, 30, 4))
def test_only_a_blank_page_takes_the_numbers_away(printed, topics):
    pages = printed(plan(topics)).pages
    blank = [count for count, page in enumerate(pages, 1) if not page.chars]
    assert len(pages) % 2 == 0
    assert blank in ([], [len(pages) - 1])
    numbered = len(pages) - 2 * len(blank)
    assert [number_on(page) for page in pages[:numbered]] == [str(count) for count in range(1, numbered + 1)]
    assert not any(number_on(page) for page in pages[numbered:])
    if not blank:
        dash = next(char for char in pages[-1].chars if char["text"] == "—")
        assert dash["x0"] / MM == pytest.approx(28 + 156 / 28, abs=0.3)


def test_missing_character_is_refused_by_name():
    with pytest.raises(MissingGlyph) as refusal:
        typeset(letter(body=[Paragraph("会议由\U0001f600主持。")]))
    assert refusal.value.character == "\U0001f600"
    assert "\U0001f600" in refusal.value.sentence
    assert "U+1F600" in refusal.value.sentence
    assert isinstance(refusal.value, Refused)


@pytest.mark.parametrize("field", ["masthead", "number", "recipients", "note", "copy_to", "printed_by"])
def test_missing_character_is_refused_in_every_part(field):
    with pytest.raises(MissingGlyph):
        typeset(letter(**{field: ["政\U0001f600协"] if field in ("recipients", "copy_to") else "政\U0001f600协"}))


def test_box_of_a_missing_glyph_is_refused_too():
    with pytest.raises(Refused), strict():
        logging.getLogger("weasyprint").warning(".notdef glyph rendered for Unicode string unsupported by fonts")


def test_rare_names_are_printed(printed):
    page = printed(letter(body=[Paragraph("联系人：张玥、李昉、王㛃、赵龑。")])).pages[0]
    assert "张玥、李昉、王㛃、赵龑" in plain(page)


def test_document_without_mark_title_or_signature_is_refused():
    with pytest.raises(Refused, match="发文机关标志、署名"):
        typeset(letter(masthead=" ", signature=[]))


def test_markup_in_texts_is_printed_not_obeyed(printed):
    evil = "<b>重要</b>&amp;<img src='http://example.invalid/x.png'><style>p{display:none}</style>"
    content = letter(body=[Paragraph(evil)], title=["<i>通知</i>"], signature=["政协<br>办公室"])
    text = "".join(plain(page) for page in printed(content).pages)
    assert "<b>重要</b>&amp;" in text
    assert "<i>通知</i>" in text
    assert "政协<br>办公室" in text


def test_nothing_is_fetched_from_anywhere(monkeypatch):
    press.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a document reached for the network"))
    assert typeset(plan(2)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "url", ["http://example.invalid/a.css", "https://example.invalid/a", "file:///etc/passwd", "data:text/css,p{}"]
)
def test_fetcher_opens_fonts_only(url):
    with pytest.raises(ValueError, match="may not fetch"):
        OnlyFonts().fetch(url)


def test_file_is_an_archive_file_with_title_language_and_outline():
    data = typeset(plan(2))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        labels = [title for _, title, *_ in pdf.doc.get_outlines()]
        language = pdf.doc.catalog["Lang"]
        packet = pdf.doc.catalog["Metadata"].resolve().get_data()
        assert pdf.metadata["Title"] == "关于印发《2026年度协商计划》的通知"
    assert re.search(rb'part(=")?>?2.*conformance(=")?>?B', packet, re.DOTALL)
    assert labels == ["关于印发《2026年度协商计划》的通知", "2026年度协商计划"]
    assert language in (b"zh-CN", "zh-CN")


def test_same_content_gives_the_same_bytes():
    assert typeset(plan(4)) == typeset(plan(4))


def test_head_of_the_table_is_the_one_given(printed):
    page = printed(plan(1)).pages[2]
    table = page.extract_tables()[0]
    head = next(row for row in table if row[0] == "序号")
    assert [re.sub(r"\s", "", cell) for cell in head] == HEAD


def test_fonts_are_embedded_as_subsets():
    with pdfplumber.open(io.BytesIO(typeset(letter()))) as pdf:
        assert all("+" in char["fontname"] for page in pdf.pages for char in page.chars)
