"""Logging in and out: the lock, the password policy, demo accounts, large type, and what every answer carries."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.reading import words
from tests.world import PASSWORD

User = get_user_model()
LOGIN = "/login/"


def enter(username, password=PASSWORD, client=None, **extra):
    return (client or Client()).post(LOGIN, {"username": username, "password": password}, **extra)


def entered(response):
    return response.status_code == 302 and response["Location"] == "/"


@pytest.fixture
def demo(world):
    account = world.users["clerk"]
    account.is_demo = True
    account.save()
    return account


def test_the_login_page_is_open_and_everything_else_is_not(world):
    assert Client().get(LOGIN).status_code == 200
    for name in ("desk:home", "consultation:plan_list", "office:regulation_list", "jobs:job_list", "password_change"):
        response = Client().get(reverse(name))
        assert response.status_code == 302 and response["Location"].startswith("/login/?next="), name


def test_a_right_password_enters_and_a_wrong_one_is_told(world):
    assert entered(enter("clerk"))
    response = enter("clerk", "wrong1password")
    assert response.status_code == 200 and "请输入一个正确的" in words(response)


@pytest.mark.parametrize("username", ["", "甲\x00", "🙂", "x" * 5000, "x" * 151, "no-such-one", "\r\n", "' OR 1=1 --"])
def test_garbage_for_a_name_is_told(world, username):
    response = enter(username, HTTP_USER_AGENT="x" * 999, HTTP_ACCEPT="x" * 3000)
    assert response.status_code == 200 and "密码" in words(response)


def test_five_failures_lock_the_account_whatever_the_address(world):
    for number in range(4):
        assert enter("clerk", "wrong1password", REMOTE_ADDR=f"10.0.0.{number}").status_code == 200
    response = enter("clerk", "wrong1password", REMOTE_ADDR="10.0.0.9")
    assert response.status_code == 429
    page = words(response)
    assert "账号已暂时锁定" in page and "5次" in page and "30分钟" in page
    assert enter("clerk", REMOTE_ADDR="10.0.1.1").status_code == 429


def test_an_address_is_not_locked_for_others(world):
    for _ in range(6):
        enter("clerk", "wrong1password", REMOTE_ADDR="10.0.0.1")
    assert entered(enter("sg", REMOTE_ADDR="10.0.0.1"))


def test_the_lock_ends_after_half_an_hour(world):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            enter("clerk", "wrong1password")
        clock.shift(timedelta(minutes=29))
        assert enter("clerk").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert entered(enter("clerk"))


def test_a_success_forgets_the_failures(world):
    for _ in range(2):
        for _ in range(4):
            enter("clerk", "wrong1password")
        assert entered(enter("clerk"))


def test_an_inactive_account_does_not_enter_and_its_session_ends(world, login):
    client = login("clerk")
    assert client.get("/").status_code == 200
    User.objects.filter(username="clerk").update(is_active=False)
    assert client.get("/").status_code == 302
    assert enter("clerk").status_code == 200


def test_demo_accounts_are_refused_where_there_is_no_demo(demo, settings, login):
    settings.DEMO = False
    client = login("clerk")
    assert enter("clerk").status_code == 200 and client.get("/").status_code == 302
    assert "演示账号" not in words(Client().get(LOGIN))
    settings.DEMO = True
    assert entered(enter("clerk")) and client.get("/").status_code == 200
    assert "演示账号" in words(Client().get(LOGIN))


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_the_login_leads_nowhere_else(world, target):
    response = Client().post(LOGIN, {"username": "clerk", "password": PASSWORD, "next": target})
    assert entered(response)


def test_the_login_leads_back_to_the_page_that_was_asked(world):
    target = reverse("consultation:topic_list") + "?page=2"
    response = Client().post(LOGIN, {"username": "clerk", "password": PASSWORD, "next": target})
    assert response["Location"] == target


def test_logging_out_is_a_post(login):
    client = login("clerk")
    assert client.get(reverse("logout")).status_code == 405
    assert client.get("/").status_code == 200
    assert client.post(reverse("logout")).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "password", ["", "short1a", "1234567890", "abcdefghijk", "password123", "一二三四五六七八九十", "secretary1"]
)
def test_a_weak_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="secretary"))


def test_the_password_is_changed_by_its_owner(world, login):
    client = login("clerk")
    url = reverse("password_change")
    new = "yellow9kettle"
    weak = client.post(url, {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"})
    assert weak.status_code == 200 and "密码须同时包含字母和数字" in words(weak)
    wrong = client.post(url, {"old_password": "x", "new_password1": new, "new_password2": new})
    assert wrong.status_code == 200
    assert client.post(url, {"old_password": PASSWORD, "new_password1": new, "new_password2": new}).status_code == 302
    assert client.get("/").status_code == 200
    assert entered(enter("clerk", new)) and enter("clerk").status_code == 200
    assert User.objects.get(username="clerk").password_changed_at


def test_large_type_is_switched_by_post_and_kept_with_the_account(world, login):
    client = login("clerk")
    url = reverse("large_type")
    assert client.get(url).status_code == 405
    assert b'class="large"' not in client.get("/").content
    assert client.post(url).status_code == 302
    assert b'class="large"' in client.get("/").content and b'class="large"' in login("clerk").get("/").content
    assert b'class="large"' not in login("sg").get("/").content
    client.post(url)
    assert b'class="large"' not in client.get("/").content


def test_every_answer_carries_a_strict_policy(world, login):
    client = login("clerk")
    answers = [Client().get(LOGIN), client.get("/"), client.get("/none/"), client.get(reverse("logout"))]
    answers.append(Client().post(reverse("consultation:plan_create"), {"title": "甲"}))
    for response in answers:
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src 'self'" in policy
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy
        assert response["X-Content-Type-Options"] == "nosniff" and response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"


def test_no_page_needs_what_the_policy_forbids(world, login):
    plan = world.plan(topics=2, linked=1)
    pages = ["/", LOGIN, reverse("consultation:plan_detail", args=[plan.year]), reverse("consultation:topic_list")]
    for path in pages:
        page = login("clerk").get(path, follow=True).content.decode()
        assert "<style" not in page and "style=" not in page and "<script>" not in page and "onclick" not in page
        assert 'src="http' not in page and 'href="http' not in page


def test_cookies_are_closed_to_scripts_and_other_sites(world):
    response = enter("clerk")
    cookie = response.cookies["cppcc_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_session_gets_a_new_key_at_the_login(world):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["before"] = "1"
    session.save()
    old = session.session_key
    enter("clerk", client=client)
    assert client.session.session_key != old
