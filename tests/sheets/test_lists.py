import io

import pytest
from django.contrib.auth import get_user_model
from django.db.models import F
from django.test import RequestFactory
from django_filters import CharFilter, FilterSet
from openpyxl import load_workbook

from cppcc.office.refusals import Refused
from cppcc.sheets import lists
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin

User = get_user_model()
pytestmark = pytest.mark.django_db


class UserFilter(FilterSet):
    name = CharFilter("username", "contains")

    class Meta:
        model = User
        fields = ()


def make(count, prefix="u"):
    User.objects.bulk_create(User(username=f"{prefix}{n:05}") for n in range(count))


def page(query="", **kwargs):
    given = {"order": {"name": "username", "both": ("is_staff", "-username")}, "default_order": "name"}
    given |= {"columns": (Column("username", "账号"),)} | kwargs
    return ListPage(RequestFactory().get(f"/list/?{query}"), User.objects.all(), UserFilter, **given)


def names(found):
    return [user.username for user in found.page_obj]


def test_an_empty_list():
    found = page()
    assert (found.count, names(found), found.summary) == (0, [], "没有符合条件的内容")
    assert not found.page_obj.has_other_pages


def test_pages_of_fifty():
    make(120)
    first, last = page(), page("page=3")
    assert (len(first.page_obj), first.page_obj.has_next, first.page_obj.paginator.num_pages) == (50, True, 3)
    assert (len(last.page_obj), last.page_obj.has_next, last.page_obj.has_previous) == (20, False, True)
    assert first.summary == "共 120 条"


@pytest.mark.parametrize("asked", ["4", "999999999"])
def test_beyond_the_end_is_the_last_page(asked):
    make(120)
    assert page(f"page={asked}").page_obj.number == 3


@pytest.mark.parametrize("asked", ["0", "-1", "abc", "²", "9" * 40, "", "１"])
def test_nonsense_is_the_first_page(asked):
    make(60)
    assert page(f"page={asked}").page_obj.number == 1


def test_beyond_a_thousand_is_not_counted():
    make(1050)
    found = page()
    assert found.summary == "超过 1000 条" and found.page_obj.num_pages is None
    assert len(page("page=21").page_obj) == 50 and not page("page=21").page_obj.has_next
    assert page("page=500").page_obj.number == 21


def test_exactly_a_thousand_is_counted():
    make(1000)
    assert page().summary == "共 1000 条"


def test_it_filters_and_sums_up_in_own_words():
    make(3), make(2, "x")
    found = page("name=x", summary=lambda found: f"{found.count_words} 人")
    assert (names(found), found.summary) == (["x00000", "x00001"], "2 人")


def test_it_sorts_and_turns():
    make(3)
    assert names(page("sort=-name")) == ["u00002", "u00001", "u00000"]
    assert names(page("sort=both")) == ["u00002", "u00001", "u00000"]
    assert names(page("sort=-both")) == ["u00000", "u00001", "u00002"]
    assert page("sort=password").sort == page("sort=--name").sort == "name"


def test_expressions_turn_too():
    make(2)
    order = {"name": F("username").desc(nulls_last=True)}
    assert names(page("sort=name", order=order)) == ["u00001", "u00000"]
    assert names(page("sort=-name", order=order)) == ["u00000", "u00001"]


def test_chinese_names_sort_by_sound():
    User.objects.bulk_create(User(username=name) for name in ("张", "阿", "李", "王"))
    assert names(page(order={"name": by_pinyin("username")})) == ["阿", "李", "王", "张"]
    assert names(page("sort=-name", order={"name": by_pinyin("username")})) == ["张", "王", "李", "阿"]


@pytest.mark.parametrize("count", [1, 30, 120])
def test_the_number_of_queries_does_not_depend_on_the_rows(count, django_assert_num_queries):
    make(count)
    with django_assert_num_queries(2):
        page().context()


def test_the_export_holds_what_is_filtered_in_order():
    make(60), make(1, "x")
    found = page("name=u&sort=-name&page=2")
    assert "name=u" in found.export_url and "export=xlsx" in found.export_url and "page=" not in found.export_url
    response = page("name=u&sort=-name&export=xlsx", export_name="账号").respond("unused.html")
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[:2] == [("账号",), ("u00059",)] and len(rows) == 61


def test_an_export_too_long_is_refused_not_cut(monkeypatch):
    monkeypatch.setattr(lists, "EXPORT_ROWS", 2)
    make(3)
    with pytest.raises(Refused, match="最多导出 2 行"):
        page("export=xlsx").respond("unused.html")


def test_without_columns_there_is_no_export():
    assert page(columns=()).export_url == ""


def test_a_nul_in_a_filter_is_no_crash():
    make(1)
    assert page("name=%00").context()
