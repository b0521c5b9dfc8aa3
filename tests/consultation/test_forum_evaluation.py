"""How a forum is judged, and what forums come to. R083."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from consultation.forums import statistics
from consultation.forums.reviewing import issue_links, judgement_of
from consultation.models import Forum, ReviewSheet, Speech
from cppcc.deadlines.models import Deadline
from cppcc.deadlines.working_days import WorkingDays
from cppcc.meetings.models import Participant
from members.models import Member
from tests.consultation import forum_world
from tests.consultation.outcome_world import invite
from tests.consultation.test_forum_outcome import held
from tests.members.ledger_rows import a_member

pytestmark = pytest.mark.django_db
NOW = timezone.now


def over(world):
    """A forum that is over: two members and a department came, an expert did not."""
    forum = held(world)
    came = {"attendance": "present", "arrived_at": NOW(), "invited_at": NOW(), "reply": "yes"}
    invite(world, forum, "member2", **came)
    invite(world, forum, "dept1", "department", unit="dept1", **came)
    invite(world, forum, "party1", "expert", unit="party1", invited_at=NOW())
    return forum


def sheet(forum, points=8, **given):
    """What the form posts."""
    return {f"item_{item.pk}": points for item in forum.rules.reviewitems.all()} | {"remark": "组织有序"} | given


def url(forum, name=""):
    """A page of it."""
    return f"/consultation/forums/{forum.pk}/evaluation/{name}"


def test_each_who_came_judges_once(world, login):
    forum = over(world)
    assert login("member").post(url(forum, "sheet/"), sheet(forum)).status_code == 302
    assert login("member").post(url(forum, "sheet/"), sheet(forum)).status_code == 403
    assert login("dept1").post(url(forum, "sheet/"), sheet(forum, 10)).status_code == 302
    assert login("party1").get(url(forum, "sheet/")).status_code == 403
    found = judgement_of(forum)
    assert (found.sheets, found.asked, found.percent) == (2, 3, Decimal("90.0"))
    assert {average.average for average in found.averages} == {9}


def test_who_came_finds_the_sheet_on_the_page_of_the_forum(world, login):
    forum = over(world)
    page, way = f"/consultation/forums/{forum.pk}/", f'href="{url(forum, "sheet/")}"'
    assert way in login("member").get(page).content.decode()
    assert way not in login("party1").get(page).content.decode(), "he did not come"
    login("member").post(url(forum, "sheet/"), sheet(forum))
    shown = login("member").get(page).content.decode()
    assert way not in shown and "答复邀请" not in shown


def test_points_beyond_the_best_are_refused(world, login):
    forum = over(world)
    response = login("member").post(url(forum, "sheet/"), sheet(forum, 11))
    assert response.status_code == 422 and not ReviewSheet.objects.exists()


def test_the_office_enters_paper_sheets_with_their_source(world, login):
    forum = over(world)
    row = forum.meeting.participants.get(person=world.users["member2"].person)
    given = sheet(forum, participant=row.pk)
    assert login("clerk").post(url(forum, "sheet/"), given).status_code == 422
    assert login("clerk").post(url(forum, "sheet/"), given | {"source": "会上收回"}).status_code == 302
    assert login("clerk").post(url(forum, "sheet/"), given | {"source": "会上收回"}).status_code == 422
    nameless = sheet(forum, source="会上收回")
    assert [login("clerk").post(url(forum, "sheet/"), nameless).status_code for _ in range(2)] == [302, 302]
    assert ReviewSheet.objects.filter(participant__isnull=True).count() == 2


def test_by_link_once(world, login, client):
    forum = over(world)
    page = login("econ_clerk").post(url(forum, "links/")).content.decode()
    assert page.count("/review/") == 3
    link = page.split('value="http://testserver')[1].split('"')[0]
    assert client.get(link).status_code == 200
    assert client.post(link, sheet(forum)).status_code == 200
    assert client.post(link, sheet(forum)).status_code == 410
    assert len(issue_links(forum, by=world.users["clerk"])) == 2


def test_nothing_is_judged_before_the_forum_is_held(world, login):
    forum = forum_world.forum(world, state="preparing")
    invite(world, forum, "member", invited_at=NOW())
    assert login("member").get(url(forum, "sheet/")).status_code == 403
    response = login("clerk").post(url(forum, "sheet/"), sheet(forum, source="纸质"))
    assert response.status_code == 422 and "会议结束后" in response.content.decode()


# --- what they come to ---------------------------------------------------------------------------------------------


def test_people_and_speeches_are_counted_by_class(world):
    forum = over(world)
    department = forum.meeting.participants.get(person=world.users["dept1"].person)
    kind = forum.rules.speechkinds.get(key="briefing")
    Speech.objects.create(forum=forum, kind=kind, participant=department, status="done", seconds=601, minutes=10)
    found = {row.label: row for row in statistics.spoken([forum])}
    assert (found["委员"].speeches, found["委员"].minutes, found["委员"].over) == (1, Decimal("9.0"), 1)
    assert found["委员"].planned == 8, "a speech without minutes of its own has those of its kind"
    assert (found["部门负责人"].planned, found["部门负责人"].over) == (10, 1)
    assert [(c.label, c.invited, c.present) for c in statistics.came_by_class([forum])] == [
        ("部门负责人", 1, 1), ("委员", 2, 2), ("特邀专家", 1, 0)
    ]  # fmt: skip
    came = statistics.came_by_forum([forum])[0]
    assert (came.invited, came.present, came.percent) == (4, 3, Decimal("75.0"))


def test_a_speech_without_minutes_of_its_own_counts_with_those_of_its_kind(world):
    forum = over(world)
    booked = forum.rules.speechkinds.get(key="booked")
    assert Speech.objects.get().minutes is None
    assert [row.planned for row in statistics.spoken([forum])] == [booked.minutes]


def test_a_forum_to_come_has_no_rate_of_attendance(world):
    forum = forum_world.forum(world, state="preparing")
    invite(world, forum, invited_at=NOW())
    came = statistics.came_by_forum([forum])[0]
    assert (came.invited, came.present, came.percent) == (1, 0, None)


def test_sectors_are_those_of_the_day(world):
    forum = over(world)
    a_member(world, "member")
    rows = statistics.sectors([forum])
    assert [(row.present, row.spoke) for row in rows] == [(1, 1)]
    Member.objects.update(valid_to=forum.held_on - timedelta(days=1))
    assert statistics.sectors([forum]) == [], "who was a member once belongs to no sector"


def test_steps_in_time_and_late(world):
    forum = over(world)
    Deadline.for_matter(forum).filter(step="scheme").update(
        due_on=date(2026, 4, 3), closed_on=date(2026, 4, 7), status="done"
    )  # fmt: skip
    times = {one.label: one for one in statistics.step_times([forum], timezone.localdate())}
    assert times["实施方案"].late == WorkingDays().between(date(2026, 4, 3), date(2026, 4, 7))
    assert "逾期" in times["实施方案"].words
    years = {row.label: row for row in statistics.step_years(times.values())}
    assert (years["实施方案"].late, years["实施方案"].total) == (1, 1)
    assert times["报送协商成果"].words == "未到期"


def test_the_pages_and_pictures(world, login):
    forum = over(world)
    login("member").post(url(forum, "sheet/"), sheet(forum))
    page = login("chair").get(url(forum)).content.decode()
    assert "总评" in page and "80.0%" in page and "组织有序" in page
    year = forum.plan.year
    page = login("econ_clerk").get(f"/consultation/forums/statistics/?year={year}").content.decode()
    assert forum.title in page and "80.0%" in page
    assert login("member").get("/consultation/forums/statistics/").status_code == 403
    for name in ("steps", "speeches", "people", "classes", "sectors"):
        assert login("chair").get(url(forum, f"{name}.svg"))["Content-Type"] == "image/svg+xml"
        assert login("chair").get(f"/consultation/forums/statistics/{year}/{name}.svg").status_code == 200
    assert login("chair").get(url(forum, "nothing.svg")).status_code == 404
    for table in ("forums", "steps", "speeches", "sectors"):
        response = login("clerk").get(f"/consultation/forums/statistics/?year={year}&export={table}")
        assert "spreadsheet" in response["Content-Type"]


def test_what_a_year_counts(world):
    over(world)
    forum_world.forum(world, days=40, topic_title="另一议题", state="cancelled")
    assert Forum.objects.count() == 2 and Participant.objects.exists()
    years = {forum.plan.year for forum in Forum.objects.filter(state="held")}
    shown = [forum.state for year in years for forum in statistics.forums_of(world.users["clerk"], year)]
    assert shown == ["held"]


def test_a_step_done_on_a_rest_day_after_its_day_is_late():
    friday = date(2026, 4, 17)
    made = statistics._step("座谈会", "步骤", friday, friday + timedelta(days=1), friday, WorkingDays())
    assert made.late == 1
