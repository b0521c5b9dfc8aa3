"""Documents in the calendar: on the day of their issue, for those who may know of them. R048."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.calendar import gather
from cppcc.deadlines.feeds import issue_feed
from cppcc.files.models import Classification
from cppcc.office.models import User
from tests.documents.papers import paper, put_document

TITLE = "关于做好协商工作的通知"


def entries(name: str) -> list[str]:
    """What a person reads in the calendar of today."""
    today = timezone.localdate()
    return [entry.label for entry in gather(User.objects.get(username=name), today, today).entries]


def test_it_stands_on_the_day_of_its_issue(world):
    document = paper(world, state="issued", classification=Classification.PUBLIC)
    assert entries("clerk") == entries("member") == [f"印发{TITLE}"]
    today = timezone.localdate()
    assert not gather(world.users["clerk"], today + timedelta(days=1), today + timedelta(days=9)).entries
    put_document(world, document, "cancelled")
    assert entries("clerk") == []


def test_each_reads_what_he_may_know_of(world):
    paper(world)
    paper(world, state="issued")
    secret = paper(world, state="issued", main=("dept2",), classification=Classification.WORK_SECRET)
    assert entries("dept1") == [f"印发{TITLE}"] and entries("member") == []
    assert entries("dept2") == [f"印发工作秘密公文（登记号{secret.pk}）"]
    assert len(entries("clerk")) == 2 and len(entries("vice")) == 1


@pytest.mark.parametrize(("classification", "named"), [("public", True), ("internal", False), ("work_secret", False)])
def test_a_feed_names_only_what_is_public(world, client, classification, named):
    paper(world, state="issued", classification=classification)
    address = reverse("deadlines:calendar_feed", args=[issue_feed(world.users["clerk"])])
    text = client.get(address).content.decode().replace("\r\n ", "")
    assert "公文印发" in text and (TITLE in text) is named


def test_the_page_shows_and_filters_them(world, login, django_assert_max_num_queries):
    paper(world, state="issued")
    client, address = login("clerk"), reverse("desk:calendar")
    assert TITLE in client.get(f"{address}?kind=document").content.decode()
    assert TITLE not in client.get(f"{address}?kind=sitting").content.decode()
