import io
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from cppcc.files import unpacking
from cppcc.files.safety import check, clean_name
from cppcc.office.refusals import Refused
from tests.files import contents


def upload(name, data):
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("议题.xlsx", contents.xlsx()),
        ("议题.XLSX", contents.xlsx()),
        ("方案.docx", contents.docx()),
        ("议题.csv", contents.CSV),
        ("议题.csv", "题目\n".encode("utf-8-sig")),
        ("议题.csv", "题目\n".encode("utf-16")),
        ("文件.pdf", contents.PDF),
        ("照片.png", contents.PNG),
        ("照片.jpg", contents.JPG),
        ("照片.jpeg", contents.JPG),
    ],
)
def test_good_files_pass(name, data):
    checked = check(upload(name, data))
    assert (checked.name, checked.data, checked.extension) == (name, data, name.rsplit(".")[1].lower())


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("空.csv", b"", "空的"),
        ("旧.xls", contents.OLE, "另存为 .xlsx"),
        ("旧.doc", contents.OLE, "另存为 .docx"),
        ("锁.xlsx", contents.OLE, "打开密码"),
        ("程序.exe", b"MZ", "不能上传“程序.exe”.*csv、docx、jpeg、jpg、pdf、png、xlsx"),
        ("无扩展名", b"x", "不能上传"),
        ("假.xlsx", contents.PDF, "与扩展名不符"),
        ("假.xlsx", contents.docx(), "与扩展名不符"),
        ("假.docx", contents.xlsx(), "与扩展名不符"),
        ("假.pdf", contents.PNG, "与扩展名不符"),
        ("假.png", contents.JPG, "与扩展名不符"),
        ("假.jpg", contents.PNG, "与扩展名不符"),
        ("假.csv", contents.PNG, "与扩展名不符"),
        ("假.csv", b"\xff\xff", "与扩展名不符"),
        ("断.pdf", contents.PDF[:20], "已损坏"),
        ("空壳.pdf", b"%PDF-1.7\n%%EOF\n", "已损坏或设了密码"),
        ("断.xlsx", contents.xlsx()[:-100], "已损坏"),
        ("宏.xlsx", contents.with_parts(contents.xlsx(), {"xl/vbaProject.bin": b"x"}), "带有宏"),
        ("多.xlsx", contents.with_parts(contents.xlsx(), {f"p{n}": b"" for n in range(2001)}), "展开后过大"),
        ("炸.xlsx", contents.bomb(30), "展开后过大"),
        ("炸.xlsx", contents.zipped({"a": contents.bomb(1)} | {f"{n}": bytes(2**20) for n in range(30)}), "展开后过大"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(name, data, sentence):
    with pytest.raises(Refused, match=sentence):
        check(upload(name, data))


def test_what_is_allowed_decides():
    with pytest.raises(Refused, match="可以上传：csv、xlsx。"):
        check(upload("a.pdf", contents.PDF), allowed={"xlsx", "csv"})


def test_fifty_megabytes_are_refused_unread():
    class Large:
        name, size = "大.pdf", 50 * 1024 * 1024

        def read(self, num_bytes=-1):
            raise AssertionError

    with pytest.raises(Refused, match="文件有 50 MB，最多 20 MB"):
        check(Large())


def test_a_size_that_lies_is_found_out(settings):
    settings.FILES_MAX_BYTES = 1024 * 1024
    file = upload("a.csv", b"a" * (1024 * 1024 + 1))
    file.size = 10
    with pytest.raises(Refused, match="最多 1 MB"):
        check(file)
    file = upload("a.csv", b"abc")
    file.size = 10
    with pytest.raises(Refused, match="没有传完整"):
        check(file)


@pytest.mark.parametrize("claimed", [10, 1000, 31 * 1024 * 1024])
def test_a_bomb_whose_headers_lie_is_refused_with_little_memory(claimed):
    data = contents.lying_bomb(30, claimed)
    tracemalloc.start()
    with pytest.raises(Refused):
        check(data, name="a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024


def test_the_total_counts_not_the_part(monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 3 * 1024 * 1024)
    noise = {f"xl/media/{n}": bytes(1024 * 1024) for n in range(4)}
    with pytest.raises(Refused, match="展开后过大"):
        check(contents.with_parts(contents.xlsx(), noise, zipfile.ZIP_STORED), name="a.xlsx")


def test_a_damaged_part_is_found():
    data = bytearray(contents.with_parts(contents.xlsx(), {"xl/media/a": b"abcdefgh"}, zipfile.ZIP_STORED))
    data[data.find(b"abcdefgh")] = 0
    with pytest.raises(Refused, match="已损坏"):
        check(bytes(data), name="a.xlsx")


def test_an_encrypted_part_is_refused():
    data = bytearray(contents.xlsx())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    with pytest.raises(Refused, match="已损坏或设了密码"):
        check(bytes(data), name="a.xlsx")


def test_a_normal_workbook_with_repetitions_passes():
    data = contents.xlsx(**{"xl__media__same.bin": b"<row>abc</row>" * 300_000})
    assert check(data, name="a.xlsx").extension == "xlsx"


@given(st.binary(max_size=300))
def test_no_bytes_bring_it_down(data):
    for extension in ("xlsx", "docx", "pdf", "csv", "png", "jpg"):
        for content in (data, b"PK\x03\x04" + data):
            try:
                check(content, name=f"a.{extension}")
            except Refused as refusal:
                assert refusal.sentence


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_no_scratch_in_a_workbook_brings_it_down(place, scratch):
    data = contents.xlsx()
    place %= len(data)
    try:
        check(data[:place] + scratch + data[place + len(scratch) :], name="a.xlsx")
    except Refused as refusal:
        assert refusal.sentence


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C:\\桌面\\议题.xlsx", "议题.xlsx"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("a\u202excod.exe\r\n.pdf", "axcod.exe.pdf"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
        ("", "未命名"),
        ("..", "未命名"),
        ("𬭎.pdf", "𬭎.pdf"),
    ],
)
def test_names_are_cleaned(name, expected):
    assert clean_name(name) == expected


@given(st.text())
def test_a_clean_name_is_short_and_has_no_folder(name):
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 200 and "/" not in cleaned and "\\" not in cleaned


def test_the_stream_is_read_once_and_no_further_than_needed(settings):
    settings.FILES_MAX_BYTES = 1000
    asked = []

    class Stream(io.BytesIO):
        name, size = "a.csv", 3

        def read(self, num_bytes=-1):
            asked.append(num_bytes)
            return super().read(num_bytes)

    check(Stream(b"abc"))
    assert asked == [1001]
