"""Pages of the outcome of a forum: the suggestions and their origin, the paper, the clock, the tracking. R053, R054."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.forms.forum_outcome import (
    DrawForm,
    OutcomeDraftForm,
    OutcomeRecordForm,
    ReasonForm,
    SuggestionForm,
    TrackingForm,
)
from consultation.forums.outcome import clock_of, draft_outcome, give_reason, record_outcome
from consultation.forums.suggestions import (
    arrange,
    collate,
    draw,
    drawable,
    merge,
    refuse_unspoken,
    save_suggestion,
    tell_proposers,
)
from consultation.models import Forum
from consultation.models.forum import ForumState
from consultation.models.outcome import SuggestionState
from consultation.pages.forum_frame import forum_of, frame, inside_of
from consultation.workflows.forum import REPORT, TRACK
from cppcc.documents.models.document import DRAFT
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.posted import whole_number, whole_numbers
from cppcc.office.refusals import Refused

MOST = 500


@require_GET
def forum_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """What was suggested and what became of it, the papers of the outcome, the clock, the collations."""
    forum = inside_of(request, pk)
    rows = list(forum.suggestions.listed().order_by("order", "pk")[:MOST])
    standing = [row for row in rows if row.state != SuggestionState.DROPPED]
    context = frame(request, forum, "forum_outcome") | {
        "rows": rows,
        "standing": standing,
        "untold": [row for row in standing if row.wants_telling],
        "undecided": sum(row.department_id is None for row in standing),
        "clock": clock_of(forum),
        "outcomes": list(forum.outcomes.select_related("form", "document__numbered", "file", "by__person")),
        "draft_form": OutcomeDraftForm(forum=forum),
        "trackings": list(forum.trackings.select_related("by__person").order_by("-on", "-pk")),
        "may_track": may(request.user, TRACK, forum),
        "may_report": may(request.user, REPORT, forum),
        "may_draft": may(request.user, DRAFT) and may(request.user, TRACK, forum),
        "is_over": forum.state in (ForumState.HELD, ForumState.REPORTED),
    }
    return render(request, "consultation/forum_outcome.html", context)


def tracked(request: HttpRequest, pk: int, act: str = TRACK) -> Forum:
    """A forum whose suggestions the reader may write: the leading committee, the office."""
    forum = forum_of(request, pk)
    require(request.user, act, forum)
    return forum


def _form_page(request: HttpRequest, forum: Forum, form: Any, title: str, submit: str = "保存") -> HttpResponse:
    context = frame(request, forum, "forum_outcome") | {"form": form, "title": title, "submit": submit}
    return render(request, "consultation/forum_outcome_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """The points of the speeches, to take among the suggestions."""
    forum = tracked(request, pk)
    refuse_unspoken(forum)
    form = DrawForm(request.POST or None, lines=drawable(forum)[:MOST])
    if request.method == "POST" and form.is_valid():
        new = draw(forum, form.drawn, by=request.user)
        messages.success(request, f"已提取 {len(new)} 条意见建议。" if new else "所选的都已提取过。")
        return redirect("consultation:forum_outcome", pk)
    context = frame(request, forum, "forum_outcome") | {"form": form, "rows": form.rows()}
    return render(request, "consultation/forum_draw.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_suggestion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A suggestion that stands in no record."""
    forum = tracked(request, pk)
    form = SuggestionForm(request.POST or None, forum=forum)
    if request.method == "POST" and form.is_valid():
        save_suggestion(form, by=request.user)
        messages.success(request, "已添加意见建议。")
        return redirect("consultation:forum_outcome", pk)
    return _form_page(request, forum, form, "添加意见建议")


@require_POST
def forum_suggestions_arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """The order of the suggestions, or several of them made one, or their proposers told."""
    forum = tracked(request, pk)
    ticked = whole_numbers(request.POST.getlist("suggestion"))
    if "merge" in request.POST:
        first = merge(forum, ticked, by=request.user)
        messages.success(request, f"已合并到第 {first.order} 条，请核对文字。")
        return redirect("consultation:forum_suggestion_edit", first.pk)
    places = {row: whole_number(request.POST.get(f"place_{row}")) for row in _placed(request)}
    arrange(forum, places, by=request.user)
    messages.success(request, "已保存次序。")
    return redirect("consultation:forum_outcome", pk)


def _placed(request: HttpRequest) -> list[int]:
    names = [name.removeprefix("place_") for name in request.POST if name.startswith("place_")]
    return [pk for pk in whole_numbers(names) if whole_number(request.POST.get(f"place_{pk}"))]


@require_POST
def forum_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who proposed hear what became of it. R079."""
    forum = tracked(request, pk)
    noticed, otherwise = tell_proposers(
        forum, whole_numbers(request.POST.getlist("suggestion")), by=request.user,
        how=request.POST.get("how", "").replace("\x00", "")[:200],
    )  # fmt: skip
    said = [f"已向 {noticed} 条意见建议的提出人发出通知"] if noticed else []
    said += [f"已登记告知 {otherwise} 条"] if otherwise else []
    messages.success(request, "，".join(said) + "。")
    return redirect("consultation:forum_outcome", pk)


@require_POST
def forum_outcome_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of the outcome, drafted from the suggestions."""
    forum = tracked(request, pk)
    require(request.user, DRAFT)
    form = OutcomeDraftForm(request.POST, forum=forum)
    if not form.is_valid():
        raise Refused("请选择成果形式。")
    made = draft_outcome(forum, form.cleaned_data["form"], by=request.user)
    messages.success(request, "已起草，请修改后送核稿。")
    return redirect("documents:document_detail", made.document_id)


@require_http_methods(["GET", "POST"])
def forum_outcome_record(request: HttpRequest, pk: int) -> HttpResponse:
    """An outcome that left outside the system (代录)."""
    forum = tracked(request, pk, REPORT)
    form = OutcomeRecordForm(request.POST or None, request.FILES or None, forum=forum)
    valid = request.method == "POST" and form.is_valid()
    if valid and saved(form, lambda: record_outcome(forum, form, by=request.user)):
        messages.success(request, "已登记报送。")
        return redirect("consultation:forum_outcome", pk)
    return _form_page(request, forum, form, "登记成果报送", "登记报送")


@require_http_methods(["GET", "POST"])
def forum_late_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the outcome is late."""
    forum = tracked(request, pk)
    form = ReasonForm(request.POST or None, initial={"reason": forum.late_reason})
    if request.method == "POST" and form.is_valid():
        give_reason(forum, form.cleaned_data["reason"], by=request.user)
        messages.success(request, "已保存逾期原因。")
        return redirect("consultation:forum_outcome", pk)
    return _form_page(request, forum, form, "成果逾期原因")


@require_http_methods(["GET", "POST"])
def forum_tracking(request: HttpRequest, pk: int) -> HttpResponse:
    """The leading committee's collation of what became of all suggestions. R054."""
    forum = tracked(request, pk)
    form = TrackingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if saved(form, lambda: collate(forum, data["text"], on=data["on"], by=request.user)):
            messages.success(request, "已登记汇总。")
            return redirect("consultation:forum_outcome", pk)
    return _form_page(request, forum, form, "登记汇总跟踪")
