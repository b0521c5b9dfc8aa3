"""A batch: one document signed once, a letter and a number for each of the list; failures alone, numbers kept."""

import threading

import pdfplumber
import pytest
from django.db import IntegrityError, connections, transaction

from cppcc.documents import issuing, letter_printing, letters
from cppcc.documents.letter_printing import contents_of, print_again, sampled
from cppcc.documents.letters import Addressee, add_letters, write_letters
from cppcc.documents.models import Document, DocumentNumber, Letter
from cppcc.documents.models.document import DocumentState
from cppcc.documents.sealing import pictures_of
from cppcc.files.storing import read, store
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused
from cppcc.office.validity import today
from tests.documents.batches import PLAIN, SEAT, UNKNOWN, addressees, batch, issued, letter, numbers, work
from tests.documents.papers import copy_rules, empty_page, move, paper
from tests.documents.stamps import a_seal, picture, place


def words(stored) -> str:
    """The text of a stored PDF without blanks."""
    with pdfplumber.open(stored.path) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace(" ", "").replace("\n", "")


pytestmark = pytest.mark.django_db


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_is_exactly_what_was_written_in_its_order(world):
    document = batch(world, 3)
    write_letters(document, [Addressee("乙", "乙主任"), Addressee("甲", "甲主任", world.orgs["dept1"])])
    add_letters(document, [Addressee("丙", "丙局长")])
    rows = document.letters.values_list("order", "name", "salutation", "organization__name")
    assert list(rows) == [(1, "乙", "乙主任", None), (2, "甲", "甲主任", "市发展和改革局"), (3, "丙", "丙局长", None)]
    write_letters(document, [])
    assert not document.letters.exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([Addressee("", "某同志")], "姓名"),
        ([Addressee("某" * 61, "某同志")], "最多 60 字"),
        ([Addressee("甲", " ")], "称呼"),
        ([Addressee("甲", "甲同志", values={"备注": "机密★1年"})], "国家秘密"),
        ([Addressee(f"来宾{n}", "您好") for n in range(2001)], "最多分送 2000 份"),
    ],
)
def test_a_wrong_list_is_refused_whole(world, rows, said):
    document = batch(world, 2)
    with pytest.raises(Refused, match=said):
        write_letters(document, [Addressee("丁", "丁同志"), *rows])
    assert document.letters.count() == 2


def test_a_person_gets_one_letter(world):
    document, person = batch(world, 0), world.users["member"].person
    with pytest.raises(Refused, match="不止一次"):
        write_letters(document, [Addressee("甲", "甲", person=person), Addressee("乙", "乙", person=person)])
    write_letters(document, [Addressee("甲", "甲", person=person)])
    with pytest.raises(Refused, match="不止一次"):
        add_letters(document, [Addressee("乙", "乙", person=person)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(document=document, order=9, name="丙", salutation="丙", person=person)


@pytest.mark.parametrize("state", [s for s in DocumentState if s not in letters.LISTING and s not in letters.IN_FORCE])
def test_the_list_is_closed_once_it_is_to_be_signed(world, state):
    document = batch(world, 2)
    if state == "cancelled":
        document = issued(world, 1)
    Document.objects.filter(pk=document.pk).update(state=state)
    for change in (
        lambda: write_letters(document, addressees(1)),
        lambda: letters.remove_letters(document, None),
        lambda: letters.sort_letters(document, "name"),
    ):
        with pytest.raises(Refused, match="不能再改"):
            change()


def test_only_a_letter_can_be_a_batch(world):
    with pytest.raises(Refused, match="不是信函格式"):
        write_letters(paper(world, kind="notice"), addressees(1))


def test_a_changed_list_is_a_new_version(world):
    """Whoever saw the list before must look again."""
    document = batch(world, 2)
    before = Document.objects.get(pk=document.pk).version
    add_letters(document, [Addressee("丙", "丙局长")])
    assert document.version == Document.objects.get(pk=document.pk).version == before + 1


def test_rows_are_moved_sorted_and_taken_off_and_stay_numbered_from_one(world):
    names = ["张三", "李四", "艾七", "王五"]
    document = batch(world, [Addressee(name, name) for name in names])
    letters.sort_letters(document, "name")
    assert list(document.letters.values_list("name", flat=True)) == ["艾七", "李四", "王五", "张三"]
    last = letter(document, 4)
    letters.change_letter(last, Addressee("张三丰", "张真人"), place=2)
    assert list(document.letters.values_list("name", flat=True)) == ["艾七", "张三丰", "李四", "王五"]
    letters.remove_letters(document, [letter(document, 1).pk, letter(document, 3).pk])
    assert list(document.letters.values_list("order", "name")) == [(1, "张三丰"), (2, "王五")]
    with pytest.raises(Refused, match="按姓名或单位"):
        letters.sort_letters(document, "secret")


def test_pasted_units_and_persons_are_known_only_when_they_are_one(world):
    from_unit = letters.units_named(["市发改局", "发改委", "市教育局", "没有的单位"])
    assert {name: unit.key or unit.name for name, unit in from_unit.items()} == {
        "市发改局": from_unit["市发改局"].key or from_unit["市发改局"].name,
        "发改委": from_unit["发改委"].key or from_unit["发改委"].name,
        "市教育局": from_unit["市教育局"].key or from_unit["市教育局"].name,
    }
    Organization.objects.create(name="另一个发改委", kind="department", aliases=["发改委"], pinyin="")
    assert "发改委" not in letters.units_named(["发改委"])
    person = world.users["dept1"].person
    known = letters.persons_of([person.name], [world.orgs["dept1"].pk])
    assert known == {(person.name, world.orgs["dept1"].pk): person}


# --- before the issue ----------------------------------------------------------------------------------------------


def test_an_unknown_place_is_named_before_the_review(world):
    document = batch(world, 2, text=[{"level": 0, "text": "请{姓名}以｛职务｝身份出席。"}])
    with pytest.raises(Refused, match=r"“\{职务\}”在收件人名单中没有这一栏"):
        move(world, document, "submit")
    write_letters(document, [Addressee("甲", "甲", values={"职务": "主任"})])
    move(world, document, "submit")


def test_braces_of_a_document_without_list_stay_as_they_are(world):
    """No batch, no places: nothing is refused, nothing filled."""
    document = paper(world, kind="letter", state="signed")
    said = [{"level": 0, "text": "格式为{职务}{姓名}。"}]
    Document.objects.filter(pk=document.pk).update(description=document.description | {"body": said})
    move(world, document, "issue")
    document = Document.objects.get(pk=document.pk)
    assert "格式为{职务}{姓名}。" in words(document.file) and document.number_text
    assert not Job.objects.exists() and "as_issued" not in document.description


def test_units_stand_in_the_list_not_beside_it(world):
    document = batch(world, 2, main=("dept1",))
    with pytest.raises(Refused, match="列入收件人名单"):
        move(world, document, "submit")


def test_a_letter_goes_to_no_unit_that_a_rule_forbids(world):
    """R113 holds for units in the list too."""
    copy_rules(world)
    rows = [Addressee("市政府", "市政府", world.orgs["gov"])]
    document = batch(world, rows, state="signed", text=[{"level": 0, "text": "请出席。"}])
    document.kind.__class__.objects.filter(pk=document.kind_id).update(issued_by="party_group")
    with pytest.raises(Refused, match="不送政府"):
        move(world, document, "issue")


def test_the_preview_shows_the_first_letter(world):
    document = batch(world, 2)
    mapping = {"recipients": ["x"], "body": document.description["body"], "title": "关于{姓名}"}
    found = sampled(document, mapping)
    assert (
        found["recipients"] == ["来宾1同志"] and "1排1座" in found["body"][1]["text"] and found["title"] == "关于来宾1"
    )
    Letter.objects.update(values={})
    assert sampled(document, mapping)["body"] == mapping["body"]


# --- issue and printing --------------------------------------------------------------------------------------------


def test_each_letter_gets_its_number_in_the_order_of_the_list(world):
    first, single, second = issued(world, 3), paper(world, kind="letter", state="signed"), None
    move(world, single, "issue")
    second = issued(world, 2)
    year = today().year
    assert numbers(first) == [f"试政协办函〔{year}〕{n}号" for n in (1, 2, 3)]
    assert numbers(second) == [f"试政协办函〔{year}〕{n}号" for n in (5, 6)]
    listed = Document.objects.with_letters().get(pk=first.pk)
    assert (listed.number_text, listed.letter_count) == (f"试政协办函〔{year}〕1号至3号", 3)
    assert not DocumentNumber.objects.filter(document=first).exists()


def test_the_file_copy_is_the_letter_with_the_list(world):
    document = issued(world, [Addressee("王小明", "王委员", world.orgs["dept2"], values={SEAT: "1"})])
    text = words(document.file)
    for told in ("（名单附后）：", "敬请{姓名}同志出席", "收件人名单", "王小明", "市教育局", "试政协办函〔"):
        assert told in text, told
    assert "附件" not in text


def test_every_letter_is_printed_with_its_own_words(world):
    document = issued(world, 3)
    [job] = work()
    assert (job.status, job.result) == (JobStatus.DONE, {"printed": 3, "failed": 0})
    assert job.message == "共 3 份，已印成 3 份"
    text = words(letter(document, 2).file)
    for told in ("来宾2同志：", "敬请来宾2同志出席", "您的座位号为2排2座", f"试政协办函〔{today().year}〕2号"):
        assert told in text, told
    assert "{" not in text and "来宾1" not in text and "收件人名单" not in text
    assert letter(document, 2).file.uploaded_by is None


def test_a_name_that_no_font_has_fails_alone_and_is_printed_when_corrected(world):
    """U+2A6A5 is in none of the fonts: the person and the character are named, the others go on."""
    rows = [Addressee("甲", "甲同志"), Addressee(f"王{UNKNOWN}", f"王{UNKNOWN}同志"), Addressee("丙", "丙同志")]
    document = issued(world, rows, text=[{"level": 0, "text": "请出席。"}])
    assert "（U+2A6A5）" in words(document.file)
    [job] = work()
    failed = letter(document, 2)
    assert job.result == {"printed": 2, "failed": 1} and job.status == JobStatus.DONE
    assert failed.failure.startswith(f"王{UNKNOWN}：") and UNKNOWN in failed.failure and "U+2A6A5" in failed.failure
    assert failed.file is None and failed.number_text == f"试政协办函〔{today().year}〕2号"
    letters.correct_letter(failed, Addressee("王龙", "王龙同志"))
    print_again(document, by=world.users["clerk"])
    [again] = work()
    assert again.result == {"printed": 3, "failed": 0}
    assert "王龙同志：" in words(letter(document, 2).file) and numbers(document)[1].endswith("〕2号")
    change = Document.history.filter(id=document.pk).order_by("history_id").last()
    assert "更正第2位收件人" in change.history_change_reason


def test_a_place_without_a_value_fails_alone(world):
    rows = [Addressee("甲", "甲同志", values={SEAT: "1"}), Addressee("乙", "乙同志", values={"桌次": "2"})]
    document = issued(world, rows)
    assert letters.blanks(document) == [(SEAT, 1)]
    work()
    assert letter(document, 1).file and letter(document, 2).failure.startswith("乙：“座位”一栏没有内容")


def test_a_fault_of_the_typesetter_in_one_letter_leaves_the_others(world, monkeypatch):
    document, real = issued(world, 3), letter_printing.typeset

    def sometimes(content, seals):
        if content.recipients == ["来宾2同志"]:
            raise ZeroDivisionError
        return real(content, seals)

    monkeypatch.setattr(letter_printing, "typeset", sometimes)
    work()
    states = [row.file_id is None for row in document.letters.all()]
    assert states == [False, True, False] and letter(document, 2).failure.startswith("来宾2：排印时出了意外")


def test_a_file_that_cannot_be_kept_fails_alone(world, monkeypatch):
    document, real = issued(world, 3), letter_printing.store

    def sometimes(data, *, name, **given):
        if "来宾2" in name:
            raise Refused("存不下。")
        return real(data, name=name, **given)

    monkeypatch.setattr(letter_printing, "store", sometimes)
    assert work()[0].status == JobStatus.DONE
    assert [row.file_id is None for row in document.letters.all()] == [False, True, False]
    assert letter(document, 2).failure == "来宾2：存不下。"


def test_an_addressee_may_be_called_as_no_upload_may(world):
    """R048 forbids marks; a unit that keeps secrets by its office is none."""
    document = issued(world, [Addressee("机密文件管理科", "机密文件管理科")], text=[PLAIN])
    work()
    assert letter(document, 1).file.name.endswith("机密文件管理科.pdf")


def test_what_is_printed_later_names_the_unit_as_at_the_issue(world):
    unit = world.orgs["dept1"]
    rows = [Addressee("张三", "张三同志", organization=unit)]
    document = issued(world, rows, text=[{"level": 0, "text": "请{单位}派员。"}])
    before = unit.name
    type(unit).objects.filter(pk=unit.pk).update(name="新名称局")
    work()
    assert f"请{before}派员。" in words(letter(document, 1).file)
    assert [part.text for part in next(contents_of(document)).body] == [f"请{before}派员。"]


def test_a_new_picture_of_a_seal_changes_nothing_that_was_issued(world):
    seal, document = a_seal(world), batch(world, 1, state="signed", text=[PLAIN])
    place(world, document, seal)
    move(world, document, "issue")
    document.refresh_from_db()
    before = pictures_of(document)
    seal.picture = store(picture(red=7), name="新章.png", by=None)
    seal.save()
    assert before[0] and pictures_of(document) == before


def test_a_value_with_braces_is_filled_once(world):
    rows = [Addressee("甲", "甲同志", values={SEAT: "{姓名}<b>&"})]
    document = issued(world, rows)
    work()
    assert "座位号为{姓名}<b>&。" in words(letter(document, 1).file)


def test_what_is_printed_is_not_printed_again(world):
    """The work may be run again after a crash: it goes on where it was, and no bytes change."""
    document = issued(world, 3)
    job = Job.objects.get()
    Letter.objects.filter(document=document, order=3).update(values={})
    work()
    before = [row.file.sha256 if row.file else "" for row in document.letters.select_related("file")]
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, finished_at=None)
    work()
    assert [row.file.sha256 if row.file else "" for row in document.letters.select_related("file")] == before
    with pytest.raises(Refused, match="已经印成"):
        letters.correct_letter(letter(document, 1), Addressee("甲", "甲"))


def test_a_double_click_prints_once(world):
    document = issued(world, 2)
    assert print_again(document, by=world.users["sg"]) == Job.objects.get()
    work()
    with pytest.raises(Refused, match="都已印成"):
        print_again(document, by=world.users["clerk"])


def test_the_same_is_printed_whatever_the_kind_is_called_later(world):
    document = issued(world, 1)
    document.kind.__class__.objects.filter(pk=document.kind_id).update(masthead="别的机关", signature="别的机关")
    work()
    assert "别的机关" not in words(letter(document, 1).file)


def test_a_cancelled_batch_keeps_its_numbers_with_the_reason_and_prints_no_more(world):
    document = issued(world, 3)
    move(world, document, "cancel", opinion="会议改期")
    told = DocumentNumber.objects.filter(letter__document=document)
    assert [number.reason for number in told] == ["会议改期"] * 3 and all(number.cancelled_at for number in told)
    [job] = work()
    assert job.status == JobStatus.FAILED and "已作废" in job.error
    assert not document.letters.filter(file__isnull=False).exists()
    with pytest.raises(Refused, match="已作废"):
        print_again(document, by=world.users["clerk"])
    assert numbers(issued(world, 1)) == [f"试政协办函〔{today().year}〕4号"]


def test_units_of_the_list_are_told_and_may_sign(world):
    rows = [Addressee("甲", "甲同志", world.orgs["dept1"]), Addressee("乙", "乙同志", world.orgs["dept1"])]
    document = issued(world, [*rows, Addressee("丙", "丙同志")], text=[{"level": 0, "text": "请出席。"}])
    told = document.recipients.values_list("organization__name", "part", "why", "by_hand")
    assert list(told) == [("市发展和改革局", "main", "分送信函", True)]
    assert document.recipients.sent().count() == 1


def test_archiving_with_letters_that_failed_needs_an_opinion(world):
    document = issued(world, 2)
    with pytest.raises(Refused, match="还有 2 份信函没有印成"):
        move(world, document, "archive")
    move(world, document, "archive", opinion="其余当面递送")


def test_a_version_tells_who_was_added(world):
    document = batch(world, 2)
    rows = [row["title"] for row in document.content()["rows"]]
    assert rows[-2:] == ["收件人来宾1", "收件人来宾2"]


def test_an_issue_that_fails_numbers_nobody(world, monkeypatch):
    document = batch(world, 3, state="signed", text=[{"level": 0, "text": f"正文里的{UNKNOWN}字。"}])
    with pytest.raises(Refused, match="U\\+2A6A5"):
        move(world, document, "issue")
    assert not DocumentNumber.objects.exists() and not Job.objects.exists()


# --- at once -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_batches_and_single_documents_issued_at_once_share_one_series(world, monkeypatch):
    """50 threads: two batches of 40 and 48 single letters; all successive, none twice, each batch in its order."""
    for module in (issuing, letter_printing):
        monkeypatch.setattr(module, "typeset", lambda content, seals=(): empty_page())
    monkeypatch.setattr("cppcc.jobs.queue.bell", lambda task: True)
    batches = [batch(world, 40, state="signed", title=f"函{n}") for n in range(2)]
    single = [paper(world, kind="letter", state="signed") for _ in range(48)]
    start, failures = threading.Barrier(50), []

    def issue(document):
        try:
            start.wait()
            move(world, document, "issue")
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=[document]) for document in [*batches, *single]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert sorted(DocumentNumber.objects.values_list("value", flat=True)) == list(range(1, 129))
    for document in batches:
        given = list(document.letters.order_by("order").values_list("numbered__value", flat=True))
        assert given == list(range(given[0], given[0] + 40))
    assert read(Document.objects.get(pk=batches[0].pk).file)
