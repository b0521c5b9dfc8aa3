"""What six people do on the pages of a forum: a browser each, a clock for the house, the verbs of a clerk's day."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.files.contents import pdf

PHONE = 390


class House:
    """The people of the office, each at a browser of his own; `house["lead"]` is the page that he looks at."""

    forum = ""  # the address of the forum, once it is planned

    def __init__(self, visit: Callable[..., Page], clock) -> None:
        self._visit, self._clock, self._pages = visit, clock, {}

    def __getitem__(self, name: str) -> Page:
        if name not in self._pages:
            self._pages[name] = self._visit(name, width=PHONE if name == "member" else 1440)
        return self._pages[name]

    def on(self, moment: str, *, frozen: bool = False) -> None:
        """It is this minute now, as 2026-02-24 09:00; `frozen`: and stays it."""
        self._clock.move_to(f"{moment}+08:00", tick=not frozen)

    def at(self, name: str, part: str = "") -> Page:
        """The page of a person, at a part of the forum ("" for the overview)."""
        page = self[name]
        page.goto(f"{self.forum}{part}/" if part else self.forum)
        return page


# --- verbs ---------------------------------------------------------------------------------------------------------


def press(page: Page | Locator, name: str) -> None:
    """Press a button by all its words."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page | Locator, name: str) -> None:
    """Follow a link by all its words."""
    page.get_by_role("link", name=name, exact=True).click()


def told(page: Page, *sentences: str) -> None:
    """Each sentence stands in a notice of the page."""
    for sentence in sentences:
        expect(page.locator(".notice", has_text=sentence).first).to_be_visible()


def fill(page: Page | Locator, **fields: str) -> None:
    """Fill fields in by their labels."""
    for label, words in fields.items():
        page.get_by_label(re.compile(rf"^{label}\*?$")).fill(words)


def choose(page: Page | Locator, label: str, option: str) -> None:
    """Choose the option that contains these words."""
    box = page.get_by_label(re.compile(rf"^{label}\*?$"))
    words = [text for text in box.locator("option").all_inner_texts() if option in text]
    assert len(words) == 1, f"{option} among {box.locator('option').all_inner_texts()}"
    box.select_option(label=words[0])


def carry_out(page: Page, label: str, **fields: str) -> None:
    """An act: its link, what it asks for, its button, what the house says."""
    follow(page, label)
    fill(page, **fields)
    press(page, label)
    told(page, f"已办理“{label}”")


def blocked(page: Page, label: str, sentence: str) -> None:
    """The act cannot be carried out yet, and the page says why."""
    row = page.locator(".act-blocked", has=page.get_by_role("button", name=label, exact=True))
    expect(row).to_contain_text(sentence)


def duties(page: Page) -> Locator:
    """What waits for him on his desk."""
    page.goto("/")
    return page.get_by_role("region", name="待我办理")


def take_up(page: Page, *words: str) -> None:
    """Follow a duty from the desk."""
    row = duties(page).get_by_role("link")
    for word in words:
        row = row.filter(has_text=word)
    row.first.click()


def stepper(page: Page) -> dict[str, str]:
    """step -> how it stands, of the overview."""
    rows = page.get_by_role("list", name="座谈会进程").get_by_role("listitem").all_inner_texts()
    parts = [re.split(r"\s*\n\s*", row.strip()) for row in rows]
    return {label: " ".join((state.rstrip("："), *note)) for state, label, *note in parts}


# --- meetings ------------------------------------------------------------------------------------------------------


def send_notice(page: Page, count: int) -> None:
    """Send the notice of the meeting that the page shows."""
    follow(page, "发出通知")
    page.get_by_label("已核对正文").check()
    press(page, "发出通知")
    told(page, f"已通知 {count} 人")


def invite_by_name(page: Page, names: str) -> None:
    """Put people by their names on the list as members."""
    choose(page, "作为", "委员")
    fill(page, 姓名=names)
    press(page, "加入名单")


def hold(house: House, name: str, title: str, day: str, hours: tuple[str, str], *, away: Iterable[str] = ()) -> None:
    """On its day all sign in but those who stay away; after its end the attendance is locked."""
    house.on(f"{day} {hours[0]}")
    page = house.at(name, "before")
    follow(page, title)
    address = page.url
    sign_in(page, away=away)
    house.on(f"{day} {hours[1]}")
    page.goto(address)
    carry_out(page, "结束并锁定出席")


def sign_in(page: Page, *, away: Iterable[str] = ()) -> None:
    """All who are shown sign in, but for some."""
    follow(page, "签到")
    page.get_by_label("勾选显示的人").check()
    for name in away:
        page.get_by_label(f"勾选{name}").uncheck()
    press(page, "勾选的人签到")
    expect(page.locator("#n-missing")).to_have_text(str(len(list(away))))


# --- papers --------------------------------------------------------------------------------------------------------


def deliver(page: Page, name: str, source: str = "") -> None:
    """Deliver a paper on the page that shows it."""
    follow(page, "提供文稿")
    page.get_by_label("文件").set_input_files(a_paper(name))
    if source:
        fill(page, 代录来源=source)
    press(page, "提供")
    told(page, "已提供，等待牵头委室把关")


def a_paper(name: str) -> dict:
    """A file as a browser hands it in."""
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": pdf()}


# --- the desk ------------------------------------------------------------------------------------------------------


class Desk:
    """The speaker desk, or the clock of the hall, in a browser whose own clock stands still.

    What it shows follows from the moment of the server that it hears with each look; so every second is known.
    """

    def __init__(self, page: Page, address: str, root: str = "#desk") -> None:
        self.page, self.root = page, page.locator(root)
        self.who, self.time, self.label, self.status = (
            self.root.locator(f"[data-slot={name}]") for name in ("who", "time", "label", "status")
        )
        self.rows = page.locator("[data-part=list] li")
        self.questions = page.locator("[data-part=questions]")
        self.stands = timezone.localtime()
        page.clock.set_fixed_time(self.stands)
        page.goto(address)

    def look_again(self) -> None:
        """Ask the server now, as after a change of the network."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def alone(self, minutes: float) -> None:
        """So much time goes by in a browser that nobody tells the time."""
        self.stands += timedelta(minutes=minutes)
        self.page.clock.set_fixed_time(self.stands)

    def key(self, key: str, speaker: str = "") -> None:
        """Press a key; then somebody speaks."""
        self.page.keyboard.press(key)
        if speaker:
            expect(self.who).to_contain_text(speaker)

    def ask(self, question: str) -> None:
        """Note a question by keyboard alone."""
        self.page.keyboard.press("q")
        self.page.keyboard.type(question)
        self.page.keyboard.press("Enter")
        expect(self.questions).to_contain_text(question)
        self.page.keyboard.press("Escape")

    def call(self, name: str) -> None:
        """Let somebody who has not yet spoken speak."""
        press(self.page.get_by_role("region", name="还没有发言").get_by_role("listitem").filter(has_text=name), "发言")
        expect(self.who).to_contain_text(name)

    def waiting(self) -> list[str]:
        """What waits in the browser to be handed in: the acts."""
        stored = self.page.evaluate("Object.entries(localStorage)")
        queues = [json.loads(value) for key, value in stored if key.startswith("cppcc-desk-")]
        return [one["act"] for one in sorted((one for queue in queues for one in queue), key=lambda one: one["at"])]

    def synced(self) -> None:
        """All that was pressed has arrived."""
        expect(self.status).to_have_text("已同步")
