"""What sets the formats apart: 签发人, letters, minutes, seals, levels, annexes given by hand, names kept whole."""

import io
from dataclasses import replace
from datetime import date

import pdfplumber
import pytest
from PIL import Image

from cppcc.documents.compose import Style, compose
from cppcc.documents.content import Annex, Paragraph
from cppcc.documents.grid import CELL, MEASURE, SIZE, TRACKING
from cppcc.documents.typeset import typeset
from cppcc.office.refusals import Refused
from tests.documents.plans import TEXT, letter, plan
from tests.documents.ruler import MM, face, faults, lines, plain, text_of
from tests.documents.samples import sample

BODY = Style(SIZE, TRACKING, MEASURE, indent=2 * CELL)


def line_with(page, words: str) -> list[dict]:
    return next(row for row in lines(page) if words in plain(text_of(row)))


def anywhere(pdf, words: str) -> list[dict]:
    return next(row for page in pdf.pages for row in lines(page) if words in plain(text_of(row)))


def png(size: int = 300) -> bytes:
    data = io.BytesIO()
    Image.new("RGBA", (size, size), (255, 0, 0, 128)).save(data, "PNG")
    return data.getvalue()


def test_one_signatory_stands_right_of_the_number(printed):
    row = line_with(printed(letter(signatories=["周泽民"])).pages[0], "签发人")
    assert plain(text_of(row)) == "云政协办〔2026〕3号签发人：周泽民"
    assert row[0]["x0"] / MM == pytest.approx(28 + 156 / 28, abs=0.3)
    assert row[-1]["x1"] / MM == pytest.approx(184 - 156 / 28, abs=0.3)
    assert [face(char) for char in row if char["text"] in "签周民"] == ["body", "kai", "kai"]


def test_many_signatories_stand_two_a_line_and_the_number_beside_the_last(printed):
    page = printed(letter(signatories=["周泽民", "陈文", "欧阳玥", "李昉"])).pages[0]
    above, below = line_with(page, "签发人"), line_with(page, "欧阳玥")
    assert plain(text_of(below)).startswith("云政协办〔2026〕3号")
    first = [next(char for char in row if char["text"] == name) for row, name in ((above, "周"), (below, "欧"))]
    assert first[0]["x0"] == pytest.approx(first[1]["x0"], abs=0.1)
    assert (below[0]["top"] - above[0]["top"]) / MM == pytest.approx(10.45, abs=0.1)


@pytest.mark.parametrize("people", [1, 2, 3, 5])
def test_head_with_signatories_is_as_the_standard_wants_it(printed, people):
    content = letter(signatories=["周泽民", "陈文", "欧阳玥", "李昉", "王炘"][:people])
    assert faults(printed(content), content) == []


@pytest.mark.parametrize("paragraphs", [1, 3, 5, 8])
def test_letters_of_any_length_are_as_the_standard_wants_them(printed, paragraphs):
    content = letter(paragraphs, kind="letter", masthead="政协云江市委员会办公室")
    assert faults(printed(content), content) == []


def test_a_letter_with_annexes_needs_no_even_page(printed):
    content = plan(3, joint=False, kind="letter", masthead="政协云江市委员会")
    pdf = printed(content)
    assert faults(pdf, content) == []
    assert "抄送：" in plain(pdf.pages[-1].extract_text())


def test_a_joint_letter_carries_the_mark_of_the_first_office(printed):
    page = printed(letter(kind="letter", masthead="中共云江市委办公室 政协云江市委员会办公室 文件")).pages[0]
    assert (
        text_of([char for char in page.chars if char["non_stroking_color"] == (1.0, 0.0, 0.0)]) == "中共云江市委办公室"
    )


def test_corner_marks(printed):
    page = printed(letter(copy_number="12", urgency="特急")).pages[0]
    rows = lines(page)
    assert [plain(text_of(row)) for row in rows[:2]] == ["000012", "特急"]
    assert rows[0][0]["top"] / MM == pytest.approx(37, abs=0.3)
    assert face(rows[1][0]) == "hei"
    first = lines(printed(letter(kind="letter", urgency="特急")).pages[0])[0]
    assert plain(text_of(first)) == "特急云政协办〔2026〕3号"


def test_levels_have_their_faces(printed):
    parts = [
        Paragraph("一、总体要求", 1),
        Paragraph("二、工作安排。各单位要认真落实。", 1),
        Paragraph("（一）时间。三月上旬。", 2),
        Paragraph("1.地点。会议室。", 3),
        Paragraph("（1）分工。另行通知。", 4),
    ]
    pdf = printed(letter(body=parts))
    found = [
        [face(char) for char in anywhere(pdf, words) if char["text"] in words] for words in ("总体", "安排", "认真")
    ]
    assert [set(faces) for faces in found] == [{"hei"}, {"hei"}, {"body"}]
    for words, wanted in (("时间", "kai"), ("上旬", "body"), ("地点", "body"), ("分工", "body")):
        assert {face(char) for char in anywhere(pdf, words) if char["text"] in words} == {wanted}


def test_headings_become_bookmarks():
    parts = [Paragraph("一、总体要求", 1), Paragraph("（一）目标", 2), Paragraph("正文。")]
    with pdfplumber.open(io.BytesIO(typeset(letter(body=parts)))) as pdf:
        outline = [(level, title) for level, title, *_ in pdf.doc.get_outlines()]
    assert outline == [(1, "关于印发《2026年度协商计划》的通知"), (2, "一、总体要求"), (3, "（一）目标")]


def test_attendees_hang_under_their_first_name(printed):
    page = printed(sample("minutes")).pages[-1]
    row = line_with(page, "出席：")
    after = lines(page)[lines(page).index(row) + 1]
    first = next(char for char in row if char["text"] == "周")
    assert after[0]["x0"] == pytest.approx(first["x0"], abs=0.2)
    assert [face(char) for char in row[:2]] == ["hei", "hei"]
    assert row[0]["x0"] / MM == pytest.approx(28 + 2 * 156 / 28, abs=0.3)


def test_minutes_have_neither_recipients_nor_seal(printed):
    text = "".join(plain(page.extract_text()) for page in printed(replace(sample("minutes"), recipients=[])).pages)
    assert text.count("2026年11月21日") == 1
    assert "2026年11月21日" in plain(printed(sample("minutes")).pages[0].extract_text())


def test_the_list_of_annexes_may_be_given_by_hand(printed):
    content = letter(
        annexes_note=["附件：1.协商议题建议表。", "2．联络员名单"],
        annexes=[Annex(["甲"], None, paragraphs=[Paragraph("略。")])],
    )
    page = printed(content).pages[0]
    text = plain("".join(plain(page.extract_text()) for page in printed(content).pages))
    assert "附件：1.协商议题建议表2.联络员名单" in text
    row = line_with(page, "附件：") if "附件：" in plain(page.extract_text()) else None
    assert row is None or row[0]["x0"] / MM == pytest.approx(28 + 2 * 156 / 28, abs=0.3)


def test_a_seal_stands_on_name_and_date():
    with pdfplumber.open(io.BytesIO(typeset(letter(1, recipients=["市委"]), [png()]))) as pdf:
        page = pdf.pages[0]
        seal = page.images[0]
        name, day = (line_with(page, words) for words in ("政协云江市委员会办公室", "2026年2月9日"))
        assert seal["width"] / MM == pytest.approx(42, abs=0.1)
        centre = (seal["x0"] + seal["x1"]) / 2
        assert (name[0]["x0"] + name[-1]["x1"]) / 2 == pytest.approx(centre, abs=2)
        assert (day[0]["x0"] + day[-1]["x1"]) / 2 == pytest.approx(centre, abs=2)
        assert seal["top"] < name[0]["top"] < day[0]["bottom"] < seal["bottom"]
        last = [row for row in lines(page) if row[0]["top"] < name[0]["top"]][-1]
        assert 0 < (seal["top"] - last[0]["bottom"]) / MM < 10.45


def test_seals_of_a_joint_document_do_not_touch():
    with pdfplumber.open(io.BytesIO(typeset(plan(1), [png()] * 3))) as pdf:
        seals = [image for page in pdf.pages for image in page.images]
    assert len(seals) == 3
    centres = [((seal["x0"] + seal["x1"]) / 2, (seal["top"] + seal["bottom"]) / 2) for seal in seals]
    for one, (x, y) in enumerate(centres):
        assert all(((x - left) ** 2 + (y - top) ** 2) ** 0.5 / MM > 42 for left, top in centres[:one])
        assert seals[one]["x0"] / MM >= 28
        assert seals[one]["x1"] / MM <= 184.1


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_is_no_seal(data):
    with pytest.raises(Refused, match="印章图片"):
        typeset(letter(), [data])


def test_more_seals_than_names_and_huge_ones_are_refused():
    with pytest.raises(Refused, match="2个"):
        typeset(letter(), [png(), png()])
    with pytest.raises(Refused, match="边长"):
        typeset(letter(), [png(3001)])
    with pytest.raises(Refused, match="太大"):
        typeset(letter(), [b"\x89PNG" + b"x" * 4_000_001])


def texts(text: str) -> list[str]:
    return [line.text for line in compose([(text, "body")], BODY)]


@pytest.mark.parametrize(
    "whole",
    [
        "10个工作日",
        "2026年",
        "第3条",
        "第二十一条",
        "3.5万户",
        "83.3%",
        "张三、",
        "欧阳玥、",
        "GB/T",
        "120个",
        "〔2026〕",
    ],
)
def test_units_and_names_are_never_torn(whole):
    for shift in range(32):
        rows = texts("政" * shift + f"、李昉、{whole}王五、" + "协" * 40)
        assert any(whole in row for row in rows), (shift, rows)


def test_a_long_address_leaves_no_gaping_line():
    for shift in range(28):
        for line in compose(
            [("政" * shift + "请发至zxbgs.office-2026@example.gov.cn，谢谢" + "协" * 40, "body")], BODY
        ):
            assert max(line.spacing) < 4


def test_latin_words_are_not_spaced_out():
    lines = compose([("请登录example.gov.cn系统报名" + TEXT, "body")], BODY)
    for line in lines:
        for place, glyph in enumerate(line.glyphs[:-1]):
            if glyph.character.isascii() and line.glyphs[place + 1].character.isascii():
                assert line.spacing[place] <= TRACKING + 0.01


def test_first_number_of_a_date_is_without_zero(printed):
    assert plain(text_of(anywhere(printed(letter(date=date(2026, 3, 5))), "2026年3月"))) == "2026年3月5日"
