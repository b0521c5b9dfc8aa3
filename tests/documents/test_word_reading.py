"""An edited .docx read back: samples come back as they went, changes are shown, what has no place is told."""

import copy
import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cppcc.documents.closing import name_alone
from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table
from cppcc.documents.description import describe
from cppcc.documents.docx import styles
from cppcc.documents.docx.imprint import Place
from cppcc.documents.docx.merging import normal, origin_of
from cppcc.documents.docx.reading import read
from cppcc.documents.docx.word import word_of
from cppcc.documents.docx.words import plain
from cppcc.documents.lines import LEVELS
from cppcc.documents.models import Document
from cppcc.files.models import Classification
from cppcc.office.refusals import Refused
from tests.documents.papers import paper
from tests.documents.samples import SAMPLES, sample

NAMES = sorted(path.stem for path in SAMPLES.glob("*.yaml"))
PLACE = Place(own_page=True)


def same(content: DocumentContent, said: dict) -> list[str]:
    """The keys that came back otherwise."""
    wanted = describe(content) | {"annexes_note": [name_alone(name) for name in content.listed_annexes]}
    return [key for key, value in said.items() if normal(key, value) != normal(key, wanted.get(key))]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("own_page", [True, False])
def test_a_sample_comes_back_as_it_went(name, own_page):
    content = sample(name)
    found = read(word_of(content, place=Place(own_page)))
    assert (same(content, found.said), found.remarks) == ([], [])


def test_an_unsealed_or_nameless_one_comes_back_too():
    for changes in ({"sealed": False}, {"sealed": False, "signature": ["甲局", "乙局"]}, {"note": ""}, {"copy_to": []}):
        content = replace(sample("notice"), **changes)
        assert same(content, read(word_of(content, place=PLACE)).said) == []
    nameless = replace(sample("minutes"), signature=[])
    assert same(nameless, read(word_of(nameless, place=PLACE)).said) == []


LINE = st.text(min_size=1, max_size=40).map(plain).filter(bool)
LEVELLED = st.tuples(st.sampled_from(["", "一、", "（二）", "3.", "（4）"]), LINE).map("".join).map(plain)
NAME = st.text("政协云江市县区局办公室民盟玥", min_size=1, max_size=8)


def leveled(line: str, heading: bool) -> Paragraph:
    level = next((level for level, mark in enumerate(LEVELS, 1) if mark.match(line)), 0)
    return Paragraph(line, level if heading else 0)


@hypothesis_settings(deadline=None, max_examples=50)
@given(
    body=st.lists(st.builds(leveled, LEVELLED, st.booleans()), min_size=1, max_size=4),
    names=st.lists(NAME, min_size=1, max_size=4), title=LINE, note=LINE,
    cells=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=3),
    landscape=st.booleans(), marked=st.booleans(),
)  # fmt: skip
def test_any_document_comes_back_as_it_went(body, names, title, note, cells, landscape, marked):
    annex = Annex([title], Table(["序号", "内容"], [list(row) for row in cells]), landscape, body, marked)
    content = DocumentContent(
        masthead="政协云江市委员会办公室文件", number="×", title=[title], recipients=names, body=body, signature=names,
        date=date(2026, 11, 22), annexes=[annex, annex], note=note, copy_to=names,
    )  # fmt: skip
    found = read(word_of(content, place=PLACE))
    assert same(content, found.said) == []


# --- edited by hand ------------------------------------------------------------------------------------------------


def edited(content: DocumentContent, change) -> bytes:
    """The .docx after `change` was done to it."""
    word = docx.Document(io.BytesIO(word_of(content, place=PLACE, origin="document-1-1")))
    change(word)
    with io.BytesIO() as buffer:
        word.save(buffer)
        return buffer.getvalue()


def styled(word, style: str, number: int = 0):
    return [part for part in word.paragraphs if part.style.name == style][number]


def after(part, text: str, style: str | None = None):
    """A new paragraph below `part`, as a clerk types it."""
    new = copy.deepcopy(part._p)
    part._p.addnext(new)
    found = docx.text.paragraph.Paragraph(new, part._parent)
    found.text = text
    if style:
        found.style = style
    return found


def test_a_new_heading_is_known_by_its_number():
    def change(word):
        after(styled(word, styles.TEXT), "三、新的一节", styles.TEXT)
        after(styled(word, styles.TEXT), "从别处粘贴的一段", "Normal")

    found = read(edited(sample("notice"), change))
    assert [(part["level"], part["text"]) for part in found.said["body"][1:]] == [
        (0, "从别处粘贴的一段"), (1, "三、新的一节"),
    ]  # fmt: skip
    assert found.remarks == []


def test_a_shifted_line_end_ends_a_paragraph_and_joins_a_title():
    def change(word):
        styled(word, styles.TEXT).text = "第一段。\n第二段。"
        styled(word, styles.TITLE).text = "关于召开\n会议的通知"

    said = read(edited(sample("notice"), change)).said
    assert [part["text"] for part in said["body"]] == ["第一段。", "第二段。"]
    assert said["title"] == ["关于召开", "会议的通知"]


def test_a_table_is_read_with_its_new_rows():
    def change(word):
        row = word.tables[0].add_row()
        for cell, text in zip(row.cells, ["6", "12:00", "合影", "秘书长"], strict=True):
            cell.text = text

    said = read(edited(sample("scheme"), change)).said
    assert said["annexes"][0]["table"]["rows"][-1] == ["6", "12:00", "合影", "秘书长"]


REMARKS = {
    "自动编号": lambda word: styled(word, styles.TEXT)._p.get_or_add_pPr()._add_numPr(),
    "合并的单元格": lambda word: word.tables[0].cell(1, 0).merge(word.tables[0].cell(1, 1)),
    "在署名、附注之后": lambda word: after(styled(word, styles.DATE), "另外补充一句", "Normal"),
    "在标题之前": lambda word: word.paragraphs[0].insert_paragraph_before("多余的一段", "Normal"),
    "不是“2026年3月5日”": lambda word: setattr(styled(word, styles.DATE), "text", "十一月二十一日"),
    "序号却不是这一层的": lambda word: setattr(styled(word, styles.HEADINGS[0]), "text", "总体要求"),
    "表格请放在附件里": lambda word: styled(word, styles.TEXT)._p.addnext(copy.deepcopy(word.tables[0]._tbl)),
    "两个以上的表格": lambda word: word.tables[0]._tbl.addnext(copy.deepcopy(word.tables[0]._tbl)),
    "修订标记": lambda word: styled(word, styles.TEXT)._p.append(docx.oxml.OxmlElement("w:ins")),
}


@pytest.mark.parametrize("sentence", REMARKS)
def test_what_has_no_place_is_told(sentence):
    found = read(edited(sample("scheme"), REMARKS[sentence]))
    assert any(sentence in remark for remark in found.remarks), found.remarks


def test_what_was_deleted_with_a_trace_is_not_read():
    def change(word):
        run = styled(word, styles.TEXT).runs[0]._r
        gone = docx.oxml.OxmlElement("w:del")
        run.addprevious(gone)
        gone.append(run)
        run.find(docx.oxml.ns.qn("w:t")).tag = docx.oxml.ns.qn("w:delText")

    assert [part["text"] for part in read(edited(sample("notice"), change)).said["body"]] == []


def test_a_table_without_rows_is_passed_over():
    def change(word):
        word.element.body.insert(len(word.element.body) - 1, docx.oxml.OxmlElement("w:tbl"))

    assert read(edited(sample("notice"), change)).said["annexes"] == read(word_of(sample("notice"))).said["annexes"]


def with_part(name: str, data: bytes) -> bytes:
    """A .docx in which one part is another."""
    source, target = io.BytesIO(word_of(sample("notice"), place=PLACE)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, data if entry == name else old.read(entry))
    return target.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><x>&a;&b;</x>'


@pytest.mark.parametrize(
    "data",
    [
        lambda: with_part("word/document.xml", b"<broken"), lambda: with_part("word/document.xml", BOMB),
        lambda: with_part("word/styles.xml", b"<x/>"), lambda: with_part("docProps/core.xml", b"<"),
        lambda: with_part("word/document.xml", b" " * (13 * 1024 * 1024)),
    ],
)  # fmt: skip
def test_a_file_that_is_not_ours_is_refused(data):
    with pytest.raises(Refused) as caught:
        read(data())
    assert caught.value.sentence.endswith("。")


# --- the page ------------------------------------------------------------------------------------------------------

pages = pytest.mark.django_db


def url(name: str, document: Document) -> str:
    return reverse(f"documents:{name}", args=[document.pk])


def taken(client, document: Document):
    """The .docx that the page gives, opened."""
    return docx.Document(io.BytesIO(client.get(url("document_word", document)).content))


def sent(client, document: Document, word, name: str = "改好的.docx"):
    """An edited one, uploaded."""
    data = word
    if not isinstance(word, bytes):
        with io.BytesIO() as buffer:
            word.save(buffer)
            data = buffer.getvalue()
    return client.post(url("document_read_word", document), {"word": SimpleUploadedFile(name, data)})


@pages
class TestPage:
    """Reading is showing; saving is the form's."""

    def test_an_unchanged_file_changes_nothing(self, world, login):
        for kind in ("notice", "letter", "report", "minutes"):
            document, client = paper(world, kind=kind), login("clerk")
            response = sent(client, document, taken(client, document))
            assert response.status_code == 200
            assert (response.context["read"].changes, response.context["read"].remarks) == ([], []), kind
            assert "没有改动" in response.content.decode()
            stored = response.context["form"].stored()
            assert response.context["form"].initial == stored

    def test_changes_are_shown_and_saved_only_by_the_form(self, world, login):
        document, client = paper(world), login("clerk")
        before = Document.objects.filter(pk=document.pk).values().get()
        word = taken(client, document)
        styled(word, styles.TEXT).text = "现将修改后的事项通知如下。"
        styled(word, styles.TITLE).text = "关于做好协商工作的补充通知"
        response = sent(client, document, word)
        page = response.content.decode()
        assert "还没有保存" in page and "现将修改后的事项通知如下。" in page and "现将有关事项通知如下。" in page
        assert Document.objects.filter(pk=document.pk).values().get() == before
        form = response.context["form"]
        posted = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, [])}
        assert posted["title"] == "关于做好协商工作的补充通知" and "recipients" not in [
            k for k, v in posted.items() if v
        ]
        assert client.post(url("document_edit", document), posted).status_code == 302
        document.refresh_from_db()
        assert document.title == "关于做好协商工作的补充通知"
        assert document.description["body"][0]["text"] == "现将修改后的事项通知如下。"

    def test_annexes_come_into_their_forms(self, world, login):
        document, client = paper(world), login("clerk")
        table = {"head": ["序号", "姓名"], "rows": [["1", "张三"]], "widths": [1, 3]}
        said = document.description | {"annexes": [{"title": ["名单"], "table": table, "landscape": True}]}
        Document.objects.filter(pk=document.pk).update(description=said)
        document.refresh_from_db()
        word = taken(client, document)
        word.tables[0].cell(1, 1).text = "李四"
        response = sent(client, document, word)
        annex = response.context["form"].annex_forms.forms[0]
        assert "李四" in annex["table"].value() and annex["landscape"].value() is True
        assert annex["widths"].value() == "1,3"
        assert "李四" in str(response.context["read"].changes)

    def test_a_file_of_another_document_or_an_older_text_is_told(self, world, login):
        document, other, client = paper(world), paper(world, title="关于另一件事的通知"), login("clerk")
        word = taken(client, document)
        assert "另一件公文" in sent(client, other, word).content.decode()
        Document.objects.filter(pk=document.pk).update(version=7)
        assert "又有过修改" in sent(client, document, word).content.decode()
        assert origin_of(document) == f"document-{document.pk}-1"

    def test_only_who_may_edit_reads_one_in(self, world, login):
        document = paper(world, state="signing")
        assert sent(login("clerk"), document, b"x").status_code == 403
        secret = paper(world, classification=Classification.WORK_SECRET)
        assert sent(login("vice"), secret, b"x").status_code == 404
        assert login("clerk").get(url("document_read_word", document)).status_code == 405

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [("改好的.docx", b"no zip", "扩展名不符"), ("改好的.doc", b"x", "另存为 .docx"), ("图.png", b"x", "不能上传"),
         ("机密.docx", b"x", "国家秘密")],
    )  # fmt: skip
    def test_other_files_are_refused(self, world, login, name, data, sentence):
        document, client = paper(world), login("clerk")
        response = sent(client, document, data, name)
        page = client.get(response["Location"]).content.decode() if response.status_code == 302 else response.content
        assert sentence in (page if isinstance(page, str) else page.decode())

    def test_a_mark_of_a_state_secret_is_refused(self, world, login):
        document, client = paper(world), login("clerk")
        word = taken(client, document)
        for _ in range(60):  # past the first pages, which the check of every upload reads
            after(styled(word, styles.TEXT), "又一段。")
        styled(word, styles.NOTE if document.description.get("note") else styles.DATE)
        after(styled(word, styles.TEXT, 50), "秘密★一年")
        response = sent(client, document, word)
        assert "国家秘密" in client.get(response["Location"]).content.decode()

    def test_attendees_of_a_file_that_is_no_minutes_are_told(self, world, login):
        minutes, notice, client = paper(world, kind="minutes"), paper(world), login("clerk")
        response = sent(client, notice, taken(client, minutes))
        assert "只有纪要才有" in response.content.decode()

    def test_the_form_of_a_new_draft_offers_it(self, world, login):
        page = login("clerk").get(url("document_edit", paper(world))).content.decode()
        assert "下载可编辑文本" in page and 'name="word"' in page
