"""The speaker desk and the clock of the hall: pages, what they poll, what they hand in. R043, R044, R046."""

import hashlib
import json
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from consultation.forums import desk
from consultation.forums.crediting import take_in
from consultation.forums.desk_state import Desk, as_json, desk_of, watched
from consultation.forums.speaking import kinds_of
from consultation.models import Forum
from consultation.models.forum import ForumState
from consultation.models.speech import SpeechStatus
from consultation.pages.forum_frame import RELATED, frame, require_inside
from consultation.pages.forum_speeches import RUN
from cppcc.office.access import require
from cppcc.office.refusals import Refused

TYPED = ("id", "act", "key", "text", "to", "question", "undoes")  # the fields of a plain form
POLL = 2000  # milliseconds between two looks
WARN = 60  # seconds before the end at which the clock turns amber


def watched_of(request: HttpRequest, pk: int, *related: str) -> Forum:
    """A forum with presses and questions whose preparation the reader may see; else 404 or Forbidden."""
    found = watched(Forum.objects.visible_to(request.user).select_related(*related))
    forum = get_object_or_404(found, pk=pk)
    require_inside(request.user, forum)
    if forum.meeting_id is None:
        raise Refused("这次座谈会并入全体会议，不另作安排。")
    return forum


def settings_of(forum: Forum, user: Any) -> dict[str, Any]:
    """What the scripts need besides the state: addresses, whose queue it is, the moment of the server."""
    return {
        "state": reverse("consultation:forum_desk_state", args=[forum.pk]),
        "press": reverse("consultation:forum_desk_press", args=[forum.pk]),
        "queue": f"cppcc-desk-{forum.pk}-{user.pk}",
        "now": desk.milliseconds(timezone.now()),
        "poll": POLL,
        "warn": WARN,
    }


def shown(current: Desk) -> dict[str, Any]:
    """What both pages show without a script."""
    speech, following = current.current, current.following
    return {
        "current": speech,
        "remaining": current.remaining(speech) if speech else None,
        "spent": current.spent(speech) if speech else 0,
        "following": following,
        "hide_pause": not (speech and speech.status == SpeechStatus.SPEAKING),
        "hide_resume": not (speech and speech.status == SpeechStatus.PAUSED),
    }


@require_GET
def forum_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk of the host's assistant."""
    forum = watched_of(request, pk, *RELATED)
    require(request.user, RUN, forum)
    current = desk_of(forum)
    context = frame(request, forum, "forum_speeches") | shown(current)
    context |= {
        "rows": [{"speech": row, "spent": current.spent(row), "token": uuid4()} for row in current.listed],
        "unspoken": [one | {"token": uuid4()} for one in current.unspoken],
        "questions": current.forum.asked,
        "units": units_speaking(current),
        "tokens": [uuid4() for _ in range(8)],
        "open": forum.state == ForumState.IN_SESSION,
        "data": as_json(current),
        "settings": settings_of(forum, request.user) | {"kinds": kinds_for(forum)},
    }
    return render(request, "consultation/forum_desk.html", context)


def kinds_for(forum: Forum) -> dict[str, Any]:
    """The kinds of its rules for the script, by their key in the state."""
    return {
        str(kind.pk): {"label": kind.label, "who": kind.who, "order": kind.order, "minutes": kind.minutes}
        for kind in kinds_of(forum)
    }


def units_speaking(current: Desk) -> list[dict[str, Any]]:
    """Who may be asked: the units that speak."""
    units = {row.organization_id: str(row.organization) for row in current.speeches if row.organization}
    return [{"id": pk, "name": name} for pk, name in units.items()]


@require_GET
def forum_clock(request: HttpRequest, pk: int) -> HttpResponse:
    """The clock for the hall."""
    forum = watched_of(request, pk, "topic", "rules", "meeting")
    current = desk_of(forum)
    context = {"forum": forum, "open": forum.state == ForumState.IN_SESSION} | shown(current)
    context |= {"data": as_json(current, hall=True), "settings": settings_of(forum, request.user)}
    return render(request, "consultation/forum_clock.html", context)


@require_GET
def forum_desk_state(request: HttpRequest, pk: int) -> HttpResponse:
    """What desk and clock ask for every two seconds: nothing as long as nothing has changed (304)."""
    forum = watched_of(request, pk)
    hall = "hall" in request.GET
    body = json.dumps(as_json(desk_of(forum), hall=hall), ensure_ascii=False, separators=(",", ":")).encode()
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "no-store", "X-Server-Time": str(desk.milliseconds(timezone.now()))}
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_POST
def forum_desk_press(request: HttpRequest, pk: int) -> HttpResponse:
    """A batch from the script (JSON), or one press from a plain form."""
    forum = get_object_or_404(Forum.objects.visible_to(request.user).select_related("meeting"), pk=pk)
    require(request.user, RUN, forum)
    if request.content_type == "application/json":
        return batch(request, forum)
    found = take_in(forum, [typed(request, forum)], by=request.user)
    for refused in found.refused:
        messages.error(request, refused["sentence"])
    return redirect("consultation:forum_desk", pk)


def batch(request: HttpRequest, forum: Forum) -> HttpResponse:
    """The queue of a desk; a refusal is an answer, not a page."""
    try:
        given, broken = desk.operations(json.loads(request.body)["operations"])
        found = take_in(forum, given, by=request.user)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"sentence": "发言台送来的操作不完整，请刷新页面。"}, status=400)
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=409)
    return JsonResponse({"done": found.done, "refused": [*found.refused, *broken]})


def typed(request: HttpRequest, forum: Forum) -> desk.Operation:
    """The operation of a plain form; 撤销 names the last press that counts. Raises Refused for what is no operation."""
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in TYPED}
    given |= {"id": given["id"] or str(uuid4()), "at": desk.milliseconds(timezone.now())}
    if given["act"] == desk.Act.UNDO and not given["undoes"]:
        given["undoes"] = desk.undo_last(forum)
    return desk.operation(given)
