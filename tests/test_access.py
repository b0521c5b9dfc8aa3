"""Every address x every person x {own, other's, other unit's, missing} x verb, over `tests/access_table.py`."""

import logging
import re
from contextlib import contextmanager
from copy import copy

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from consultation.grants import grant_reading, grants_of, revoke_reading
from consultation.models import (
    AnnualPlan,
    CountyAdoption,
    Forum,
    Paper,
    Solicitation,
    Suggestion,
    Topic,
    TopicSuggestion,
)
from cppcc.deadlines.models import Task
from cppcc.documents.models import Document
from cppcc.meetings.models import Meeting
from cppcc.office.models import OneTimeLink, User
from members.models import Contact, EntryProposal, Member, PerformanceEntry
from tests.access_table import (
    INSIDE,
    PAGES,
    PERSONS,
    SEES_ADOPTION,
    SEES_CONTACT,
    SEES_DOCUMENT,
    SEES_FORUM,
    SEES_FORUM_MEETING,
    SEES_MEETING,
    SEES_MEMBER,
    SEES_PAPER,
    SEES_PLAN,
    SEES_ROUND,
    SEES_SUGGESTION,
    SEES_TASK,
    SEES_TOLD,
    City,
    furnish,
)
from tests.world import build

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
OWN_TABLES = ("django_session", "axes_")
EMPTY = {"csrfmiddlewaretoken": "x"}
GARBAGE = dict.fromkeys(
    (
        "version", "addressee", "grant", "delivery", "round", "suggestion", "year", "title", "chain", "plan", "topic",
        "held_on", "opinion", "number", "number_text", "issued_on", "committee_date", "closes_on", "opens_on", "body",
        "organization", "post", "month", "month_from", "token", "channels", "forms", "counties", "sent_on", "category",
        "part_lead", "form-TOTAL_FORMS", "form-INITIAL_FORMS", "form-0-id", "form-0-target", "resume_token", "file",
        "annexes", "annex", "annex_act", "urgency", "copy_number", "place_0", "from", "to", "chairs", "cards",
    ),
    "甲\x00’; DROP TABLE --",
)  # fmt: skip
HUGE = dict.fromkeys(GARBAGE, "9" * 400)


def names(patterns=None, prefix=""):
    """Every url name of the site but those of the admin."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"
        elif entry.namespace != "admin":
            yield from names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else prefix)


LETTERS = ("letters-draft", "letters-issued")  # documents too, of which each is a batch
LIKE_ANOTHER = (
    "vice",
    "econ_head",
    "party1",
    "party2",
    "future",
    "nobody",
    "member2",
)  # seen at addresses of a single object
SOME = [person for person in PERSONS if person not in LIKE_ANOTHER]
POSTERS = [person for person in SOME if person not in ("edu_clerk", "expired")]


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """One furnished world for all tests of this file; each test takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
        yield furnish(build())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(city):
    """A client per person, and one without an account. Made for thousands of requests: nothing is recorded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", lambda *args, **given: None)
        patch.setattr("django.conf.settings.SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
        known = {str(user.pk): user for user in User.objects.select_related("person")}
        assert all(user.acting is not None for user in known.values())  # asked once, not at every request
        patch.setattr("cppcc.office.accounts.AccountBackend.get_user", lambda self, pk: copy(known[str(pk)]))
        found = {"": Client()}
        for name in PERSONS:
            found[name] = Client()
            found[name].force_login(city.world.users[name], backend="cppcc.office.accounts.AccountBackend")
        yield found


@pytest.fixture(autouse=True)
def _quiet(city, settings):
    """The files of the city are where it was furnished; thousands of expected 404 are not news."""
    settings.MEDIA_ROOT = city.media
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@contextmanager
def writes():
    """The statements that wrote a row, but those of sessions and of the login guard."""
    found: list[str] = []

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if WRITES.match(sql) and context["cursor"].rowcount and not any(table in sql for table in OWN_TABLES):
            found.append(sql)
        return result

    with connection.execute_wrapper(watch):
        yield found


def body(response):
    """The page without what differs at every request: its own address and the token of its forms."""
    text = response.content.decode().replace(response.request["PATH_INFO"], "")
    return re.sub(r'(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")[^"]*"', "", text)


def url(name: str, args: tuple) -> str:
    """The address."""
    return reverse(name, args=args)


def test_every_address_is_in_the_table_and_no_other():
    assert sorted(names()) == sorted(PAGES)


@pytest.mark.parametrize("name", [n for n, page in PAGES.items() if "GET" in page.verbs])
def test_get_shows_it_to_those_who_may_and_changes_nothing(city: City, clients, name):
    page = PAGES[name]
    nowhere = url(name, page.missing) if page.missing else ""
    for person in PERSONS if len(page.targets) == 1 else SOME:
        absent = ""
        for target in page.targets:
            clients[person].cookies.pop("messages", None)  # what an earlier refusal left to be said
            with writes() as written:
                response = clients[person].get(url(name, target.args(city)))
            for close in response._resource_closers:  # a file; close() would end the test's transaction
                close()
            assert response.status_code == target.status(person), (target.label, person)
            assert not written, (target.label, person, written)
            if person not in target.seen:
                absent = absent or body(clients[person].get(nowhere))
                assert body(response) == absent, (target.label, person)


@pytest.mark.parametrize("name", [n for n, page in PAGES.items() if page.missing])
def test_what_is_not_there_is_not_there_for_anybody(city: City, clients, name):
    page, verb = PAGES[name], "get" if "GET" in PAGES[name].verbs else "post"
    for person in ("clerk", "chair", "dept1", "admin"):
        response = getattr(clients[person], verb)(url(name, page.missing), EMPTY)
        wanted = 404 if page.first is None or person in page.first else 403
        assert response.status_code == wanted, person


@pytest.mark.parametrize("name", [n for n, page in PAGES.items() if "POST" in page.verbs])
def test_post_without_the_right_or_without_sense_saves_nothing(city: City, clients, name):
    page = PAGES[name]
    for target in page.targets:
        useless = [EMPTY, GARBAGE, HUGE]  # the first who may sends them all, the others an empty form
        for person in POSTERS:
            status = target.status(person, post=True)
            refused = status in (403, 404)
            if page.acts and not refused:
                continue
            for data in (EMPTY,) if refused else tuple(useless):
                with writes() as written:
                    response = clients[person].post(url(name, target.args(city)), data)
                wanted = (status,) if refused else page.refusals
                assert response.status_code in wanted, (target.label, person, str(data)[:80])
                assert not written, (target.label, person, written)
            useless = useless if refused else [EMPTY]


@pytest.mark.parametrize("name", PAGES)
def test_other_verbs_are_not_allowed(city: City, clients, name):
    page = PAGES[name]
    address, client = url(name, page.targets[0].args(city)), clients["" if page.public else "clerk"]
    for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(page.verbs):
        assert getattr(client, verb.lower())(address).status_code == 405, verb


@pytest.mark.parametrize("name", [n for n, page in PAGES.items() if not page.public])
def test_without_an_account_one_is_asked_to_log_in_and_nothing_typed_is_lost(city: City, clients, name):
    address = url(name, PAGES[name].targets[0].args(city))
    with writes() as written:
        response = clients[""].get(address)
        assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("login"))
        response = clients[""].post(address, {"opinion": "我写了半天的内容"})
        assert response.status_code == 401
        assert "我写了半天的内容" in response.content.decode()
    assert not written


def test_public_pages_open_without_an_account(city: City, clients):
    for name in (n for n, page in PAGES.items() if page.public):
        address = url(name, PAGES[name].targets[0].args(city))
        with writes() as written:
            assert clients[""].get(address).status_code in (200, PAGES[name].targets[0].answer)
            if "POST" in PAGES[name].verbs:
                assert clients[""].post(address, EMPTY).status_code in (200, 422)
        assert not written


def pks(queryset):
    """The visible set."""
    return set(queryset.values_list("pk", flat=True))


@pytest.mark.parametrize("person", PERSONS)
def test_visible_sets_are_exactly_these(city: City, person):
    user = type(city.world.users[person]).objects.get(pk=city.world.users[person].pk)
    plans = {label for label, seen in SEES_PLAN.items() if person in seen}
    assert pks(AnnualPlan.objects.visible_to(user)) == {city.plans[label].pk for label in plans}
    topics = Topic.objects.filter(plan__in=[city.plans[label] for label in plans])
    assert pks(Topic.objects.visible_to(user)) == pks(topics)
    seen = {city.rounds[label].pk for label, who in SEES_ROUND.items() if person in who}
    assert pks(Solicitation.objects.visible_to(user)) == seen
    for model, prefix, table in (
        (TopicSuggestion, "suggestion", SEES_SUGGESTION),
        (CountyAdoption, "adoption", SEES_ADOPTION),
        (Document, "document", SEES_DOCUMENT),
        (Meeting, "meeting", SEES_MEETING),
        (Member, "member", SEES_MEMBER),
        (PerformanceEntry, "entry", SEES_MEMBER),
        (EntryProposal, "proposal", SEES_MEMBER),
        (Contact, "contact", SEES_CONTACT),
        (Task, "task", SEES_TASK),
    ):
        wanted = {city.things[f"{prefix}-{key}"].pk for key, who in table.items() if person in who}
        wanted |= {city.things[key].pk for key in LETTERS if prefix == "document" and person in INSIDE}
        if prefix == "meeting":
            wanted |= {city.things[key].meeting_id for key, who in SEES_FORUM_MEETING.items() if person in who}
        assert pks(model.objects.visible_to(user)) == wanted, model
    assert pks(Forum.objects.visible_to(user)) == {city.things[k].pk for k, who in SEES_FORUM.items() if person in who}
    assert pks(Paper.objects.visible_to(user)) == ({city.things["paper"].pk} if person in SEES_PAPER else set())
    assert pks(Suggestion.objects.visible_to(user)) == ({city.things["told"].pk} if person in SEES_TOLD else set())


def test_a_grant_opens_one_plan_to_one_unit_and_revoking_closes_it(city: City, clients):
    plan, post = city.plans["drafting"], city.world.posts["party1"]
    address, inside = reverse("consultation:plan_detail", args=[plan.year]), INSIDE & set(SOME)

    def readers():
        return {person for person in [*SOME, "party1"] if clients[person].get(address).status_code == 200}

    assert readers() == inside
    grant_reading(plan, post)
    grant_reading(plan, post)
    assert grants_of(plan).count() == 1
    assert readers() == inside | {"party1"}
    for name in ("plan_edit", "plan_share"):
        assert clients["party1"].get(reverse(f"consultation:{name}", args=[plan.year])).status_code == 403
    assert clients["party1"].get(reverse("consultation:plan_detail", args=[2027])).status_code == 404
    assert revoke_reading(plan, str(grants_of(plan).get().pk))
    assert readers() == inside


class TestOneTimeLinks:
    """GET shows and changes nothing, POST acts and spends; whatever is not alive says the same."""

    DATA = {"title": "推进老旧小区改造", "reason": "群众反映集中"}

    @pytest.fixture
    def address(self, city: City):
        """A live link."""
        return reverse("consultation:answer_link", args=[city.things["token"]])

    def test_it_shows_many_times_and_acts_once(self, city: City, address):
        client, before = Client(), TopicSuggestion.objects.count()
        for _ in range(3):
            with writes() as written:
                assert client.get(address).status_code == 200
            assert not written
        assert client.post(address, {"title": ""}).status_code == 422
        assert client.post(address, self.DATA).status_code == 200
        suggestion = TopicSuggestion.objects.get(title=self.DATA["title"])
        assert (suggestion.organization, suggestion.proxy_source) == (city.world.orgs["party2"], "一次性链接")
        assert city.rounds["open"].addressees.get(organization=city.world.orgs["party2"]).answered_on
        for response in (client.get(address), client.post(address, self.DATA)):
            assert response.status_code == 410
        assert TopicSuggestion.objects.count() == before + 1

    @pytest.mark.parametrize("change", ["revoked_at", "used_at", "expires_at", "purpose"])
    def test_a_dead_link_says_the_same_as_a_wrong_one(self, city: City, address, change):
        OneTimeLink.objects.update(**{change: "other" if change == "purpose" else timezone.now()})
        wrong = Client().get(reverse("consultation:answer_link", args=["wrong"]))
        for response in (Client().get(address), Client().post(address, self.DATA)):
            assert (response.status_code, body(response)) == (410, body(wrong))
        assert not TopicSuggestion.objects.filter(title=self.DATA["title"]).exists()

    def test_a_link_of_a_closed_round_is_dead(self, city: City, address):
        Solicitation.objects.filter(pk=city.rounds["open"].pk).update(state="closed")
        assert Client().post(address, self.DATA).status_code == 410
        assert not OneTimeLink.objects.filter(used_at__isnull=False).exists()
