"""Annexes in the form of a document: their tables as text, the buttons, what is wrong is told, nothing is lost."""

import io
import re

import openpyxl
import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cppcc.documents.models import Document
from cppcc.documents.table_text import MOST_COLUMNS, MOST_ROWS, table_of, text_of_table
from cppcc.documents.versions import content_rows
from cppcc.office.refusals import Refused
from cppcc.workflow.versions import difference
from tests.documents.papers import move, paper
from tests.documents.test_document_pages import form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELLS = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")) | st.sampled_from('\n\t|\\"nt ，'),
    max_size=12,
).map(str.strip)


@st.composite
def tables(draw):
    """A table of a few rows."""
    columns = draw(st.integers(1, 4))
    row = st.lists(CELLS, min_size=columns, max_size=columns)
    return {"head": draw(row), "rows": draw(st.lists(row, min_size=1, max_size=4))}


class TestTableText:
    """What is shown in the form and read back is the same table; what was pasted is taken as it is."""

    @given(tables())
    def test_shown_and_read_back_it_is_the_same(self, table):
        assert table_of(text_of_table(table)) == table
        assert table_of(text_of_table(table).replace("\n", "\r\n")) == table

    @given(st.text(max_size=80))
    def test_any_text_is_a_table_or_is_refused_with_a_sentence(self, text):
        try:
            table = table_of(text)
        except Refused as refusal:
            assert refusal.sentence.endswith("。")
            return
        assert table is None or {len(row) for row in [table["head"], *table["rows"]]} == {len(table["head"])}

    @given(tables())
    def test_what_a_spreadsheet_copies_keeps_its_cells(self, table):
        """A cell that runs over lines comes in quotes; backslashes and bars are nothing special there."""
        flat = [[cell.replace("\t", " ").replace('"', "") for cell in row] for row in [table["head"], *table["rows"]]]
        if len(flat[0]) < 2:
            return
        copied = [[f'"{cell}"' if "\n" in cell else cell for cell in row] for row in flat]
        found = table_of("\r\n".join("\t".join(row) for row in copied) + "\r\n")
        assert [found["head"], *found["rows"]] == [[cell.strip() for cell in row] for row in flat]

    def test_pasted_typed_and_mixed_lines(self):
        pasted = '序号\t议题\t时间\r\n1\t"城市更新\r\n及老旧小区"\t3月\r\n2|C:\\new|5月\r\n\r\n3\t"甲"\t\r\n'
        assert table_of(pasted)["rows"] == [
            ["1", "城市更新\n及老旧小区", "3月"], ["2", "C:\new", "5月"], ["3", '"甲"', ""],
        ]  # fmt: skip
        assert table_of("姓名|单位\n张三\\n李四 | 甲\\|乙") == {
            "head": ["姓名", "单位"],
            "rows": [["张三\n李四", "甲|乙"]],
        }
        assert table_of(" \n ") is None

    def test_cells_beyond_the_head_that_are_empty_do_not_count(self):
        assert table_of("甲\t乙\n1\t2\t\t\n")["rows"] == [["1", "2"]]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("甲|乙\n1|2\n3\n4|5|6", ("表头有2格", "第3行有1格", "第4行有3格")),
            ("甲|乙", ("只有表头",)),
            ("|".join("甲" * (MOST_COLUMNS + 1)) + "\n" + "|".join("一" * (MOST_COLUMNS + 1)), ("21 列", "最多 20 列")),
            ("甲|乙\n" + "1|2\n" * (MOST_ROWS + 1), ("1001 行", "最多 1000 行")),
            ("甲|乙\n" + "1\n" * 9, ("第2行有1格", "等 9 行")),
        ],
    )
    def test_what_is_no_table_is_told_with_its_rows(self, text, words):
        with pytest.raises(Refused) as caught:
            table_of(text)
        assert all(word in caught.value.sentence for word in words), caught.value.sentence


pytestmark = pytest.mark.django_db
TABLE = "序号 | 议题 | 时间\n1 | 城市更新 | 3月\n2 | 职业教育 | 5月"


def annexes(*parts, **more):
    """What the form posts of its annexes; each part is a mapping of fields."""
    posted = {"annexes": "1", "annex": [str(place) for place in range(len(parts))]} | more
    for place, part in enumerate(parts):
        posted |= {f"annex-{place}-{name}": value for name, value in part.items()}
    return posted


def one(title="参会人员名单", **given):
    """An annex as it is typed."""
    return {"title": title, "body": "一、市领导\n张三", "table": TABLE, **given}


def address(name, document):
    """The address of a page of the document."""
    return reverse(f"documents:{name}", args=[document.pk])


def workbook(rows):
    """An Excel file of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    with io.BytesIO() as buffer:
        book.save(buffer)
        return SimpleUploadedFile("名单.xlsx", buffer.getvalue(), content_type=XLSX)


def save(client, world, document, *parts, **more):
    """Post the form with these annexes."""
    return client.post(address("document_edit", document), form(world, document) | annexes(*parts, **more))


class TestSaving:
    """What is typed is what the description keeps and what the form shows again."""

    def test_annexes_are_kept_as_typed(self, world, login):
        document, client = paper(world), login("clerk")
        parts = [one(), one("实施方案\n（草案）", table="", unmarked="on"), one("安排表", body="", landscape="on")]
        assert save(client, world, document, *parts).status_code == 302
        document.refresh_from_db()
        first, second, third = document.description["annexes"]
        assert first == {
            "title": ["参会人员名单"], "landscape": False, "marked": True,
            "body": [{"level": 1, "text": "一、市领导"}, {"level": 0, "text": "张三"}],
            "table": {"head": ["序号", "议题", "时间"], "rows": [["1", "城市更新", "3月"], ["2", "职业教育", "5月"]]},
        }  # fmt: skip
        assert (second["title"], second["marked"], "table" in second) == (["实施方案", "（草案）"], False, False)
        assert (third["landscape"], third["body"]) == (True, [])
        shown = client.get(address("document_edit", document)).context["form"].annex_forms.forms
        assert [(part.label, part["title"].value()) for part in shown] == [
            ("附件1", "参会人员名单"), ("随文印发的文本", "实施方案\n（草案）"), ("附件2", "安排表"),
        ]  # fmt: skip
        assert shown[0]["table"].value() == TABLE

    def test_saving_what_is_shown_changes_nothing(self, world, login):
        document, client = paper(world), login("clerk")
        stored = [
            {"title": ["一"], "body": [{"level": 0, "text": "一、不是标题"}], "landscape": True, "marked": False,
             "table": {"head": ["甲", ""], "rows": [["1\n2", ""], ["", "|"]], "widths": [1.5, 3.0]}},
        ]  # fmt: skip
        document.description["annexes"] = stored
        document.save()
        [shown] = client.get(address("document_edit", document)).context["form"].annex_forms.forms
        posted = {name: shown[name].value() for name in ("title", "body", "table", "widths")}
        assert save(client, world, document, posted | {"landscape": "on", "unmarked": "on"}).status_code == 302
        document.refresh_from_db()
        assert document.description["annexes"] == stored

    def test_a_form_without_the_section_leaves_them(self, world, login):
        document, client = paper(world), login("clerk")
        save(client, world, document, one())
        document.refresh_from_db()
        kept = document.description["annexes"]
        assert client.post(address("document_edit", document), form(world, document)).status_code == 302
        document.refresh_from_db()
        assert document.description["annexes"] == kept

    def test_a_mistake_in_the_third_of_five_is_named_and_linked_and_nothing_is_lost(self, world, login):
        document, client = paper(world), login("clerk")
        parts = [one(f"附表{number}") for number in range(5)]
        parts[2]["table"] = "甲|乙\n1"
        response = save(client, world, document, *parts)
        page = response.content.decode()
        assert response.status_code == 422
        assert "附件3 表格" in page and 'href="#id_annex-2-table"' in page and "第2行有1格" in page
        assert all(f"附表{number}" in page for number in range(5)) and "甲|乙" in page
        assert Document.objects.get(pk=document.pk).version == 1

    def test_an_annex_without_title_or_content_is_told(self, world, login):
        document, client = paper(world), login("clerk")
        response = save(client, world, document, {"title": "", "body": "x"}, {"title": "二", "body": " ", "table": ""})
        told = [(wrong["label"], wrong["sentence"]) for wrong in response.context["form"].mistakes]
        assert [label for label, _ in told] == ["附件1 附件标题", "附件2 附件正文"]

    @pytest.mark.parametrize("part", [one("机密★1年"), one(table="甲|乙\n1|秘密"), one(body="（绝密）")])
    def test_r048_the_mark_of_a_state_secret_in_an_annex_is_refused(self, world, login, part):
        document = paper(world)
        response = save(login("clerk"), world, document, part)
        assert response.status_code == 422 and "国家秘密请在涉密设备上" in response.content.decode()

    def test_more_than_thirty_are_refused(self, world, login):
        document, client = paper(world), login("clerk")
        response = save(client, world, document, *[one()] * 31)
        assert response.status_code == 422 and "附件最多 30 个" in response.content.decode()
        assert save(client, world, document, *[one()] * 30).status_code == 302

    def test_more_cells_than_can_be_typeset_are_refused(self, world, login):
        document, client = paper(world), login("clerk")
        wide = "|".join("甲" * 20) + ("\n" + "|".join("一" * 20)) * 301
        response = save(client, world, document, one(table=wide))
        assert response.status_code == 422 and "6020 格" in response.content.decode()

    def test_a_stale_form_shows_the_annexes_of_both_sides(self, world, login):
        document, client = paper(world), login("clerk")
        assert save(client, world, document, one("甲附件")).status_code == 302
        response = save(client, world, document, one("乙附件"))
        page = response.content.decode()
        assert response.status_code == 409 and "甲附件" in page and "乙附件" in page and "城市更新" in page


class TestButtons:
    """Add, move, remove, read a file: everything typed stays, nothing is saved; with a script or without."""

    def press(self, client, world, document, act, *parts, part=True, **more):
        posted = form(world, document, body="没有保存的正文") | annexes(*parts, annex_act=act, **more)
        headers = {"HX-Request": "true"} if part else {}
        return client.post(address("document_annexes", document), posted, headers=headers)

    @pytest.mark.parametrize(
        ("act", "titles"),
        [
            ("add", ["甲", "乙", "丙", ""]), ("up-2", ["甲", "丙", "乙"]), ("up-0", ["甲", "乙", "丙"]),
            ("down-0", ["乙", "甲", "丙"]), ("down-2", ["甲", "乙", "丙"]), ("remove-1", ["甲", "丙"]),
            ("remove-77", ["甲", "乙", "丙"]), ("nothing", ["甲", "乙", "丙"]), ("", ["甲", "乙", "丙"]),
        ],
    )  # fmt: skip
    def test_each_act(self, world, login, act, titles):
        document = paper(world)
        response = self.press(login("clerk"), world, document, act, one("甲"), one("乙", landscape="on"), one("丙"))
        shown = response.context["form"].annex_forms.forms
        assert [part["title"].value() or "" for part in shown] == titles
        assert {part["title"].value(): bool(part["landscape"].value()) for part in shown}.get("乙", True)
        assert len({part.key for part in shown}) == len(shown)
        page = response.content.decode()
        assert "<html" not in page and "请填写" not in page.replace("请填写正文", "")
        assert response["HX-Trigger-After-Settle"]

    def test_without_a_script_the_whole_form_comes_back_as_typed(self, world, login):
        document = paper(world)
        before = Document.objects.filter(pk=document.pk).values().get()
        page = self.press(login("clerk"), world, document, "add", one("甲"), part=False).content.decode()
        assert "<html" in page and "没有保存的正文" in page and "联系人：张三" in page and "城市更新" in page
        assert f'action="{address("document_edit", document)}"' in page
        assert re.search(rf'value="{world.orgs["dept1"].pk}"[^>]*checked', page)
        assert Document.objects.filter(pk=document.pk).values().get() == before

    def test_the_thirty_first_is_refused_and_the_thirty_stay(self, world, login):
        response = self.press(login("clerk"), world, paper(world), "add", *[one()] * 30)
        assert len(response.context["form"].annex_forms.forms) == 30
        assert "附件最多 30 个" in response.content.decode()

    def test_those_who_may_not_edit(self, world, login):
        document = paper(world, state="signed")
        assert self.press(login("clerk"), world, document, "add").status_code == 403
        assert self.press(login("dept2"), world, document, "add").status_code == 404


class TestExcel:
    """A table from an Excel file, read by a button, or with saving."""

    ROWS = (("序号", "姓名", "姓名"), (1, "张三\n（组长）", "a|b"), (2, "", None))

    def test_a_file_becomes_the_text_of_the_table(self, world, login):
        document = paper(world)
        posted = form(world, document) | annexes(one(table="旧表"), annex_act="read")
        posted["annex-0-upload"] = workbook(self.ROWS)
        [shown] = login("clerk").post(address("document_annexes", document), posted).context["form"].annex_forms.forms
        assert shown["table"].value() == "序号 | 姓名 | 姓名\n1 | 张三\\n（组长） | a\\|b\n2 |  | "

    def test_saving_reads_it_too(self, world, login):
        document = paper(world)
        posted = form(world, document) | annexes(one(table="")) | {"annex-0-upload": workbook(self.ROWS)}
        assert login("clerk").post(address("document_edit", document), posted).status_code == 302
        document.refresh_from_db()
        assert document.description["annexes"][0]["table"]["rows"][0] == ["1", "张三\n（组长）", "a|b"]

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [("表.xlsx", b"PK\x03\x04 no workbook", "打不开"), ("表.csv", b"a,b", "不能上传"),
         ("机密.xlsx", b"PK", "国家秘密"), ("表.xls", b"\xd0\xcf\x11\xe0", "旧版格式")],
    )  # fmt: skip
    def test_what_cannot_be_read_is_told_and_the_typed_table_stays(self, world, login, name, data, words):
        document = paper(world)
        for page in ("document_annexes", "document_edit"):
            posted = form(world, document) | annexes(one()) | {"annex-0-upload": SimpleUploadedFile(name, data)}
            response = login("clerk").post(address(page, document), posted)
            shown = response.content.decode()
            assert words in shown and "城市更新" in shown, page
        assert Document.objects.get(pk=document.pk).version == 1


def test_the_preview_shows_them_and_names_the_wrong_one(world, login):
    document, client = paper(world), login("clerk")
    posted = form(world, document) | annexes(one(), one("横表", landscape="on"))
    page = client.post(address("document_preview", document), posted).content.decode()
    assert page.count("data:image/png;base64,") >= 4
    response = client.post(address("document_preview", document), posted | annexes(one(), one(table="甲|乙\n1")))
    assert response.status_code == 422 and "附件2 表格：" in response.content.decode()


def test_the_preview_cuts_long_tables_and_says_so(world, login):
    document, client = paper(world), login("clerk")
    long = "甲|乙" + "\n一|二" * 200
    page = client.post(address("document_preview", document), form(world, document) | annexes(one(table=long)))
    assert "只排前 40 行" in page.content.decode()
    save(client, world, document, one(table=long))
    assert "只排前 40 行" in client.get(address("document_proof", document)).content.decode()
    whole = client.get(address("document_proof", document) + "?pdf=1")
    with pdfplumber.open(io.BytesIO(whole.content)) as pdf:
        chars = [char["text"] for page in pdf.pages for char in page.chars]
        assert chars.count("二") == 200 and "清" in chars and "样" in chars


def test_versions_tell_paragraphs_and_rows_apart(world, login):
    document, client = paper(world), login("clerk")
    save(client, world, document, one(), one("方案", table=""))
    document.refresh_from_db()
    move(world, document, "submit")
    old = content_rows(document)
    document.refresh_from_db()
    changed = TABLE.replace("5月", "6月").replace("1 | 城市更新 | 3月\n", "") + "\n3 | 养老服务 | 7月"
    parts = [one(table=changed, landscape="on"), one("方案", table="", body="一、市领导\n李四")]
    assert save(client, world, document, *parts).status_code == 302
    document.refresh_from_db()
    told = {(c["kind"], c["label"]): c["items"] for c in difference(old, content_rows(document))}
    assert told["changed", "附件《参会人员名单》表格：职业教育"] == [{"field": "时间", "old": "5月", "new": "6月"}]
    assert told["changed", "附件《参会人员名单》"] == [{"field": "版面", "old": "竖排", "new": "横排"}]
    assert ("removed", "附件《参会人员名单》表格：城市更新") in told
    assert ("added", "附件《参会人员名单》表格：养老服务") in told
    assert ("added", "附件《方案》：李四") in told and ("removed", "附件《方案》：张三") in told
    move(world, document, "approve")
    page = client.get(address("document_versions", document)).content.decode()
    assert "养老服务" in page and "6月" in page
