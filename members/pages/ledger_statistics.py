"""The year's ledger over all members: who has no entry, what was done by sector and act. R070, R133."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from members.acts import Tree
from members.house import require_house
from members.ledger_charts import sector_chart
from members.ledger_filters import of_year
from members.ledger_statistics import CONDITIONS, ledger_year, with_entries
from members.ledger_tables import summed
from members.models import Member
from members.pages.dossier import asked_year
from members.training import day_of, serving_in

COLUMNS = (
    Column("name", "姓名", value=lambda m: m.person.name),
    Column("sector", "界别", value=lambda m: m.sector_name or ""),
    Column("employer", "工作单位", value=lambda m: m.employer_name or ""),
    Column("entries_done", "履职记录（条）"),
    Column("last_done", "最近一次"),
)


def _rows(request: HttpRequest, year: int) -> Any:
    require_house(request.user)
    return with_entries(year, serving_in(year, Member.objects.visible_to(request.user))).called_on(day_of(year))


@require_GET
def ledger_statistics(request: HttpRequest) -> HttpResponse:
    """By sector and act, then the members with how many entries each has; the filter finds those without."""
    year = asked_year(request)
    rows = _rows(request, year)
    page = ListPage(
        request,
        rows.select_related("person", "term"),
        of_year(day_of(year), CONDITIONS),
        order={"name": by_pinyin("person__name"), "sector": "sector_order", "entries": "entries_done"},
        default_order="entries",
        summary=summed("位", "委员"),
        columns=COLUMNS,
        export_name=f"{year}年委员履职统计",
    )
    context = {"year": year, "ledger": ledger_year(year, rows, Tree())}
    return page.respond("members/ledger_statistics.html", context)


@require_GET
def ledger_chart(request: HttpRequest) -> HttpResponse:
    """The same as a picture."""
    year = asked_year(request)
    picture = sector_chart(ledger_year(year, _rows(request, year), Tree()))
    return HttpResponse(picture, content_type="image/svg+xml")
