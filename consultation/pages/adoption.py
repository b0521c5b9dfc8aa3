"""Pages of the counties' adoption. R012."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consultation.adoptions import by_county
from consultation.filters import AdoptionFilter
from consultation.forms.adoption import AdoptionForm
from consultation.models import CountyAdoption
from consultation.sums import summed
from consultation.workflows.adoption import ADOPTION
from cppcc.deadlines.of_matter import dates_of
from cppcc.office.access import reaches_any
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.trail import movements_of

READ_ALL = "consultation.view_all_plans"
EXPORT = (
    Column("year", "年度", value=lambda a: a.topic.plan.year),
    Column("county", "县（市、区）", value=lambda a: a.county.name),
    Column("topic", "联接议题", value=lambda a: a.topic.title),
    Column("state", "状态", value=lambda a: a.get_state_display()),
    Column("committee_date", "党委常委会审议日期"),
    Column("county_title", "本级计划中的名称"),
)


def adoption_of(request: HttpRequest, pk: int) -> CountyAdoption:
    """An adoption that the reader may see; else 404."""
    found = CountyAdoption.objects.visible_to(request.user).select_related("topic__plan", "county")
    return get_object_or_404(found, pk=pk)


@require_GET
def adoption_list(request: HttpRequest) -> HttpResponse:
    """Which county has which linked topic in its own plan, and who has not."""
    page = ListPage(
        request,
        CountyAdoption.objects.standing().visible_to(request.user).select_related("topic__plan", "county"),
        AdoptionFilter,
        order={"county": ("county__order", "topic__number"), "state": "state", "date": "committee_date"},
        default_order="county",
        summary=summed("项", "县级列入", {"已列入": {"state": "adopted"}, "未列入": {"state": "pending"}}),
        columns=EXPORT,
        export_name="县级列入情况",
    )
    plan = page.filter.form.cleaned_data.get("plan") if page.filter.form.is_valid() else None
    counties = list(by_county(plan)) if plan and reaches_any(request.user, READ_ALL) else []
    return page.respond("consultation/adoption_list.html", {"counties": counties, "chosen": plan})


@require_GET
def adoption_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One linked topic in one county."""
    adoption = adoption_of(request, pk)
    context = {
        "adoption": adoption,
        "open_transitions": buttons(ADOPTION, adoption, request.user, "consultation:adoption_move", pk),
        "movements": movements_of(adoption),
        "dates": dates_of(adoption, request.user),
    }
    return render(request, "consultation/adoption_detail.html", context)


@require_http_methods(["GET", "POST"])
def adoption_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Record or correct it."""
    then = reverse("consultation:adoption_detail", args=[pk])
    return carry_out(request, ADOPTION, adoption_of(request, pk), name, then=then, form_class=AdoptionForm)
