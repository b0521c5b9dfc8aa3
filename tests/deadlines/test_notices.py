"""The notice centre: one's own notices, the bell, reading, how one wants to be told."""

from datetime import time

import pytest
from django.urls import reverse

from cppcc.deadlines.models import Notice, NoticeWish
from tests.deadlines.desk_rows import LONG, notices
from tests.reading import words

LIST = reverse("deadlines:notice_list")


def titles(response):
    """What the list shows, in order."""
    return [notice.title for notice in response.context["page_obj"]]


def test_it_shows_my_own_only_the_unread_first(world, login):
    old, new, newest = notices(world.users["dept1"], 3)
    notices(world.users["dept2"], 2, title="别人的")
    client = login("dept1")
    client.post(reverse("deadlines:notice_open", args=[newest.pk]))
    assert titles(client.get(LIST)) == [new.title, old.title, newest.title]
    assert titles(client.get(LIST, {"show": "unread"})) == [new.title, old.title]


def test_opening_marks_it_read_and_goes_to_the_matter(world, login):
    [notice] = notices(world.users["dept1"])
    response = login("dept1").post(reverse("deadlines:notice_open", args=[notice.pk]))
    assert response.headers["Location"] == notice.url
    notice.refresh_from_db()
    assert notice.read_at
    first = notice.read_at
    login("dept1").post(reverse("deadlines:notice_open", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "//evil.example/x", "javascript:alert(1)", r"\\evil.example", ""]
)
def test_a_notice_never_leads_away_from_this_site(world, login, url):
    [notice] = notices(world.users["dept1"], url=url)
    response = login("dept1").post(reverse("deadlines:notice_open", args=[notice.pk]))
    assert response.headers["Location"] == LIST


def test_another_ones_notice_does_not_exist(world, login):
    [notice] = notices(world.users["dept2"])
    address = reverse("deadlines:notice_open", args=[notice.pk])
    assert login("dept1").post(address).status_code == 404
    assert login("admin").post(address).status_code == 404
    assert login("dept2").get(address).status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_read_at_once_and_no_other_ones(world, login):
    notices(world.users["dept1"], 3)
    notices(world.users["dept2"], 2)
    client = login("dept1")
    assert "已将3条标为已读" in words(client.post(reverse("deadlines:notice_read_all"), follow=True))
    assert Notice.objects.filter(read_at__isnull=True).count() == 2
    assert "没有未读的站内信" in words(client.post(reverse("deadlines:notice_read_all"), follow=True))


@pytest.mark.parametrize(("count", "said"), [(0, None), (1, "1"), (99, "99"), (100, "99+"), (130, "99+")])
def test_the_bell_of_every_page_says_how_many(world, login, count, said):
    notices(world.users["dept1"], count)
    page = login("dept1").get(reverse("consultation:form_list")).content.decode()
    assert ("bell-count" in page) is (said is not None)
    if said:
        assert f'aria-label="站内信：{said} 条未读"' in page


def test_what_a_notice_says_is_shown_as_text(world, login):
    notices(world.users["dept1"], title="<b>粗</b>", body="<script>x</script>\n第二行")
    page = login("dept1").get(LIST).content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;" in page
    assert "<script>x" not in page
    assert "<br>第二行" in page


def test_an_empty_centre_and_long_titles_and_pages_of_fifty(world, login):
    client = login("dept1")
    assert "还没有站内信" in words(client.get(LIST))
    assert "没有未读的站内信" in words(client.get(LIST, {"show": "unread"}))
    notices(world.users["dept1"], 60, title=LONG[:200])
    first = client.get(LIST)
    assert len(first.context["page_obj"]) == 50
    assert len(client.get(LIST, {"page": "2"}).context["page_obj"]) == 10
    assert "共60条站内信" in words(first)


def test_one_says_how_one_wants_to_be_told(world, login):
    client, address = login("dept1"), reverse("deadlines:notice_wish")
    data = {"mail": "digest", "quiet_from": "21:00", "quiet_to": "07:00"}
    assert client.post(address, data).status_code == 302
    assert client.post(address, data | {"mail": "none"}).status_code == 302
    wish = NoticeWish.objects.get(user=world.users["dept1"])
    assert (wish.mail, wish.quiet_from, wish.quiet_to) == ("none", time(21), time(7))
    assert 'value="21:00"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"quiet_from": "21:00"}, "须同时填写"),
        ({"quiet_to": "07:00"}, "须同时填写"),
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, "不能相同"),
        ({"quiet_from": "25:00", "quiet_to": "07:00"}, "有效的时间"),
        ({"mail": "always"}, "always"),
    ],
)
def test_quiet_hours_have_two_ends(world, login, data, sentence):
    response = login("dept1").post(reverse("deadlines:notice_wish"), {"mail": "each"} | data)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not NoticeWish.objects.exists()
