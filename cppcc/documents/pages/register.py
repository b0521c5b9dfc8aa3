"""The register of numbers: per series and year, without a gap, the cancelled ones with their reasons."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cppcc.documents.models import Document, DocumentNumber, NumberSeries
from cppcc.documents.models.document import ISSUE
from cppcc.documents.tables import NUMBER_COLUMNS
from cppcc.office.access import require
from cppcc.office.posted import whole_number
from cppcc.sheets.lists import ListPage


@require_GET
def number_register(request: HttpRequest) -> HttpResponse:
    """The numbers of one series in one year, the first of all series and this year unless asked."""
    require(request.user, ISSUE)
    all_series = list(NumberSeries.objects.all())
    chosen = whole_number(request.GET.get("series"))
    series = next((s for s in all_series if s.pk == chosen), all_series[0] if all_series else None)
    year = min(max(whole_number(request.GET.get("year"), timezone.localdate().year), 1950), 2200)
    found = DocumentNumber.objects.of_year(series, year) if series else DocumentNumber.objects.none()
    seen = Document.objects.visible_to(request.user)
    page = ListPage(
        request,
        found.filter(Q(document__in=seen.values("pk")) | Q(letter__document__in=seen.values("pk"))).select_related(
            "document__kind", "letter__document__kind"
        ),
        order={"value": "value"},
        default_order="value",
        summary=lambda page: f"{series}{year}年共编 {page.count_words} 个号" if page.count else "这一年还没有编号",
        columns=NUMBER_COLUMNS,
        export_name=f"{series or ''}{year}年文号登记",
    )
    context = {"all_series": all_series, "series": series, "year": year, "years": _years(year)}
    return page.respond("documents/number_register.html", context)


def _years(chosen: int) -> list[int]:
    """This year and the years with numbers, the newest first."""
    known = DocumentNumber.objects.order_by().values_list("given_on__year", flat=True).distinct()
    return sorted({*known, timezone.localdate().year, chosen}, reverse=True)
