"""The dossier: who sees which, what it counts, the years, the sheet, Excel, many in one file."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.files.models import StoredFile
from cppcc.jobs.models import Job
from members.dossier import record
from members.dossier import reverse as cancel
from members.member_year import dossier_of, years_of
from members.models import Affiliation, SpecialDuty
from tests.members.ledger_rows import a_contact, a_meeting, a_member, a_proposal, acts, asked, entries, members

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def member(world):
    return a_member(world, committee="econ", sector="经济界")


def of(member, name="member_dossier", year=YEAR):
    return reverse(f"members:{name}", args=[member.pk, year])


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def text(data):
    with pdfium.PdfDocument(data) as document:
        return "".join(one.get_textpage().get_text_bounded() for one in document), len(document)


def test_counts_stand_under_their_parents_and_leave_out_what_does_not_count(world, member):
    entries(world, member, 2)
    entries(world, member, 1, act="plenary", status="出席")
    entries(world, member, 1, act="chairs", status="缺席")
    gone = entries(world, member, 1, act="study-note", n=3)[0]
    cancel(gone, by=world.users["clerk"], reason="重复")
    entries(world, member, 1, act="study-note", n=2)
    found = dossier_of(member, YEAR)
    assert [(line.act.key, line.depth, line.count, line.measured) for line in found.lines] == [
        ("meetings", 0, 1, "1 次"), ("plenary", 1, 1, "1 次"), ("learning", 0, 1, "2 次"),
        ("study-note", 1, 1, "2 篇"), ("service", 0, 2, "2 次"),
    ]  # fmt: skip
    assert len(found.entries) == 6
    assert len(found.done) == 4


def test_invitations_count_only_what_has_ended_for_the_rate(world, member):
    for state, given in (
        ("closed", {"attendance": "present"}), ("closed", {"attendance": "late"}), ("closed", {"attendance": "leave"}),
        ("closed", {"attendance": "absent"}), ("invited", {}), ("cancelled", {"attendance": "present"}),
        ("closed", {"attendance": "present", "reply": "deputy", "deputy_name": "赵科长"}),
    ):  # fmt: skip
        asked(a_meeting(world, state=state, days=0), [member], **given)
    found = dossier_of(member, YEAR).invitations
    assert (found.asked, found.came, found.deputy, found.leave, found.absent, found.open) == (6, 2, 1, 1, 1, 1)
    assert (found.due, found.rate) == (5, 40)


def test_the_years_are_those_of_the_membership(world):
    assert years_of(a_member(world, valid_from=date(YEAR - 2, 5, 1))) == [YEAR, YEAR - 1, YEAR - 2]
    left = a_member(world, "member2", valid_from=date(YEAR - 2, 5, 1), valid_to=date(YEAR - 1, 3, 1))
    assert years_of(left) == [YEAR - 1, YEAR - 2]


def test_a_member_reads_his_own_and_no_other(world, login, member):
    other = a_member(world, "member2")
    entries(world, member, 1)
    entries(world, other, 1)
    client = login("member")
    mine = page(client, reverse("members:dossier"))
    assert "我的履职" in mine and "服务群众第0次" in mine and "申报履职" in mine
    assert client.get(of(member)).status_code == 200
    for name in ("member_dossier", "member_dossier_pdf"):
        assert client.get(of(other, name)).status_code == 404
    for entry in other.entries.all():
        for name in ("entry_detail", "entry_evidence"):
            assert client.get(reverse(f"members:{name}", args=[entry.pk])).status_code == 404
    for name in ("entry_list", "ledger_statistics", "ledger_chart", "dossier_batch", "training_year", "contact_list",
                 "contact_year", "allowance_list"):  # fmt: skip
        assert client.get(reverse(f"members:{name}")).status_code == 403


@pytest.mark.parametrize(
    ("who", "sees"), [("clerk", True), ("sg", True), ("chair", True), ("auditor", True), ("econ_clerk", True),
                      ("econ_head", True), ("edu_clerk", False), ("dept1", False), ("expired", False)]
)  # fmt: skip
def test_the_house_reads_all_a_committee_its_own(login, member, who, sees):
    client = login(who)
    for name in ("member_dossier", "member_dossier_pdf"):
        assert client.get(of(member, name)).status_code == (200 if sees else 404)


def test_a_committee_no_longer_reads_who_left_it(world, login, member):
    Affiliation.objects.filter(member=member, kind="committee").update(valid_to=TODAY - timedelta(days=1))
    assert login("econ_clerk").get(of(member)).status_code == 404


def test_contacts_are_for_the_house_only(world, login, member):
    a_contact(world, member, notes="家庭困难情况")
    assert "走访联系" in page(login("clerk"), of(member))
    assert "走访联系" in page(login("econ_clerk"), of(member))
    for address in (of(member), reverse("members:dossier")):
        assert "走访联系" not in page(login("member"), address)


def test_the_page_shows_cancelled_ones_struck_through_duties_and_proposals(world, login, member):
    entry = entries(world, member, 1)[0]
    cancel(entry, by=world.users["clerk"], reason="与会议重复")
    SpecialDuty.objects.create(member=member, organization=world.orgs["dept1"], title="特约检查员")
    SpecialDuty.objects.create(
        member=member, organization=world.orgs["dept2"], title="过期的", valid_to=date(YEAR - 1, 1, 1)
    )
    a_proposal(world, member, title="敬老院慰问")
    shown = page(login("clerk"), of(member))
    assert f">{entry.title}</del>" in shown and "与会议重复" in shown
    assert "特约检查员" in shown and "过期的" not in shown
    assert "敬老院慰问" in shown and "待审核" in shown
    assert "与会议重复" not in page(login("clerk"), of(member, year=YEAR - 1))


def test_who_is_no_member_is_told_so(login):
    assert "名册里没有您的登记" in page(login("member2"), reverse("members:dossier"))
    assert "名册里没有您的登记" in page(login("dept1"), reverse("members:dossier"))


def test_years_that_make_no_sense(login, member):
    assert login("clerk").get(of(member, year=1800)).status_code == 404
    assert login("member").get(reverse("members:dossier") + "?year=9999999").status_code == 200


def test_excel_has_every_entry_with_its_standing(world, login, member):
    rows = entries(world, member, 3)
    cancel(rows[0], by=world.users["clerk"], reason="重复")
    response = login("member").get(reverse("members:dossier") + "?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(table) == 4
    assert [row[table[0].index("记录状态")] for row in table[1:]] == ["已冲销", "有效", "有效"]


def test_the_sheet_says_what_the_page_says(world, login, member):
    entries(world, member, 2)
    asked(a_meeting(world, state="closed", days=0, title="第三次全体会议"), [member], attendance="present")
    response = login("member").get(of(member, "member_dossier_pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    told, pages = text(response.content)
    for words in ("委员履职档案", f"{YEAR}年度", "履职记录2条", "服务群众2条", "出席率100%", "第三次全体会议"):
        assert words in told.replace("\r\n", ""), words
    assert pages == 3


def test_an_empty_year_has_a_sheet_too(login, member):
    told, pages = text(login("clerk").get(of(member, "member_dossier_pdf")).content)
    assert "这一年没有履职记录" in told.replace("\r\n", "")
    assert pages == 1


def test_a_name_that_no_font_has_is_printed_with_its_code(world, login, member):
    record(member, acts()["service"], on=TODAY, title="慰问\U0002a6d6老人", key="k", by=None)
    assert "U+2A6D6" in text(login("clerk").get(of(member, "member_dossier_pdf")).content)[0]


class TestManyInOneFile:
    """The job: whom it prints, that a double click is one job, what it leaves."""

    def test_all_members_of_a_committee(self, world, login, member, django_capture_on_commit_callbacks):
        members(world, 12, committee="econ", prefix="经")
        members(world, 3, committee="edu", prefix="教")
        client, data = login("econ_clerk"), {"year": YEAR, "term": member.term_id,
                                             "committee": world.orgs["econ"].pk}  # fmt: skip
        data["token"] = "6a0e1c1c-0000-4000-8000-000000000001"
        with django_capture_on_commit_callbacks(execute=True):
            first = client.post(reverse("members:dossier_batch"), data)
        assert client.post(reverse("members:dossier_batch"), data)["Location"] == first["Location"]
        job = Job.objects.get()
        assert (job.status, job.done_steps, job.message) == ("done", 13, "共 13 人")
        stored = StoredFile.objects.get()
        assert stored.get_absolute_url() == job.then
        told, pages = text(stored.path.read_bytes())
        assert pages == 26  # each begins on a sheet of its own
        assert "经000" in told and "教000" not in told
        response = client.get(job.then)
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        for close in response._resource_closers:
            close()
        assert login("edu_clerk").get(job.then).status_code == 404

    def test_a_committee_prints_only_its_own(self, world, login, member):
        data = {"year": YEAR, "term": member.term_id, "committee": world.orgs["edu"].pk}
        assert login("econ_clerk").post(reverse("members:dossier_batch"), data).status_code == 422
        assert login("econ_clerk").post(reverse("members:dossier_batch"), data | {"committee": ""}).status_code == 422
        assert not Job.objects.exists()

    def test_nobody_to_print_is_told(self, world, login, member):
        response = login("clerk").post(reverse("members:dossier_batch"), {"year": 1990, "term": member.term_id})
        assert response.status_code == 422
        assert "没有符合条件的委员" in response.content.decode()
