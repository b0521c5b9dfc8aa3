"""Certificates for employers, and the ledger of travel and allowances. R140."""

import uuid
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cppcc.files.models import StoredFile
from cppcc.jobs.models import Job
from members.models import Allowance, Wording
from members.papers import attended, hours_of
from tests.members.ledger_rows import a_meeting, a_member, asked, members
from tests.members.test_dossier import text

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CERTIFICATE, LIST, NEW, PAY = (
    "/members/certificates/new/", "/members/allowances/", "/members/allowances/new/", "/members/allowances/pay/",
)  # fmt: skip
TEXT = "{name}{honorific}自{from}至{to}参加{office}活动{count}次，计{hours}小时。\n视为完成同等工作量。"


@pytest.fixture
def wording():
    return Wording.objects.create(key="attendance_certificate", label="证明", text=TEXT, rule="R140")


@pytest.fixture
def member(world):
    return a_member(world, committee="econ")


def asking(**given):
    values = {"names": "试member", "meeting": "", "start": TODAY - timedelta(days=300), "end": TODAY,
              "token": str(uuid.uuid4())}  # fmt: skip
    return values | given


class TestCertificates:
    """What the letter says, for whom it can be made, many at once."""

    def test_one_at_once(self, world, login, member, wording):
        for days, given in ((-5, {"attendance": "present"}), (-4, {"attendance": "late"}),
                            (-3, {"attendance": "absent"}),
                            (-2, {"attendance": "present", "reply": "deputy", "deputy_name": "赵"}),
                            (-400, {"attendance": "present"})):  # fmt: skip
            asked(a_meeting(world, days=days, state="closed", title=f"第{-days}次会议"), [member], **given)
        response = login("clerk").post(CERTIFICATE, asking())
        assert response["Content-Type"] == "application/pdf"
        told, pages = text(response.content)
        told = told.replace("\r\n", "")
        for words in ("试member同志", "活动2次，计6小时", "视为完成同等工作量", "第5次会议", "第4次会议", "有关单位"):
            assert words in told, words
        assert "第3次会议" not in told and "第2次会议" not in told and "第400次" not in told
        assert pages == 2

    def test_hours(self, world):
        meeting = a_meeting(world)
        assert hours_of(meeting) == 3
        meeting.ends = meeting.starts + timedelta(minutes=100)
        assert hours_of(meeting) == Decimal("1.5")
        meeting.ends = meeting.starts + timedelta(days=2)
        assert hours_of(meeting) == 9

    def test_both_ends_of_the_period_count(self, world, member):
        asked(a_meeting(world, days=-5, state="closed"), [member], attendance="present")
        day = TODAY - timedelta(days=5)
        assert len(attended(member, day, day)) == 1
        assert attended(member, day + timedelta(days=1), TODAY) == []

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({}, "没有出席记录"), ({"names": ""}, "请填写委员姓名"), ({"names": "谁"}, "没有找到委员"),
            ({"end": TODAY - timedelta(days=999)}, "不能早于起始日期"), ({"start": "x"}, "从"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_certified(self, login, member, wording, given, words):
        response = login("clerk").post(CERTIFICATE, asking(**given))
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_without_a_wording_the_administrator_is_asked(self, world, login, member):
        asked(a_meeting(world, state="closed"), [member], attendance="present")
        response = login("clerk").post(CERTIFICATE, asking())
        assert response.status_code == 422
        assert "函件用语" in response.content.decode()

    def test_all_who_came_to_a_meeting(self, world, login, wording, django_capture_on_commit_callbacks):
        people = members(world, 12, committee="econ")
        meeting = a_meeting(world, state="closed", title="视察")
        asked(meeting, people[:11], attendance="present")
        asked(meeting, people[11:], attendance="absent")
        data = asking(names="", meeting=meeting.pk)
        client = login("econ_clerk")
        with django_capture_on_commit_callbacks(execute=True):
            first = client.post(CERTIFICATE, data)
        assert client.post(CERTIFICATE, data)["Location"] == first["Location"]
        job = Job.objects.get()
        assert (job.status, job.message) == ("done", "共 11 人")
        told, pages = text(StoredFile.objects.get().path.read_bytes())
        assert pages == 22 and "委员010" in told and "委员011" not in told and "委员单位" in told

    def test_who_attended_nothing_is_named(self, world, login, wording, member, django_capture_on_commit_callbacks):
        people = members(world, 2)
        asked(a_meeting(world, state="closed"), people[:1], attendance="present")
        with django_capture_on_commit_callbacks(execute=True):
            login("clerk").post(CERTIFICATE, asking(names="委员000、委员001"))
        assert Job.objects.get().message == "共 1 人；没有内容、未排印：委员001"

    @pytest.mark.parametrize(("who", "status"), [("edu_clerk", 422), ("econ_clerk", 200), ("member", 403), ("sg", 403)])
    def test_who_may_for_whom(self, world, login, member, wording, who, status):
        asked(a_meeting(world, state="closed"), [member], attendance="present")
        assert login(who).post(CERTIFICATE, asking()).status_code == status

    @pytest.mark.parametrize("wrong", ["{nobody}", "{", "a } {name", "{name"])
    def test_a_place_that_nothing_fills_is_refused(self, wrong):
        with pytest.raises(ValidationError, match="替换项"):
            Wording(key="a", label="证明", text=wrong).full_clean()
        assert Wording(text="{name}\n\n {count}次 ").filled({"name": "甲", "count": 2}) == ["甲", "2次"]


def paying(**given):
    values = {"names": "试member", "meeting": "", "kind": "travel", "on": TODAY, "amount": "120.50", "paid_on": "",
              "remark": "高铁", "token": str(uuid.uuid4())}  # fmt: skip
    return values | given


class TestAllowances:
    """Rows for each member, sums, payment, corrections with their history."""

    def test_one_and_a_double_click(self, world, login, member):
        client, data = login("clerk"), paying()
        for _ in range(2):
            assert client.post(NEW, data).status_code == 302
        row = Allowance.objects.get()
        assert (row.member, row.amount, row.kind, row.recorded_by) == (
            member,
            Decimal("120.50"),
            "travel",
            world.users["clerk"],
        )
        assert row.history.count() == 1

    def test_all_who_came(self, world, login):
        people = members(world, 20)
        meeting = a_meeting(world, state="closed")
        asked(meeting, people[:19], attendance="present")
        asked(meeting, people[19:], attendance="leave")
        assert login("clerk").post(NEW, paying(names="", meeting=meeting.pk)).status_code == 302
        assert Allowance.objects.filter(meeting=meeting).count() == 19

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"names": ""}, "请填写委员姓名"), ({"names": "谁"}, "没有找到"), ({"amount": "0"}, "大于零"),
            ({"amount": "-5"}, "大于零"), ({"amount": "x"}, "金额"),
            ({"on": TODAY + timedelta(days=1)}, "不能晚于今天"),
            ({"kind": "bogus"}, "项目"), ({"amount": "9" * 30}, "金额"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_told(self, login, member, given, words):
        response = login("clerk").post(NEW, paying(**given))
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Allowance.objects.exists()

    def test_a_meeting_without_attendance_is_told(self, world, login, member):
        meeting = a_meeting(world, state="invited")
        response = login("clerk").post(NEW, paying(names="", meeting=meeting.pk))
        assert response.status_code == 422
        assert "还没有委员的出席记录" in response.content.decode()

    def test_sums_filters_and_export(self, world, login, member):
        client = login("clerk")
        client.post(NEW, paying(amount="100", paid_on=TODAY))
        client.post(NEW, paying(amount="1250.5", kind="meals"))
        assert "合计 1,350.50 元，已发放 100.00 元，待发放 1,250.50 元" in client.get(LIST).content.decode()
        for query, count in (({"paid": "yes"}, 1), ({"paid": "no"}, 1), ({"kind": "meals"}, 1), ({"member": "shi"}, 2),
                             ({"year": 1999}, 0), ({"q": "没有"}, 0)):  # fmt: skip
            assert len(client.get(LIST, query).context["page_obj"].rows) == count, query
        sheet = openpyxl.load_workbook(BytesIO(client.get(LIST, {"export": "xlsx"}).content)).active
        assert sum(row[4].value for row in list(sheet.iter_rows())[1:]) == 1350.5

    def test_paid_together_and_corrected(self, login, member):
        client = login("clerk")
        for _ in range(3):
            client.post(NEW, paying())
        rows = list(Allowance.objects.all())
        ticked = [str(row.pk) for row in rows[:2]]
        assert client.post(PAY, {"allowance": ticked, "paid_on": TODAY + timedelta(days=1)}).status_code == 422
        assert client.post(PAY, {"allowance": ticked, "paid_on": TODAY}).status_code == 302
        assert Allowance.objects.filter(paid_on=TODAY).count() == 2
        for nothing in (ticked, [], ["x"]):
            client.post(PAY, {"allowance": nothing, "paid_on": TODAY})
        assert Allowance.objects.filter(paid_on__isnull=True).count() == 1
        address = reverse("members:allowance_edit", args=[rows[2].pk])
        assert client.get(address).status_code == 200
        assert client.post(address, paying(amount="99")).status_code == 302
        rows[2].refresh_from_db()
        assert (rows[2].amount, rows[2].history.count()) == (99, 2)

    @pytest.mark.parametrize(
        ("who", "reads", "writes"), [("clerk", 200, 200), ("chair", 200, 403), ("auditor", 200, 403), ("sg", 200, 403),
                                     ("econ_clerk", 403, 403), ("member", 403, 403), ("dept1", 403, 403)]
    )  # fmt: skip
    def test_who_reads_and_who_writes(self, login, member, who, reads, writes):
        client = login(who)
        assert client.get(LIST).status_code == reads
        assert client.get(NEW).status_code == writes
        if writes == 403:
            assert client.post(NEW, paying()).status_code == client.post(PAY, {}).status_code == 403
