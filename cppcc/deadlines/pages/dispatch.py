"""The outbox desk: dispatches drawn up, held, seen, released; their text and recipients in view."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.by_hand import STUCK, next_step
from cppcc.deadlines.dispatching import MOVES, SEND, S, edit_dispatch, letters, new_dispatch, release
from cppcc.deadlines.filters import DispatchFilter
from cppcc.deadlines.forms.dispatch import DispatchForm, NoteForm, ReleaseForm
from cppcc.deadlines.models import DeliverySetting, Dispatch
from cppcc.deadlines.models.delivery import Channel
from cppcc.deadlines.tallies import tallies, tally
from cppcc.office.access import require
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Refused
from cppcc.sheets.lists import ListPage
from cppcc.workflow.registry import url_of

DONE = {"hold": "已提交放行。", "take_back": "已退回草稿，可以修改。", "cancel": "已取消，不会发出。"}


def dispatch_of(request: HttpRequest, pk: int) -> Dispatch:
    """A dispatch, for those who send them; 403 for others, 404 when there is none."""
    require(request.user, SEND)
    return get_object_or_404(Dispatch.objects.select_related("created_by__person", "released_by__person"), pk=pk)


@require_GET
def dispatch_list(request: HttpRequest) -> HttpResponse:
    """All dispatches, the newest first, with how far their delivery is."""
    require(request.user, SEND)
    page = ListPage(
        request,
        Dispatch.objects.select_related("created_by__person", "released_by__person"),
        DispatchFilter,
        order={"created": "created_at", "released": "released_at"},
        default_order="-created",
        summary=_summary,
    )
    for row, counted in zip(page.page_obj.rows, tallies(page.page_obj.rows), strict=True):
        row.tally = counted
    return page.respond("deadlines/dispatch_list.html")


def _summary(page: ListPage) -> str:
    return f"共 {page.count_words} 份" if page.count else "没有符合条件的通知"


@require_http_methods(["GET", "POST"])
def dispatch_create(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    require(request.user, SEND)
    form = DispatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("deadlines:dispatch_detail", new_dispatch(form, by=request.user).pk)
    context = {"form": form, "back_url": reverse("deadlines:dispatch_list")}
    return render(request, "deadlines/dispatch_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def dispatch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    dispatch = dispatch_of(request, pk)
    if dispatch.status != S.DRAFT:
        raise Refused(f"这份通知目前是“{dispatch.get_status_display()}”，不能修改；待放行的请先退回草稿。")
    form = DispatchForm(request.POST or None, instance=dispatch)
    if request.method == "POST" and form.is_valid():
        edit_dispatch(dispatch, form)
        messages.success(request, "已保存。")
        return redirect("deadlines:dispatch_detail", pk)
    back = reverse("deadlines:dispatch_detail", args=[pk])
    context = {"form": form, "dispatch": dispatch, "back_url": back}
    return render(request, "deadlines/dispatch_form.html", context, status=422 if form.errors else 200)


@require_GET
def dispatch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, every recipient with the state of his delivery, and what can be done."""
    dispatch = dispatch_of(request, pk)
    rows = dispatch.deliveries.select_related("organization", "person", "marked_by__person")
    page = ListPage(request, rows, order={"row": "pk"}, default_order="row", per_page=300)
    stuck = [row for row in page.page_obj.rows if row.status in STUCK]
    for row in stuck:
        row.next = next_step(row)
    context = page.context() | {
        "dispatch": dispatch,
        "tally": tally(dispatch),
        "stuck": stuck,
        "held_first": dispatch.formal and dispatch.status == S.DRAFT and DeliverySetting.current().hold_formal,
        "release_form": ReleaseForm(initial={"version": dispatch.version}),
        "note_form": NoteForm(),
        "matter_url": url_of(dispatch.matter) if dispatch.matter else "",
    }
    return render(request, "deadlines/dispatch_detail.html", context)


@require_POST
def dispatch_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Release, hold, take back or cancel, in the version that was in view."""
    dispatch = dispatch_of(request, pk)
    version = whole_number(request.POST.get("version"))
    given: dict[str, Any] = {"by": request.user, "version": version}
    if name == "release":
        count = release(dispatch, seen=request.POST.get("seen") == "on", **given)
        messages.success(request, f"已发出，共 {count} 条发送记录；需要人工送达的请在下面登记。")
    elif name in MOVES:
        MOVES[name](dispatch, **given)
        messages.success(request, DONE[name])
    else:
        raise Http404
    return redirect("deadlines:dispatch_detail", pk)


@require_GET
def dispatch_print(request: HttpRequest, pk: int) -> HttpResponse:
    """All letters of a dispatch on one page to print, a sheet of paper each."""
    dispatch = dispatch_of(request, pk)
    released = dispatch.released_at or timezone.now()
    context = {"dispatch": dispatch, "names": letters(dispatch), "day": timezone.localdate(released)}
    return render(request, "deadlines/dispatch_print.html", context | {"Channel": Channel})
