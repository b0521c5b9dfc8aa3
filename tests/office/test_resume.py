"""What was typed before a login is carried along signed: nothing secret, nothing forged, nothing old."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cppcc.office.resume import unpack
from tests.reading import hidden, words
from tests.world import PASSWORD

LOGIN = "/login/"
URL = "/consultation/plans/new/"


@pytest.fixture
def kept(world):
    """The page that an unknown visitor gets for a form."""
    return Client().post(URL + "?from=1", {"year": "2028", "title": "写了<很>久", "remark": "", "kind": ["甲", "乙"]})


def token_of(response):
    return hidden(response, LOGIN)["resume_token"][0]


def enter(token, client=None, **extra):
    given = {"username": "clerk", "password": PASSWORD, "resume_token": token}
    return (client or Client()).post(LOGIN, given, **extra)


def test_an_unknown_visitor_is_asked_to_log_in_and_sees_what_was_typed(kept):
    text = words(kept)
    assert kept.status_code == 401 and "登录已过期" in text and "写了<很>久" in text and "甲" in text and "乙" in text


def test_the_login_offers_the_same_address_and_fields(kept):
    response = enter(token_of(kept))
    assert response.status_code == 200 and "继续提交" in words(response)
    fields = hidden(response, URL + "?from=1")
    assert fields["title"] == ["写了<很>久"] and fields["kind"] == ["甲", "乙"] and fields["remark"] == [""]


def test_secrets_are_not_carried(world):
    given = {"old_password": "geheim1geheim", "new_password1": "n", "new_password2": "n", "csrfmiddlewaretoken": "t"}
    response = Client().post("/account/password/", given | {"note": "x"})
    assert unpack(token_of(response))["data"] == {"note": ["x"]}
    assert "geheim" not in response.content.decode()


def test_files_are_named_as_lost(world):
    plan = world.plan()
    file = SimpleUploadedFile("议题.xlsx", b"PK")
    response = Client().post(f"/consultation/import/topics/{plan.pk}/", {"file": file})
    assert response.status_code == 401 and "上传的文件没有保留" in words(response) and "议题.xlsx" in words(response)


@pytest.mark.parametrize(
    "token", ["", "x", "甲", "a:b:c", "\x00", "x" * 10_000, signing.dumps({"path": "/", "data": {}})]
)
def test_a_forged_token_is_no_token(world, token):
    assert unpack(token) is None
    response = enter(token)
    assert response.status_code == 302 and response["Location"] == "/"


def test_what_was_typed_waits_an_hour(kept):
    token = token_of(kept)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert unpack(token)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert unpack(token) is None and enter(token).status_code == 302


def test_another_account_may_not_do_with_it_what_it_may_not(world, kept):
    client = Client()
    response = client.post(LOGIN, {"username": "dept1", "password": PASSWORD, "resume_token": token_of(kept)})
    assert response.status_code == 200
    assert client.post(URL, hidden(response, URL + "?from=1")).status_code == 403


def test_who_logged_in_in_another_window_goes_on_too(kept, login):
    """Two windows expired; the login in one must not lose what the other one typed."""
    response = enter(token_of(kept), login("clerk"))
    assert response.status_code == 200 and hidden(response, URL + "?from=1")["title"] == ["写了<很>久"]


def test_a_form_from_before_a_new_login_is_offered_again(world, login):
    """The login gave the browser a new token; the form in the other window carries the old one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["clerk"], backend="cppcc.office.accounts.AccountBackend")
    given = {"title": "写了很久", "csrfmiddlewaretoken": "x" * 64}
    response = client.post(URL, given, HTTP_ORIGIN="http://testserver")
    assert response.status_code == 403 and "继续提交" in words(response)
    again = hidden(response, URL)
    assert again["title"] == ["写了很久"]
    assert client.post(URL, again).status_code == 422


@pytest.mark.parametrize("logged_in", [True, False])
@pytest.mark.parametrize("origin", ["https://example.org", "null", ""])
def test_what_another_site_sent_is_not_offered(world, origin, logged_in):
    """Browsers send no session cookie with another site's POST: it arrives as if nobody were logged in."""
    client = Client(enforce_csrf_checks=True)
    if logged_in:
        client.force_login(world.users["clerk"], backend="cppcc.office.accounts.AccountBackend")
    response = client.post(URL, {"title": "写了很久"}, **({"HTTP_ORIGIN": origin} if origin else {}))
    assert response.status_code == 403 and "继续提交" not in words(response) and "写了很久" not in words(response)
    assert b"resume_token" not in response.content


def test_a_partial_request_after_the_end_of_a_session_goes_to_the_login(world):
    response = Client().get("/consultation/topics/", HTTP_HX_REQUEST="true")
    assert (response.status_code, response["HX-Redirect"]) == (204, LOGIN)


def test_what_was_typed_is_escaped(world):
    response = Client().post(URL, {"title": "<script>alert(1)</script>", '"><b>': "x"})
    assert b"<script>alert" not in response.content and b'"><b>' not in response.content
