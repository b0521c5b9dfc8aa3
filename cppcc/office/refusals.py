"""Refusals: what a user did wrong, as one Chinese sentence, and the pages that show it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from cppcc.office.resume import typed, words

WORTH_KEEPING = 10  # characters; a date has ten


class Refused(Exception):
    """The act cannot be done now. `sentence` says what is wrong and what to do; nothing was saved.

    `shows_typed`: whether the page of the refusal shows what was typed; not where it has been done already.
    """

    shows_typed = True

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class FieldRefused(Refused):
    """Refused for what one field of a form says; its page shows the sentence beside that field."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class Forbidden(Refused):
    """The object may be seen, the act may not be done (403)."""


@dataclass
class Stale(Refused):
    """The row changed since the form was opened (409). Both sides are shown so that nothing typed is lost."""

    sentence: str
    mine: list[dict[str, str]] = field(default_factory=list)
    theirs: list[dict[str, str]] = field(default_factory=list)


class RefusalMiddleware:
    """Turn a refusal into the page that a clerk can act on: 403, 409, or back with the sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer `Stale` with 409, `Forbidden` with 403, other refusals with a message on the page before.

        Where text was typed, the refusal's page shows it, so that it can be copied and is not lost.
        """
        if isinstance(exception, Stale):
            return stale(request, exception)
        if isinstance(exception, Forbidden):
            return render(request, "403.html", {"sentence": exception.sentence, "typed": lost(request)}, status=403)
        if isinstance(exception, Refused) and exception.shows_typed and (texts := lost(request)):
            return render(request, "refused.html", {"sentence": exception.sentence, "typed": texts}, status=409)
        if isinstance(exception, Refused):
            messages.error(request, exception.sentence)
            return redirect(back(request))
        return None


def stale(request: HttpRequest, exception: Stale) -> HttpResponse:
    """Both sides, or at least what was typed; the newest is loaded from the page that the form stood on."""
    context = {
        "sentence": exception.sentence,
        "mine": exception.mine,
        "theirs": exception.theirs,
        "typed": [] if exception.mine else lost(request),
        "reload_url": request.path if (page := back(request)) == "/" else page,
    }
    return render(request, "409.html", context, status=409)


def lost(request: HttpRequest) -> list[str]:
    """The texts that would be lost if a refused form only went back: what is longer than a number or a date."""
    texts = words(typed(request)) if request.method == "POST" else []
    return [text for text in texts if len(text) > WORTH_KEEPING]


def back(request: HttpRequest) -> str:
    """The page the request came from, when it is ours and not the failing address itself; else the desk."""
    origin = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()})
    same = ours and request.method == "GET" and origin == request.build_absolute_uri()
    return origin if ours and not same else "/"
