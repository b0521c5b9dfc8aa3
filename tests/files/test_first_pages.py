"""The mark of a state secret on the first pages of an upload is found; words that are no marks pass. R048."""

import io
import time
import zipfile
from datetime import date
from functools import cache

import pikepdf
import pypdfium2 as pdfium
import pytest
from docx import Document as Docx
from openpyxl import Workbook

from cppcc.documents.content import DocumentContent, Paragraph
from cppcc.documents.typeset import typeset
from cppcc.files.first_pages import first_text
from cppcc.files.safety import check
from cppcc.files.secrecy import secret_mark
from cppcc.office.refusals import Refused
from tests.files import contents

MARKS = [
    "机密★1年",
    "秘密★",
    "绝密★启用前",
    "机 密 ★ 10 年",
    "密级：秘密",
    "密　级：机密",
    "【绝密】",
    "（秘密）",
    "绝密",
    "秘密级",
]
NO_MARKS = [
    "工作秘密",
    "工作秘密★5年",
    "密级：工作秘密",
    "商业秘密",
    "保密",
    "内部★",
    "关于做好保密工作的通知",
    "各单位要严格保守国家秘密、工作秘密和商业秘密，不得泄露。",
    "国家秘密分为绝密、机密、秘密三级。",
    "密级：绝密/机密/秘密/内部",
    "凡属于机密级的文件不得上传。",
    "国家秘密级别由原定密机关确定。",
    "机密图纸管理办法",
    "保守国家\n秘密\n工作的通知",
    "知悉工作\n秘密",
]


@pytest.mark.parametrize("text", MARKS)
def test_marks_are_found(text):
    assert secret_mark(f"第一行\n{text}\n第三行")


@pytest.mark.parametrize("text", NO_MARKS)
def test_words_that_are_no_marks_are_not(text):
    assert secret_mark(f"第一行\n{text}\n第三行") == ""


def docx(*lines: str, header: str = "", cells: tuple[str, ...] = (), empty: int = 0) -> bytes:
    """A text document."""
    document = Docx()
    for line in lines:
        document.add_paragraph(line)
    for _ in range(empty):
        document.add_paragraph("正文一段。")
    if cells:
        table = document.add_table(1, len(cells))
        for cell, text in zip(table.rows[0].cells, cells, strict=True):
            cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_text_box(text: str) -> bytes:
    """A text document with a text box, as WPS and Word write it."""
    data, buffer = docx("标题"), io.BytesIO()
    box = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:body>", b"<w:body>" + box.encode())
            new.writestr(name, part)
    return buffer.getvalue()


def xlsx(*rows: tuple, head: str = "", sheets: int = 1) -> bytes:
    """A workbook whose last sheet has the rows."""
    book = Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    sheet = book.worksheets[-1]
    for row in rows:
        sheet.append(row)
    sheet.oddHeader.center.text = head
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def pdf(text: str, pages_before: int = 0) -> bytes:
    """A PDF with a line of text, after some other pages."""
    body = [Paragraph("正文一段。" * 12) for _ in range(9 * pages_before)]
    body.insert(len(body) if pages_before else 0, Paragraph(text))
    content = DocumentContent(
        kind="letter", masthead="试验市政协办公室", number="", title=["关于某事的函"], recipients=[], body=body,
        signature=["试验市政协办公室"], date=date(2026, 2, 9),
    )  # fmt: skip
    return typeset(content)


BAD = {
    "pdf": ("a.pdf", lambda: pdf("机密★1年")),
    "pdf's second page": ("a.pdf", lambda: pdf("机密★1年", 1)),
    "docx": ("a.docx", lambda: docx("秘密★5年", "关于某事的报告")),
    "docx late on its first pages": ("a.docx", lambda: docx(*["一段正文。"] * 30, "密级：秘密")),
    "docx spaced by tabs": ("a.docx", lambda: docx("秘\t密")),
    "docx header": ("a.docx", lambda: docx("关于某事的报告", header="机密★1年")),
    "docx text box": ("a.docx", lambda: with_text_box("绝密")),
    "docx table": ("a.docx", lambda: docx("报告", cells=("密级", "机密"))),
    "xlsx cell": ("a.xlsx", lambda: xlsx(("机密",), ("序号", "题目"))),
    "xlsx row": ("a.xlsx", lambda: xlsx(("附件1", None, "密级：秘密"))),
    "xlsx head of the page": ("a.xlsx", lambda: xlsx(("序号",), head="机密★1年")),
    "xlsx third sheet": ("a.xlsx", lambda: xlsx(("绝密",), sheets=3)),
    "csv": ("a.csv", lambda: "机密★1年,\n序号,题目\n".encode("gbk")),
    "csv utf-16": ("a.csv", lambda: "秘密\n序号\n".encode("utf-16")),
}
GOOD = {
    "pdf": ("a.pdf", lambda: pdf("各单位要保守国家秘密和工作秘密。")),
    "docx prose": ("a.docx", lambda: docx("关于做好保密工作的通知", "国家秘密分为绝密、机密、秘密三级。", "工作秘密")),
    "docx form": ("a.docx", lambda: docx("定密统计表", cells=("绝密", "机密", "秘密"))),
    "docx far behind": ("a.docx", lambda: docx(*["一段正文。"] * 45, "秘密")),
    "xlsx form": ("a.xlsx", lambda: xlsx(("序号", "绝密", "机密", "秘密"), (1, 0, 0, 0))),
    "xlsx list": ("a.xlsx", lambda: xlsx(("序号", "题目", "密级"), (1, "某文件", "秘密"))),
    "csv": ("a.csv", lambda: "序号,绝密,机密,秘密\n".encode()),
}


@pytest.mark.parametrize("key", BAD)
def test_a_marked_file_is_refused_with_guidance(key):
    name, make = BAD[key]
    with pytest.raises(Refused, match=r"的首页中有国家秘密标志“.*国家秘密请在涉密设备上"):
        check(make(), name=name)


@pytest.mark.parametrize("key", GOOD)
def test_other_files_pass(key):
    name, make = GOOD[key]
    assert check(make(), name=name).extension == name.rsplit(".")[-1]


def test_a_page_behind_the_first_two_is_not_read():
    assert "第三页" not in first_text("pdf", pdf("第三页", 3)) and "正文一段" in first_text("pdf", pdf("第三页", 3))


def test_an_office_file_that_defines_entities_gives_no_text_and_no_trouble():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
    data = contents.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": bomb})
    assert first_text("docx", data) == ""


def test_an_encrypted_pdf_is_refused():
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(contents.PDF)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Refused, match="设了密码"):
        check(buffer.getvalue(), name="a.pdf")


def heavy_pdf() -> bytes:
    """Twenty megabytes: a hundred pages full of drawings."""
    line = b"".join(b"%d %d m %d %d l S\n" % (x % 595, x % 842, x * 7 % 595, x * 3 % 842) for x in range(10_000))
    with pikepdf.new() as document:
        for _ in range(100):
            page = document.add_blank_page()
            page.Contents = document.make_stream(line)
        buffer = io.BytesIO()
        document.save(buffer, compress_streams=False)
    return buffer.getvalue()


def heavy_docx() -> bytes:
    """Many paragraphs, incompressible pictures."""
    text = b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % number for number in range(200_000))
    data = docx("标题")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<w:body>", b"<w:body>" + text) if "document.xml" in name else part)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("extension", "make"),
    [("pdf", heavy_pdf), ("docx", heavy_docx), ("xlsx", lambda: xlsx(*(("题目", n) for n in range(20_000))))],
)
def test_a_large_file_is_read_in_less_than_a_second(extension, make):
    data = make()
    began = time.perf_counter()
    first_text(extension, data)
    assert time.perf_counter() - began < 1


def test_pdfium_leaves_nothing_open():
    data = pdf("正文")
    for _ in range(3):
        first_text("pdf", data)
    with pdfium.PdfDocument(data) as document:
        assert len(document) == 1
