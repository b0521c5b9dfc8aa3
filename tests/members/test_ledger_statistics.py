"""The year's ledger by sector and act; members without an entry. R070, R133."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from members.dossier import reverse
from members.models import Act, Affiliation, Sector
from tests.members.ledger_rows import a_member, entries, term

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ADDRESS, CHART = "/members/entries/statistics/", "/members/entries/statistics/chart/"


@pytest.fixture
def rows(world):
    first, second, third = (a_member(world, name, sector=sector, committee=unit) for name, sector, unit in (
        ("甲", "经济界", "econ"), ("乙", "经济界", "edu"), ("丙", "教育界", "econ"),
    ))  # fmt: skip
    entries(world, first, 3)
    entries(world, first, 2, act="plenary", status="出席")
    entries(world, second, 1, act="plenary", status="缺席")
    gone = entries(world, third, 1, act="study-note")[0]
    reverse(gone, by=world.users["clerk"], reason="重复")
    return first, second, third


def table(response):
    ledger = response.context["ledger"]
    heads = [act.key for act in ledger.acts]
    return {s.name: (s.members, s.without, dict(zip(heads, s.counts, strict=True))) for s in ledger.sectors}


def test_by_sector_and_act(login, rows):
    found = table(login("clerk").get(ADDRESS))
    assert found == {
        "经济界": (2, 1, {"meetings": 2, "learning": 0, "service": 3}),
        "教育界": (1, 1, {"meetings": 0, "learning": 0, "service": 0}),
    }


def test_an_entry_counts_for_the_sector_of_its_day(login, rows):
    first = rows[0]
    moved = TODAY + timedelta(days=-1)
    old = first.affiliations.get(kind="sector")
    Affiliation.objects.filter(pk=old.pk).update(valid_to=moved - timedelta(days=1))
    Affiliation.objects.create(
        member=first, kind="sector", sector=Sector.objects.create(term=term(), name="新界"), valid_from=moved
    )
    found = table(login("clerk").get(ADDRESS))
    assert found["新界"][:2] == (1, 0)
    assert found["新界"][2]["service"] == 2 and found["经济界"][2]["service"] == 1


def test_who_has_no_entry(login, rows):
    client = login("clerk")
    for who, names in (("none", {"乙", "丙"}), ("some", {"甲"}), ("", {"甲", "乙", "丙"})):
        found = client.get(ADDRESS, {"who": who}).context["page_obj"].rows
        assert {row.person.name for row in found} == names
    sheet = openpyxl.load_workbook(BytesIO(client.get(ADDRESS, {"who": "none", "export": "xlsx"}).content)).active
    assert {row[0].value for row in list(sheet.iter_rows())[1:]} == {"乙", "丙"}


def test_a_committee_sees_its_own_and_outsiders_nothing(login, rows):
    assert table(login("edu_clerk").get(ADDRESS)) == {"经济界": (1, 1, {"meetings": 0, "learning": 0, "service": 0})}
    for who in ("member", "dept1"):
        assert login(who).get(ADDRESS).status_code == login(who).get(CHART).status_code == 403


def test_the_chart_is_a_picture(login, rows):
    response = login("clerk").get(CHART)
    assert response["Content-Type"] == "image/svg+xml"
    assert "经济界" in response.content.decode()


def test_nothing_yet_and_acts_in_a_circle_are_no_trouble(world, login):
    assert login("clerk").get(ADDRESS).status_code == login("clerk").get(CHART).status_code == 200
    member = a_member(world, "甲")
    entries(world, member, 1)
    service = Act.objects.get(key="service")
    Act.objects.filter(key="service").update(parent=service)
    for address in (ADDRESS, CHART, f"/members/{member.pk}/dossier/{TODAY.year}/", "/members/entries/"):
        assert login("clerk").get(address).status_code == 200
