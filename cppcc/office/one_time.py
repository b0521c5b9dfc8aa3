"""A page behind a one-time link: who has it needs no account."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Refused


def through_link(
    request: HttpRequest, token: str, purpose: str, answer: Callable[[HttpRequest, OneTimeLink], HttpResponse]
) -> HttpResponse:
    """What `answer` makes of the request with the live link of `token`, locked where it acts; in one transaction.

    A link that is wrong, used, revoked or expired, and what `answer` refuses, are told on a page of their own (410).
    """
    try:
        with transaction.atomic():
            return answer(request, OneTimeLink.find(token, purpose, lock=request.method == "POST"))
    except Refused as refusal:
        return render(request, "registration/link_expired.html", {"sentence": refusal.sentence}, status=410)
