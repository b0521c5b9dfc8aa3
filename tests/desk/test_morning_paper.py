"""The morning sheet as a PDF: the rows of the page, one page when it is short. R128."""

import io
from datetime import UTC, date, datetime

import pdfplumber
import pytest
from django.urls import reverse

from cppcc.documents.models import Document
from cppcc.files.models import Classification
from cppcc.office.models import Post
from cppcc.office.roles import Role
from cppcc.workflow.models import Sitting, Waiting
from tests.deadlines.calendar_rows import deadline
from tests.documents.papers import paper

MORNING = "2026-04-22 08:30+08:00"  # a Wednesday
ADDRESS = "desk:morning_sheet_pdf"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def topics(world):
    """Topics of a plan."""
    return list(world.plan(2026, topics=12).topics.order_by("number"))


def duty(matter, unit, role: str, label: str) -> None:
    """Something that waits since 20 April."""
    since = datetime(2026, 4, 20, 1, tzinfo=UTC)
    Waiting.objects.create(matter=matter, organization=unit, role=role, label=label, since=since)


def pages(client, query: str = "") -> list[str]:
    """The text of each page, without blanks."""
    response = client.get(reverse(ADDRESS) + query)
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    with pdfplumber.open(io.BytesIO(response.content)) as pdf:
        return ["".join(page.extract_text().split()) for page in pdf.pages]


def test_a_short_sheet_is_one_page(world, login, topics):
    duty(topics[0], world.orgs["cppcc"], Role.CHAIR, "审签")
    deadline(topics[1], date(2026, 4, 20), (world.orgs["econ"], ""))
    deadline(topics[2], date(2026, 4, 29), (world.orgs["edu"], ""), step="soon")
    Sitting.of(world.orgs["party-group"], date(2026, 4, 22), by=world.users["clerk"], number=3)
    (text,) = pages(login("chair"))
    assert text.startswith("试验市政协办公室晨报")
    for words in (
        "送：试验市政协·主席", "2026年4月22日", "4月22日（星期三）要事",
        "一、等待签批、办理（1项）", "审签：议题第1号（自4月20日，2个工作日）",
        "二、逾期事项（1项）", "逾期2个工作日）", "三、七天内到期（1项）", "4月29日到期",
        "四、今天的会议（1个）", "第3次会议",
    ):  # fmt: skip
        assert words in text, (words, text)


def test_nothing_to_tell_is_told(world, login):
    (text,) = pages(login("chair"))
    assert "今天没有需要您办理或关注的事项。" in text


def test_many_rows_stand_in_a_table_behind(world, login, topics):
    for topic in topics[:10]:
        duty(topic, world.orgs["cppcc"], Role.CHAIR, "审签")
        deadline(topic, date(2026, 4, 20), (world.orgs["econ"], ""))
    first, second, *rest = pages(login("chair"))
    assert "今天10件事等您签批或办理，10项期限已逾期。" in first and "列表附后" in first and "事项清单" not in first
    for words in ("事项清单", "责任单位", "1待办议题第1号审签—自4月20日2", "另有2项，请登录系统查看"):
        assert words in second, second
    assert "逾期议题第1号" in second + "".join(rest) and "经济委" in second + "".join(rest)


def test_each_gets_his_own_field_and_the_office_chooses(world, login, topics):
    deadline(topics[0], date(2026, 4, 20), (world.orgs["econ"], ""))
    deadline(topics[1], date(2026, 4, 20), (world.orgs["edu"], ""))
    head = Post.objects.get(role=Role.COMMITTEE_HEAD)
    for text in (pages(login("econ_head"))[0], pages(login("clerk"), f"?post={head.pk}")[0]):
        assert "分管范围内的逾期事项（1项）" in text and "议题第1号" in text and "议题第2号" not in text
    assert login("clerk").get(reverse(ADDRESS) + "?post=999999").status_code == 404
    assert login("dept1").get(reverse(ADDRESS)).status_code == 403
    page = login("clerk").get(reverse("desk:morning_sheet") + f"?post={head.pk}").content.decode()
    assert f"{reverse(ADDRESS)}?post={head.pk}" in page


def test_a_secret_document_is_not_named_and_rare_characters_do_not_stop_it(world, login):
    document = paper(world, title="不能说的事", classification=Classification.WORK_SECRET, state="signing")
    duty(document, world.orgs["cppcc"], Role.CHAIR, "签发😀公文")
    (text,) = pages(login("chair"))
    assert "签发〓公文" in text and f"登记号{document.pk}" in text and "不能说的事" not in text
    assert Document.objects.get(pk=document.pk).state == "signing"
