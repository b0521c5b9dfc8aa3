"""Units are renamed and merged, and history keeps the name of its day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cppcc.office.models import Organization, OrganizationName, Term
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import organizations

DAY = date(2019, 1, 1)


@pytest.fixture
def health(db):
    return Organization.objects.create(
        name="市卫生局", short_name="卫生局", kind="department", valid_from=date(2000, 1, 1)
    )


def test_a_new_name_leaves_the_old_one_to_the_days_before(health):
    health.rename("市卫生和计划生育委员会", on=date(2014, 6, 1), short_name="市卫计委")
    health.rename("市卫生健康委员会", on=DAY, short_name="市卫健委")
    health = Organization.objects.get(pk=health.pk)
    names = [
        health.name_on(day) for day in (date(2010, 1, 1), date(2014, 5, 31), date(2014, 6, 1), date(2018, 12, 31), DAY)
    ]
    assert names == ["市卫生局", "市卫生局", "市卫生和计划生育委员会", "市卫生和计划生育委员会", "市卫生健康委员会"]
    assert (str(health), health.pinyin.split("|")[1]) == ("市卫健委", "swsjkwyh")


def test_all_its_names_find_it(health):
    health.rename("市卫生和计划生育委员会", on=date(2014, 6, 1), short_name="市卫计委")
    health.rename("市卫生健康委员会", on=DAY, short_name="市卫健委")
    health.aliases = ["卫健部门"]
    health.save()
    known = organizations()
    for name in ("市卫生局", "卫生局", "市卫计委", "市卫生健康委", "市卫健委", "卫健部门", "市卫生健康委员会"):
        assert known.find(name) == health, name


@pytest.mark.parametrize("day", [DAY, date(2018, 12, 31), date(1999, 1, 1)])
def test_a_name_cannot_begin_before_the_one_it_follows(health, day):
    health.rename("市卫生健康委员会", on=DAY)
    with pytest.raises(Refused, match="2019年1月1日"):
        health.rename("市卫生局", on=day)
    assert Organization.objects.get(pk=health.pk).name == "市卫生健康委员会" and health.names.count() == 1


def test_a_merged_unit_ends_and_keeps_its_history(health):
    planning = Organization.objects.create(name="市计生委", kind="department")
    planning.merge_into(health, on=DAY)
    planning.refresh_from_db()
    assert (planning.merged_into, planning.valid_to) == (health, date(2018, 12, 31))
    assert planning not in Organization.objects.valid() and planning in Organization.objects.valid(date(2018, 12, 31))
    assert planning.name_on(DAY) == "市计生委" and planning.history.count() == 2


def test_the_name_of_a_merged_unit_finds_the_one_it_went_into(health):
    first = Organization.objects.create(name="市爱卫办", kind="department", aliases=["爱国卫生办"])
    second = Organization.objects.create(name="市计生委", kind="department")
    first.merge_into(second, on=date(2015, 1, 1))
    second.merge_into(health, on=DAY)
    known = organizations()
    assert {known.find(name) for name in ("市爱卫办", "爱国卫生办", "市计生委", "计生委")} == {health}


def test_units_merged_in_a_circle_are_no_endless_loop(health):
    other = Organization.objects.create(name="市计生委", kind="department")
    other.merge_into(health, on=DAY)
    health.merge_into(other, on=DAY)
    assert organizations().find("市计生委") is None


def test_a_name_that_several_bear_finds_none_but_the_full_name_does(db):
    one = Organization.objects.create(name="东城教育局", short_name="教育局", kind="department")
    Organization.objects.create(name="西城教育局", short_name="教育局", kind="department")
    assert organizations().find("教育局") is None and organizations().find("东城教育局") == one


def test_periods_of_names_do_not_overlap(health):
    OrganizationName.objects.create(
        organization=health, name="甲", valid_from=date(2001, 1, 1), valid_to=date(2001, 12, 31)
    )
    for begin, end in [
        (date(2001, 12, 31), None),
        (None, date(2001, 1, 1)),
        (date(2001, 5, 1), date(2001, 5, 1)),
        (None, None),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            OrganizationName.objects.create(organization=health, name="乙", valid_from=begin, valid_to=end)
    OrganizationName.objects.create(organization=health, name="丙", valid_from=date(2002, 1, 1))


def test_two_units_of_today_do_not_bear_one_name(health):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(name="市卫生局", kind="department")
    health.valid_to = DAY
    health.save()
    Organization.objects.create(name="市卫生局", kind="department")


def test_a_period_does_not_end_before_it_begins(health):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=health.pk).update(valid_to=date(1999, 1, 1))


def test_terms_do_not_overlap(db):
    Term.objects.create(number=13, starts=date(2017, 1, 1), ends=date(2021, 12, 31))
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(number=14, starts=date(2021, 12, 31), ends=date(2026, 12, 31))
    Term.objects.create(number=14, starts=date(2022, 1, 1), ends=date(2026, 12, 31))
