"""The roster in figures: sectors, gender, age, party, as tables with charts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from members.charts import bars
from members.figures import FIGURES
from members.filters import MemberFilter
from members.models import Member


def counted(request: HttpRequest) -> tuple[MemberFilter, Any]:
    """The filter of the roster and what it lets through."""
    members = Member.objects.visible_to(request.user).called_on()
    found = MemberFilter(request.GET, queryset=members, request=request)
    return found, found.qs


@require_GET
def member_figures(request: HttpRequest) -> HttpResponse:
    """How many members of which sector, gender, age and party."""
    found, members = counted(request)
    figures = []
    for key, (label, count) in FIGURES.items():
        counts = count(members)
        figures.append({"key": key, "label": label, "counts": counts.items(), "total": sum(counts.values())})
    return render(request, "members/member_figures.html", {"filter": found, "figures": figures})


@require_GET
def member_chart(request: HttpRequest, kind: str) -> HttpResponse:
    """One of them as a picture."""
    if kind not in FIGURES:
        raise Http404
    _, members = counted(request)
    response = HttpResponse(bars(FIGURES[kind][1](members)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
