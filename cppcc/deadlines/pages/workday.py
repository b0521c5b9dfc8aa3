"""The work calendar: a year at a glance, and entering the yearly notice with a preview of what moves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.deadlines.calendar_keeping import BECAUSE, apply_notice, preview_notice
from cppcc.deadlines.digest import digest
from cppcc.deadlines.forms.workday import NoticeForm, TableForm
from cppcc.deadlines.models import DeadlineMove, WorkCalendar
from cppcc.deadlines.models.deadlines import VIEW_ALL
from cppcc.deadlines.workday_sheet import EXPORT, spans_in
from cppcc.deadlines.year_sheet import year_sheet
from cppcc.deadlines.yearly_notice import as_lines, spans_of
from cppcc.deadlines.years import FIRST_YEAR
from cppcc.files.safety import check
from cppcc.office.access import may, require
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Refused
from cppcc.sheets.exports import export_response

MANAGE = "deadlines.manage_deadlines"
LAST_YEAR = 2100
SHOWN_MOVES = 20


def asked_year(request: HttpRequest, otherwise: int) -> int:
    """The year in the address, within what the calendar can hold."""
    year = whole_number(request.GET.get("year"), otherwise)
    return year if FIRST_YEAR <= year <= LAST_YEAR else otherwise


def require_manager(user: Any) -> None:
    """Administrators, and posts that manage deadlines. Raises Forbidden."""
    if not user.is_staff:
        require(user, MANAGE)


@require_GET
def workday_year(request: HttpRequest) -> HttpResponse:
    """A year of working days, rest days and swaps; like the regulations open to every account."""
    year = asked_year(request, timezone.localdate().year)
    rows = list(WorkCalendar.objects.filter(date__year=year).order_by("date"))
    if request.GET.get("export") == "xlsx":
        return export_response(f"{year}年工作日历.xlsx", EXPORT, rows)
    context = {
        "year": year,
        "sheet": year_sheet(year, rows),
        "may_manage": request.user.is_staff or may(request.user, MANAGE),
        "moves": _moves() if request.user.is_staff or may(request.user, VIEW_ALL) else [],
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
    }
    return render(request, "deadlines/workday_year.html", context)


def _moves() -> list[DeadlineMove]:
    """The newest moves that came from the calendar."""
    return list(DeadlineMove.objects.filter(cause=BECAUSE).select_related("deadline")[:SHOWN_MOVES])


@require_http_methods(["GET", "POST"])
def workday_edit(request: HttpRequest) -> HttpResponse:
    """The notice of a year: typed or filled from a table, previewed with all that would move, then confirmed."""
    require_manager(request.user)
    year = asked_year(request, timezone.localdate().year + 1)
    context: dict[str, Any] = {"year": year, "tables": TableForm(), "form": NoticeForm(year=year, initial=_known(year))}
    if request.method == "POST" and request.POST.get("act") == "fill":
        context |= _filled(request, year)
    elif request.method == "POST":
        context["form"] = form = NoticeForm(request.POST, year=year)
        if form.is_valid():
            found = preview_notice(form.notice)
            token = digest(form.notice, found.state)
            if request.POST.get("previewed") == token and _saved(request, form, found.state):
                return redirect(f"{reverse('deadlines:workday_year')}?year={year}")
            context |= {"preview": found, "token": token}
    return render(request, "deadlines/workday_edit.html", context, status=422 if _wrong(context) else 200)


def _wrong(context: dict[str, Any]) -> bool:
    return bool(context["form"].errors or context["tables"].errors)


def _known(year: int) -> dict[str, str]:
    """What the calendar says of `year` already, in the words of the form."""
    rows = WorkCalendar.objects.filter(date__year=year).order_by("date")
    off, worked = spans_of(rows)
    entered = [row.source for row in rows if row.official][:1]
    return {"off": as_lines(off), "worked": as_lines(worked), "source": "".join(entered)}


def _filled(request: HttpRequest, year: int) -> dict[str, Any]:
    """The form filled from a table; nothing is saved."""
    tables = TableForm(request.POST, request.FILES)
    typed = {name: request.POST.get(name, "") for name in ("source", "off", "worked")}
    if tables.is_valid():
        try:
            checked = check(tables.cleaned_data["file"], allowed={"xlsx", "csv"})
            off, worked = spans_in(checked.data, checked.name)
            typed |= {"off": as_lines(off), "worked": as_lines(worked)}
            messages.info(request, "已从表格填入，尚未保存，请核对后预览。")
        except Refused as refusal:
            tables.add_error("file", refusal.sentence)
    return {"form": NoticeForm(year=year, initial=typed), "tables": tables}


def _saved(request: HttpRequest, form: NoticeForm, state: str) -> bool:
    """Whether the confirmed notice is in; else somebody changed the calendar meanwhile, and the preview comes again."""
    done = apply_notice(form.notice, state=state, by=request.user)
    if done is None:
        messages.warning(request, "工作日历刚被他人修改，没有保存，请重新核对下面的变化。")
        return False
    changes, moved = done
    days = f"{len(changes)} 天有变化" if changes else "日期没有变化"
    messages.success(request, f"已保存{form.year}年放假安排，{days}，{len(moved)} 项期限随之调整。")
    return True
