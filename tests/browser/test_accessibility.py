"""Every main page, wide and narrow, full: no axe violation, nothing wider than the screen, no console error."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGES = {
    "clerk": [
        "/",
        "/calendar/",
        "/calendar/?view=quarter",
        "/calendar/?view=year",
        "/whose-court/",
        "/whose-court/?sort=unit",
        "/morning/",
        "/dates/feed/",
        "/consultation/plans/",
        "/consultation/plans/new/",
        "/consultation/plans/2026/",
        "/consultation/plans/2026/targets/",
        "/consultation/plans/2026/versions/",
        "/consultation/plans/2026/year/",
        "/consultation/plans/2026/share/",
        "/consultation/plans/2026/topics/new/",
        "/consultation/plans/2026/move/submit/",
        "/consultation/topics/",
        "/consultation/topics/?q=没有这样的议题",
        "/consultation/topics/{topic}/",
        "/consultation/topics/{topic}/edit/",
        "/consultation/import/topics/{plan}/",
        "/consultation/solicitations/",
        "/consultation/solicitations/new/",
        "/consultation/solicitations/{round}/",
        "/consultation/solicitations/{round}/suggest/",
        "/consultation/solicitations/{round}/consolidate/",
        "/consultation/suggestions/",
        "/consultation/suggestions/{suggestion}/",
        "/consultation/adoptions/",
        "/consultation/adoptions/{adoption}/",
        "/consultation/forms/",
        "/consultation/forms/{form}/",
        "/workflow/sittings/",
        "/workflow/sittings/new/",
        "/workflow/changes/topic/{topic}/",
        "/office/regulations/",
        "/jobs/",
        "/account/password/",
        "/no-such-page/",
    ],
    "county1": [
        "/",
        "/consultation/solicitations/{round}/",
        "/consultation/solicitations/{round}/suggest/",
        "/consultation/adoptions/{adoption}/",
        "/consultation/plans/new/",
    ],
}


def fill(city) -> dict[str, int]:
    """A plan, a round, a suggestion with a long name, an adoption: something on every page."""
    plan = city.plan(2026, topics=30, linked=18)
    solicitation = city.solicitation(plan)
    long = "关于" + "加快构建现代化综合交通运输体系推动城乡区域协调发展" * 5
    suggestion = city.suggestion(solicitation, title=long[:190])
    for key in ("party1", "county1", "member"):
        city.suggestion(solicitation, key, title="推进既有住宅加装电梯")
    topic = plan.topics.first()
    adoption = city.adoption(topic)
    form = city.forms["forum"]
    return {
        "topic": topic.pk, "round": solicitation.pk, "suggestion": suggestion.pk, "adoption": adoption.pk,
        "plan": plan.pk, "form": form.pk,
    }  # fmt: skip


def look(page: Page, path: str) -> list[str]:
    """What is wrong with the page of an address."""
    page.goto(path)
    return wrong_with(page, path)


def wrong_with(page: Page, path: str) -> list[str]:
    """What is wrong with the open page: axe violations, and a body wider than the window."""
    found = [f"{path}: {v['id']} {v['nodes'][0]['target']}" for v in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{path}: {wide} px wider than the window"] if wide > 0 else [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = [problem for path in PAGES[name] for problem in look(page, path.format(**objects))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db(transaction=True)
def test_the_login_page_is_accessible(live_server, browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/login/")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert violations == []
