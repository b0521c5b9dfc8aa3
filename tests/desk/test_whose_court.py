"""Whose court: who holds what, for how many working days; narrowed, ordered, exported."""

import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cppcc.deadlines.models import WorkCalendar
from cppcc.desk.court import Court, holds
from cppcc.office.models import User
from cppcc.office.roles import Role
from cppcc.workflow.models import Waiting
from tests.access_table import PERSONS
from tests.deadlines.calendar_rows import deadline, the_rule
from tests.reading import words


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to("2026-04-22 09:00+08:00", tick=False)  # a Wednesday


def since(day: date) -> datetime:
    """Nine in the morning there."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def duty(matter, unit, role, label, day, post=None):
    """An open duty."""
    return Waiting.objects.create(matter=matter, organization=unit, role=role, label=label, since=since(day), post=post)


@pytest.fixture
def held(world):
    """Duties and deadlines of several holders, by name."""
    plan = world.plan(2026, topics=3, linked=1)
    first, second, third = plan.topics.order_by("number")
    orgs, posts = world.orgs, world.posts
    adoption = world.adoption(first)
    suggestion = world.suggestion(world.solicitation(plan), "econ")
    duty(plan, orgs["office"], Role.OFFICE_CLERK, "编制计划", date(2026, 4, 10), posts["clerk"])
    duty(adoption, orgs["county1"], Role.COUNTY, "列入本级计划", date(2026, 4, 1))
    duty(suggestion, orgs["econ"], Role.COMMITTEE_CLERK, "修改建议", date(2026, 4, 22))
    deadline(adoption, date(2026, 4, 20), (orgs["county1"], Role.COUNTY), step="adopt")
    deadline(second, date(2026, 4, 24), (orgs["econ"], ""), (orgs["dept1"], Role.DEPARTMENT), provisional=True)
    deadline(third, date(2026, 6, 30), (orgs["econ"], ""), step="later", anchor_on=date(2026, 9, 1),
             rule=the_rule(step="later", remind=[7, 1]))  # fmt: skip
    deadline(third, date(2026, 4, 1), (orgs["econ"], ""), step="done", status="done")
    return world


def rows(world, name):
    """(label, unit) of all that a person sees."""
    user = User.objects.get(pk=world.users[name].pk)
    return {(hold.label, hold.unit) for hold in holds(list(Court(user).rows().order_by("began")))}


def test_everybody_sees_exactly_what_is_his(held):
    plan, adopt, mend = ("编制计划", "办公室"), ("列入本级计划", "青溪县"), ("修改建议", "经济委")
    econ, dept = ("实施方案", "经济委"), ("实施方案", "市发改局")
    everything = {plan, adopt, mend, econ, dept}
    wanted = dict.fromkeys(("clerk", "sg", "chair", "vice", "auditor", "econ_clerk", "econ_head"), everything)
    wanted |= {"edu_clerk": everything - {mend}, "dept1": {dept}, "county1": {adopt}}
    for name in PERSONS:
        assert rows(held, name) == wanted.get(name, set()), name


def test_working_days_are_counted_and_a_late_one_says_by_how_many(held):
    WorkCalendar.objects.create(date=date(2026, 4, 18), is_workday=True)
    WorkCalendar.objects.create(date=date(2026, 4, 6), is_workday=False)
    found = {hold.label: hold for hold in holds(list(Court(held.users["clerk"]).rows().order_by("began")))}
    counted = {label: (hold.since, hold.days, hold.due_on, hold.late) for label, hold in found.items()}
    assert counted["编制计划"] == (date(2026, 4, 10), 9, None, 0)
    assert counted["列入本级计划"] == (date(2026, 4, 1), 15, date(2026, 4, 20), 2)
    assert counted["修改建议"] == (date(2026, 4, 22), 0, None, 0)
    assert counted["实施方案"] == (date(2026, 3, 25), 20, date(2026, 4, 24), 0)
    assert found["编制计划"].holder == "办公室 · 办公室经办"
    assert found["实施方案"].provisional
    assert found["列入本级计划"].url.startswith("/consultation/adoptions/")


def test_a_deadline_that_counts_backwards_begins_with_its_first_reminder(held, time_machine):
    def waiting():
        return any(hold.due_on == date(2026, 6, 30) for hold in holds(list(Court(held.users["clerk"]).rows())))

    for day, begun in (("2026-06-22", False), ("2026-06-23", True)):
        time_machine.move_to(f"{day} 09:00+08:00", tick=False)
        assert waiting() == begun, day


class TestPage:
    """The list."""

    def open(self, login, name="clerk", **given):
        return login(name).get(reverse("desk:whose_court"), given)

    def labels(self, response):
        """The labels in their order."""
        return [hold.label for hold in response.context["page_obj"]]

    def test_the_longest_is_first_and_the_sentence_counts(self, held, login):
        response = self.open(login)
        assert self.labels(response)[-1] == "修改建议"
        assert response.context["summary"] == "共 5 件，其中逾期 1 件"

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ({"late": "on"}, {"列入本级计划"}),
            ({"what": "deadline"}, {"实施方案"}),
            ({"what": "duty"}, {"编制计划", "列入本级计划", "修改建议"}),
            ({"q": "建议"}, {"修改建议"}),
            ({"q": "议题第2号"}, {"实施方案"}),
            ({"unit": "econ"}, {"修改建议", "实施方案"}),
            ({"unit": "999999"}, {"编制计划", "列入本级计划", "修改建议", "实施方案"}),
            ({"kind": "x", "what": "y", "unit": "z", "sort": "bogus", "page": "-1"},
             {"编制计划", "列入本级计划", "修改建议", "实施方案"}),
        ],
    )  # fmt: skip
    def test_it_is_narrowed(self, held, login, given, found):
        unit = held.orgs.get(given.get("unit", ""))
        response = self.open(login, **(given | ({"unit": unit.pk} if unit else {})))
        assert set(self.labels(response)) == found

    @pytest.mark.parametrize("sort", ["since", "-since", "unit", "-unit", "label", "due", "-due"])
    def test_it_is_ordered_and_grouped(self, held, login, sort):
        response = self.open(login, sort=sort)
        assert len(self.labels(response)) == 5
        assert (b"court-group" in response.content) == (sort.removeprefix("-") in ("unit", "label"))

    def test_it_is_exported_as_it_is_shown(self, held, login):
        response = self.open(login, export="xlsx", late="on")
        sheet = load_workbook(io.BytesIO(response.content)).active
        found = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert found[1][:3] == ["青溪县", "青溪县", "列入本级计划"]
        assert found[1][6] == 15 and found[1][8] == 2

    def test_an_outsider_sees_only_his_own_units_to_choose_from(self, held, login):
        units = self.open(login, "dept1").context["filter"].form.fields["unit"].queryset
        assert [str(unit) for unit in units] == ["市发改局"]

    def test_nothing_in_any_hands(self, world, login):
        response = self.open(login)
        assert "没有符合条件的事项" in words(response) and b"chart.svg" not in response.content

    def test_the_picture_names_the_units(self, held, login):
        response = login("clerk").get(reverse("desk:court_chart"), {"what": "duty"})
        assert response["Content-Type"] == "image/svg+xml"
        said = response.content.decode()
        assert "青溪县 15 个工作日，1 件" in said and "市发改局" not in said
        assert login("nobody").get(reverse("desk:court_chart")).status_code == 200
