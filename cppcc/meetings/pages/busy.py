"""Pages of leaders' engagements. R127."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.meetings.forms.record import BusyForm
from cppcc.meetings.models import Busy
from cppcc.meetings.models.meeting import MANAGE, VIEW_ALL
from cppcc.office.access import reaches_any, require
from cppcc.office.refusals import Forbidden
from cppcc.sheets.lists import ListPage
from cppcc.workflow.stale import save_version


def require_office(request: HttpRequest) -> None:
    """Only who manages all meetings enters them."""
    if not reaches_any(request.user, MANAGE):
        raise Forbidden("领导日程由办公室登记，如需登记请与办公室联系。")


@require_GET
def busy_list(request: HttpRequest) -> HttpResponse:
    """When leaders cannot be had, from today on (`?past=1`: all); why, only the office sees."""
    require(request.user, VIEW_ALL)
    rows = Busy.objects.select_related("person")
    rows = rows if "past" in request.GET else rows.filter(ends__gte=timezone.now())
    page = ListPage(request, rows, order={"starts": "starts", "person": "person__pinyin"}, default_order="starts")
    context = {"office_reads": reaches_any(request.user, MANAGE), "past": "past" in request.GET}
    return page.respond("meetings/busy_list.html", context)


@require_http_methods(["GET", "POST"])
def busy_create(request: HttpRequest) -> HttpResponse:
    """A new one."""
    require_office(request)
    return _page(request, Busy())


@require_http_methods(["GET", "POST"])
def busy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or delete one."""
    require_office(request)
    busy = get_object_or_404(Busy, pk=pk)
    if request.method == "POST" and "delete" in request.POST:
        busy.delete()
        messages.success(request, "已删除。")
        return redirect("meetings:busy_list")
    return _page(request, busy)


def _page(request: HttpRequest, busy: Busy) -> HttpResponse:
    form = BusyForm(request.POST or None, instance=busy)
    if request.method == "POST" and form.is_valid():
        save_version(form)
        messages.success(request, "已保存。")
        return redirect("meetings:busy_list")
    context = {"form": form, "busy": busy if busy.pk else None, "back_url": reverse("meetings:busy_list")}
    return render(request, "meetings/busy_form.html", context, status=422 if form.errors else 200)
