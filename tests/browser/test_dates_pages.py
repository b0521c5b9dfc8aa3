"""Notices, dispatches, deliveries, deadlines in a browser: accessible, no wider than the screen, and usable."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cppcc.deadlines import dispatching
from cppcc.deadlines.models import Dispatch, Outbox
from tests.browser.test_accessibility import look
from tests.deadlines.desk_rows import LONG, a_dispatch, deadlines, deliveries, notices, reminders

YEAR = timezone.localdate().year
PAGES = {
    "clerk": [
        "/dates/notices/",
        "/dates/notices/?show=unread",
        "/dates/notices/wish/",
        "/dates/dispatches/",
        "/dates/dispatches/?q=没有这样的通知",
        "/dates/dispatches/new/",
        "/dates/dispatches/{draft}/",
        "/dates/dispatches/{draft}/edit/",
        "/dates/dispatches/{held}/",
        "/dates/dispatches/{sent}/",
        "/dates/dispatches/{sent}/print/",
        "/dates/deliveries/",
        "/dates/deliveries/?show=hands",
        "/dates/deliveries/{row}/",
        "/dates/deadlines/",
        "/dates/deadlines/?status=waived",
        "/dates/deadlines/{open}/",
        "/dates/deadlines/{open}/finish/",
        "/dates/deadlines/{open}/move/",
        "/dates/deadlines/{late}/",
        f"/dates/deadlines/year/{YEAR}/",
    ],
    "dept1": ["/dates/notices/", "/dates/deadlines/", "/dates/dispatches/"],
}


def fill(city) -> dict[str, int]:
    """Something on every page, with long names."""
    clerk, today = city.users["clerk"], timezone.localdate()
    topic = city.plan(YEAR, topics=1).topics.get()
    holders = [(key, "") for key in ("econ", "dept1", "dept2", "county1", "party1", "office")]
    rows = deadlines(city, topic, 30, days=-15, holders=holders, provisional=True, warning="期限落在休息日")
    late = deadlines(city, topic, status="done", closed_on=today, late_days=3, holders=holders)[0]
    for status in ("pending", "sent", "nobody", "lapsed", "failed", "cancelled"):
        reminders(rows[0], city, 2, status=status)
    for user in (clerk, city.users["dept1"]):
        notices(user, 60, title=LONG[:200], body="期限：明天。\n请及时办理。", urgent=True)
    sent = a_dispatch(city, units=("dept1", "gov", "county1"), title=LONG[:200])
    dispatching.release(sent, by=clerk, version=1, seen=True)
    row = deliveries(city, status="doubt", channel="email", address="a" * 60 + "@example.org", error="原因" * 40)[0]
    deliveries(city, 60)
    return {
        "draft": a_dispatch(city, persons=("chair",)).pk, "held": a_dispatch(city, formal=True, status="held").pk,
        "sent": sent.pk, "row": row.pk, "open": rows[0].pk, "late": late.pk,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = [problem for path in PAGES[name] for problem in look(page, path.format(**objects))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db(transaction=True)
def test_a_clerk_writes_holds_releases_and_a_unit_reads(city, visit):
    clerk = visit("clerk")
    clerk.goto("/dates/dispatches/new/")
    clerk.get_by_label("标题").fill("关于报送材料的通知")
    clerk.locator("#id_body").fill("请于下周三前报送。")
    clerk.get_by_label("正式函件").check()
    clerk.get_by_text("逐个选择单位").first.click()
    clerk.get_by_label("市发展和改革局").check()
    clerk.get_by_label("试验市人民政府").check()
    clerk.get_by_role("button", name="保存草稿").click()
    clerk.get_by_role("button", name="提交放行").click()
    clerk.get_by_label("已核对标题、正文和全部收件人").check()
    clerk.get_by_role("button", name="放行并发出").click()
    expect(clerk.get_by_text("已发出，共 2 条发送记录")).to_be_visible()
    clerk.get_by_label("选择市政府").check()
    clerk.get_by_label("登记说明").fill("值班室接听")
    clerk.get_by_role("button", name="勾选的已电话通知").click()
    expect(clerk.get_by_text("已电话通知：值班室接听")).to_be_visible()
    clerk.get_by_text("通知文本（微信、电话用）").click()
    expect(clerk.locator("#copy-text")).to_have_value("【试验市政协】关于报送材料的通知\n请于下周三前报送。")

    unit = visit("dept1")
    unit.get_by_role("link", name="站内信：1 条未读").click()
    expect(unit.get_by_role("heading", name="关于报送材料的通知")).to_be_visible()
    unit.get_by_role("button", name="标为已读").first.click()
    expect(unit.locator(".bell-count")).to_have_count(0)
    assert Dispatch.objects.get().status == "released"
    assert set(Outbox.objects.values_list("status", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_every_letter_is_a_sheet_of_paper(city, visit):
    dispatch = a_dispatch(city, units=("dept1", "gov", "county1"), persons=("chair",))
    page = visit("clerk")
    page.goto(f"/dates/dispatches/{dispatch.pk}/print/")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 4
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf
