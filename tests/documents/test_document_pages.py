"""The pages of documents: list, form with preview, detail, versions, register; what one may not read is nowhere."""

import re

import pytest
from django.urls import reverse

from cppcc.documents.lines import paragraphs_of, text_of
from cppcc.documents.models import Document
from cppcc.files.models import Classification
from cppcc.files.safety import check
from cppcc.files.secrecy import secret_mark
from cppcc.office.refusals import Refused
from cppcc.office.validity import today
from tests.documents.papers import copy_rules, kinds, move, paper, put_document

pytestmark = pytest.mark.django_db


def url(name, *args):
    """The address."""
    return reverse(f"documents:{name}", args=args)


def form(world, document, **changes):
    """The form of a document as its page posts it."""
    text = "一、会议时间\n3月5日上午9时。\n>1.按此办理"
    given = {
        "version": document.version, "title": "关于召开\n专题协商会的通知", "body": text, "date": "",
        "classification": "internal", "signatory": world.posts["chair"].pk, "main_units": [world.orgs["dept1"].pk],
        "note": "联系人：张三", "annexes_note": "参会人员名单",
    }  # fmt: skip
    return given | changes


def test_a_document_is_begun_written_and_shown(world, login):
    copy_rules(world)
    client = login("clerk")
    page = client.get(url("document_create"))
    given = {"kind": kinds(world)["notice"].pk, "title": "关于召开专题协商会的通知", "classification": "internal",
             "token": page.context["form"]["token"].value()}  # fmt: skip
    address = client.post(url("document_create"), given)["Location"]
    document = Document.objects.get()
    assert address == url("document_edit", document.pk)
    assert client.post(address, form(world, document)).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.version) == ("关于召开专题协商会的通知", 2)
    assert document.description["title"] == "关于召开\n专题协商会的通知"
    assert [(part["level"], part["text"]) for part in document.description["body"]] == [
        (1, "一、会议时间"), (0, "3月5日上午9时。"), (0, "1.按此办理"),
    ]  # fmt: skip
    shown = client.get(url("document_detail", document.pk)).content.decode()
    for words in ("市发改局", "手工选定", "民盟", "R111", "青溪县"):
        assert words in shown, words
    again = client.get(address).content.decode()
    assert "&gt;1.按此办理" in again and "参会人员名单" in again


def test_the_form_tells_what_is_wrong_and_keeps_what_was_typed(world, login):
    document = paper(world)
    client, address = login("clerk"), url("document_edit", document.pk)
    both = form(world, document, copy_units=[world.orgs["dept1"].pk])
    response = client.post(address, both)
    assert response.status_code == 422 and "已在主送单位中" in response.content.decode()
    assert "3月5日上午9时" in response.content.decode()
    assert client.post(address, form(world, document, title=" ")).status_code == 422


def test_a_stale_form_shows_both_sides(world, login):
    document = paper(world)
    client, address = login("clerk"), url("document_edit", document.pk)
    assert client.post(address, form(world, document)).status_code == 302
    response = client.post(address, form(world, document, body="另一人的正文"))
    assert response.status_code == 409
    assert "另一人的正文" in response.content.decode() and "3月5日上午9时" in response.content.decode()


def test_r113_a_forbidden_recipient_is_told_in_the_form(world, login):
    copy_rules(world)
    document = paper(world, kind="party-report", main=("pc",))
    given = form(world, document, main_units=[world.orgs["pc"].pk], copy_units=[world.orgs["gov"].pk])
    response = login("clerk").post(url("document_edit", document.pk), given)
    assert response.status_code == 422
    assert "以党组名义报送党委的公文不送政府，不能发往市政府" in response.content.decode()


class TestPreview:
    """The pages of what stands in the form; nothing is saved."""

    def test_beside_the_form_and_as_a_page_of_its_own(self, world, login):
        document = paper(world)
        before = Document.objects.filter(pk=document.pk).values().get()
        client, address = login("clerk"), url("document_preview", document.pk)
        part = client.post(address, form(world, document), headers={"HX-Request": "true"})
        assert part.content.decode().count("data:image/png;base64,") == 2  # its 版记 stands on an even page
        assert "<html" not in part.content.decode()
        whole = client.post(address, form(world, document))
        assert "<html" in whole.content.decode() and "data:image/png" in whole.content.decode()
        assert Document.objects.filter(pk=document.pk).values().get() == before

    def test_what_is_missing_is_said(self, world, login):
        document = paper(world)
        client, address = login("clerk"), url("document_preview", document.pk)
        response = client.post(address, form(world, document, body=""))
        assert response.status_code == 422 and "正文" in response.content.decode()
        response = client.post(address, form(world, document, title=""), headers={"HX-Request": "true"})
        assert response.status_code == 200 and "标题" in response.content.decode()

    def test_every_format(self, world, login):
        for kind in ("report", "letter", "minutes"):
            document = paper(world, kind=kind)
            given = form(world, document, **({"出席": "张三\n李四"} if kind == "minutes" else {}))
            page = login("clerk").post(url("document_preview", document.pk), given).content.decode()
            assert "data:image/png" in page, (kind, re.findall(r"notice-\w+.*?</div>", page, re.DOTALL))


class TestClassification:
    """R048: what one may not read appears nowhere; state secrets are refused with guidance."""

    SECRET = "关于某专项工作的通知"

    def test_lists_search_counts_and_exports(self, world, login):
        paper(world, title="公开的通知", state="issued", classification=Classification.PUBLIC)
        paper(world, title=self.SECRET, state="signing", classification=Classification.WORK_SECRET)
        for name, count in (("chair", 2), ("clerk", 2), ("vice", 1), ("auditor", 1), ("dept1", 1), ("party1", 1)):
            client = login(name)
            for query in ("", "?q=专项", "?state=signing", "?export=xlsx"):
                response = client.get(url("document_list") + query)
                shown = self.SECRET in response.content.decode(errors="ignore")
                assert shown is (count == 2 and "export" not in query), (name, query)
            page = client.get(url("document_list")).content.decode()
            assert f"共 {count} 件公文" in page, name

    def test_the_desk_names_it_to_nobody_who_may_not_read_it(self, world, login):
        paper(world, title=self.SECRET, state="signing", classification=Classification.WORK_SECRET)
        for name in ("vice", "auditor", "econ_head", "sg"):
            for address in ("/", reverse("desk:whose_court"), reverse("deadlines:deadline_list")):
                assert self.SECRET not in login(name).get(address).content.decode(), (name, address)

    def test_administrators_do_not_read_it(self, world, login):
        document = paper(world, title=self.SECRET, classification=Classification.WORK_SECRET)
        client = login("admin")
        assert self.SECRET not in client.get(reverse("admin:documents_document_changelist")).content.decode()
        for page in ("change", "history"):
            response = client.get(reverse(f"admin:documents_document_{page}", args=[document.pk]))
            assert self.SECRET not in response.content.decode(), page

    def test_a_distribution_list_opens_it_to_a_unit(self, world, login):
        document = paper(world, state="signing", classification=Classification.WORK_SECRET)
        address = url("document_detail", document.pk)
        assert login("econ_clerk").get(address).status_code == 404
        document.distribution.add(world.orgs["econ"])
        assert login("econ_clerk").get(address).status_code == 200
        assert login("edu_clerk").get(address).status_code == 404

    def test_a_recipient_sees_it_once_it_is_issued(self, world, login):
        document = paper(world, state="signed")
        address = url("document_detail", document.pk)
        assert login("dept1").get(address).status_code == 404
        put_document(world, document, "issued")
        assert login("dept1").get(address).status_code == 200
        assert login("dept2").get(address).status_code == 404

    @pytest.mark.parametrize(
        "text", ["机密★1年", "秘密☆", "密级：秘密", "【绝密】", "（机密）", "属于绝密级文件", "第一行\n秘　密\n第三行"]
    )
    def test_a_mark_in_a_field_is_refused_with_guidance(self, world, login, text):
        document = paper(world)
        response = login("clerk").post(url("document_edit", document.pk), form(world, document, body=text))
        assert response.status_code == 422
        page = response.content.decode()
        assert "国家秘密请在涉密设备上" in page
        document.refresh_from_db()
        assert document.version == 1

    @pytest.mark.parametrize(
        "text", ["工作秘密", "保守国家秘密是每个公民的义务", "商业秘密保护", "严守秘密，遵守纪律", "机密图纸管理办法"]
    )
    def test_words_that_are_no_marks_pass(self, text):
        assert secret_mark(text) == ""

    @pytest.mark.parametrize(
        ("name", "refused"),
        [("机密材料.pdf", True), ("2026年秘密文件.pdf", True), ("（绝密）方案.pdf", True), ("工作秘密清单.pdf", False),
         ("商业秘密保护调研.pdf", False), ("保守国家秘密宣传.pdf", False), ("调研报告.pdf", False)],
    )  # fmt: skip
    def test_a_file_whose_name_says_so_is_refused(self, name, refused):
        with pytest.raises(Refused) as caught:
            check(b"no pdf at all", name=name)
        assert ("国家秘密" in caught.value.sentence) is refused

    def test_a_new_document_with_a_mark_in_its_title_is_refused(self, world, login):
        given = {"kind": kinds(world)["notice"].pk, "title": "机密★关于某事的通知", "classification": "internal"}
        response = login("clerk").post(url("document_create"), given)
        assert response.status_code == 422 and not Document.objects.exists()


def test_versions_are_compared(world, login):
    document = paper(world)
    move(world, document, "submit")
    document.refresh_from_db()
    client = login("clerk")
    client.post(url("document_edit", document.pk), form(world, document, body="一、会议时间\n3月6日。"))
    move(world, document, "approve")
    page = client.get(url("document_versions", document.pk)).content.decode()
    assert "3月6日" in page and "第1版到第2版" in page.replace("\n", "").replace(" ", "")


def test_the_register_shows_cancelled_numbers_with_their_reasons(world, login, monkeypatch):
    documents = [paper(world, state="issued", title=f"通知之{n}") for n in "甲乙"]
    move(world, documents[0], "cancel", opinion="附件印错")
    page = login("clerk").get(url("number_register")).content.decode()
    assert "附件印错" in page and f"试政协办〔{today().year}〕1号" in page and "共编 2 个号" in page
    other = login("clerk").get(url("number_register") + "?year=2019").content.decode()
    assert "这一年这个系列还没有编号" in other
    assert login("clerk").get(url("number_register") + "?export=xlsx").status_code == 200


def test_a_document_about_a_matter_shows_it_to_those_who_may_see_it(world, login):
    topic = world.plan(topics=1).topics.get()
    client = login("clerk")
    assert "议题第1号" in client.get(url("document_create") + f"?matter=topic-{topic.pk}").content.decode()
    for wrong in ("topic-99999", "user-1", "x"):
        assert client.get(url("document_create") + f"?matter={wrong}").status_code == 404
    given = {"kind": kinds(world)["notice"].pk, "title": "通知", "classification": "public"}
    client.post(url("document_create") + f"?matter=topic-{topic.pk}", given)
    document = Document.objects.get()
    assert document.matter == topic
    assert "议题第1号" in client.get(url("document_detail", document.pk)).content.decode()


def test_the_text_of_a_form_and_the_paragraphs_say_the_same():
    text = "一、总体要求\n（一）目标\n1.第一项\n（1）第一点\n正文。\n>一、不是标题\n3.5亿元投资"
    paragraphs = paragraphs_of(text)
    assert [part["level"] for part in paragraphs] == [1, 2, 3, 4, 0, 0, 0]
    assert text_of(paragraphs) == text
    assert paragraphs_of(text_of([{"level": 0, "text": ">x"}])) == [{"level": 0, "text": ">x"}]
