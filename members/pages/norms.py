"""The page of how often leaders attended. R145."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cppcc.sheets.columns import Column
from cppcc.sheets.exports import export_response
from members.house import require_house
from members.norms import attended, behind
from members.pages.dossier import asked_year
from members.training import day_of

COLUMNS = (
    Column("norm", "要求", value=lambda row: row.norm.label),
    Column("kinds", "会议活动", value=lambda row: [str(kind) for kind in row.norm.kinds.all()]),
    Column("name", "姓名", value=lambda row: row.who.person.name),
    Column("unit", "单位", value=lambda row: str(row.who.organization or "")),
    Column("title", "职务", value=lambda row: row.who.title),
    Column("times", "每年至少（次）", value=lambda row: row.norm.times),
    Column("came", "出席（次）"),
    Column("deputies", "委派他人（次）"),
    Column("leaves", "请假（次）"),
    Column("missing", "尚差（次）"),
)


@require_GET
def leader_attendance(request: HttpRequest) -> HttpResponse:
    """How often leaders attended in a year, beside the norms; `?behind=1` only who is behind; exported as shown."""
    require_house(request.user)
    year = asked_year(request)
    rows = attended(year, day_of(year))
    late = behind(rows)
    shown = late if "behind" in request.GET else rows
    if request.GET.get("export") == "xlsx":
        return export_response(f"{year}年领导出席会议活动情况.xlsx", COLUMNS, shown)
    only = "behind" in request.GET
    tabs = [
        {"label": "全部", "url": f"?year={year}", "current": not only},
        {"label": "次数不足", "url": f"?year={year}&behind=1", "current": only, "badge": len(late)},
    ]
    context = {"year": year, "rows": shown, "all": rows, "late": late, "only": only, "tabs": tabs,
               "persons": len({row.who.person.pk for row in rows})}  # fmt: skip
    return render(request, "members/leader_attendance.html", context)
