"""Sittings: the list, one sitting with its matters and decisions; a matter's changes field by field."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import modelformset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.office.access import may, require
from cppcc.office.refusals import Refused
from cppcc.sheets.lists import ListPage
from cppcc.sheets.text import clean
from cppcc.workflow.filters import SittingFilter
from cppcc.workflow.forms import DecisionForm, SittingForm
from cppcc.workflow.models import Decision, Sitting
from cppcc.workflow.registry import WORKFLOWS, url_of
from cppcc.workflow.sittings import decide_all, decisions_of, put_on_list, waiting_before
from cppcc.workflow.trail import field_changes


@require_GET
def sitting_list(request: HttpRequest) -> HttpResponse:
    """All sittings, the newest first."""
    require(request.user, "workflow.view_sittings")
    page = ListPage(
        request,
        Sitting.objects.with_counts(),
        SittingFilter,
        order={"held_on": "held_on", "body": "body__pinyin"},
        default_order="-held_on",
    )
    return page.respond("workflow/sitting_list.html", {"may_manage": may(request.user, "workflow.manage_sittings")})


@require_http_methods(["GET", "POST"])
def sitting_create(request: HttpRequest) -> HttpResponse:
    """A new sitting."""
    require(request.user, "workflow.manage_sittings")
    form = SittingForm(request.POST or None, instance=Sitting(created_by_id=request.user.pk))  # type: ignore[misc]
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                return redirect("workflow:sitting_detail", form.save().pk)
        except IntegrityError:  # a double click, or somebody else at this moment
            raise Refused("这个机构当天已有一次会议，请直接打开那次会议。") from None
    return render(request, "workflow/sitting_form.html", {"form": form}, status=422 if form.errors else 200)


DecisionFormSet = modelformset_factory(
    Decision, form=DecisionForm, extra=0, edit_only=True, max_num=500, absolute_max=500
)


@require_http_methods(["GET", "POST"])
def sitting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The 上会 list of a sitting, and one form for all its decisions."""
    require(request.user, "workflow.view_sittings")
    sitting = get_object_or_404(Sitting.objects.select_related("body"), pk=pk)
    decisions = decisions_of(sitting)
    formset = _formset(request, decisions)
    if request.method == "POST":
        require(request.user, "workflow.manage_sittings")
        if not all(form.matter for form in formset.forms):
            raise Refused("有的事项已不在待录入之列，可能已由他人录入；本次没有保存，请核对页面上的最新情况。")
        if formset.is_valid() and _decided(request, sitting, formset):
            return redirect("workflow:sitting_detail", sitting.pk)
    context = {
        "sitting": sitting,
        "decided": [
            (decision, url_of(decision.matter)) for decision in decisions if decision.result and decision.matter
        ],
        "formset": formset,
        "waiting": waiting_before(sitting),
        "may_manage": may(request.user, "workflow.manage_sittings"),
    }
    return render(request, "workflow/sitting_detail.html", context, status=422 if request.method == "POST" else 200)


def _formset(request: HttpRequest, decisions: list[Decision]):
    pending = [decision for decision in decisions if not decision.result]
    formset = DecisionFormSet(
        request.POST or None, queryset=Decision.objects.filter(pk__in=[decision.pk for decision in pending])
    )
    matters = {decision.pk: decision.matter for decision in pending}
    for form in formset.forms:
        form.matter = matters.get(form.instance.pk)
        form.initial["version"] = form.matter.version if form.matter else None
        form.url = url_of(form.matter) if form.matter else ""
    return formset


def _decided(request: HttpRequest, sitting: Sitting, formset) -> bool:
    chosen = [form for form in formset if form.cleaned_data.get("result")]
    if not chosen:
        messages.warning(request, "请至少为一个事项选定审议结果。")
        return True
    entries = [(form.save(commit=False), form.cleaned_data["version"]) for form in chosen]
    source = clean(request.POST.get("proxy_source", ""))[:200] or f"{sitting}纪要"
    try:
        count = decide_all(sitting, entries, by=request.user, proxy_source=source)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return False
    messages.success(request, f"已录入 {count} 个事项的审议结果。")
    return True


@require_POST
def sitting_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen waiting matters on the list of the sitting."""
    require(request.user, "workflow.manage_sittings")
    sitting = get_object_or_404(Sitting.objects.select_related("body"), pk=pk)
    chosen = set(request.POST.getlist("round"))
    put_on_list(sitting, [r for r in waiting_before(sitting) if str(r.pk) in chosen])
    return redirect("workflow:sitting_detail", sitting.pk)


@require_GET
def matter_changes(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Which fields of a matter changed, when and by whom, in the words of the screen."""
    model: Any = next((model for model in WORKFLOWS if model._meta.model_name == kind), None)
    if model is None:
        raise Http404
    matter = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    require(request.user, "workflow.view_changes", matter)
    context = {"matter": matter, "changes": field_changes(matter), "url": url_of(matter)}
    return render(request, "workflow/matter_changes.html", context)
