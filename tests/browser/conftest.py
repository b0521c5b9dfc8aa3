"""A real browser against a live server: Debian's Chromium, no request leaves the machine."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.world import PASSWORD, World, build

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's event loop runs in the thread of the test
EXPECTED = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
LEFT = ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")  # a page was left while it was still asking
TIMEOUT = 15_000  # milliseconds
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """Debian's Chromium; as root it needs its sandbox off."""
    path = shutil.which("chromium")
    assert path, "chromium is missing; script/bootstrap --tests installs it"
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture
def city(transactional_db) -> World:
    """The small city, committed, so that the server's threads see it."""
    return build()


@pytest.fixture
def visit(city, live_server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit("clerk", width=390)`: a page of a browser of that person's own, logged in through the login form.

    At the end no page may have asked a foreign host or complained in its console.
    """
    contexts, complaints = [], []

    def enter(name: str, *, width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.on("request", lambda request: _watch(request.url, live_server.url, complaints))
        page.on("console", lambda message: _listen(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login/")
        page.get_by_label("账号").fill(name)
        page.get_by_role("textbox", name="密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def _watch(url: str, ours: str, complaints: list[str]) -> None:
    if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != urlsplit(ours).netloc:
        complaints.append(f"asked a foreign host: {url}")


def _listen(message, complaints: list[str]) -> None:
    expected = (*(f"Failed to load resource: {why}" for why in EXPECTED), *LEFT)
    if message.type == "error" and not message.text.startswith(expected):
        complaints.append(message.text)
