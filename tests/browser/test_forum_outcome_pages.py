"""The pages of papers, outcome and evaluation in a real browser, wide and narrow."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from consultation.forums.papers import add_papers
from consultation.forums.reviewing import judge
from consultation.models import Forum, Paper, Speech, Suggestion
from consultation.models.topic import TopicUnit
from cppcc.deadlines.keeping import keep_dates, keep_many
from cppcc.meetings.models.participants import How
from tests.browser.test_accessibility import look
from tests.consultation import forum_world
from tests.consultation.outcome_world import came, invite
from tests.documents.papers import a_file
from tests.members.ledger_rows import a_member

RECORD = "一、加快推进既有住宅加装电梯，简化审批手续\n二、设立老旧小区公共维修资金\n三、完善物业管理"
PAGES = {
    "clerk": [
        "forums/{forum}/papers/", "forums/{forum}/papers/new/", "forum-papers/{paper}/", "forum-papers/{paper}/edit/",
        "forum-papers/{awaited}/deliver/", "forums/{forum}/papers/distribution/", "forums/{forum}/outcome/",
        "forums/{forum}/outcome/draw/", "forums/{forum}/outcome/record/", "forum-suggestions/{told}/",
        "forums/{forum}/evaluation/", "forums/{forum}/evaluation/sheet/", "forums/statistics/",
    ],
    "dept1": ["forum-papers/", "forum-suggestions/", "forum-suggestions/{told}/", "forum-suggestions/{told}/news/"],
    "member": ["forum-papers/", "forum-suggestions/", "forums/{forum}/evaluation/sheet/"],
}  # fmt: skip


def fill(city) -> dict[str, int]:
    """A forum whose outcome is about to leave: papers, speeches, suggestions in every state, sheets."""
    forum = forum_world.forum(city, days=-12, state="held")
    TopicUnit.objects.create(topic=forum.topic, organization=city.orgs["dept1"], part="consulted")
    a_member(city, "member", sector="经济界")
    speaker, other = invite(city, forum, **came()), invite(city, forum, "member2", **came())
    invite(city, forum, "party1", "expert", unit="party1", invited_at=timezone.now())
    booked = forum.rules.speechkinds.get(key="booked")
    given = {"forum": forum, "kind": booked, "status": "done", "minutes": 8}
    speech = Speech.objects.create(participant=speaker, record=RECORD, seconds=560, **given)
    Speech.objects.create(participant=other, record="四、加强社区养老服务", seconds=400, **given)
    add_papers(forum, by=city.users["clerk"])
    finished = Paper.objects.filter(paper_rule__key__in=("centre", "briefing", "background"))
    finished.update(state="approved", file=a_file())
    keep_many(list(Paper.objects.all()))
    rows = [
        Suggestion(
            forum=forum, order=n, text=text, speech=speech, proposer=speaker, department=city.orgs["dept1"],
            state=state, sent_on=timezone.localdate(), created_by=city.users["clerk"],
            settled_on=timezone.localdate() if state in ("settled", "declined") else None,
        )
        for n, (text, state) in enumerate(
            [("加快推进既有住宅加装电梯，简化审批手续", "settled"), ("设立老旧小区公共维修资金", "in_hand"),
             ("完善物业管理", "declined"), ("建设口袋公园", "noted"), ("增设停车位", "dropped")], start=1,
        )
    ]  # fmt: skip
    Suggestion.objects.bulk_create(rows)
    for row in (speaker, other):
        scores = {item.pk: item.best - 1 for item in forum.rules.reviewitems.all()}
        if row == other:
            judge(forum, row, scores, remark="互动可以再充分些", by=None, how=How.LINK)
    keep_dates(Forum.objects.get(pk=forum.pk))
    told = Suggestion.objects.get(state="in_hand")
    return {
        "forum": forum.pk, "paper": finished.get(paper_rule__key="background").pk, "told": told.pk,
        "awaited": Paper.objects.get(paper_rule__key="own-speech").pk,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit_the_screen(city, visit, name, width):
    objects = fill(city)
    page = visit(name, width=width)
    wrong = []
    for path in PAGES[name]:
        wrong += look(page, f"/consultation/{path.format(**objects)}")
        if folder := os.environ.get("F4_SHOTS"):
            shot = path.format(**objects).replace("/", "_")
            page.screenshot(path=Path(folder) / f"{name}_{width}_{shot}.png", full_page=True)
    assert not wrong, "\n".join(wrong)
