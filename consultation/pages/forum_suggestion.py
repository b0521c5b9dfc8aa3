"""Pages of one suggestion of a forum, and of one's own: what became of it, what the department answers. R054, R079."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consultation.forms.forum_outcome import NewsForm, SuggestionForm
from consultation.forums.suggestions import report_news, save_suggestion
from consultation.models import Suggestion
from consultation.models.outcome import ANSWER, IN_TRACKING, SuggestionState
from consultation.pages.forum_frame import frame, inside
from consultation.workflows.forum import TRACK
from consultation.workflows.forum_suggestion import TRACKING
from cppcc.deadlines.of_matter import dates_of
from cppcc.office.access import may, organizations_with, require
from cppcc.office.refusals import Forbidden
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of

MOST = 500


def suggestion_of(request: HttpRequest, pk: int) -> Suggestion:
    """A suggestion that the reader may see; else 404."""
    found = Suggestion.objects.visible_to(request.user).listed()
    return get_object_or_404(found.select_related("forum__rules", "forum__lead", "forum__meeting__room"), pk=pk)


@require_GET
def forum_suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion: where it comes from, who deals with it, what was reported, what became of it."""
    suggestion, user = suggestion_of(request, pk), request.user
    house = inside(user, suggestion.forum)
    deals = may(user, ANSWER, suggestion) or may(user, TRACK, suggestion)
    context = frame(request, suggestion.forum, "forum_outcome") | {
        "suggestion": suggestion,
        "news": list(suggestion.news.select_related("by__person")),
        "open_transitions": buttons(TRACKING, suggestion, user, "consultation:forum_suggestion_move", pk),
        "deals": deals,
        "may_edit": suggestion.state == SuggestionState.NOTED and may(user, TRACK, suggestion.forum),
        "may_report": deals and suggestion.state not in (SuggestionState.NOTED, SuggestionState.DROPPED),
        "movements": movements_of(suggestion) if house or deals else [],
        "waiting": held(Waiting.for_matter(suggestion)) if house or deals else [],
        "dates": dates_of(suggestion, user),
    }
    return render(request, "consultation/forum_suggestion_detail.html", context)


@require_http_methods(["GET", "POST"])
def forum_suggestion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words, its origin, its department, before it leaves: for who leads the forum, not for who deals with it."""
    suggestion = suggestion_of(request, pk)
    require(request.user, TRACK, suggestion.forum)
    form = SuggestionForm(request.POST or None, instance=suggestion, forum=suggestion.forum)
    if request.method == "POST" and form.is_valid():
        save_suggestion(form, by=request.user)
        messages.success(request, "已保存。")
        return redirect("consultation:forum_outcome", suggestion.forum_id)
    context = frame(request, suggestion.forum, "forum_outcome")
    context |= {"form": form, "title": f"修改第 {suggestion.order} 条意见建议", "submit": "保存"}
    return render(request, "consultation/forum_outcome_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_suggestion_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on it: the department answers, the leading committee tracks."""
    then = reverse("consultation:forum_suggestion_detail", args=[pk])
    return carry_out(request, TRACKING, suggestion_of(request, pk), name, then=then)


@require_http_methods(["GET", "POST"])
def forum_suggestion_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress without an end."""
    suggestion, user = suggestion_of(request, pk), request.user
    if not (may(user, ANSWER, suggestion) or may(user, TRACK, suggestion)):
        raise Forbidden("办理进展由办理单位、牵头委室和办公室登记。")
    own = suggestion.department_id in organizations_with(user, ANSWER)
    form = NewsForm(request.POST or None, proxy=not own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        report_news(suggestion, data["text"], on=data["on"], source=data.get("source", ""), by=user)
        messages.success(request, "已登记进展。")
        return redirect("consultation:forum_suggestion_detail", pk)
    context = frame(request, suggestion.forum, "forum_outcome")
    context |= {"form": form, "title": "登记办理进展", "submit": "登记", "suggestion": suggestion}
    return render(request, "consultation/forum_outcome_form.html", context, status=422 if form.errors else 200)


@require_GET
def forum_suggestion_mine(request: HttpRequest) -> HttpResponse:
    """What one proposed and what became of it; what one's unit has to deal with."""
    user = request.user
    units, persons = organizations_with(user, ANSWER), {acting.person_id for acting in user.acting}
    seen = Suggestion.objects.visible_to(user).listed().select_related("forum__meeting")
    mine = seen.filter(department__in=units)
    context = {
        "asked": list(mine.filter(state__in=IN_TRACKING).order_by("sent_on", "pk")[:MOST]),
        "answered": list(mine.exclude(state__in=IN_TRACKING).order_by("-settled_on", "-pk")[:50]),
        "proposed": list(seen.filter(Suggestion.made_by(persons)).order_by("-sent_on", "-pk")[:MOST]),
        "units": bool(units),
    }
    return render(request, "consultation/forum_suggestion_mine.html", context)
