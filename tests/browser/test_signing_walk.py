"""Signing in, in a real browser: a training and a standing-committee meeting from invitation to the locked attendance,
at the desk and on the phone, with the ledger right at each step; two desks that agree; a desk without a network.
"""

import re
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from cppcc.meetings.models import Meeting, MeetingKind, Participant, SignIn
from cppcc.office.models import Person
from members.models import Act, PerformanceEntry
from tests.browser.conftest import TIMEOUT
from tests.browser.test_accessibility import look
from tests.meetings.gatherings import classes, crowd, invite, meeting, setting
from tests.meetings.halls import at_time, hall, pressed
from tests.members.ledger_rows import a_member
from tests.world import PASSWORD

SECOND = 1000  # milliseconds; a tap on the same row before that counts as the second of two
pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/meetings/{pk}/signing/", "/meetings/{pk}/signing/walk-in/", "/meetings/{pk}/signing/walk-in/?q=shi",
         "/meetings/{pk}/code/", "/meetings/sign/{code}/", "/meetings/mine/"]  # fmt: skip


# --- how the pages look --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_hall_are_accessible_and_fit_the_screen(city, visit, browser, live_server, width):
    made = hall(city, "member", "member2", "dept1", "chair", "vice", begun=40, title="专题协商议政会议" * 15)
    made.participants.filter(person=city.users["member2"].person).update(leave="granted", title="很长的职务名称" * 9)
    made.participants.filter(person=city.users["dept1"].person).update(
        reply="deputy", deputy_name="李四", deputy_title="分管副局长" * 9, seat="12排18座"
    )
    pressed(city, made, "dept1")
    pressed(city, made, "chair", "on_time")
    pressed(city, made, "vice")
    pressed(city, made, "vice", "leave")
    at = {"pk": made.pk, "code": made.sign_in_code}
    clerk, member = visit("clerk", width=width), visit("member", width=width)
    wrong = [problem for path in PAGES for problem in look(clerk, path.format(**at))]
    wrong += [problem for path in PAGES[-2:] for problem in look(member, path.format(**at))]
    member.get_by_role("button", name="签到").click()
    wrong += look(member, PAGES[-2].format(**at)) + look(member, PAGES[-1])
    stranger = browser.new_page(viewport={"width": width, "height": 800}, base_url=live_server.url)
    wrong += look(stranger, PAGES[-2].format(**at))
    stranger.close()
    assert not wrong, "\n".join(wrong)


# --- from invitation to locked attendance --------------------------------------------------------------------------


def counting_kind(key: str, label: str) -> MeetingKind:
    """A kind whose attendance is credited."""
    Act.objects.create(key=key, label=label)
    return MeetingKind.objects.create(key=key, label=label, act=key, training=key == "training")


def told(made: Meeting) -> dict[str, str]:
    """What stands in the ledger: name -> status."""
    rows = PerformanceEntry.for_matter(made).standing().select_related("member__person")
    return {row.member.person.name: row.status for row in rows}


def act(page: Page, made: Meeting, label: str, opinion: str = "") -> None:
    """An act on the meeting, through its page."""
    page.goto(f"/meetings/{made.pk}/")
    page.get_by_role("link", name=label, exact=True).click()
    if opinion:
        page.locator("textarea[name=opinion]").fill(opinion)
    page.locator("form button[type=submit]", has_text=label).click()
    expect(page.get_by_text(f"已办理“{label}”")).to_be_visible()


def planned(city, key: str, label: str) -> Meeting:
    """A meeting of eight: five members, a department that sends a deputy, one on leave, one who stays away."""
    setting(city)
    counting_kind(key, label)
    made = meeting(city, kind=key, days=3, title=f"{label}第七次", reply_by=timezone.now() + timedelta(days=2))
    invite(city, made, "member", "member2", told=False)
    invite(city, made, "dept1", told=False, key="department")
    people = [a_member(city, name).person for name in ("甲一", "乙二", "丙三")]
    kind = classes()["member"]
    Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=n) for n, person in enumerate(people, 4)
    )
    for n, row in enumerate(made.participants.order_by("order")):
        Person.objects.filter(pk=row.person_id).update(phone=f"1390000100{n}")
    for name in ("member", "member2"):
        a_member(city, name)
    return made


@pytest.mark.parametrize(("key", "label"), [("training", "培训"), ("standing-committee", "常务委员会会议")])
def test_from_invitation_to_locked_attendance(city, visit, browser, live_server, key, label):
    made = planned(city, key, label)
    walk_in = a_member(city, "戊五").person
    desk, phone = visit("clerk"), visit("member", width=390)
    send_and_answer(visit, desk, phone, made)
    made = at_time(Meeting.objects.get(pk=made.pk), -15)

    phone.goto("/meetings/mine/")
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_text("已签到", exact=True)).to_be_visible()
    by_code(browser, live_server, made)

    desk.goto(f"/meetings/{made.pk}/signing/")
    expect(desk.locator("#n-came")).to_have_text("2")
    desk.get_by_role("button", name="试dept1签到").click()
    row = desk.locator(".sign-row", has_text="代试dept1")
    expect(row.locator(".tag-green")).to_have_text("出席")
    desk.wait_for_timeout(SECOND)
    row.get_by_role("button", name="撤销").click()
    expect(row.get_by_role("button", name="签到")).to_be_visible()
    desk.wait_for_timeout(SECOND)
    row.get_by_role("button", name="签到").click()
    expect(desk.locator("#n-came")).to_have_text("3")
    desk.get_by_role("link", name="临时参加").click()
    desk.get_by_label("姓名、拼音或首字母").fill("wuwu")
    desk.get_by_role("button", name="查找").click()
    desk.locator("#found_participant_class").select_option(label="委员")
    desk.get_by_role("button", name="戊五签到").click()
    expect(desk.locator(".sign-row", has_text="戊五").locator(".tag-blue")).to_have_text("临时")
    assert told(made) == {}

    made = at_time(made, 60)
    desk.reload()
    desk.get_by_role("button", name="乙二签到").click()
    expect(desk.locator(".sign-row", has_text="乙二").locator(".tag-amber")).to_have_text("迟到")
    desk.get_by_role("button", name="甲一早退").click()
    expect(desk.locator(".sign-row", has_text="甲一").locator(".tag-amber")).to_have_text("早退")
    expect(desk.locator("#n-leave")).to_have_text("1")
    expect(desk.locator("#n-missing")).to_have_text("1")

    act(desk, made, "结束并锁定出席")
    wanted = {"试member": "出席", "试member2": "请假", "甲一": "早退", "乙二": "迟到", "丙三": "缺席", "戊五": "出席"}
    assert told(made) == wanted
    desk.goto(f"/meetings/{made.pk}/signing/")
    expect(desk.get_by_text("出席情况已锁定")).to_be_visible()
    expect(desk.locator("#signing button")).to_have_count(0)
    phone.goto(f"/meetings/sign/{made.sign_in_code}/")
    expect(phone.get_by_text("已经签到")).to_be_visible()

    act(desk, made, "重新打开", "漏登丙三")
    assert told(made) == {}
    desk.goto(f"/meetings/{made.pk}/signing/")
    desk.get_by_role("button", name="丙三签到").click()
    expect(desk.locator(".sign-row", has_text="丙三").locator(".tag-amber")).to_have_text("迟到")
    act(desk, made, "结束并锁定出席")
    assert told(made) == wanted | {"丙三": "迟到"}
    act(desk, made, "作废", "会议作废")
    assert told(made) == {}
    assert PerformanceEntry.for_matter(made).aggregate(sum=Sum("n"))["sum"] == 0
    assert made.participants.get(person=walk_in).walk_in


def send_and_answer(visit, desk: Page, phone: Page, made: Meeting) -> None:
    """The notice leaves; one comes, one asks for leave and gets it, one sends a deputy."""
    desk.goto(f"/meetings/{made.pk}/notice/")
    desk.get_by_label("已核对正文").check()
    desk.get_by_role("button", name="发出通知").click()
    expect(desk.get_by_text("已通知 6 人")).to_be_visible()
    reply(phone, made, "参加")
    reply(visit("member2", width=390), made, "请假", 原因="赴外地培训")
    reply(visit("dept1", width=390), made, "委派他人参加", 受委派人姓名="李四", 受委派人职务="副局长")
    head = visit("sg", width=390)
    head.goto("/meetings/leave/")
    head.get_by_role("button", name="准试member2的假", exact=True).click()
    expect(head.get_by_text("试member2：已准假")).to_be_visible()


def reply(page: Page, made: Meeting, answer: str, **said: str) -> None:
    """An answer on a phone."""
    page.goto(f"/meetings/{made.pk}/reply/")
    page.get_by_label(answer, exact=True).check()
    for field, words in said.items():
        page.get_by_label(field).fill(words)
    page.get_by_role("button", name="提交回复").click()
    expect(page.locator("#main .notice-success")).to_be_visible()


def by_code(browser, live_server, made: Meeting) -> None:
    """Who has no account: a wrong number first, then the right one; another press tells what holds."""
    page = browser.new_page(viewport={"width": 390, "height": 800}, locale="zh-CN", base_url=live_server.url)
    page.goto(f"/meetings/sign/{made.sign_in_code}/")
    for digits, words in (("9999", "姓名或手机号后四位不符"), ("1003", "签到成功")):
        page.get_by_label("姓名").fill("甲一")
        page.get_by_label("手机号后四位").fill(digits)
        page.get_by_role("button", name="签到").click()
        expect(page.get_by_text(words)).to_be_visible()
    page.close()


# --- two desks, and one without a network --------------------------------------------------------------------------


def test_two_desks_agree(city, visit):
    made = hall(city, "member", "dept1", "chair")
    one, other = visit("clerk"), visit("sg", width=390)
    for page in (one, other):
        page.goto(f"/meetings/{made.pk}/signing/")
    one.get_by_role("button", name="试member签到").click()
    row = other.locator(".sign-row", has_text="试member")
    expect(row.locator(".tag-green")).to_have_text("出席")
    expect(other.locator("#n-came")).to_have_text("1")
    row.get_by_role("button", name="撤销").click()
    expect(one.get_by_role("button", name="试member签到")).to_be_visible()
    for page in (one, other):
        page.get_by_role("button", name="试dept1签到").click(no_wait_after=True)
    for page in (one, other):
        expect(page.locator("#n-came")).to_have_text("1")
    assert SignIn.objects.filter(act="arrive", counted=True).count() == 2
    one.get_by_label("勾选显示的人").check()
    one.get_by_role("button", name="勾选的人签到").click()
    for page in (one, other):
        expect(page.locator("#n-missing")).to_have_text("0")


def test_a_double_tap_signs_in_and_takes_nothing_back(city, visit):
    made = hall(city, "member", "dept1")
    page = visit("clerk")
    page.goto(f"/meetings/{made.pk}/signing/")
    page.get_by_role("button", name="试member签到").dblclick()
    expect(page.locator("#n-came")).to_have_text("1")
    page.wait_for_timeout(SECOND)
    assert list(SignIn.objects.values_list("act", flat=True)) == ["arrive"]


def test_the_list_is_searched_as_one_types(city, visit):
    made = hall(city, "member", "dept1")
    kind = classes()["member"]
    Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=n + 9)
        for n, person in enumerate(crowd(city, 30))
    )
    page = visit("clerk")
    page.goto(f"/meetings/{made.pk}/signing/")
    rows = page.locator(".sign-row:visible")
    expect(rows).to_have_count(32)
    find = page.get_by_label("姓名、拼音、首字母或单位")
    for words, count in (("试dept", 1), ("zhong", 30), ("zr000", 10), ("发改", 1), ("无此人", 0), ("", 32)):
        find.fill(words)
        expect(rows).to_have_count(count)
    find.fill("dept1")
    find.fill("试dept1")
    find.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#n-came")).to_have_text("1")
    page.get_by_label("只看").select_option(label="已到")
    expect(page.locator(".sign-row:visible .tag-green")).to_have_count(1)


def enter(context: BrowserContext, name: str) -> Page:
    """Logged in, in a browser whose console may complain about the network."""
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    page.goto("/login/")
    page.get_by_label("账号").fill(name)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def test_presses_wait_for_the_network_and_for_the_login(city, live_server, browser):
    made = hall(city, "member", "dept1", "chair")
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = enter(context, "clerk")
    page.goto(f"/meetings/{made.pk}/signing/")
    context.set_offline(True)
    page.get_by_role("button", name="试member签到").click()
    page.get_by_role("button", name="试dept1签到").click()
    expect(page.locator("#signing-queue")).to_contain_text("2 条待上传")
    expect(page.locator(".sign-row.is-pending")).to_have_count(2)
    page.wait_for_timeout(SECOND)
    page.locator(".sign-row", has_text="试dept1").get_by_role("button", name="撤销").click()
    expect(page.locator("#signing-queue")).to_contain_text("3 条待上传")
    assert not SignIn.objects.exists()
    context.set_offline(False)
    expect(page.locator("#signing-queue")).to_be_hidden()
    expect(page.locator("#n-came")).to_have_text("1")
    assert list(SignIn.objects.order_by("pk").values_list("act", flat=True)) == ["arrive", "arrive", "undo"]
    assert made.participants.get(person=city.users["dept1"].person).attendance == ""

    context.set_offline(True)
    page.get_by_role("button", name="试chair签到").click()
    expect(page.locator("#signing-queue")).to_contain_text("1 条待上传")
    page.close()
    context.set_offline(False)
    context.clear_cookies(name="cppcc_session")
    again = enter(context, "clerk")
    again.goto(f"/meetings/{made.pk}/signing/")
    expect(again.locator("#n-came")).to_have_text("2")
    context.clear_cookies(name="cppcc_session")
    again.get_by_role("button", name="试dept1签到").click()
    expect(again.locator("#signing-queue")).to_contain_text("登录已过期，1 条待上传")
    again.get_by_role("link", name="重新登录").click()
    again.get_by_label("账号").fill("clerk")
    again.get_by_role("textbox", name="密码").fill(PASSWORD)
    again.get_by_role("button", name="登录").click()
    expect(again.locator("#n-came")).to_have_text("3")
    assert SignIn.objects.filter(counted=True, act="arrive").count() == 4
    context.close()
