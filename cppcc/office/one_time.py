"""Pages behind a one-time link: who has it needs no account; and what the links of this house begin with."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Refused


def address_of(path: str, request: HttpRequest) -> str:
    """The whole address of a path, for links and codes that leave the house.

    By SITE_URL where the office set it: who works inside may ask by a name that nobody outside knows. Else by the
    host of the request.
    """
    return settings.SITE_URL + path if settings.SITE_URL_GIVEN else request.build_absolute_uri(path)


def through_link(
    request: HttpRequest, token: str, purpose: str, answer: Callable[[HttpRequest, OneTimeLink], HttpResponse], *,
    lock: bool = True,
) -> HttpResponse:  # fmt: skip
    """What `answer` makes of the request with the live link of `token`, locked where it acts; in one transaction.

    `lock` False: what stands above the link is locked first by `answer`, as by those who revoke or prolong links.
    A link that is wrong, used, revoked or expired, and what `answer` refuses, are told on a page of their own (410).
    """
    try:
        with transaction.atomic():
            return answer(request, OneTimeLink.find(token, purpose, lock=lock and request.method == "POST"))
    except Refused as refusal:
        return render(request, "registration/link_expired.html", {"sentence": refusal.sentence}, status=410)
