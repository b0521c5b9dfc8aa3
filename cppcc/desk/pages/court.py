"""Whose court: in whose hands everything is, and for how many working days."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cppcc.desk.charts import hands_chart
from cppcc.desk.court import holds
from cppcc.desk.filters import CourtFilter
from cppcc.desk.periods import Days
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage

EXPORT = (
    Column("unit", "单位"),
    Column("holder", "在谁手里"),
    Column("label", "要做什么"),
    Column("matter", "事项"),
    Column("kind", "事项类型"),
    Column("since", "自"),
    Column("days", "在手工作日"),
    Column("due_on", "期限"),
    Column("late", "逾期工作日"),
    Column("provisional", "暂定", value=lambda hold: "暂定" if hold.provisional else ""),
)
ORDER = {"since": "began", "unit": ("sound", "began"), "label": ("label", "began"), "due": "due_on"}
GROUPS = {"since": "按时间", "unit": "按单位", "label": "按要做的事"}


@require_GET
def whose_court(request: HttpRequest) -> HttpResponse:
    """Every open duty and every deadline that has begun, by time, unit or kind of work."""
    page = ListPage(
        request, None, CourtFilter, order=ORDER, default_order="since", summary=_summary, columns=EXPORT,
        export_name="在谁手里", show=holds,
    )  # fmt: skip
    grouped = page.sort.removeprefix("-")
    tabs = [
        {"label": label, "url": _sorted_by(request, key), "current": grouped == key} for key, label in GROUPS.items()
    ]
    context = {
        "tabs": tabs,
        "grouped": grouped if grouped in ("unit", "label") else "",
        "query": request.GET.urlencode(),
    }
    return page.respond("desk/whose_court.html", context)


def _sorted_by(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = key
    return f"?{query.urlencode()}"


def _summary(page: ListPage) -> str:
    if not page.count:
        return "没有符合条件的事项"
    late = page.filter.court.late_count()
    return f"共 {page.count_words} 件" + (f"，其中逾期 {late} 件" if late else "，没有逾期")


@require_GET
def court_chart(request: HttpRequest) -> HttpResponse:
    """How long the units have had the oldest thing in their hands, as a picture."""
    units: Sequence[dict[str, Any]] = CourtFilter(request.GET, queryset=None, request=request).court.by_unit()
    today = timezone.localdate()
    working = Days(min((row["first"] for row in units), default=today), today).working
    image = hands_chart([(row["unit"], working.between(row["first"], today), row["count"]) for row in units])
    return HttpResponse(image, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
