"""Who was trained in a year and who missed it; the first training of those who are new. R139."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.office.models import Term
from members.models import Member
from tests.members.ledger_rows import a_kind, a_meeting, a_member, asked, members

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ADDRESS = "/members/training/"


@pytest.fixture
def year(world):
    """甲 and 乙 came to a training, 丙 had leave, 丁 missed it, 戊 sent a deputy, 己 was not asked; one is planned."""
    people = {name: a_member(world, name, committee="econ", sector="经济界") for name in "甲乙丙丁戊己"}
    held = a_meeting(world, "training", state="closed", days=0, title="履职能力培训")
    asked(held, [people["甲"], people["乙"]], attendance="present")
    asked(held, [people["丙"]], attendance="leave")
    asked(held, [people["丁"]], attendance="absent")
    asked(held, [people["戊"]], attendance="present", reply="deputy", deputy_name="赵科长")
    asked(a_meeting(world, "training", state="planned", days=0, title="下半年培训"), [people["己"]])
    asked(a_meeting(world, "training", state="cancelled", days=0, title="取消的"), [people["己"]], attendance="present")
    asked(a_meeting(world, "plenary", state="closed", days=0), [people["己"]], attendance="present")
    older = Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
    Member.objects.create(term=older, person=people["乙"].person, valid_to=older.ends)
    a_kind("induction", training=True)
    first = a_meeting(world, "induction", state="closed", days=-900, title="初任培训")
    asked(first, [people["甲"]], attendance="late")
    return people


def names(response):
    return {row.person.name for row in response.context["page_obj"].rows}


def test_the_figures(login, year):
    response = login("clerk").get(ADDRESS)
    told = response.context["figures"]
    assert (told.members, told.trained, told.share) == (6, 2, 33)
    assert (told.newcomers, told.induced, told.induced_share) == (5, 1, 20)
    assert (told.held, told.planned) == (1, 1)
    meetings = {meeting.title: meeting for meeting in response.context["meetings"]}
    assert meetings.keys() == {"履职能力培训", "下半年培训"}
    held = meetings["履职能力培训"]
    assert (held.asked, held.came, held.on_leave, held.missed) == (5, 2, 1, 1)


def test_who_missed(login, year):
    client = login("clerk")
    assert names(client.get(ADDRESS, {"who": "missed"})) == set("丙丁戊己")
    assert names(client.get(ADDRESS, {"who": "newcomers"})) == set("甲丙丁戊己")
    assert names(client.get(ADDRESS, {"who": "not_induced"})) == set("丙丁戊己")
    assert names(client.get(ADDRESS, {"who": "absent"})) == set("丁戊")
    assert names(client.get(ADDRESS, {"sector": "经济界"})) == set("甲乙丙丁戊己")
    assert names(client.get(ADDRESS, {"sector": "经济界", "member": "甲"})) == {"甲"}
    assert names(client.get(ADDRESS, {"year": TODAY.year - 1, "who": "missed"})) == set("甲乙丙丁戊己")


def test_export_of_who_missed(login, year):
    response = login("clerk").get(ADDRESS, {"who": "missed", "export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert {row[0] for row in table[1:]} == set("丙丁戊己")
    absent = next(row for row in table if row[0] == "丁")
    assert absent[table[0].index("缺席（次）")] == 1 and absent[-1] == "未参加"


def test_who_was_no_member_that_year_is_not_listed(world, login, year):
    a_member(world, "走了", valid_to=date(TODAY.year - 1, 6, 1))
    a_member(world, "未来", valid_from=date(TODAY.year + 1, 1, 1))
    assert names(login("clerk").get(ADDRESS)) == set("甲乙丙丁戊己")
    assert "走了" in names(login("clerk").get(ADDRESS, {"year": TODAY.year - 1}))


def test_a_committee_sees_its_own(world, login, year):
    members(world, 2, committee="edu")
    assert login("econ_clerk").get(ADDRESS).context["figures"].members == 6
    assert login("edu_clerk").get(ADDRESS).context["figures"].members == 2
    assert login("clerk").get(ADDRESS).context["figures"].members == 8
    assert login("dept1").get(ADDRESS).status_code == 403


def test_pages_with_nothing_and_with_nonsense(login):
    for query in ({}, {"year": "x"}, {"year": "99999"}, {"who": "bogus"}, {"page": "7"}):
        assert login("clerk").get(ADDRESS, query).status_code == 200
    assert login("clerk").get(reverse("members:training_year")).context["figures"].share == 0
