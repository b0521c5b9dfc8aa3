"""Pages of topics."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consultation.filters import TopicFilter
from consultation.forms.topic import TopicEditForm
from consultation.imports import TopicImporter
from consultation.joining_up import alike, known_to
from consultation.models import CountyAdoption, Topic
from consultation.models.topic import TopicState
from consultation.pages.plan import MANAGE, plan_of
from consultation.sums import summed
from consultation.topics import adjust_topic, create_topic, edit_topic, frozen_sentence, refuse_withdrawn
from consultation.workflows.topic import TOPIC
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Refused
from cppcc.office.routing import deputies_of
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.trail import movements_of

EXPORT = (
    Column("year", "年度", value=lambda topic: topic.plan.year),
    *TopicImporter.columns,
    Column("category", "议题类别", value=lambda topic: str(topic.category or "")),
    Column("chair", "牵头领导", value=lambda topic: str(topic.leading_chair or "")),
    Column("state", "状态", value=lambda topic: topic.get_state_display()),
)


def topic_of(request: HttpRequest, pk: int) -> Topic:
    """A topic of a plan that the reader may see; else 404."""
    return get_object_or_404(Topic.objects.visible_to(request.user).with_parts(), pk=pk)


@require_GET
def topic_list(request: HttpRequest) -> HttpResponse:
    """Topics of all years, filtered, sorted, exported."""
    page = ListPage(
        request,
        Topic.objects.visible_to(request.user).with_parts(),
        TopicFilter,
        order={
            "number": ("-plan__year", "number"),
            "title": by_pinyin("title"),
            "month": ("month_from", "number"),
            "linkage": "linkage",
        },
        default_order="number",
        summary=summed("个", "议题", {"联接": {"linkage": "linked"}, "监督性": {"supervisory": True}}),
        columns=EXPORT,
        export_name="议题清单",
    )
    return page.respond("consultation/topic_list.html")


@require_http_methods(["GET", "POST"])
def topic_create(request: HttpRequest, year: int) -> HttpResponse:
    """A new topic; in an issued plan only one outside the plan (R017)."""
    plan = plan_of(request, year)
    require(request.user, MANAGE, plan)
    if not (plan.is_editable or plan.is_issued):
        raise Refused(frozen_sentence(plan))
    topic = Topic(plan=plan, off_plan=plan.is_issued, created_by_id=request.user.pk)
    form = TopicEditForm(request.POST or None, instance=topic)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: create_topic(form, by=request.user)):
        messages.success(request, f"已增加议题“{topic}”。")
        again = "again" in request.POST
        return redirect("consultation:topic_create" if again else "consultation:plan_detail", year)
    context = {"form": form, "plan": plan}
    return render(request, "consultation/topic_form.html", context, status=422 if form.errors else 200)


@require_GET
def topic_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One topic: what, who, when, where it came from, what became of it."""
    topic = topic_of(request, pk)
    acts = buttons(TOPIC, topic, request.user, "consultation:topic_move", topic.pk)
    changes_open = may(request.user, "workflow.view_changes")
    context = {
        "topic": topic,
        "suggestions": topic.suggestions.select_related("organization", "person", "channel"),
        "adoptions": CountyAdoption.objects.standing().filter(topic=topic).select_related("county"),
        "deputies": deputies_of(topic.leads),
        "parties": alike(topic.title, known_to(request.user, topic.plan.year)),
        "open_transitions": acts,
        "movements": movements_of(topic) if changes_open else [],
        "changes_open": changes_open,
        "may_edit": topic.plan.is_editable and topic.state != TopicState.WITHDRAWN and may(request.user, MANAGE, topic),
    }
    return render(request, "consultation/topic_detail.html", context)


@require_http_methods(["GET", "POST"])
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a topic while its plan is with the office; once issued, with a reason (R015)."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user).select_related("plan"), pk=pk)
    require(request.user, MANAGE, topic)
    adjusting = topic.plan.is_issued
    if not (topic.plan.is_editable or adjusting):
        raise Refused(frozen_sentence(topic.plan))
    refuse_withdrawn(topic)
    form = TopicEditForm(request.POST or None, instance=topic, adjusting=adjusting)
    save = adjust_topic if adjusting else edit_topic
    if request.method == "POST" and form.is_valid() and saved(form, lambda: save(form, by=request.user)):
        messages.success(request, "已保存。")
        return redirect("consultation:topic_detail", pk)
    context = {"form": form, "topic": topic, "plan": topic.plan, "adjusting": adjusting}
    return render(request, "consultation/topic_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def topic_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a topic; adjusting has the topic's own form."""
    topic = topic_of(request, pk)
    if name == "adjust":
        return redirect("consultation:topic_edit", pk)
    return carry_out(request, TOPIC, topic, name, then=reverse("consultation:topic_detail", args=[pk]))
