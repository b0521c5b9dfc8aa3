"""Pages of the plan: list, one plan, its year on one page, versions, acts, reading grants."""

from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.charts import month_chart
from consultation.filters import PlanFilter
from consultation.forms.plan import PlanForm, ShareForm, TargetFormSet
from consultation.grants import grant_reading, grants_of, revoke_reading
from consultation.issue import KIND, act_of, notice_of
from consultation.meter import counted, read_meter
from consultation.models import AnnualPlan
from consultation.models.plan import PlanState
from consultation.models.topic import TopicState
from consultation.plans import edit_plan, new_plan, save_targets
from consultation.sums import summed
from consultation.workflows.plan import PLAN, WITH_THE_NOTICE
from consultation.year import by_committee, by_month
from cppcc.deadlines.of_matter import dates_of
from cppcc.documents.models.document import DRAFT
from cppcc.office.access import may, reaches_any, require
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.lists import ListPage
from cppcc.workflow.approval import course
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of
from cppcc.workflow.versions import compared

MANAGE = "consultation.manage_plan"
READ_ALL = "consultation.view_all_plans"
WALKING = (PlanState.IN_APPROVAL, PlanState.AMENDING)
ISSUED_STATES = (PlanState.ISSUED, PlanState.CLOSED)


def plan_of(request: HttpRequest, year: int) -> AnnualPlan:
    """The plan of `year` as far as the reader may see it; else 404."""
    return get_object_or_404(AnnualPlan.objects.visible_to(request.user).select_related("chain", "document"), year=year)


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans of all years."""
    page = ListPage(
        request,
        AnnualPlan.objects.visible_to(request.user).listed(),
        PlanFilter,
        order={"year": "year", "state": "state"},
        default_order="-year",
        summary=summed("件", "年度计划", {"已印发实施": {"state": "issued"}, "起草中": {"state": "drafting"}}),
    )
    return page.respond("consultation/plan_list.html", {"may_create": may(request.user, MANAGE)})


@require_http_methods(["GET", "POST"])
def plan_create(request: HttpRequest) -> HttpResponse:
    """A new year's plan."""
    require(request.user, MANAGE)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("year", "chain", "title", "remark")}
        plan = new_plan(given.pop("year"), by=request.user, **given)
        return redirect("consultation:plan_detail", plan.year)
    return render(request, "consultation/plan_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def plan_detail(request: HttpRequest, year: int) -> HttpResponse:
    """One plan: where it stands, the meter, its topics, the trail."""
    plan, user = plan_of(request, year), request.user
    prefetch_related_objects([plan], "chain__steps")
    topics = list(plan.topics.with_parts().with_channels().order_by("number", "pk"))
    trail_open, movements = plan.trail_open_to(user), list(movements_of(plan))
    plan.counted = len(counted(topics))
    context = {
        "plan": plan,
        "topics": [t for t in topics if t.state != TopicState.WITHDRAWN and not t.off_plan],
        "off_plan": [t for t in topics if t.off_plan and t.state != TopicState.WITHDRAWN],
        "withdrawn": [t for t in topics if t.state == TopicState.WITHDRAWN],
        "measures": read_meter(plan, topics),
        "steps": course(plan, movements, walking=WALKING, approved=PlanState.APPROVED, ended=ISSUED_STATES),
        "open_transitions": plan_buttons(plan, user),
        "movements": movements if trail_open else [],
        "trail_open": trail_open,
        "dates": dates_of(plan, user),
        "waiting": held(Waiting.for_matter(plan)) if plan.state not in ISSUED_STATES else [],
        "may_manage": may(user, MANAGE),
    }
    return render(request, "consultation/plan_detail.html", context | notice_context(plan, user))


def plan_buttons(plan: AnnualPlan, user: Any) -> list[dict]:
    """The plan's own acts: its issue is that of its notice."""
    found = buttons(PLAN, plan, user, "consultation:plan_move", plan.year)
    return [button for button in found if button["name"] not in WITH_THE_NOTICE]


def notice_context(plan: AnnualPlan, user: Any) -> dict[str, Any]:
    """The notice that issues the plan, and the address at which one is drafted."""
    notice = notice_of(plan, user)
    on_its_way = notice and not notice.is_out
    may_draft = act_of(plan) and not on_its_way and may(user, DRAFT)
    asked = f"{reverse('documents:document_create')}?matter=annualplan-{plan.pk}&kind={KIND}"
    return {"notice": notice, "draft_notice": asked if may_draft else "", "counts": reaches_any(user, READ_ALL)}


@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, year: int) -> HttpResponse:
    """The plan's head; a stale form is told with both sides."""
    plan = plan_of(request, year)
    require(request.user, MANAGE, plan)
    form = PlanForm(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid():
        edit_plan(plan, form, by=request.user)
        messages.success(request, "已保存。")
        return redirect("consultation:plan_detail", year)
    context = {"form": form, "plan": plan}
    return render(request, "consultation/plan_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def plan_targets(request: HttpRequest, year: int) -> HttpResponse:
    """What the plan is measured against; data of this one plan. R001, R013-R015."""
    plan = plan_of(request, year)
    require(request.user, MANAGE, plan)
    seen = whole_number(request.POST.get("version"), plan.version)
    formset = TargetFormSet(request.POST or None, queryset=plan.targets.exclude(measure="by_proposer"))
    if request.method == "POST" and formset.is_valid():
        save_targets(plan, formset, version=seen)
        messages.success(request, "指标已保存，计划对照表已按新指标重新计算。")
        return redirect("consultation:plan_detail", year)
    context = {"formset": formset, "plan": plan, "seen": seen}
    return render(request, "consultation/plan_targets.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def plan_move(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """Any act on the plan."""
    plan = plan_of(request, year)
    return carry_out(request, PLAN, plan, name, then=reverse("consultation:plan_detail", args=[year]))


@require_GET
def plan_year(request: HttpRequest, year: int) -> HttpResponse:
    """The year on one page, to be printed: topics by month and by committee."""
    plan = plan_of(request, year)
    topics = list(plan.topics.with_parts().exclude(state=TopicState.WITHDRAWN).order_by("month_from", "number"))
    context = {"plan": plan, "months": by_month(topics), "committees": by_committee(topics), "count": len(topics)}
    return render(request, "consultation/plan_year.html", context)


@require_GET
def plan_chart(request: HttpRequest, year: int) -> HttpResponse:
    """Topics by month as a picture."""
    plan = plan_of(request, year)
    counted = plan.topics.exclude(state=TopicState.WITHDRAWN)
    image = month_chart(counted.only("plan", "month_from", "month_to", "linkage"))
    return HttpResponse(image, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@require_GET
def plan_versions(request: HttpRequest, year: int) -> HttpResponse:
    """The versions of a plan and the difference between two of them (the newest two unless chosen)."""
    plan = plan_of(request, year)
    if not plan.trail_open_to(request.user):
        raise Forbidden("版本对照只供机关内部和审批单位查阅。")
    context = {"plan": plan, **compared(plan, request.GET)}
    return render(request, "consultation/plan_versions.html", context)


@require_http_methods(["GET", "POST"])
def plan_share(request: HttpRequest, year: int) -> HttpResponse:
    """Let units read a plan that is not issued yet (征求意见)."""
    plan = plan_of(request, year)
    require(request.user, MANAGE, plan)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        grant_reading(plan, form.cleaned_data["post"])
        messages.success(request, f"已允许 {form.cleaned_data['post'].organization} 查阅。")
        return redirect("consultation:plan_share", year)
    context = {"plan": plan, "form": form, "grants": grants_of(plan)}
    return render(request, "consultation/plan_share.html", context, status=422 if form.errors else 200)


@require_POST
def plan_unshare(request: HttpRequest, year: int) -> HttpResponse:
    """Take a reading grant back."""
    plan = plan_of(request, year)
    require(request.user, MANAGE, plan)
    if not revoke_reading(plan, request.POST.get("grant", "")):
        raise Refused("这项查阅授权已经收回。")
    messages.success(request, "已收回查阅授权。")
    return redirect("consultation:plan_share", year)
