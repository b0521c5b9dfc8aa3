"""Entries by hand, their reversal, their list and their evidence."""

import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cppcc.files.models import StoredFile
from members.models import PerformanceEntry
from tests.members.ledger_rows import a_meeting, a_member, acts, asked, entries, members

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00"
    b"\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xdc\xccY\xe7\x00\x00\x00\x00IEND\xaeB`\x82"
)
NEW = "/members/entries/new/"


def form(**given):
    values = {
        "names": "试member", "act": acts()["service"].pk, "on": TODAY, "title": "社区 义诊", "n": "1", "coauthors": "0",
        "token": str(uuid.uuid4()),
    }  # fmt: skip
    return {name: value for name, value in (values | given).items() if value is not None}


@pytest.fixture
def member(world):
    return a_member(world, committee="econ")


def test_an_entry_with_evidence_that_those_who_see_it_can_read(world, login, member):
    photo = SimpleUploadedFile("义诊.png", PNG, "image/png")
    response = login("clerk").post(NEW, form(level="市", role="召集人", status="出席", evidence=photo))
    assert response.status_code == 302
    entry = PerformanceEntry.objects.get()
    assert (entry.title, entry.level, entry.role, entry.recorded_by) == (
        "社区 义诊",
        "市",
        "召集人",
        world.users["clerk"],
    )
    address = reverse("members:entry_evidence", args=[entry.pk])
    for who, status in (("member", 200), ("clerk", 200), ("econ_clerk", 200), ("edu_clerk", 404), ("member2", 404)):
        client = login(who)
        found = client.get(address)
        assert found.status_code == status, who
        if status == 200:
            assert b"".join(found.streaming_content) == PNG
    assert "义诊.png" in login("member").get(reverse("members:entry_detail", args=[entry.pk])).content.decode()


def test_several_at_once_and_a_double_click(world, login, member):
    members(world, 5)
    names = "试member、委员000 委员001，委员002\n委员003"
    data = form(names=names, evidence=None)
    client = login("clerk")
    for _ in range(2):
        assert client.post(NEW, data).status_code == 302
    assert PerformanceEntry.objects.count() == 5


def test_the_file_is_kept_once_for_all_of_them(world, login, member):
    members(world, 3)
    names, token = "委员000、委员001、委员002", str(uuid.uuid4())
    for _ in range(2):
        photo = SimpleUploadedFile("a.png", PNG, "image/png")
        login("clerk").post(NEW, form(names=names, token=token, evidence=photo))
    assert StoredFile.objects.count() == 1
    assert PerformanceEntry.objects.filter(evidence__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"names": "没有人"}, "没有找到委员“没有人”"),
        ({"names": ""}, "必填|这个字段"),
        ({"on": TODAY + timedelta(days=1)}, "不能晚于今天"),
        ({"on": "2001-01-01"}, "不是委员"),
        ({"n": "0"}, "数量"),
        ({"n": "-3"}, "数量"),
        ({"act": 987654}, "履职事项"),
        ({"title": "字" * 201}, "内容"),
        ({"coauthors": "-1"}, "合作"),
        ({"evidence": SimpleUploadedFile("a.exe", b"MZ", "application/x")}, "不能上传"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(login, member, given, words):
    response = login("clerk").post(NEW, form(**given))
    assert response.status_code == 422
    page = response.content.decode()
    assert any(word in page for word in words.split("|"))
    assert not PerformanceEntry.objects.exists()
    assert not StoredFile.objects.exists()


def test_two_of_one_name_are_told_apart(world, login, member):
    for sector in ("教育界", "医药界"):
        a_member(world, "张三", sector=sector)
    client = login("clerk")
    page = client.post(NEW, form(names="张三")).content.decode()
    assert "有 2 位“张三”" in page and "张三（教育界）" in page
    assert client.post(NEW, form(names="张三（医药界）")).status_code == 302
    assert PerformanceEntry.objects.get().member.affiliations.get().sector.name == "医药界"


def test_a_double_is_asked_about_and_entered_when_it_is_none(login, member):
    client = login("clerk")
    client.post(NEW, form())
    response = client.post(NEW, form(title="社区 义诊 "))
    assert response.status_code == 422
    page = response.content.decode()
    assert "已有同样内容的记录" in page and "可能重复的记录" in page and 'name="again"' in page
    assert client.post(NEW, form(again="on")).status_code == 302
    assert PerformanceEntry.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("econ_clerk", 302), ("econ_head", 302), ("edu_clerk", 422), ("sg", 403),
                                             ("chair", 403), ("member", 403), ("dept1", 403)])  # fmt: skip
def test_who_may_enter_for_whom(login, member, who, status):
    assert login(who).post(NEW, form()).status_code == status
    assert PerformanceEntry.objects.count() == (status == 302)


class TestReversal:
    """Both stay visible; the office cancels all, a committee what it entered itself."""

    @pytest.fixture
    def entry(self, world, member):
        return entries(world, member, 1)[0]

    def at(self, entry):
        return reverse("members:entry_reverse", args=[entry.pk])

    def test_the_office(self, login, entry):
        client = login("clerk")
        assert client.get(self.at(entry)).status_code == 200
        assert client.post(self.at(entry), {"reason": " "}).status_code == 422
        assert client.post(self.at(entry), {"reason": "记错了人"}).status_code == 302
        page = client.get(reverse("members:entry_detail", args=[entry.pk])).content.decode()
        assert "已冲销" in page and "记错了人" in page and "<del>" in page
        page = client.get(reverse("members:entry_detail", args=[entry.reversed_by.pk])).content.decode()
        assert "这是一条冲销记录" in page
        for one in (entry, entry.reversed_by):
            assert client.post(self.at(one), {"reason": "再来"}).status_code == 302
        assert PerformanceEntry.objects.count() == 2

    @pytest.mark.parametrize(("who", "status"), [("econ_clerk", 403), ("edu_clerk", 404), ("member", 403), ("sg", 403)])
    def test_others_do_not(self, login, entry, who, status):
        client = login(who)
        assert client.get(self.at(entry)).status_code == status
        assert client.post(self.at(entry), {"reason": "不该"}).status_code == status
        assert PerformanceEntry.objects.count() == 1

    def test_a_committee_its_own(self, world, login, member):
        client = login("econ_clerk")
        client.post(NEW, form())
        entry = PerformanceEntry.objects.get()
        assert client.post(self.at(entry), {"reason": "写错日期"}).status_code == 302

    def test_a_committee_not_what_a_meeting_gave(self, world, login, member):
        meeting = a_meeting(world, state="closed")
        entry = entries(world, member, 1)[0]
        PerformanceEntry.objects.bulk_create([
            PerformanceEntry(
                member=member, act=entry.act, on=TODAY, title="会", key="x", recorded_by=world.users["econ_clerk"],
                recorded_at=timezone.now(), matter=meeting,
            )
        ])  # fmt: skip
        row = PerformanceEntry.objects.get(key="x")
        assert login("econ_clerk").post(self.at(row), {"reason": "不该"}).status_code == 403


class TestList:
    """Filters, order, export, and what each reader finds."""

    @pytest.fixture
    def rows(self, world, member):
        entries(world, member, 3)
        other = a_member(world, "乙", committee="edu")
        entries(world, other, 2, act="study-note")
        meeting = a_meeting(world, state="closed")
        asked(meeting, [member], attendance="present")
        return member, other

    def found(self, client, **query):
        response = client.get(reverse("members:entry_list"), query)
        assert response.status_code == 200
        return len(response.context["page_obj"].rows)

    def test_filters(self, world, login, rows):
        client, found = login("clerk"), self.found
        assert found(client) == 5
        assert found(client, member="乙") == 2
        assert found(client, member="shi") == 3
        assert found(client, act=acts()["learning"].pk) == 2
        assert found(client, year=TODAY.year) == 5
        assert found(client, year=TODAY.year - 3) == 0
        assert found(client, month=f"{TODAY:%Y-%m}") >= 1
        assert found(client, source="hand") == 5
        assert found(client, source="meeting") == found(client, source="proposal") == found(client, source="other") == 0
        assert found(client, by="试clerk") == 5
        assert found(client, by="无此人") == 0
        assert found(client, term=rows[0].term_id) == 5
        entry = PerformanceEntry.objects.first()
        client.post(reverse("members:entry_reverse", args=[entry.pk]), {"reason": "重复"})
        assert [found(client, state=state) for state in ("standing", "reversed", "counter", "")] == [4, 1, 1, 6]
        for wrong in ({"act": "x"}, {"month": "x"}, {"year": "x"}, {"term": "9" * 30}, {"state": "x"}):
            assert client.get(reverse("members:entry_list"), wrong).status_code == 200

    def test_a_committee_finds_its_own(self, login, rows):
        assert self.found(login("econ_clerk")) == 3
        assert self.found(login("edu_clerk")) == 2
        assert self.found(login("auditor")) == 5

    def test_export(self, login, rows):
        response = login("clerk").get(reverse("members:entry_list") + "?export=xlsx&member=乙")
        sheet = openpyxl.load_workbook(BytesIO(response.content)).active
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert len(table) == 3
        assert table[1][0] == "乙" and table[1][table[0].index("类别")] == "学习"
