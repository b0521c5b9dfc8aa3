"""Pages of a person's calendar feed."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST, require_safe

from cppcc.deadlines.feeds import feed_of, find_feed, issue_feed, live_feed, note_reading, revoke_feed
from cppcc.office.one_time import address_of
from cppcc.office.shell import the_office


@require_GET
def feed_setting(request: HttpRequest) -> HttpResponse:
    """Whether one's calendar can be subscribed to, and since when."""
    return render(request, "deadlines/feed_setting.html", {"feed": live_feed(request.user)})


@require_POST
def feed_create(request: HttpRequest) -> HttpResponse:
    """Make or renew one's address; it is shown once, with how to enter it in WPS, Outlook and phones."""
    renewed = live_feed(request.user) is not None
    token = issue_feed(request.user)
    address = address_of(reverse("deadlines:calendar_feed", args=[token]), request)
    return render(request, "deadlines/feed_create.html", {"address": address, "renewed": renewed})


@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """Give up one's address."""
    if revoke_feed(request.user):
        messages.success(request, "已停用订阅地址，手机和电脑上的日历不会再更新。")
    else:
        messages.info(request, "目前没有启用的订阅地址。")
    return redirect("deadlines:feed_setting")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever owns the token; a wrong or revoked one is not there."""
    feed = find_feed(token)
    if feed is None:
        raise Http404
    note_reading(feed)
    office = the_office()
    name = f"{office.name if office else ''}工作日历（{feed.user}）"
    text = feed_of(feed, name=name, host=request.get_host(), absolute=request.build_absolute_uri)
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response
