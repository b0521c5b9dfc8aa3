"""Meetings in a real browser: every page free of axe violations, and the way from planning to an answer on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cppcc.meetings.links import issue_links
from cppcc.meetings.models import Busy, Finding, Meeting
from tests.browser.test_accessibility import look
from tests.meetings.gatherings import at, classes, crowd, invite, invited, meeting, rule, setting

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "clerk": [
        "/meetings/", "/meetings/new/", "/meetings/new/?kind=symposium", "/meetings/{told}/", "/meetings/{planned}/",
        "/meetings/{planned}/edit/", "/meetings/{planned}/notice/", "/meetings/{told}/people/",
        "/meetings/{planned}/people/rules/", "/meetings/{told}/people/add/?q=zhongren", "/meetings/{told}/minutes/",
        "/meetings/{told}/findings/new/", "/meetings/{told}/people/{row}/reply/", "/meetings/leave/", "/meetings/busy/",
        "/meetings/busy/new/", "/meetings/{told}/act/cancel/",
    ],
    "member": ["/meetings/mine/", "/meetings/{told}/", "/meetings/{told}/reply/", "/meetings/"],
}  # fmt: skip


def fill(city) -> dict[str, int]:
    """A meeting under way with long names, one planned in the same room's time, engagements, requests for leave."""
    told = invited(
        city, "member", "dept1", "chair", title="关于推动城乡区域协调发展的专题协商议政会议" * 3, note="请带材料" * 30
    )
    told.participants.filter(person=city.users["dept1"].person).update(
        leave="asked", reason="赴外地参加上级部门组织的集中培训" * 3, replied_at=timezone.now()
    )
    Finding.objects.create(meeting=told, text="停车难", proposal="增设车位")
    planned = meeting(city, days=20)
    invite(city, planned, "chair", "member2", told=False)
    Busy.objects.create(person=city.users["chair"].person, starts=at(20), ends=at(20, 18), label="外出")
    crowd(city, 12)
    rule("symposium", "chairs", "role", "chair", "leader", rule="R114")
    return {"told": told.pk, "planned": planned.pk, "row": told.participants.first().pk}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = [problem for path in PAGES[name] for problem in look(page, path.format(**objects))]
    assert not wrong, "\n".join(wrong)


def test_the_page_behind_a_link_is_accessible(city, live_server, browser):
    made = invited(city, "member")
    [linked] = issue_links(made, None, by=city.users["clerk"])
    page = browser.new_page(viewport={"width": 390, "height": 800}, base_url=live_server.url)
    assert look(page, f"/meetings/reply/{linked.token}/") == []
    page.get_by_label("参加", exact=True).check()
    page.get_by_role("button", name="提交回复").click()
    expect(page.get_by_role("heading")).to_contain_text("已收到")
    page.close()


def test_from_planning_to_an_answer_on_a_phone(city, visit):
    setting(city)
    rule("symposium", "members", "role", "member")
    clerk = visit("clerk")
    clerk.goto("/meetings/new/")
    clerk.get_by_role("link", name="专题协商会").click()
    day = timezone.localdate() + timedelta(days=30)
    day += timedelta(days=(7 - day.weekday()) % 7)
    clerk.get_by_label("名称").fill("优化营商环境专题协商会")
    clerk.get_by_label("开始时间").fill(f"{day}T09:00")
    clerk.get_by_label("结束时间").fill(f"{day}T11:00")
    clerk.get_by_label("回复截止").fill(f"{day - timedelta(days=3)}T18:00")
    clerk.get_by_label("会议室").select_option(label="大会议厅")
    clerk.get_by_role("button", name="保存，下一步生成名单").click()
    box = clerk.get_by_label("已知晓以上情况")
    if box.count():  # the day is a rest day of the calendar
        box.check()
        clerk.get_by_role("button", name="保存，下一步生成名单").click()
    clerk.get_by_role("button", name="加入名单").click()
    expect(clerk.get_by_text("已加入 2 人")).to_be_visible()
    clerk.get_by_role("link", name="发出通知").click()
    clerk.get_by_label("已核对正文").check()
    clerk.get_by_role("button", name="发出通知").click()
    expect(clerk.get_by_text("已通知 2 人")).to_be_visible()
    phone = visit("member", width=390)
    phone.goto("/meetings/mine/")
    phone.get_by_role("link", name="回复", exact=True).click()
    phone.get_by_text("请假", exact=True).click()
    phone.get_by_label("原因").fill("赴外地培训")
    phone.get_by_role("button", name="提交回复").click()
    expect(phone.get_by_text("已提交请假，等待批准")).to_be_visible()
    head = visit("sg", width=390)
    head.goto("/meetings/leave/")
    head.get_by_role("button", name="准试member的假", exact=True).click()
    expect(head.get_by_text("试member：已准假")).to_be_visible()
    made = Meeting.objects.get()
    assert made.participants.get(person=city.users["member"].person).leave == "granted"
    assert classes()


def test_clashes_are_shown_while_the_form_is_filled_in(city, visit):
    first = meeting(city, days=30, room=None)
    setting(city)
    page = visit("clerk")
    page.goto(f"/meetings/{first.pk}/edit/")
    page.get_by_label("开始时间").fill("2020-01-06T09:00")
    page.get_by_label("结束时间").fill("2020-01-06T11:00")
    page.get_by_label("地点").click()
    expect(page.locator("#clashes")).to_contain_text("已经过去")
