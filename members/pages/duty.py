"""Pages of links between leaders and members (R138), special duties (R124) and stations (R143)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.office.access import require
from cppcc.office.validity import today
from members.dates import keep_duties
from members.forms.duties import DutyForm, LinkForm, StationForm
from members.house import manages, require_house
from members.links import gaps, links_of
from members.models import LeaderLink, Member, SpecialDuty, Station
from members.models.member import MANAGE, VIEW_ALL

ENDING_SOON = timedelta(days=90)


def filled(
    request: HttpRequest, form: Any, title: str, back: str, then: Callable[[], Any] = lambda: None
) -> HttpResponse:
    """The page of a plain form; saved, with what follows from it, one is back where the list is."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save()
                then()
            messages.success(request, "已保存。")
            return redirect(back)
        except IntegrityError:
            form.add_error(None, "已有同样的登记，请核对，或直接修改原有的一条。")
    context = {"form": form, "title": title, "back_url": back}
    return render(request, "members/plain_form.html", context, status=422 if form.errors else 200)


@require_GET
def link_home(request: HttpRequest) -> HttpResponse:
    """The first of the tables of contacts."""
    require(request.user, VIEW_ALL)
    return redirect("members:link_list", LeaderLink.Kind.CHAIRS.value)


@require_GET
def link_list(request: HttpRequest, kind: str) -> HttpResponse:
    """One of the three tables of contacts, and who is without one; `?print=1` is a sheet of paper. R138.

    For those who read all members: the tables tell of each in which party he is, or in none.
    """
    require(request.user, VIEW_ALL)
    if kind not in LeaderLink.Kind.values:
        raise Http404
    context = {
        "kind": kind,
        "label": LeaderLink.Kind(kind).label,
        "rows": links_of(kind),
        "gaps": gaps(kind),
        "tabs": [
            {"label": label, "url": reverse("members:link_list", args=[value]), "current": value == kind}
            for value, label in LeaderLink.Kind.choices
        ],
        "manages": manages(request.user),
    }
    return render(request, "members/link_print.html" if "print" in request.GET else "members/link_list.html", context)


@require_http_methods(["GET", "POST"])
def link_new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new contact."""
    require(request.user, MANAGE)
    if kind not in LeaderLink.Kind.values:
        raise Http404
    form = LinkForm(request.POST or None, instance=LeaderLink(kind=kind), initial={"sector": request.GET.get("sector")})
    return filled(request, form, LeaderLink.Kind(kind).label, reverse("members:link_list", args=[kind]))


@require_http_methods(["GET", "POST"])
def link_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or end a contact."""
    require(request.user, MANAGE)
    link = get_object_or_404(LeaderLink, pk=pk)
    form = LinkForm(request.POST or None, instance=link)
    return filled(request, form, link.get_kind_display(), reverse("members:link_list", args=[link.kind]))


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """Who serves which body until when; what ends within three months stands first. R124."""
    require_house(request.user)
    day = today()
    seen = SpecialDuty.objects.filter(member__in=Member.objects.visible_to(request.user).values("pk"))
    rows = list(seen.select_related("member__person", "organization").order_by("valid_to", "pk"))
    current = [row for row in rows if row.is_valid(day)]
    context = {
        "ending": [row for row in current if row.valid_to and row.valid_to <= day + ENDING_SOON],
        "current": current,
        "past": [row for row in rows if row.valid_to and row.valid_to < day][::-1],
        "manages": manages(request.user),
    }
    return render(request, "members/duty_list.html", context)


@require_http_methods(["GET", "POST"])
def duty_new(request: HttpRequest) -> HttpResponse:
    """A new duty."""
    require(request.user, MANAGE)
    form = DutyForm(request.POST or None, initial={"member": request.GET.get("member")})
    return filled(request, form, "登记特约职务", reverse("members:duty_list"), keep_duties)


@require_http_methods(["GET", "POST"])
def duty_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or end a duty."""
    require(request.user, MANAGE)
    form = DutyForm(request.POST or None, instance=get_object_or_404(SpecialDuty, pk=pk))
    return filled(request, form, "修改特约职务", reverse("members:duty_list"), keep_duties)


@require_GET
def station_list(request: HttpRequest) -> HttpResponse:
    """Lectures, studios, contact points, with who keeps them. R143."""
    require_house(request.user)
    rows = Station.objects.select_related("organization", "sector").prefetch_related("keepers__person")
    context = {
        "rows": [(label, [row for row in rows if row.kind == kind]) for kind, label in Station.Kind.choices],
        "manages": manages(request.user),
    }
    return render(request, "members/station_list.html", context)


@require_http_methods(["GET", "POST"])
def station_new(request: HttpRequest) -> HttpResponse:
    """A new station."""
    require(request.user, MANAGE)
    return filled(request, StationForm(request.POST or None), "新设工作平台", reverse("members:station_list"))


@require_http_methods(["GET", "POST"])
def station_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or end a station."""
    require(request.user, MANAGE)
    form = StationForm(request.POST or None, instance=get_object_or_404(Station, pk=pk))
    return filled(request, form, "修改工作平台", reverse("members:station_list"))
