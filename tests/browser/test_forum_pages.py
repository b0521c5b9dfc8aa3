"""Every page of a forum in a real browser: accessible, no wider than the screen, whoever looks, with long names."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import expect

from consultation import urls
from consultation.forums.papers import add_papers
from consultation.forums.reviewing import unjudged
from consultation.models import Booking, Forum, LeaderContact, ListOpinion, Paper
from cppcc.deadlines.keeping import keep_dates, keep_many
from cppcc.office.models import OneTimeLink
from tests.browser import test_forum_outcome_pages as outcome_pages
from tests.browser.test_accessibility import look, wrong_with
from tests.consultation import forum_people_world as people_world
from tests.consultation import forum_speakers, forum_world
from tests.consultation.test_forum_planning import forum_topic, moment, next_year
from tests.consultation.test_forum_scheme import move, write
from tests.consultation.test_forum_work import held

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "加快构建现代化综合交通运输体系推动城乡区域协调发展" * 4
NAME = "阿卜杜热合曼·买买提依明·" * 4
PAGES = {
    "econ_clerk": [
        "forums/", "forums/?q=没有这样的座谈会", "forums/flight/", "plans/{year}/forums/", "plans/{year}/forums/new/",
        "plans/{empty}/forums/", "forums/{drafting}/", "forums/{returned}/", "forums/{preparing}/", "forums/{sitting}/",
        "forums/{held}/", "forums/{merged}/", "forums/{drafting}/edit/", "forums/{drafting}/host/",
        "forums/{drafting}/postpone/", "forums/{drafting}/clone/", "forums/{drafting}/move/cancel/",
        "forums/{returned}/move/submit/", "forums/{drafting}/before/", "forums/{preparing}/before/",
        "forums/{preparing}/before/meetings/research/", "forums/{preparing}/before/contacts/new/",
        "forums/{preparing}/before/contacts/{contact}/", "forums/{preparing}/steps/coordination/",
        "forums/{preparing}/steps/coordination/tasks/", "forums/{drafting}/scheme/", "forums/{returned}/scheme/",
        "forums/{returned}/scheme/edit/", "forums/{returned}/scheme/versions/", "forums/{drafting}/scheme/versions/",
        "forums/{returned}/scheme/parts/matters/", "forums/{drafting}/people/", "forums/{preparing}/people/",
        "forums/{preparing}/people/add/members/", "forums/{preparing}/people/add/experts/",
        "forums/{preparing}/people/opinions/new/", "forums/{preparing}/people/opinions/{opinion}/",
        "forums/{preparing}/people/names/", "forums/{preparing}/people/book/",
        "forums/{preparing}/bookings/{booking}/", "forums/open/", "forums/{drafting}/speeches/",
        "forums/{preparing}/speeches/", "forums/{preparing}/desk/", "forums/{drafting}/papers/",
        "forums/{preparing}/papers/", "forum-papers/{delivered}/", "forums/{drafting}/papers/distribution/",
        "forums/{drafting}/outcome/", "forums/{held}/outcome/tracking/", "forum-suggestions/{told}/edit/",
        "forums/{held}/outcome/new/", "forums/{drafting}/evaluation/", "forums/statistics/?year={empty}",
        "forums/9999999/",
    ],
    "chair": [
        "forums/", "forums/flight/", "plans/{year}/forums/", "forums/{preparing}/", "forums/{preparing}/scheme/",
        "forums/{preparing}/people/", "forums/{preparing}/speeches/", "forums/{sitting}/clock/",
        "forums/{sitting}/desk/", "forums/{held}/outcome/", "forums/{held}/evaluation/", "forum-papers/",
    ],
    "member": [
        "forums/", "forums/open/", "forums/{preparing}/", "forums/{preparing}/people/", "forums/flight/",
        "forums/{preparing}/bookings/{own}/", "forum-papers/", "forum-suggestions/", "forums/{drafting}/",
    ],
    "dept1": ["forums/", "forums/open/", "forum-papers/", "forum-papers/{delivered}/"],
}  # fmt: skip
OUTSIDE = ("booking", "paper", "review")  # pages of who has no account
PRESSED = {
    "forum_people_remove",
    "forum_letters",
    "forum_waive",
    "forum_decide",
    "forum_apply",
    "forum_speeches_propose",
    "forum_speeches_order",
    "forum_desk_press",
    "forum_papers_list",
    "forum_suggestions_arrange",
    "forum_tell",
    "forum_outcome_draft",
    "forum_late_reason",
}  # pages that only take a POST and lead on
NO_PAGE = {"forum_desk_state", "forum_chart", "forum_year_chart", "forum_name_list_pdf", "paper_move"}
AFTER_A_PRESS = {"forum_booking_links", "forum_review_links", "paper_link"}
ELSEWHERE = {
    "forum_speech_create",
    "forum_speech_edit",
    "forum_question_create",
    "forum_question_edit",
    "forum_record",
    "forum_suggestion_move",
}  # test_forum_desk.py; a confirmation like that of any act


def preparing(city) -> Forum:
    """A forum on its way: work done before it, people in every stance, an agenda, papers in every state."""
    clerk, today = city.users["econ_clerk"], timezone.localdate()
    forum = people_world.a_forum(city, days=20, state="preparing", topic_title="推进农村寄递物流体系建设")
    held(city, forum, "study", "member2")
    LeaderContact.objects.create(forum=forum, leader="副市长", on=today, text=LONG, by=clerk)
    ListOpinion.objects.create(forum=forum, organization=city.orgs["edu"], on=today, text=LONG, by=clerk)
    persons = people_world.members(city, 8)
    people_world.on_list(city, forum, "members", [*persons[:4], city.users["member"].person])
    answers = zip(persons[:4], ("", "yes", "no", "deputy"), strict=True)
    for person, answer in answers:
        people_world.booked(city, forum, "members", [person], answer)
    people_world.booked(city, forum, "members", [city.users["member"].person])
    people_world.on_list(city, forum, "experts", people_world.experts(NAME[:48]))
    forum_speakers.speech(forum, "centre", clerk, organization=city.orgs["econ"], subject=LONG)
    add_papers(forum, by=clerk)
    deliver(list(Paper.objects.filter(forum=forum, owner=city.orgs["dept1"])))
    return forum


def deliver(papers: list[Paper]) -> None:
    """The papers are delivered."""
    for paper in papers:
        Paper.objects.filter(pk=paper.pk).update(state="delivered", file=outcome_pages.a_file())
    keep_many(papers)


def returned(city) -> Forum:
    """A forum whose scheme came back and was changed: two versions."""
    forum = write(city, forum_world.forum(city, topic_title="优化营商环境"), matters="分工见后")
    move(city, forum, "submit", "econ_clerk")
    move(city, forum, "send_back", "vice", opinion="有关事项要写具体")
    move(city, write(city, forum, matters="经济委负责材料"), "submit", "econ_clerk")
    move(city, forum, "send_back", "vice", opinion="再议")
    return forum


def fill(city) -> dict[str, int]:
    """Forums in every state, with long names."""
    plan, held_one = next_year(city), outcome_pages.fill(city)
    drafting = forum_world.forum(city, days=90, topic_title=LONG[:90], title=LONG[:118])
    merged = forum_world.forum(city, days=95, topic_title="并入的议题", state="merged")
    for month in (3, 5, 7):
        forum_topic(city, plan, f"{month}月的议题{LONG[:60]}", month=month)
    forum_world.forum(city, plan=plan, starts=moment(plan, 5, 20), topic_title="已排定的议题")
    forum, back = preparing(city), returned(city)
    sitting = forum_speakers.sitting(city, topic_title="推进社区食堂建设")
    for one in (drafting, forum, back):
        keep_dates(Forum.objects.get(pk=one.pk))
    bookings = Booking.objects.filter(forum=forum)
    return {
        "year": plan.year, "empty": city.plan(plan.year + 1).year, "drafting": drafting.pk, "merged": merged.pk,
        "preparing": forum.pk, "returned": back.pk, "sitting": sitting.pk, "held": held_one["forum"],
        "told": held_one["told"], "contact": LeaderContact.objects.get().pk, "opinion": ListOpinion.objects.get().pk,
        "booking": bookings.get(answer="yes").pk, "own": bookings.get(person=city.users["member"].person).pk,
        "delivered": Paper.objects.filter(forum=forum, state="delivered").first().pk,
        "awaited": Paper.objects.filter(forum=forum, state="awaited").first().pk,
    }  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = [found for path in PAGES[name] for found in look(page, f"/consultation/{path.format(**objects)}")]
    if name == "econ_clerk":
        wrong += [found for press in (book_by_link, judge_by_link, deliver_by_link) for found in press(page, objects)]
    assert not wrong, "\n".join(wrong)


def book_by_link(page, objects):
    """The sheet of links to answer with."""
    page.goto(reverse("consultation:forum_people", args=[objects["preparing"]]))
    page.get_by_role("button", name="生成预约答复链接").click()
    expect(page.get_by_text("链接").first).to_be_visible()
    return wrong_with(page, "forum_booking_links")


def judge_by_link(page, objects):
    """The sheet of links to judge with."""
    page.goto(reverse("consultation:forum_evaluation", args=[objects["held"]]))
    page.get_by_role("button", name="为未评价的同志生成链接").click()
    expect(page.get_by_text("链接").first).to_be_visible()
    return wrong_with(page, "forum_review_links")


def deliver_by_link(page, objects):
    """The link to deliver a paper with."""
    page.goto(reverse("consultation:paper_detail", args=[objects["awaited"]]))
    page.get_by_role("button", name="生成提供链接").click()
    expect(page.get_by_text("链接").first).to_be_visible()
    return wrong_with(page, "paper_link")


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_who_has_no_account(city, live_server, browser, width):
    objects, clerk = fill(city), city.users["econ_clerk"]
    matters = {
        "booking": Booking.objects.get(forum=objects["preparing"], answer="no"),
        "paper": Paper.objects.get(pk=objects["awaited"]),
        "review": unjudged(Forum.objects.get(pk=objects["held"])).first(),
    }
    page = browser.new_page(viewport={"width": width, "height": 844}, base_url=live_server.url)
    wrong = []
    for name in OUTSIDE:
        token = OneTimeLink.issue(
            matters[name], f"consultation.{name}", by=clerk, expires_at=timezone.now() + timedelta(days=9)
        )
        wrong += look(page, f"/consultation/{name}/{token}/")
        expect(page.get_by_role("button", name=re.compile("^提交"))).to_be_visible()
        wrong += look(page, f"/consultation/{name}/no-such-link/")
        expect(page.get_by_role("heading", name="这个链接已经失效")).to_be_visible()
    page.close()
    assert not wrong, "\n".join(wrong)


def test_every_page_of_forums_is_looked_at():
    """A new address of a forum, a paper, a booking must be opened by one of these tests."""
    known = {pattern.name for pattern in urls.urlpatterns}
    ours = {name for name in known if name.startswith(("forum_", "paper_", "booking_", "review_"))}
    numbers = dict.fromkeys(re.findall(r"{(\w+)}", str([PAGES, outcome_pages.PAGES])), 1) | {
        "year": 2026,
        "empty": 2027,
    }
    paths = [path for pages in (PAGES, outcome_pages.PAGES) for rows in pages.values() for path in rows]
    opened = {resolve(urlsplit(f"/consultation/{path.format(**numbers)}").path).url_name for path in paths}
    links = {"booking_link", "paper_by_link", "review_by_link"}
    assert ours - opened - links - PRESSED - NO_PAGE - AFTER_A_PRESS - ELSEWHERE == set()


# --- by hand and by keyboard ---------------------------------------------------------------------------------------


def a_year(city):
    """A plan with one forum on 20 May of the coming year."""
    plan = next_year(city)
    forum = forum_world.forum(city, plan=plan, starts=moment(plan, 5, 20), topic_title="已排定的议题")
    return plan, forum, f"{plan.year}-06-17"


def test_a_forum_is_dragged_to_another_day(city, visit):
    plan, forum, target = a_year(city)
    page = visit("clerk")
    page.goto(reverse("consultation:forum_year", args=[plan.year]))
    field = page.get_by_label("已排定的议题的开始时间")
    expect(field).to_have_value(f"{plan.year}-05-20T09:00")
    page.locator(f"[data-day='{plan.year}-05-20'] [data-line]").drag_to(page.locator(f"[data-day='{target}']"))
    expect(field).to_have_value(f"{target}T09:00")
    expect(page.locator(f"[data-day='{target}'] [data-line]")).to_have_text("17")
    expect(page.locator("#lines").get_by_text("6月17日").first).to_be_visible()  # its days follow before it is saved
    save(page, target)
    assert Forum.objects.get(pk=forum.pk).meeting.starts == moment(plan, 6, 17)


def test_the_same_by_keyboard_alone(city, visit):
    plan, forum, target = a_year(city)
    page = visit("clerk")
    page.goto(reverse("consultation:forum_year", args=[plan.year]))
    field = page.get_by_label("已排定的议题的开始时间")
    field.focus()
    for key in ("06", "17"):
        page.keyboard.type(key)
    page.keyboard.press("Tab")
    expect(field).to_have_value(f"{target}T09:00")
    save(page, target, press=lambda button: button.press("Enter"))
    assert Forum.objects.get(pk=forum.pk).meeting.starts == moment(plan, 6, 17)


def save(page, day, press=lambda button: button.click()):
    """Write why, confirm what there is to confirm, save."""
    expect(page.locator("#lines").get_by_text("6月17日").first).to_be_visible()
    page.get_by_label("调整原因").fill("与全市会议错开")
    box = page.get_by_label(re.compile("仍按这个安排保存"))
    if box.count():
        box.press("Space")
    press(page.get_by_role("button", name="保存安排"))
    expect(page.get_by_text("与全市会议错开").first).to_be_visible()
    expect(page.locator(f"[data-day='{day}'] [data-line]")).to_be_visible()
