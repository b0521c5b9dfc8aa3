"""Who was trained in a year and who missed it. R139."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.registry import url_of
from members.house import require_house
from members.ledger_filters import of_year
from members.ledger_tables import summed
from members.models import Member
from members.pages.dossier import asked_year
from members.training import CONDITIONS, day_of, figures, serving_in, trainings, with_training

COLUMNS = (
    Column("name", "姓名", value=lambda m: m.person.name),
    Column("sector", "界别", value=lambda m: m.sector_name or ""),
    Column("employer", "工作单位", value=lambda m: m.employer_name or ""),
    Column("asked_to", "应参加（次）"),
    Column("came_to", "参加（次）"),
    Column("leaves", "请假（次）"),
    Column("missed", "缺席（次）", value=lambda m: m.asked_to - m.came_to - m.leaves),
    Column("newcomer", "新任委员"),
    Column("induced_at", "初任培训", value=lambda m: m.induced_at or ("未参加" if m.newcomer else "")),
)


@require_GET
def training_year(request: HttpRequest) -> HttpResponse:
    """The trainings of a year, planned ones too, and who attended or missed them."""
    require_house(request.user)
    year = asked_year(request)
    meetings = trainings(year)
    for meeting in meetings:
        meeting.url = url_of(meeting)  # type: ignore[attr-defined]
    rows = with_training(year, serving_in(year, Member.objects.visible_to(request.user)))
    page = ListPage(
        request,
        rows.called_on(day_of(year)).select_related("person", "term"),
        of_year(day_of(year), CONDITIONS),
        order={"name": by_pinyin("person__name"), "sector": "sector_order", "came": "came_to"},
        default_order="sector",
        summary=summed("位", "委员"),
        columns=COLUMNS,
        export_name=f"{year}年委员培训情况",
        show=lambda found: [_counted(row) for row in found],
    )
    context = {"year": year, "meetings": meetings, "figures": figures(rows, meetings)}
    return page.respond("members/training_year.html", context)


def _counted(row):
    row.absences = row.asked_to - row.came_to - row.leaves
    return row
