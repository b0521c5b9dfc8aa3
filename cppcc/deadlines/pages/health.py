"""The state of the house: a line for the monitor, a page for administrators."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cppcc.deadlines import pulses
from cppcc.deadlines.alarm import sound_if_stale
from cppcc.deadlines.health import database, figures, redis, tick_age
from cppcc.office.refusals import Forbidden


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For a monitor: 200 while the database, Redis and the tick are well, else 503. No names, no versions."""
    base, bell, tick, alarm = database(), redis(), None, True
    if base.works:
        try:
            tick = pulses.last(pulses.TICK)
            alarm = sound_if_stale(tick)
        except Error:  # it went away between two questions
            alarm = True
    ok = base.works and bell.works and not alarm
    answer = {"ok": ok, "database": base.works, "redis": bell.works, "tick_age": tick_age(tick)}
    return JsonResponse(answer, status=200 if ok else 503)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What runs, waits, hangs and failed; for administrators."""
    if not request.user.is_staff:
        raise Forbidden("这个页面只供系统管理员查看，如有疑问请联系系统管理员。")
    return render(request, "deadlines/health.html", {"figures": figures(), "database": database(), "redis": redis()})
