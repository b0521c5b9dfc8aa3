"""Deadlines: the list, one with its ladder and history, what people do with it, the year's report."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.deadlines import closing
from cppcc.deadlines.charts import late_chart
from cppcc.deadlines.filters import DeadlineFilter
from cppcc.deadlines.forms.deadline import CloseForm, ExplainForm, FinishForm, MoveForm, WaiveForm
from cppcc.deadlines.models import Deadline
from cppcc.deadlines.models.deadlines import DeadlineStatus
from cppcc.deadlines.report import MANAGE, Report, doing, may_finish, open_acts, report_of
from cppcc.deadlines.rungs import ladder
from cppcc.deadlines.working_days import load_working_days
from cppcc.office.access import require
from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage
from cppcc.workflow.trail import field_changes

OPEN_FIRST = Case(When(status=DeadlineStatus.OPEN, then=Value(0)), default=Value(1))
COUNTED = {str(Deadline._meta.get_field(name).verbose_name) for name in ("derived_at", "revision", "url")}
MOVES = 100  # shown on a deadline's page
EXPORT = (
    Column("title", "事项"),
    Column("label", "步骤"),
    Column("due_on", "期限"),
    Column("provisional", "暂定", value=lambda d: "暂定" if d.provisional and d.is_open else ""),
    Column("holders", "责任单位", value=lambda d: "、".join(h.organization.name for h in d.doing)),
    Column("status", "状态", value=lambda d: d.standing),
    Column("closed_on", "完成（免除）日期"),
    Column("late_days", "逾期工作日", value=lambda d: d.late_days or ""),
    Column("reason", "逾期或免除理由"),
)


def deadline_of(request: HttpRequest, pk: int) -> Deadline:
    """A deadline that the reader may see; else 404."""
    shown = Deadline.objects.visible_to(request.user).select_related("rule", "closed_by__person")
    return get_object_or_404(shown, pk=pk)


@require_GET
def deadline_list(request: HttpRequest) -> HttpResponse:
    """Deadlines by day; the open ones unless others are asked for."""
    shown = Deadline.objects.visible_to(request.user).prefetch_related(doing(request.user))
    page = ListPage(
        request,
        shown if request.GET.get("status") else shown.open(),
        DeadlineFilter,
        order={"due": (OPEN_FIRST, "due_on"), "title": "title", "closed": "closed_on"},
        default_order="due",
        summary=_summary,
        columns=EXPORT,
        export_name="期限清单",
    )
    context = {"today": timezone.localdate(), "report_url": reverse("deadlines:deadline_report", args=[_year()])}
    return page.respond("deadlines/deadline_list.html", context)


def _year() -> int:
    return timezone.localdate().year


def _summary(page: ListPage) -> str:
    if not page.count:
        return "没有符合条件的期限"
    late = page.filtered.late().order_by()[:1001].count()
    told = f"共 {page.count_words} 项期限"
    return f"{told}，其中已逾期 {late if late <= 1000 else '超过 1000'} 项" if late else f"{told}，没有逾期"


@require_GET
def deadline_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deadline: its rule and days, who holds it, its reminders, how it moved, what changed."""
    deadline = deadline_of(request, pk)
    context = {
        "deadline": deadline,
        "late": load_working_days().between(deadline.due_on, timezone.localdate()) if deadline.is_late else 0,
        "holders": deadline.holders.shown_to(request.user).select_related("organization"),
        "reminders": ladder(request.user, deadline),
        "moves": deadline.moves.select_related("user__person")[:MOVES],
        "changes": _told(field_changes(deadline)),
        "acts": open_acts(request.user, deadline),
    }
    return render(request, "deadlines/deadline_detail.html", context)


def _told(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes without what only the engine counts by."""
    kept = [{**one, "items": [item for item in one["items"] if item["field"] not in COUNTED]} for one in changes]
    return [one for one in kept if one["items"]]


def _act(
    request: HttpRequest, deadline: Deadline, form_class: type[CloseForm], label: str, do: Callable[[Any], None]
) -> HttpResponse:
    if not (deadline.owes_reason if form_class is ExplainForm else deadline.is_open):
        raise Refused(f"该期限目前是“{deadline.standing}”，不能办理“{label}”，请刷新页面查看。")
    form = form_class(request.POST or None, deadline=deadline)
    back = reverse("deadlines:deadline_detail", args=[deadline.pk])
    if request.method == "POST" and form.is_valid():
        do(form.cleaned_data)
        messages.success(request, f"已办理“{label}”。")
        return redirect(back)
    context = {"form": form, "deadline": deadline, "label": label, "back_url": back}
    return render(request, "deadlines/deadline_act.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def deadline_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The step was done; a late one says why."""
    deadline = deadline_of(request, pk)
    if not may_finish(request.user, deadline):
        require(request.user, MANAGE)
    return _act(
        request, deadline, FinishForm, "登记完成", lambda data: closing.finish(deadline, by=request.user, **data)
    )


@require_http_methods(["GET", "POST"])
def deadline_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """The step need not be done."""
    deadline = deadline_of(request, pk)
    require(request.user, MANAGE)
    return _act(request, deadline, WaiveForm, "免除", lambda data: closing.waive(deadline, by=request.user, **data))


@require_http_methods(["GET", "POST"])
def deadline_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day."""
    deadline = deadline_of(request, pk)
    require(request.user, MANAGE)
    return _act(
        request, deadline, MoveForm, "调整期限", lambda data: closing.move_by_hand(deadline, by=request.user, **data)
    )


@require_http_methods(["GET", "POST"])
def deadline_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say afterwards why it was late."""
    deadline = deadline_of(request, pk)
    if not may_finish(request.user, deadline):
        require(request.user, MANAGE)
    return _act(
        request, deadline, ExplainForm, "补填逾期理由",
        lambda data: closing.explain(deadline, by=request.user, reason=data["reason"]),
    )  # fmt: skip


YEARS = range(1990, 2101)


def _of_year(request: HttpRequest, year: int) -> Report:
    if year not in YEARS:
        raise Http404
    return report_of(request.user, year)


@require_GET
def deadline_report(request: HttpRequest, year: int) -> HttpResponse:
    """A year's deadlines by unit, and those that were late with their reasons."""
    context = {"year": year, "report": _of_year(request, year), "before": year - 1, "after": year + 1}
    return render(request, "deadlines/deadline_report.html", context)


@require_GET
def deadline_chart(request: HttpRequest, year: int) -> HttpResponse:
    """The same as a picture."""
    return HttpResponse(late_chart(_of_year(request, year).units), content_type="image/svg+xml")
