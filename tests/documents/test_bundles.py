"""Bundles: all material of a matter as one PDF with cover, list, page numbers and bookmarks. R052, R048."""

import hashlib
import io
import re

import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from PIL import Image

from cppcc.documents import bundling
from cppcc.documents.binding import Book, Unbindable
from cppcc.documents.bundle_sheets import numbers
from cppcc.documents.material import material_of
from cppcc.documents.models import Recipient
from cppcc.files.models import Classification, StoredFile
from cppcc.files.storing import store
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.models import Tenure, User
from tests.documents.papers import paper, put_document
from tests.files import contents

A4 = (595, 842)


def a_pdf(*sizes, text: str = "", foot: bool = False, rotate: int = 0) -> bytes:
    """A PDF of pages of these sizes (points); `foot`: with a black bar where page numbers stand."""
    with pikepdf.new() as document:
        for width, height in sizes or (A4,):
            page = document.add_blank_page(page_size=(width, height))
            bar = f"{width / 2 - 20} 20 40 8 re f" if foot else ""
            page.Contents = document.make_stream(f"100 400 50 50 re f {bar}".encode())
            if rotate:
                page.Rotate = rotate
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()


def picture(kind: str = "PNG", size=(400, 200)) -> bytes:
    """A red picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def keep(matter, name: str, data: bytes, classification: str = Classification.PUBLIC, by=None) -> StoredFile:
    """A stored file of a matter, past the checks of uploads."""
    extension = name.rpartition(".")[2]
    stored = StoredFile.objects.create(
        name=name, extension=extension, media_type="application/octet-stream", size=len(data), matter=matter,
        sha256=hashlib.sha256(data).hexdigest(), classification=classification, uploaded_by=by,
    )  # fmt: skip
    stored.path.parent.mkdir(parents=True, exist_ok=True)
    stored.path.write_bytes(data)
    return stored


@pytest.fixture
def plan(world):
    """A plan with a notice about it, a topic with files of every kind."""
    plan = world.plan(2026, state="issued", topics=3)
    topic = plan.topics.get(number=1)
    world.notice = paper(world, state="issued", title="关于印发年度协商计划的通知", matter=plan,
                         classification=Classification.PUBLIC)  # fmt: skip
    keep(topic, "调研报告.pdf", a_pdf(A4, (842, 595)))
    keep(topic, "现场照片.jpg", picture("JPEG"))
    keep(topic, "名单.docx", contents.docx())
    return plan


def url(name: str, *args) -> str:
    """An address."""
    return reverse(f"documents:{name}", args=args)


def made(client, matter, **given):
    """The bundle of all that the form offers, as a finished or failed job."""
    address = url("bundle_form", matter._meta.model_name, matter.pk)
    form = client.get(address).context["form"]
    data = {"title": "材料汇编", "token": form["token"].initial}
    for place, item in enumerate(form.items, start=1):
        data |= {f"take_{item.key}": "on", f"place_{item.key}": place}
    response = client.post(address, data | given)
    assert response.status_code == 302, response.content.decode()
    return Job.objects.get(kind=bundling.KIND)


@pytest.fixture
def eager(django_capture_on_commit_callbacks):
    """Background work runs at once."""

    def run(client, matter, **given):
        with django_capture_on_commit_callbacks(execute=True):
            made(client, matter, **given)
        return Job.objects.get(kind=bundling.KIND)

    return run


def pages_of(client, job):
    """The pages of a finished bundle as (text, width, height)."""
    assert job.status == JobStatus.DONE, job.error
    response = client.get(url("bundle_pdf", job.pk))
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    data = b"".join(response.streaming_content)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return data, [(page.extract_text(), round(page.width), round(page.height)) for page in pdf.pages]


def test_r052_everything_of_a_plan_is_one_file(world, login, plan, eager):
    client = login("clerk")
    job = eager(client, plan, title="2026年度协商计划材料汇编")
    _, pages = pages_of(client, job)
    texts = [re.sub(r"\s", "", text) for text, _, _ in pages]
    assert "2026年度协商计划材料汇编" in texts[0] and "办公室" in texts[0] and "共4份，5页" in texts[0]
    assert texts[1].startswith("目录")
    for line in (
        "1.关于印发年度协商计划的通知",
        "2.调研报告",
        "3.现场照片",
        "4.名单（另附）",
        "年度协商计划",
        "议题第1号",
    ):
        assert line in texts[1], texts[1]
    assert re.search(r"2\.调研报告·+2", texts[1]) and re.search(r"4\.名单（另附）·+5", texts[1])
    assert [re.search(r"第(\d+)页$", text)[1] for text in texts[2:]] == ["1", "2", "3", "4", "5"]
    assert [size[1:] for size in pages] == [A4, A4, A4, A4, (842, 595), (842, 595), A4]
    assert "另附材料" in texts[-1] and "Word文档" in texts[-1]
    assert all("公开" not in text and "内部" not in text for text in texts)


def test_bookmarks_and_labels_lead_to_the_parts(world, login, plan, eager):
    client = login("clerk")
    data, _ = pages_of(client, eager(client, plan))
    with pdfium.PdfDocument(data) as document:
        marks = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
        labels = [document.get_page_label(number) for number in range(len(document))]
    notice = f"关于印发年度协商计划的通知（{world.notice.number_text}）"
    assert marks == [
        (0, "目录", 1), (0, "年度协商计划", 2), (1, notice, 2), (0, "议题第1号", 3), (1, "调研报告", 3),
        (1, "现场照片", 5), (1, "名单（另附）", 6),
    ]  # fmt: skip
    assert labels == ["封面", "i", "1", "2", "3", "4", "5"]


def test_order_and_choice_are_the_clerk_s(world, login, plan, eager):
    client = login("clerk")
    items = {item.title: item.key for item in material_of(plan, world.users["clerk"])}
    given = {f"place_{items['现场照片']}": 1, f"take_{items['名单']}": ""}
    job = eager(client, plan, **given)
    assert job.arguments["parts"] == [items[title] for title in ("现场照片", world.notice.title, "调研报告")]


def test_the_bundle_is_as_secret_as_its_most_secret_part(world, login, plan, eager):
    keep(plan.topics.get(number=2), "内部情况.pdf", a_pdf(), Classification.INTERNAL)
    client = login("clerk")
    job = eager(client, plan)
    data, pages = pages_of(client, job)
    stored = StoredFile.objects.get(pk=job.result["file"])
    assert stored.classification == Classification.INTERNAL and stored.uploaded_by is None and stored.matter is None
    assert all("试clerk" in text for text, _, _ in pages)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        upright = [char for char in pdf.pages[0].chars if char["upright"] and char["top"] < 110]
    assert "".join(char["text"] for char in upright).startswith("内部")


def test_only_its_maker_gets_it(world, login, plan, eager):
    job = eager(login("clerk"), plan)
    stored = StoredFile.objects.get(pk=job.result["file"])
    for person in ("sg", "chair", "dept1", "admin"):
        client = login(person)
        assert client.get(url("bundle_detail", job.pk)).status_code == 404
        assert client.get(url("bundle_pdf", job.pk)).status_code == 404
        assert client.get(reverse("files:file_download", args=[stored.uuid])).status_code == 404
    assert login("clerk").get(reverse("files:file_download", args=[stored.uuid])).status_code == 404


def test_r048_each_sees_only_what_he_may_read(world, login, plan):
    paper(world, state="issued", title="内部通知", matter=plan, main=("county1",))
    secret = paper(world, state="issued", title="保密通知", matter=plan, main=("dept2",),
                   classification=Classification.WORK_SECRET)  # fmt: skip
    draft = paper(world, title="起草中的通知", matter=plan)

    def titles(name):
        return {item.title for item in material_of(plan, User.objects.get(username=name))}

    public = {world.notice.title, "调研报告", "现场照片", "名单"}
    assert titles("dept1") == public
    assert titles("county1") == public | {"内部通知"}
    assert titles("dept2") == public | {"保密通知"}
    assert titles("chair") == public | {"内部通知", "保密通知"}
    assert titles("econ_clerk") == public | {"内部通知"}
    assert titles("nobody") == set()
    put_document(world, secret, "cancelled")
    assert "保密通知" not in titles("chair") and draft.title not in titles("clerk")


def test_what_may_not_be_read_any_more_stops_the_work_and_the_download(world, login, plan, eager):
    client = login("dept1")
    job = eager(client, plan)
    pages_of(client, job)
    put_document(world, world.notice, "cancelled")
    assert client.get(url("bundle_pdf", job.pk)).status_code == 302
    Job.objects.filter(pk=job.pk).update(status="queued", finished_at=None)
    with pytest.raises(bundling.Refused, match="所选材料中有 1 份已撤回、作废或您已不能查阅"):
        bundling.make_bundle(job, lambda *args: None)
    Tenure.objects.all().delete()
    with pytest.raises(bundling.Refused, match="不能查阅这个事项"):
        bundling.make_bundle(job, lambda *args: None)


def locked() -> bytes:
    """A PDF with a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("加密.pdf", locked(), "设了打开密码，打不开"),
        ("损坏.pdf", b"%PDF-1.7\n%%EOF\n", "文件已损坏，打不开"),
        ("坏图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "图片已损坏，打不开"),
    ],
)
def test_what_cannot_be_bound_is_told_by_name_and_has_its_slip(world, login, plan, eager, name, data, why):
    stored = keep(plan.topics.get(number=2), name, data)
    client = login("clerk")
    job = eager(client, plan)
    assert job.result["missing"] == [[f"f{stored.pk}", why]] and "1 份未能编入" in job.message
    page = client.get(url("bundle_detail", job.pk)).content.decode()
    assert why in page and name[:2] in page and "有材料未能编入" in page
    _, pages = pages_of(client, job)
    texts = [re.sub(r"\s", "", text) for text, _, _ in pages]
    assert f"5.{name[:2]}（未能编入）" in texts[1]
    assert "未能编入的材料" in texts[-1] and why in texts[-1]


def test_bytes_that_changed_or_are_gone_are_told(world, login, plan, eager):
    gone = keep(plan.topics.get(number=2), "丢失.pdf", a_pdf())
    gone.path.unlink()
    job = eager(login("clerk"), plan)
    assert job.result["missing"] == [[f"f{gone.pk}", "存储里的文件缺失或已改变"]]


def test_it_may_not_be_too_thick_or_too_large(world, login, plan, eager, monkeypatch):
    monkeypatch.setattr(bundling, "MOST_PAGES", 2)
    job = eager(login("clerk"), plan)
    assert (job.status, job.error) == (
        "failed", "所选材料共 3 页，一册最多 2 页，请减少所选材料，分册汇编。"
    )  # fmt: skip
    assert job.then == url("bundle_form", "annualplan", plan.pk)
    monkeypatch.setattr(bundling, "MOST_BYTES", 10)
    with pytest.raises(bundling.Refused, match="一册最多 200 MB"):
        bundling.make_bundle(job, lambda *args: None)


def test_a_recipient_has_read_what_he_has_bound(world, login, eager):
    topic = world.plan(2026, state="issued", topics=1).topics.get()
    document = paper(world, state="issued", matter=topic, main=("dept1",))
    eager(login("dept1"), topic)
    assert Recipient.objects.get(document=document).read_by == world.users["dept1"]


class TestForm:
    """The page where parts are chosen."""

    def test_a_matter_that_one_may_not_see_has_none(self, world, login):
        plan = world.plan(2026)
        assert login("dept1").get(url("bundle_form", "annualplan", plan.pk)).status_code == 404
        assert login("clerk").get(url("bundle_form", "user", 1)).status_code == 404

    def test_without_material_it_says_so(self, world, login):
        page = login("clerk").get(url("bundle_form", "annualplan", world.plan(2026).pk)).content.decode()
        assert "还没有您可以查阅的材料" in page

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"title": ""}, "必填"),
            ({"title": "机密★1年"}, "国家秘密"),
            ({"title": "😀"}, "字库中没有"),
            ({}, "至少勾选一份"),
        ],
    )
    def test_wrong_forms_are_told(self, world, login, plan, given, sentence):
        address = url("bundle_form", "annualplan", plan.pk)
        data = {"title": "汇编", "token": "6f9619ff-8b86-4011-b42d-00c04fc964ff"} | given
        response = login("clerk").post(address, data)
        assert response.status_code == 422 and sentence in response.content.decode()
        assert not Job.objects.exists()

    def test_two_clicks_are_one_work(self, world, login, plan):
        client, token = login("clerk"), "6f9619ff-8b86-4011-b42d-00c04fc964ff"
        for _ in range(2):
            made(client, plan, token=token)
        assert Job.objects.count() == 1

    @pytest.mark.parametrize(("person", "shown"), [("clerk", True), ("dept1", True), ("nobody", False)])
    def test_the_pages_of_matters_lead_here(self, world, login, plan, person, shown):
        topic = plan.topics.get(number=1)
        for page, matter in (
            (reverse("consultation:plan_detail", args=[plan.year]), plan),
            (reverse("consultation:topic_detail", args=[topic.pk]), topic),
        ):
            text = login(person).get(page).content.decode()
            assert (url("bundle_form", matter._meta.model_name, matter.pk) in text) is shown
        bare = plan.topics.get(number=3)
        assert "材料汇编" in login("clerk").get(reverse("consultation:topic_detail", args=[bare.pk])).content.decode()

    def test_the_questions_do_not_grow(self, world, login, plan, django_assert_max_num_queries):
        client, address = login("clerk"), url("bundle_form", "annualplan", plan.pk)
        for topic in plan.topics.all():
            for number in range(10):
                keep(topic, f"材料{number}.pdf", b"%PDF")
        client.get(address)
        with django_assert_max_num_queries(30):
            assert client.get(address).context["form"].items


class TestBook:
    """Pages as they are, A4, with their numbers."""

    def bound(self, tmp_path, *parts) -> pdfium.PdfDocument:
        target = tmp_path / "book.pdf"
        with Book() as book:
            for part in parts:
                book.add(book.open(io.BytesIO(part)))
            book.number()
            book.bind(target, front=numbers([False]), title="册", marks=[])
        return target

    @pytest.mark.parametrize(
        ("size", "rotate", "sheet"),
        [(A4, 0, A4), ((842, 595), 0, (842, 595)), (A4, 90, (842, 595)), ((1191, 842), 0, (842, 595)),
         ((420, 595), 0, A4), ((612, 792), 270, (842, 595))],
    )  # fmt: skip
    def test_every_page_becomes_a4_and_keeps_its_direction(self, tmp_path, size, rotate, sheet):
        with pdfplumber.open(self.bound(tmp_path, a_pdf(size, rotate=rotate))) as pdf:
            page = pdf.pages[1]
            assert (round(page.width), round(page.height)) == sheet
            assert "第 1 页" in page.extract_text()

    def ink(self, path, box) -> int:
        """The darkest pixel in a box (left, top, right, bottom in points) of the first numbered page."""
        with pdfium.PdfDocument(path) as document:
            image = document[1].render(scale=2).to_pil().convert("L")
        return image.crop(tuple(round(edge * 2) for edge in box)).getextrema()[0]

    def test_a_page_with_an_empty_foot_stays_exactly_as_it_is(self, tmp_path):
        with pdfplumber.open(self.bound(tmp_path, a_pdf())) as pdf:
            rectangle = pdf.pages[1].rects[0]
            assert (round(rectangle["x0"]), round(rectangle["width"])) == (100, 50)

    def test_what_stands_at_the_foot_is_not_hidden(self, tmp_path):
        with pdfplumber.open(self.bound(tmp_path, a_pdf(foot=True))) as pdf:
            page = pdf.pages[1]
            bar = min(page.rects, key=lambda rectangle: -rectangle["top"])
            number = page.extract_words()[-1]
            assert round(bar["width"]) == 38 and bar["bottom"] < number["top"]

    def test_stamps_and_fields_over_a_page_are_kept(self, tmp_path):
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(a_pdf())) as document:
            look = document.make_stream(b"1 0 0 rg 0 0 80 80 re f")
            look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 80, 80]
            document.pages[0].Annots = document.make_indirect([
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, F=4, Rect=[300, 300, 380, 380],
                                   AP=pikepdf.Dictionary(N=look)),
            ])  # fmt: skip
            document.save(buffer)
        with pdfium.PdfDocument(self.bound(tmp_path, buffer.getvalue())) as document:
            image = document[1].render(scale=1).to_pil()
        assert image.getpixel((340, 842 - 340)) == (255, 0, 0)

    def test_an_owner_s_password_is_no_obstacle(self, tmp_path):
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(a_pdf())) as document:
            document.save(buffer, encryption=pikepdf.Encryption(owner="a", user=""))
        assert self.bound(tmp_path, buffer.getvalue()).stat().st_size

    def test_pictures_stand_upright_on_a_page(self):
        buffer = io.BytesIO()
        image = Image.new("RGB", (400, 200), "red")
        exif = image.getexif()
        exif[0x0112] = 6  # the camera was turned
        image.save(buffer, "JPEG", exif=exif)
        with Book() as book:
            assert book.add(book.picture(buffer.getvalue()), margin=50) == 1
            assert book.add(book.picture(picture(size=(900, 100)))) == 2
            assert book.wide == [False, True]
            with pytest.raises(Unbindable, match="图片已损坏"):
                book.picture(b"no picture")

    def test_a_picture_beyond_all_measure_is_told(self, monkeypatch):
        monkeypatch.setattr("cppcc.documents.binding.MOST_PIXELS", 100)
        with Book() as book, pytest.raises(Unbindable, match="图片太大"):
            book.picture(picture())


def test_a_hundred_pages_are_numbered():
    with pdfplumber.open(io.BytesIO(numbers([False, True] * 60))) as pdf:
        assert len(pdf.pages) == 120
        assert [page.extract_text() for page in pdf.pages[:3]] == ["第 1 页", "第 2 页", "第 3 页"]
        assert pdf.pages[1].width > pdf.pages[1].height


def test_a_file_of_nobody_is_in_no_bundle(world, plan):
    store(contents.PDF, name="无主.pdf", by=world.users["clerk"])
    assert "无主" not in {item.title for item in material_of(plan, world.users["clerk"])}
