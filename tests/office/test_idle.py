"""A session that nobody uses ends after 15 minutes; polling is no use. Deny by default after that."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def is_in(client, **headers):
    return client.get(reverse("consultation:form_list"), **headers).status_code == 200


def test_a_session_lives_while_it_is_used(login, clock):
    client = login("clerk")
    for _ in range(5):
        assert is_in(client)
        clock.shift(14 * MINUTE)
    assert is_in(client)


def test_a_session_ends_after_a_quarter_of_an_hour(login, clock):
    client = login("clerk")
    assert is_in(client)
    clock.shift(15 * MINUTE)
    assert is_in(client)
    clock.shift(15 * MINUTE + timedelta(seconds=1))
    assert not is_in(client)
    assert "_auth_user_id" not in client.session


def test_polling_keeps_nobody_logged_in(login, clock):
    client = login("clerk")
    assert is_in(client)
    for _ in range(7):
        clock.shift(2 * MINUTE)
        assert is_in(client, HTTP_X_POLL="1")
    clock.shift(2 * MINUTE)
    assert not is_in(client, HTTP_X_POLL="1")


def test_the_limit_is_a_setting(login, clock, settings):
    settings.IDLE_LOGOUT = timedelta(minutes=60)
    client = login("clerk")
    assert is_in(client)
    clock.shift(59 * MINUTE)
    assert is_in(client)


def test_use_is_written_at_most_once_a_minute(login, clock, django_assert_num_queries):
    client = login("clerk")
    is_in(client)
    seen = client.session["seen_at"]
    clock.shift(timedelta(seconds=30))
    is_in(client)
    assert client.session["seen_at"] == seen
    clock.shift(timedelta(seconds=31))
    is_in(client)
    assert client.session["seen_at"] == seen + 61
