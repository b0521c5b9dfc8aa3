"""The ledger in a real browser: pages free of axe violations; a member's own entry from phone to dossier."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from members.dossier import reverse as cancel
from members.models import Allowance, PerformanceEntry
from tests.browser.test_accessibility import look
from tests.members.ledger_rows import a_contact, a_meeting, a_member, a_proposal, asked, entries, members
from tests.members.test_entries import PNG

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timezone.localdate().year
PAGES = {
    "clerk": [
        "/members/entries/", "/members/entries/?member=无此人", "/members/entries/new/", "/members/entries/{entry}/",
        "/members/entries/{entry}/reverse/", "/members/entries/{gone}/", "/members/entries/statistics/",
        f"/members/{{member}}/dossier/{YEAR}/", "/members/dossier/batch/", "/members/proposals/",
        "/members/proposals/{proposal}/", "/members/proposals/{proposal}/confirm/", "/members/contacts/",
        "/members/contacts/new/", "/members/contacts/year/", "/members/contacts/{contact}/",
        "/members/contacts/{contact}/edit/", "/members/contacts/{contact}/solve/", "/members/training/",
        "/members/certificates/new/", "/members/allowances/", "/members/allowances/new/",
    ],
    "member": ["/members/dossier/", f"/members/dossier/?year={YEAR - 1}", "/members/proposals/",
               "/members/proposals/new/", "/members/proposals/{proposal}/", "/members/entries/{gone}/"],
    "dept1": ["/members/dossier/"],
}  # fmt: skip
LONG = "关于" + "加快构建现代化综合交通运输体系推动城乡区域协调发展" * 5


def fill(city) -> dict[str, int]:
    """A member with entries of every kind, long titles, a contact that waits, proposals, trainings, money."""
    member = a_member(city, committee="econ", sector="特别长名称的界别" * 4)
    rows = entries(city, member, 20)
    rows += entries(city, member, 1, act="plenary", status="缺席")
    cancel(rows[1], by=city.users["clerk"], reason=LONG[:190])
    held = a_meeting(city, "training", state="closed", days=0, title=LONG[:110])
    asked(held, [member, *members(city, 8)], attendance="present")
    proposal = a_proposal(city, member, title=LONG[:190])
    contact = a_contact(city, member, "office", difficulty=LONG, state="open")
    Allowance.objects.create(
        member=member, meeting=held, kind="travel", on=timezone.localdate(), amount=99, recorded_by=city.users["clerk"]
    )
    return {"member": member.pk, "entry": rows[0].pk, "gone": rows[1].pk, "proposal": proposal.pk,
            "contact": contact.pk}  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = [problem for path in PAGES[name] for problem in look(page, path.format(**objects))]
    assert not wrong, "\n".join(wrong)


def test_a_member_proposes_on_the_phone_and_is_confirmed_at_the_desk(city, visit):
    a_member(city)
    entries(city, a_member(city, "member2"), 1)
    phone = visit("member", width=390)
    phone.goto("/members/dossier/")
    phone.get_by_role("link", name="申报履职").click()
    phone.get_by_label("履职事项").select_option(label="服务群众")
    phone.get_by_label("内容").fill("社区义诊，服务群众 60 人")
    phone.get_by_label("佐证材料").set_input_files({"name": "照片.png", "mimeType": "image/png", "buffer": PNG})
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("已提交，办公室审核后计入履职档案")).to_be_visible()
    expect(phone.get_by_text("待审核", exact=True).last).to_be_visible()

    desk = visit("clerk")
    desk.goto("/members/proposals/")
    desk.get_by_label("全部勾选").check()
    desk.get_by_role("button", name="确认勾选的申报", exact=True).click()
    expect(desk.get_by_text("已确认 1 条申报")).to_be_visible()

    phone.goto("/members/dossier/")
    expect(phone.get_by_role("link", name="社区义诊，服务群众 60 人")).to_be_visible()
    phone.get_by_role("link", name="社区义诊，服务群众 60 人").click()
    expect(phone.get_by_role("link", name="照片.png")).to_be_visible()
    phone.goto("/dates/notices/")
    expect(phone.get_by_text("履职申报已确认").first).to_be_visible()
    assert PerformanceEntry.objects.filter(member__person=city.users["member"].person).count() == 1

    desk.goto(f"/members/entries/{PerformanceEntry.objects.latest('pk').pk}/")
    desk.get_by_role("link", name="冲销").click()
    desk.get_by_label("冲销原因").fill("与会议重复")
    desk.get_by_role("button", name="冲销").click()
    expect(desk.get_by_text("这条记录已冲销")).to_be_visible()
    phone.goto("/members/dossier/")
    expect(phone.get_by_text("冲销原因：与会议重复")).to_be_visible()
