"""The pages of a batch: pasting with a preview, picking, correcting; printing, joining, packing; who gets what."""

import io
import zipfile

import openpyxl
import pdfplumber
import pypdfium2 as pdfium
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cppcc.documents.letter_printing import contents_of
from cppcc.documents.letters import Addressee, write_letters
from cppcc.documents.models import Document, Letter
from cppcc.documents.typeset import typeset_together
from cppcc.files.models import Classification, StoredFile
from cppcc.files.pages import may_download
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.models import OneTimeLink
from tests.documents.batches import PLAIN, SEAT, UNKNOWN, addressees, batch, issued, letter, work
from tests.documents.papers import paper

pytestmark = pytest.mark.django_db
LIST_QUERIES = 24


def url(name, *args):
    """An address of documents."""
    return reverse(f"documents:{name}", args=args)


def text(response):
    """The page without line ends and blanks."""
    return "".join(response.content.decode().split())


def pdf_words(data):
    """The text of each page of a PDF."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return ["".join(page.extract_text().split()) for page in pdf.pages]


def body(response):
    """The bytes of a file response."""
    return b"".join(response.streaming_content) if response.streaming else response.content


# --- the list ------------------------------------------------------------------------------------------------------


def test_pasting_shows_what_is_understood_and_saves_when_it_is_confirmed(world, login):
    document, client = batch(world, 0), login("clerk")
    given = {"text": "姓名\t单位\t座位\n王小明\t市发改局\t3排5座\n李红\t不认识的单位\t4排1座\n", "mode": "add"}
    page = text(client.post(url("letter_paste", document.pk), given))
    assert "认出2位，将加入2位" in page and "王小明同志" in page and "市发展和改革局" in page and "{座位}" in page
    assert not document.letters.exists()
    client.post(url("letter_paste", document.pk), given | {"save": "1"})
    rows = [(row.name, row.unit, row.organization, row.values) for row in document.letters.all()]
    assert rows == [
        ("王小明", "市发改局", world.orgs["dept1"], {"座位": "3排5座", "单位": "市发改局"}),
        ("李红", "不认识的单位", None, {"座位": "4排1座", "单位": "不认识的单位"}),
    ]


def test_a_wrong_line_is_told_and_nothing_is_saved(world, login):
    document = batch(world, 1)
    given = {"text": "姓名\t座位\n甲\t1\n\t2\n", "mode": "add", "save": "1"}
    page = text(login("clerk").post(url("letter_paste", document.pk), given))
    assert "有1处要改" in page and "第3行：没有姓名" in page and "确认加入" not in page
    assert document.letters.count() == 1


def test_the_same_twice_is_told_and_added_only_when_wished(world, login):
    document, client = batch(world, [Addressee("甲", "甲同志")]), login("clerk")
    given = {"text": "甲\n乙\n乙\n", "mode": "add"}
    page = text(client.post(url("letter_paste", document.pk), given))
    assert "有2位重复" in page and "认出3位，将加入1位" in page
    client.post(url("letter_paste", document.pk), given | {"save": "1"})
    assert list(document.letters.values_list("name", flat=True)) == ["甲", "乙"]
    client.post(url("letter_paste", document.pk), given | {"save": "1", "keep": "on", "mode": "replace"})
    assert list(document.letters.values_list("name", flat=True)) == ["甲", "乙", "乙"]


def test_persons_and_units_are_picked(world, login):
    document, client = batch(world, 0), login("clerk")
    member, dept = world.users["member"].person, world.orgs["dept2"]
    given = {"names": member.name, "units": [dept.pk], "to": "units", "salutation": "{姓名}委员"}
    assert client.post(url("letter_pick", document.pk), given).status_code == 302
    rows = document.letters.values_list("name", "salutation", "person", "organization")
    assert list(rows) == [(member.name, f"{member.name}委员", member.pk, None), (dept.name, dept.name, None, dept.pk)]
    client.post(url("letter_pick", document.pk), given | {"to": "people", "salutation": "{姓名}同志"})
    person = world.users["dept2"].person
    assert list(document.letters.values_list("name", "person"))[2:] == [(person.name, person.pk)]
    for wrong in ({"names": "查无此人"}, {"salutation": "某某同志"}, {"names": "", "units": []}):
        assert client.post(url("letter_pick", document.pk), given | wrong).status_code == 422


def test_a_row_is_changed_moved_and_taken_off(world, login):
    document, client = batch(world, 3), login("clerk")
    row = letter(document, 3)
    page = client.get(url("letter_edit", document.pk, row.pk)).content.decode()
    assert "3排3座" in page and "序号" in page
    given = {"version": document.version, "place": 1, "name": "李红", "salutation": "李局长：", "unit": "市教育局"}
    client.post(url("letter_edit", document.pk, row.pk), given | {"value0": "首排"})
    row = letter(document, 1)
    assert (row.name, row.salutation, row.organization, row.values) == (
        "李红", "李局长", world.orgs["dept2"], {SEAT: "首排"},
    )  # fmt: skip
    stale = client.post(url("letter_edit", document.pk, row.pk), given | {"value0": "末排"})
    assert stale.status_code == 409
    assert "请先勾选" in text(client.post(url("letter_change", document.pk), {}, follow=True))
    client.post(url("letter_change", document.pk), {"letter": [row.pk]})
    assert list(document.letters.values_list("order", "name")) == [(1, "来宾1"), (2, "来宾2")]
    client.post(url("letter_change", document.pk), {"clear": "1"})
    assert not document.letters.exists()


def test_no_place_is_beyond_any_list(world, login):
    document = batch(world, 2)
    given = {"version": document.version, "place": "9" * 30, "name": "甲", "salutation": "甲同志"}
    page = login("clerk").post(url("letter_edit", document.pk, letter(document, 1).pk), given)
    assert page.status_code == 422 and letter(document, 1).name == "来宾1"


def test_the_list_warns_of_blanks_and_unknown_places_and_is_exported(world, login):
    document = batch(world, [Addressee("甲", "甲同志", values={SEAT: "1"}), Addressee("乙", "乙同志")])
    client = login("clerk")
    page = text(client.get(url("letter_list", document.pk)))
    assert "有1位收件人的“座位”一栏没有内容" in page and "移出所选" in page and "共2份" in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(url("letter_list", document.pk) + "?export=xlsx").content))
    rows = list(sheet.active.iter_rows(values_only=True))
    assert rows[0][-1] == SEAT and [row[2] for row in rows[1:]] == ["甲", "乙"]
    Letter.objects.update(values={})
    assert "没有这一栏" in text(client.get(url("letter_list", document.pk)))
    assert "没有符合条件的收件人" in text(client.get(url("letter_list", document.pk) + "?q=丙"))


def test_a_kind_that_is_no_letter_has_no_list(world, login):
    assert "不是信函格式" in text(login("clerk").get(url("letter_list", paper(world).pk), follow=True))


def test_the_reviewer_may_change_the_list_and_the_signatory_sees_it_closed(world, login):
    document = batch(world, 2, state="in_review")
    assert "移出所选" in text(login("sg").get(url("letter_list", document.pk)))
    Document.objects.filter(pk=document.pk).update(state="signing")
    assert "移出所选" not in text(login("chair").get(url("letter_list", document.pk)))
    assert login("clerk").post(url("letter_change", document.pk), {"clear": "1"}).status_code == 403


# --- printing ------------------------------------------------------------------------------------------------------


def test_the_list_tells_how_far_the_printing_is_and_the_failed_ones_are_corrected(world, login):
    rows = [Addressee("甲", "甲同志"), Addressee(f"王{UNKNOWN}", f"王{UNKNOWN}同志")]
    document, client = issued(world, rows, text=[PLAIN]), login("clerk")
    assert "还有2份待印制" in text(client.get(url("letter_list", document.pk)))
    work()
    page = text(client.get(url("letter_list", document.pk) + "?state=failed"))
    assert "已印成1/2份" in page and "有1份未印成" in page and "U+2A6A5" in page and "更正" in page
    failed = letter(document, 2)
    form = {"version": Document.objects.get(pk=document.pk).version, "name": "王龙", "salutation": "王龙同志"}
    assert client.post(url("letter_edit", document.pk, failed.pk), form).status_code == 302
    answer = client.post(url("letter_print", document.pk))
    assert answer.url == reverse("jobs:job_detail", args=[Job.objects.first().pk])
    work()
    page = text(client.get(url("letter_list", document.pk)))
    assert "已印成2/2份" in page and "重新印制未印成的" not in page
    answer = client.get(url("letter_edit", document.pk, failed.pk))
    assert answer.status_code == 302 and "已经印成" in text(client.get(answer.url))


def test_the_progress_can_be_left_and_come_back_to(world, login):
    issued(world, 2)
    job = Job.objects.get()
    client = login("clerk")
    assert "排队中" in text(client.get(job.get_absolute_url()))
    work()
    page = text(client.get(job.get_absolute_url()))
    assert "共2份，已印成2份" in page and "印制信函" in text(client.get(reverse("jobs:job_list")))


def test_one_file_to_print_all_in_the_order_of_the_list(world, login):
    document, client = issued(world, 3, classification=Classification.PUBLIC), login("clerk")
    work()
    for what, pages in (("pages", 3), ("sheets", 6)):
        client.post(url("letter_make", document.pk, what))
        [job] = work()
        assert job.status == JobStatus.DONE and job.message == "第 3 / 3 份"
        answer = client.get(url("letter_made", document.pk, job.pk))
        assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
        words = pdf_words(body(answer))
        assert len(words) == pages
        assert [n for page in words for n in (1, 2, 3) if f"来宾{n}同志：" in page] == [1, 2, 3]
        blank = [page for page in words if not page]
        assert len(blank) == pages - 3
    names = text(client.get(url("letter_list", document.pk)))
    assert "单面打印）.pdf" in names and "双面打印）.pdf" in names


def test_each_letter_of_the_joined_file_looks_as_the_one_that_is_kept(world):
    """The joined file is laid out anew, so it is held against the stored bytes, page by page, as pictures."""
    document = issued(world, 2, classification=Classification.PUBLIC)
    work()
    together = typeset_together(list(contents_of(document)))
    with pdfium.PdfDocument(together) as whole:
        for place, row in enumerate(document.letters.select_related("file")):
            with pdfium.PdfDocument(row.file.path.read_bytes()) as single:
                assert whole[place].render(scale=2).to_pil().tobytes() == single[0].render(scale=2).to_pil().tobytes()


def test_one_each_in_an_archive(world, login):
    document, client = issued(world, 2, classification=Classification.PUBLIC), login("clerk")
    work()
    client.post(url("letter_make", document.pk, "archive"))
    [job] = work()
    with zipfile.ZipFile(io.BytesIO(body(client.get(url("letter_made", document.pk, job.pk))))) as archive:
        assert archive.namelist() == ["001 来宾1.pdf", "002 来宾2.pdf"]
        assert archive.read("002 来宾2.pdf") == letter(document, 2).file.path.read_bytes()


def test_asked_again_it_is_the_same_work_until_more_is_printed(world, login):
    document, client = issued(world, [*addressees(1), Addressee("乙", "乙同志")]), login("clerk")
    assert "还没有印成的信函" in text(client.post(url("letter_make", document.pk, "pages"), follow=True))
    work()
    first = client.post(url("letter_make", document.pk, "pages")).url
    work()
    assert client.post(url("letter_make", document.pk, "pages")).url == first
    assert "没有这种文件" in text(client.post(url("letter_make", document.pk, "other"), follow=True))
    Letter.objects.filter(name="乙").update(values={SEAT: "2"})
    client.post(url("letter_print", document.pk))
    work()
    assert client.post(url("letter_make", document.pk, "pages")).url != first


def test_copies_of_what_is_internal_bear_the_reader(world, login):
    document, client = issued(world, 1), login("clerk")
    work()
    stored = letter(document, 1).file.path.read_bytes()
    data = client.get(url("letter_pdf", document.pk, letter(document, 1).pk)).content
    assert data != stored and "试clerk" in pdf_words(data)[0] and letter(document, 1).file.path.read_bytes() == stored
    for what in ("pages", "archive"):
        client.post(url("letter_make", document.pk, what))
        [job] = work()
        data = body(client.get(url("letter_made", document.pk, job.pk)))
        if what == "archive":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        assert "试clerk" in pdf_words(data)[0]


def test_files_are_given_out_by_the_pages_of_the_batch_alone(world, login):
    document = issued(world, 1)
    work()
    login("clerk").post(url("letter_make", document.pk, "pages"))
    [job] = work()
    for stored in StoredFile.objects.all():
        assert not any(may_download(user, stored) for user in world.users.values() if user.is_active), stored
    assert login("sg").get(url("letter_made", document.pk, job.pk)).status_code == 404


# --- who gets what -------------------------------------------------------------------------------------------------


def test_a_unit_reads_and_signs_for_its_own_letters_only(world, login):
    rows = [
        Addressee("甲", "甲同志", world.orgs["dept1"]), Addressee("乙", "乙同志", world.orgs["dept2"]),
        Addressee("丙", "丙同志", world.orgs["dept1"]),
    ]  # fmt: skip
    document = issued(world, rows, text=[PLAIN], classification=Classification.PUBLIC)
    client = login("dept1")
    assert "正在印制" in text(client.post(url("document_pdf", document.pk), follow=True))
    work()
    words = pdf_words(client.post(url("document_pdf", document.pk)).content)
    assert [any(f"{name}同志：" in page for page in words) for name in "甲乙丙"] == [True, False, True]
    words = pdf_words(login("dept2").post(url("document_pdf", document.pk)).content)
    assert len(words) == 1 and "乙同志：" in words[0] and "收件人名单" not in words[0]
    assert client.get(url("letter_list", document.pk)).status_code == 403
    row = document.recipients.get(organization=world.orgs["dept1"])
    client.post(url("document_receive", document.pk), {"recipient": row.pk})
    row.refresh_from_db()
    assert row.received_at and row.read_at


def test_nobody_outside_gets_the_list_of_a_public_batch(world, login):
    document = issued(world, 1, classification=Classification.PUBLIC)
    work()
    for name in ("county1", "member"):
        assert login(name).get(url("document_pdf", document.pk)).status_code == 403
    assert "收件人名单" in "".join(pdf_words(login("clerk").get(url("document_pdf", document.pk)).content))


def test_a_one_time_link_opens_the_letter_of_its_unit(world, client):
    rows = [Addressee("甲", "甲同志", world.orgs["dept1"]), Addressee("乙", "乙同志")]
    document = issued(world, rows, text=[PLAIN], classification=Classification.PUBLIC)
    work()
    end = document.created_at.replace(year=document.created_at.year + 1)
    token = OneTimeLink.issue(
        document.recipients.get(), "documents.receive", by=world.users["clerk"], expires_at=end,
        organization=world.orgs["dept1"],
    )  # fmt: skip
    words = pdf_words(client.post(url("receipt_answer", token), {"act": "read"}).content)
    assert len(words) == 1 and "甲同志：" in words[0]


def test_the_register_and_the_list_of_documents_show_a_batch(world, login):
    document, client = issued(world, 3), login("clerk")
    series = document.kind.series_id
    page = text(client.get(url("number_register") + f"?series={series}"))
    assert "来宾2" in page and "共编3个号" in page
    page = text(client.get(url("document_list")))
    assert "共3份" in page and "1号至3号" in page
    assert "共3份" in text(client.get(url("document_detail", document.pk)))
    assert "1号至3号" in text(client.get(url("bundle_form", "document", document.pk)))
    assert "关于邀请出席座谈会的函" in text(client.get(url("document_list") + "?q=〕2号"))
    secret = issued(world, 1, classification=Classification.WORK_SECRET, title="不能说的函")
    assert "不能说的函" not in text(login("county1").get(url("document_list")))
    assert secret.letters.count() == 1


def test_the_list_costs_the_same_at_2_rows_and_at_30(world, login):
    counts = []
    login("clerk").get(url("letter_list", batch(world, 1).pk))
    for rows in (2, 30):
        with transaction.atomic():
            draft, out = batch(world, rows), batch(world, rows, out=True, title="另一件")
            client, taken = login("clerk"), []
            for address in (
                url("letter_list", draft.pk), url("letter_list", out.pk), url("document_detail", out.pk),
                url("letter_edit", draft.pk, letter(draft, 1).pk), url("document_list"), url("number_register"),
            ):  # fmt: skip
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(address).status_code == 200
                taken.append(len(captured))
            counts.append(taken)
            transaction.set_rollback(True)
    assert counts[0] == counts[1] and max(counts[0]) <= LIST_QUERIES, counts


def test_writing_a_list_costs_the_same_at_2_rows_and_at_200(world):
    document = batch(world, 1)
    counts = []
    for rows in (2, 200):
        with CaptureQueriesContext(connection) as captured:
            write_letters(document, addressees(rows))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 9, counts
