"""The editable .docx: page, styles, fields, tables, every word once and in order, and who may take it."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import docx
import pytest
from django.urls import reverse
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cppcc.documents.closing import name_alone
from cppcc.documents.compose import clean
from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table, in_words
from cppcc.documents.docx.imprint import Place, place_of
from cppcc.documents.docx.markup import ORDER
from cppcc.documents.docx.word import word_of
from cppcc.documents.docx.words import plain
from cppcc.documents.head import offices, same_length
from cppcc.documents.models import Document
from cppcc.files.models import Classification
from cppcc.files.safety import check
from tests.documents.papers import move, paper, put_document
from tests.documents.samples import SAMPLES, sample

NAMES = sorted(path.stem for path in SAMPLES.glob("*.yaml"))
SAME_PAGE = Place(own_page=False)


def opened(content: DocumentContent, **how):
    return docx.Document(io.BytesIO(word_of(content, **how)))


@pytest.fixture(scope="module")
def words():
    """All samples, made once."""
    return {name: (sample(name), opened(sample(name))) for name in NAMES}


def blocks(word) -> Iterator[str]:
    """The text of paragraphs and cells in the order of the file."""
    for part in word.element.body.iter(qn("w:p")):
        yield "".join(found.text or "" for found in part.iter(qn("w:t")))


def squeezed(parts) -> str:
    return re.sub(r"\s", "", "".join(parts))


def end_of(content: DocumentContent) -> list[str]:
    """What closes the text."""
    note = [f"（{content.note}）"] if content.note else []
    if content.kind == "minutes":
        return [*(f"{role}：{'、'.join(people)}" for role, people in content.attendees.items()), *note]
    return [*content.signature, in_words(content.date), *note]


def head_of(content: DocumentContent) -> list[str]:
    """What stands above the title."""
    names, word = offices(content.masthead)
    corners = [content.copy_number.zfill(6) if content.copy_number else "", content.urgency]
    if content.kind == "letter":
        return [names[0], *corners[:1], content.number, *corners[1:]]
    rows = [names[0], word, *names[1:]]
    if content.kind == "minutes":
        return [*corners, *rows, content.number, *content.signature, in_words(content.date)]
    people = same_length(content.signatories)
    if not people:
        return [*corners, *rows, content.number]
    last = (len(people) - 1) // 2 * 2 if len(people) > 1 else 0
    return [*corners, *rows, *(["签发人：", *people[:last]] if last else []), content.number,
            *([] if last else ["签发人："]), *people[last:]]  # fmt: skip


def told(content: DocumentContent) -> str:
    """Everything that the file says, in its order."""
    listed = [name_alone(name) for name in content.listed_annexes]
    numbered = [f"{number}.{name}" for number, name in enumerate(listed, 1)] if len(listed) > 1 else listed
    parts = [*head_of(content), *content.title]
    parts += ["，".join(content.recipients) + "："] if content.recipients else []
    parts += [part.text for part in content.body]
    parts += [("附件：" if place == 0 else "") + name for place, name in enumerate(numbered)]
    parts += end_of(content)
    marked = [annex for annex in content.annexes if annex.marked]
    for annex in content.annexes:
        if annex.marked:
            parts.append(f"附件{marked.index(annex) + 1}" if len(marked) > 1 else "附件")
        parts += [*annex.title, *(part.text for part in annex.paragraphs)]
        if annex.table:
            parts += [*annex.table.head, *(cell for row in annex.table.rows for cell in row)]
    parts += [f"抄送：{'，'.join(content.copy_to)}。"] if content.copy_to else []
    if content.printed_by and content.kind != "letter":
        parts += [content.printed_by, f"{in_words(content.printed_on or content.date)}印发"]
    return squeezed(parts)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_there_once_and_in_order(words, name):
    content, word = words[name]
    assert squeezed(blocks(word)) == told(content)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_that_of_the_standard(words, name):
    for section in words[name][1].sections:
        wide = section.orientation == 1
        size = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
        assert (section.page_width, section.page_height) == pytest.approx(size, abs=Mm(0.1))
        margins = [section.top_margin, section.right_margin, section.bottom_margin, section.left_margin]
        wanted = (28, 37, 26, 35) if wide else (37, 26, 35, 28)
        assert margins == pytest.approx([Mm(side) for side in wanted], abs=Mm(0.05))
        grid = section._sectPr.find(qn("w:docGrid"))
        pitch, space = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))
        assert grid.get(qn("w:type")) == "linesAndChars"
        if not wide:
            assert int(Mm(225).pt * 20 // pitch) == 22
            assert int(Mm(156).pt // (16 + space / 4096)) == 28


def style(word, name: str):
    return next(found for found in word.styles if found.name == name)


def face(found) -> str:
    return found.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))


def test_the_styles_are_named_and_linked_to_the_outline(words):
    word = words["scheme"][1]
    wanted = {
        "公文标题": ("方正小标宋简体", 22, 0), "一级标题": ("黑体", 16, 1), "二级标题": ("楷体_GB2312", 16, 2),
        "三级标题": ("仿宋_GB2312", 16, 3), "四级标题": ("仿宋_GB2312", 16, 4), "公文正文": ("仿宋_GB2312", 16, None),
        "附件标题": ("方正小标宋简体", 22, 0), "公文页码": ("宋体", 14, None),
    }  # fmt: skip
    for name, (font, size, level) in wanted.items():
        found = style(word, name)
        outline = found.element.pPr.find(qn("w:outlineLvl"))
        assert (face(found), found.font.size) == (font, Pt(size)), name
        assert (int(outline.get(qn("w:val"))) if outline is not None else None) == level, name
    text = style(word, "公文正文")
    assert text.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert text.paragraph_format.line_spacing == Pt(28.95)
    assert text.element.pPr.find(qn("w:spacing")).get(qn("w:lineRule")) == "exact"
    assert style(word, "发文机关标志").font.color.rgb.__str__() == "FF0000"


def test_a_paragraph_has_the_style_of_its_level(words):
    content, word = words["scheme"]
    names = ["公文正文", "一级标题", "二级标题", "三级标题", "四级标题"]
    by_text = {part.text: part for part in word.paragraphs}
    for part in content.body:
        found = by_text[part.text]
        assert found.style.name == names[part.level]
        outline = found._p.pPr.find(qn("w:outlineLvl"))
        assert (outline is not None) is (part.level > 0 and "。" in part.text), part.text
    run_in = by_text[next(part.text for part in content.body if part.level == 2 and "。" in part.text)]
    assert [run.style.name for run in run_in.runs] == ["Default Paragraph Font", "仿宋文字"]


def test_the_title_is_one_paragraph_broken_by_sense():
    content = replace(sample("notice"), title=["关于做好全市各级政协组织2027年度协商议题征集工作的通知"])
    title = next(part for part in opened(content, place=SAME_PAGE).paragraphs if part.style.name == "公文标题")
    assert "\n" in title.text and title.text.replace("\n", "") == content.title[0]


def test_tables_repeat_their_head_and_no_row_is_torn(words):
    content, word = words["scheme"]
    grids = [table for table in word.tables if table._tbl.tblPr.find(qn("w:tblpPr")) is None]
    assert len(grids) == len([annex for annex in content.annexes if annex.table])
    for table, annex in zip(grids, content.annexes, strict=True):
        assert len(table.rows) == len(annex.table.rows) + 1
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * len(annex.table.rows)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert sum(column.width for column in table.columns) == pytest.approx(Mm(156), abs=Mm(0.3))


def test_landscape_annexes_have_sections_of_their_own(words):
    assert [section.orientation for section in words["report"][1].sections] == [0, 1, 0]
    joint = words["joint"][1]
    assert [section.orientation for section in joint.sections] == [0, 1, 0]
    assert [section.start_type.name for section in joint.sections][1:] == ["NEW_PAGE", "EVEN_PAGE"]
    assert len(words["scheme"][1].sections) == 2  # the 版记 has a page of its own


def instructions(block) -> list[str]:
    return [found.text.strip() for found in block._element.iter(qn("w:instrText"))]


def written(block) -> str:
    return squeezed(found.text for found in block._element.iter(qn("w:t")))


def test_page_numbers_stand_outside(words):
    for name, (content, word) in words.items():
        assert word.settings.odd_and_even_pages_header_footer
        for place, section in enumerate(word.sections):
            odd, even = section.footer, section.even_page_footer
            assert not odd.is_linked_to_previous and not even.is_linked_to_previous
            assert instructions(odd) == instructions(even) == ["PAGE"], (name, place)
            assert [written(block) for block in (odd, even)] == ["—1—"] * 2
            if section.orientation == 0:
                sides = [block.paragraphs[0].paragraph_format.alignment for block in (odd, even)]
                assert [side.name for side in sides] == ["RIGHT", "LEFT"]
            else:
                turned = [block._element.find(f".//{qn('w:textDirection')}") for block in (odd, even)]
                assert [mark.get(qn("w:val")) for mark in turned] == ["tbRl", "tbRl"]
        first = word.sections[0].different_first_page_header_footer
        assert first is (content.kind == "letter")
    letter = words["letter"][1].sections[0].first_page_footer
    assert instructions(letter) == [] and len(list(letter._element.iter(qn("w:framePr")))) == 2


def test_a_page_of_the_imprint_after_a_blank_one_bears_no_number():
    word = opened(sample("scheme"), place=Place(own_page=True, numbered=False))
    assert [instructions(section.footer) for section in word.sections] == [["PAGE"], []]


def test_the_imprint_goes_where_the_typesetter_puts_it():
    assert place_of(sample("scheme")) == Place(own_page=True)  # the text ends on page 5
    assert place_of(sample("minutes")) == Place(own_page=False)
    lost = replace(sample("minutes"), title=["\U000f0000"])
    assert place_of(lost) == Place(own_page=True)


def test_the_imprint_floats_at_the_foot_between_its_rules(words):
    table = words["minutes"][1].tables[-1]
    place, lines = table._tbl.tblPr.find(qn("w:tblpPr")), table._tbl.tblPr.find(qn("w:tblBorders"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    weights = {line.tag.rpartition("}")[2]: int(line.get(qn("w:sz"))) / 8 * 25.4 / 72 for line in lines}
    assert weights == pytest.approx({"top": 0.35, "bottom": 0.35, "insideH": 0.25}, abs=0.02)
    letter = words["letter"][1].tables[-1]
    assert letter._tbl.tblPr.find(qn("w:tblBorders")) is None
    assert [row.cells[0].text for row in letter.rows] == ["抄送：市委办公室，市政府办公室。"]


def test_the_red_rule_and_the_double_lines(words):
    number = next(part for part in words["notice"][1].paragraphs if part.style.name == "发文字号")
    rule = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert (rule.get(qn("w:color")), rule.get(qn("w:space"))) == ("FF0000", "11")
    frames = list(words["letter"][1].element.body.iter(qn("w:framePr")))
    assert [int(frame.get(qn("w:w"))) / 1440 * 25.4 for frame in frames] == pytest.approx([170] * 3, abs=0.1)
    rules = [found.find(qn("w:top")) for found in words["letter"][1].element.body.iter(qn("w:pBdr"))]
    weights = [int(rule.get(qn("w:sz"))) for rule in rules]
    assert weights[0] > weights[1]  # thick over thin


def test_the_date_ends_four_cells_from_the_right_under_its_office(words):
    content, word = words["notice"]
    by_style = {part.style.name: part for part in word.paragraphs}
    away = {name: int(by_style[name]._p.pPr.ind.get(qn("w:rightChars"))) / 100 for name in ("署名", "成文日期")}
    name, day = len(content.signature[0]), 7.5  # 2026年11月21日: eight digits and three characters
    assert in_words(content.date) == "2026年11月21日" and away["成文日期"] == 4
    assert away["署名"] + name / 2 == pytest.approx(4 + (8 * 0.5 + 3) / 2, abs=0.01), day


def test_the_properties_name_title_author_and_language(words):
    content, word = words["letter"]
    found = word.core_properties
    assert (found.title, found.author) == (content.title[0], content.signature[0])
    assert (found.language, found.subject, found.comments) == ("zh-CN", content.number, "")


def test_a_copy_bears_its_reader_on_every_page():
    for name in ("letter", "joint"):
        word = opened(sample(name), reader="内部 张三 2026-11-22 05:30")
        section = word.sections[0]
        heads = [section.header, section.even_page_header]
        heads += [section.first_page_header] if name == "letter" else []
        assert [head.paragraphs[0].text for head in heads] == ["内部 张三 2026-11-22 05:30"] * len(heads)
        assert all(later.header.is_linked_to_previous for later in list(word.sections)[1:])
    assert not opened(sample("notice")).sections[0].header._has_definition


def test_the_office_names_its_own_faces(settings):
    settings.WORD_FONTS = {"title": "方正小标宋_GBK"}
    word = opened(sample("notice"), place=SAME_PAGE)
    assert face(style(word, "公文标题")) == "方正小标宋_GBK"
    fonts = next(part for part in word.part.package.iter_parts() if part.partname.endswith("fontTable.xml"))
    assert 'w:name="方正小标宋_GBK"'.encode() in fonts.blob and "华文中宋".encode() in fonts.blob


@pytest.mark.parametrize("name", NAMES)
def test_the_properties_stand_in_the_order_of_the_schema(words, name):
    word = words[name][1]
    for tag, order in ORDER.items():
        for found in [*word.element.iter(qn(f"w:{tag}")), *word.styles.element.iter(qn(f"w:{tag}"))]:
            tags = [child.tag.rpartition("}")[2] for child in found]
            assert tags == sorted(tags, key=order.index)


@pytest.mark.parametrize("name", NAMES)
def test_measures_are_whole_numbers(words, name):
    for part in words[name][1].part.package.iter_parts():
        xml = getattr(part, "element", None)
        for found in xml.iter() if xml is not None and part.partname.startswith("/word") else ():
            assert not [value for value in found.attrib.values() if re.fullmatch(r"-?[0-9]+[.][0-9]+", value)], (
                found.tag
            )


def test_the_file_passes_the_check_of_uploads():
    assert check(word_of(sample("notice")), name="通知.docx").extension == "docx"


TEXT = st.text(min_size=1, max_size=60).filter(lambda text: plain(text))


@hypothesis_settings(deadline=None, max_examples=50)
@given(title=TEXT, text=TEXT, level=st.integers(0, 4), cell=st.text(max_size=40), note=TEXT, name=TEXT)
def test_any_text_arrives_unchanged(title, text, level, cell, note, name):
    content = DocumentContent(
        masthead="政协云江市委员会办公室文件", number="云政协办〔2026〕×号", title=[title], recipients=[name],
        body=[Paragraph(text, level)], signature=[name], date=date(2026, 11, 22), note=note,
        annexes=[Annex([title], Table(["甲", "乙"], [[cell, "丙"]]), paragraphs=[Paragraph(text, level)])],
    )  # fmt: skip
    word = opened(content, place=SAME_PAGE)
    found = [part.text for part in word.paragraphs]
    assert found.count(plain(text)) >= 2
    assert squeezed([plain(title)]) in [squeezed([part]) for part in found]
    assert f"（{plain(note)}）" in found
    cells = "\n".join(filter(None, map(plain, cell.splitlines())))
    assert [part.text for part in word.tables[0].rows[1].cells] == [cells, "丙"]


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ud800b", "a\ufffeb", "a\uffffb", "a\x1fb", "a\u202eb"])
def test_characters_that_no_file_can_hold_are_left_out(text):
    assert plain(text) == "ab"
    content = replace(sample("notice"), body=[Paragraph(text)], title=[text], note=text)
    assert "ab" in [part.text for part in opened(content, place=SAME_PAGE).paragraphs]


def test_what_the_typesetter_keeps_is_kept():
    for text in ("<w:p>&amp;", "“引号”", "㐀𠀀玥", "a\tb", "全角　空格", "10%～20%"):
        assert plain(text) == clean(text)


# --- the download --------------------------------------------------------------------------------------------------


def address(document: Document) -> str:
    return reverse("documents:document_word", args=[document.pk])


def downloaded(response):
    assert response.status_code == 200, response.content.decode()[:500]
    return docx.Document(io.BytesIO(response.content))


@pytest.mark.django_db
class TestDownload:
    """Who gets it, what it says."""

    def test_a_draft_has_no_number_yet(self, world, login):
        document = paper(world)
        response = login("clerk").get(address(document))
        assert response["Content-Type"].endswith("wordprocessingml.document")
        assert "（未编号）.docx" in unquote(response["Content-Disposition"])
        assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
        text = "".join(blocks(downloaded(response)))
        assert "试政协办〔" in text and "×号" in text and "现将有关事项通知如下。" in text

    def test_an_issued_one_bears_its_number_and_day(self, world, login):
        document = paper(world, state="issued")
        text = "".join(blocks(downloaded(login("clerk").get(address(document)))))
        assert document.number_text in text and f"{in_words(document.issued_on)}印发" in text

    def test_what_is_internal_names_its_reader(self, world, login):
        document = paper(world)
        word = downloaded(login("clerk").get(address(document)))
        said = word.sections[0].header.paragraphs[0].text
        assert said.startswith(f"内部 {world.users['clerk']} ")
        public = paper(world, classification=Classification.PUBLIC)
        assert not downloaded(login("clerk").get(address(public))).sections[0].header._has_definition

    def test_recipients_take_the_pdf(self, world, login):
        document = paper(world, state="issued")
        response = login("dept1").get(address(document))
        assert response.status_code == 403 and "请下载 PDF" in response.content.decode()
        assert login("dept2").get(address(document)).status_code == 404

    def test_a_work_secret_is_for_those_only_who_may_read_it(self, world, login):
        document = paper(world, state="signing", classification=Classification.WORK_SECRET)
        answers = {name: login(name).get(address(document)).status_code for name in ("clerk", "chair", "vice", "admin")}
        assert answers == {"clerk": 200, "chair": 200, "vice": 404, "admin": 404}

    def test_a_gap_is_told(self, world, login):
        document = paper(world)
        Document.objects.filter(pk=document.pk).update(description={"title": "通知", "body": []})
        response = login("clerk").get(address(document), follow=True)
        assert "公文内容还不完整：body：正文没有内容" in response.content.decode()

    def test_it_changes_nothing(self, world, login):
        document = paper(world)
        before = Document.objects.filter(pk=document.pk).values().get()
        login("clerk").get(address(document))
        assert login("clerk").post(address(document)).status_code == 405
        assert Document.objects.filter(pk=document.pk).values().get() == before

    def test_the_detail_page_offers_it(self, world, login):
        document = put_document(world, paper(world), "issued")
        detail = reverse("documents:document_detail", args=[document.pk])
        assert address(document) in login("clerk").get(detail).content.decode()
        assert address(document) not in login("dept1").get(detail).content.decode()


@pytest.mark.django_db
def test_every_kind_can_be_taken(world, login):
    for kind in ("notice", "report", "letter", "minutes", "paper"):
        assert login("clerk").get(address(paper(world, kind=kind))).status_code == 200, kind


@pytest.mark.django_db
def test_a_cancelled_one_keeps_its_number(world, login):
    document = paper(world, state="issued")
    move(world, document, "cancel", opinion="附件印错")
    text = "".join(blocks(downloaded(login("clerk").get(address(document)))))
    assert document.number_text in text
