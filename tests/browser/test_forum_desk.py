"""The speaker desk and the clock of the hall in a real browser: by keyboard, without network, two desks at once."""

import json
import random
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from consultation.forums.clock import Press, replay
from consultation.models import DeskPress, Question, Speech
from tests.browser.test_accessibility import look
from tests.consultation import forum_speakers
from tests.consultation.forum_speakers import done

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = 1000  # milliseconds


def url(name, forum, *args):
    return reverse(f"consultation:{name}", args=[forum.pk, *args])


def who(page):
    return page.locator("#desk [data-slot=who]")


def status(page):
    return page.locator("#desk [data-slot=status]")


def test_a_session_at_the_desk_with_a_spell_without_network(city, visit):
    forum = forum_speakers.sitting(city)
    desk, second, hall = visit("econ_clerk"), visit("clerk", width=1024, height=768), visit("sg", width=1920)
    for page in (desk, second):
        page.goto(url("forum_desk", forum))
        expect(status(page)).to_have_text("已同步")
    hall.goto(url("forum_clock", forum))
    desk.keyboard.press("Enter")
    expect(who(desk)).to_contain_text("试dept1")
    expect(desk.locator("[data-slot=time]")).to_have_text(re.compile("^09:5"))
    expect(status(desk)).to_have_text("已同步")
    expect(who(second)).to_contain_text("试dept1")
    expect(hall.locator("[data-slot=who]")).to_have_text("试dept1")
    without_network(desk)
    expect(who(second)).to_contain_text("专家甲")
    back(desk)
    expect(who(second)).to_have_text("—")
    expect(second.locator("[data-part=questions]")).to_contain_text("何时完工？")
    assert list(Speech.objects.filter(status="done").values_list("kind__key", flat=True)) == [
        "briefing",
        "centre",
        "free",
    ]
    assert Question.objects.get().raised_in.kind.key == "free"
    assert [press.act for press in DeskPress.objects.filter(taken=False)] == ["skip"]  # taken back
    both_say_the_same(desk, second)


def without_network(desk):
    """Cut off, the desk goes on by keyboard: pause, resume, next, a question, a guest; nothing is lost."""
    desk.context.set_offline(True)
    expect(status(desk)).to_contain_text("网络中断", timeout=10 * SECOND)
    desk.keyboard.press(" ")
    expect(desk.locator("[data-slot=label]")).to_have_text("暂停")
    desk.keyboard.press(" ")
    desk.keyboard.press("Enter")
    expect(who(desk)).to_contain_text("经济委")
    desk.keyboard.press("s")
    desk.keyboard.press("z")
    desk.get_by_role("listitem").filter(has_text="专家甲").get_by_role("button", name="发言").click()
    expect(who(desk)).to_contain_text("专家甲")
    expect(status(desk)).to_contain_text("6 条操作待同步")
    desk.keyboard.press("q")
    desk.keyboard.type("何时完工？")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-part=questions]")).to_contain_text("何时完工？")
    desk.keyboard.press("Escape")
    desk.context.set_offline(False)
    expect(status(desk)).to_have_text("已同步", timeout=10 * SECOND)


def back(desk):
    """With the network again the desk goes on as before."""
    desk.get_by_role("button", name="结束").first.click()
    expect(who(desk)).to_have_text("—")
    expect(status(desk)).to_have_text("已同步")
    assert desk.evaluate("localStorage.length") == 0


def both_say_the_same(*pages):
    """Row by row."""
    texts = [re.sub(r"\s+", " ", page.locator("[data-part=list]").inner_text()) for page in pages]
    assert len(set(texts)) == 1, texts


def test_the_desk_works_wholly_by_keyboard(city, visit):
    forum = forum_speakers.sitting(city)
    desk = visit("econ_clerk")
    desk.goto(url("forum_desk", forum))
    expect(status(desk)).to_have_text("已同步")
    press = desk.keyboard.press
    press("Enter")
    expect(who(desk)).to_contain_text("试dept1")
    press("n")
    desk.keyboard.type("项目进展")
    press("Enter")
    expect(desk.locator("[data-part=notes]")).to_contain_text("项目进展")
    press("Escape")
    press("Space")
    expect(desk.locator("[data-slot=label]")).to_have_text("暂停")
    press("Space")
    press("E")
    expect(who(desk)).to_have_text("—")
    press("f")
    expect(desk.locator("[data-part=people-free] li").first.get_by_role("button")).to_be_focused()
    press("Enter")
    expect(who(desk)).to_contain_text("委员3")
    press("q")
    desk.keyboard.type("资金从哪里来？")
    press("Enter")
    expect(desk.locator("[data-part=questions]")).to_contain_text("资金从哪里来？")
    press("Escape")
    press("e")
    press("s")
    expect(desk.locator("[data-slot=next]")).to_contain_text("委员1")
    press("z")
    expect(desk.locator("[data-slot=next]")).to_contain_text("经济委")
    expect(status(desk)).to_have_text("已同步")
    assert sorted(Speech.objects.filter(status="done").values_list("kind__key", flat=True)) == ["briefing", "free"]


def test_what_waits_survives_a_closed_page(city, visit):
    forum = forum_speakers.sitting(city)
    desk = visit("econ_clerk")
    desk.goto(url("forum_desk", forum))
    expect(status(desk)).to_have_text("已同步")
    desk.route("**/desk/press/", lambda route: route.abort())
    desk.keyboard.press("Enter")
    expect(status(desk)).to_contain_text("待同步")
    assert not DeskPress.objects.exists()
    desk.unroute("**/desk/press/")
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(url("forum_desk", forum))
    expect(status(desk)).to_have_text("已同步")
    expect(who(desk)).to_contain_text("试dept1")
    assert DeskPress.objects.count() == 1


def test_the_clock_warns_and_counts_the_over_run(city, visit):
    forum = forum_speakers.sitting(city)
    first, second, *_ = forum.speeches.order_by("kind__order", "order")
    done(forum, city.users["econ_clerk"], ("start", first, 3600 - 11 * 60))
    page = visit("econ_clerk", width=1920, height=1080)
    page.goto(url("forum_clock", forum))
    clock = page.locator("#clock")
    expect(clock).to_have_attribute("data-tone", "over")
    expect(clock.locator("[data-slot=time]")).to_have_text(re.compile(r"^\+01:0"))
    expect(clock.locator("[data-slot=label]")).to_have_text("已超时")
    expect(clock.locator("[data-slot=next]")).to_contain_text("经济委")
    page.get_by_role("button", name="打开声音").click()
    expect(page.get_by_role("button", name="关闭声音")).to_have_attribute("aria-pressed", "true")
    done(forum, city.users["econ_clerk"], ("start", second, 3600 - 9 * 60 - 30))
    expect(clock).to_have_attribute("data-tone", "warn")
    expect(clock.locator("[data-slot=label]")).to_have_text("即将到时")


def test_browser_and_server_count_alike(city, visit):
    """Three hundred random sessions: static/js/forum_replay.js against consultation/forums/clock.py."""
    forum, chance = forum_speakers.sitting(city), random.Random(7)
    page = visit("econ_clerk")
    page.goto(url("forum_clock", forum))
    sessions = [session(chance) for _ in range(300)]
    found = json.loads(
        page.evaluate(
            """sessions => JSON.stringify(sessions.map(session => {
                const course = window.forumDesk.replay(session);
                const turns = Object.entries(course.turns)
                    .map(([key, turn]) => [key, turn.status, turn.spoken, turn.since]);
                return [turns.sort(), course.current, course.taken.sort()];
            }))""",
            sessions,
        )
    )
    assert found == [told(rows) for rows in sessions]


def session(chance):
    """Up to twenty presses of four speeches, some taken back."""
    acts = ("start", "pause", "resume", "stop", "skip", "end", "note", "undo")
    rows = []
    for n in range(chance.randint(0, 20)):
        act, key = chance.choice(acts), f"s{chance.randint(1, 4)}"
        undoes = chance.choice(rows)["id"] if rows and act == "undo" else ""
        rows.append({"id": f"{chance.randint(0, 999):03}-{n}", "act": act, "at": chance.randint(0, 30) * SECOND,
                     "key": key, "undoes": undoes})  # fmt: skip
    return rows


def told(rows):
    course = replay([Press(row["id"], row["act"], row["at"], int(row["key"][1:]), row["undoes"]) for row in rows])
    turns = [[f"s{key}", str(turn.status), turn.spoken, turn.since] for key, turn in course.turns.items()]
    return [sorted(turns), f"s{course.current}" if course.current else "", sorted(course.taken)]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_and_fit_the_screen(city, visit, width):
    forum = forum_speakers.sitting(city, members=8, booked=4)
    rows = list(forum.speeches.order_by("kind__order", "order"))
    done(forum, city.users["econ_clerk"], ("start", rows[0], 0), ("start", rows[1], 640), ("start", rows[2], 1100))
    question = Question.objects.create(forum=forum, text="改造资金如何筹措，居民如何参与？" * 3, raised_in=rows[2])
    page = visit("econ_clerk", width=width)
    names = (
        "forum_speeches",
        "forum_speech_create",
        "forum_question_create",
        "forum_record",
        "forum_desk",
        "forum_clock",
    )
    paths = [url(name, forum) for name in names]
    paths += [url("forum_speech_edit", forum, rows[3].pk), url("forum_question_edit", forum, question.pk)]
    wrong = [problem for path in paths for problem in look(page, path)]
    assert not wrong, "\n".join(wrong)
