"""Pages that plan a forum: a new one, a copy, its facts, its host, another day. R015, R026-R028."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation.forms.forum_planning import (
    CloneForm,
    ForumEditForm,
    HostForm,
    NewForumForm,
    PostponeForm,
    free_topics,
)
from consultation.forums.planning import EDITABLE, clone, edit, keep_forum, set_host
from consultation.models import AnnualPlan, Forum
from consultation.models.forum import BEFORE, MANAGE
from consultation.pages.forum_frame import forum_of, frame, managed_of, require_inside
from consultation.pages.plan import plan_of
from consultation.workflows.forum import FORUM
from cppcc.office.access import require
from cppcc.office.forms import saved
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.workflow.carry_out import carry_out


@require_http_methods(["GET", "POST"])
def forum_create(request: HttpRequest, year: int) -> HttpResponse:
    """A forum on a topic of the plan that has none yet."""
    plan = plan_of(request, year)
    require(request.user, MANAGE)
    topics = free_topics(plan)
    initial = {"topic": request.GET.get("topic", "")}
    form = NewForumForm(request.POST or None, plan=plan, topics=topics, user=request.user, initial=initial)
    if request.method == "POST" and _ready(request, form) and form.forum:
        made = keep_forum(form.forum, by=request.user)
        messages.success(request, f"已安排{quoted(made)}，各步骤的期限已推算。下一步：拟定实施方案。")
        return redirect("consultation:forum_detail", made.pk)
    return _new_page(request, form, {"plan": plan, "topics": topics})


@require_http_methods(["GET", "POST"])
def forum_clone(request: HttpRequest, pk: int) -> HttpResponse:
    """The same once more for another topic: scheme and people are copied."""
    source = forum_of(request, pk)
    require_inside(request.user, source)
    require(request.user, MANAGE)
    plan = _plan_for_copies(request, source)
    topics = free_topics(plan)
    form = CloneForm(request.POST or None, plan=plan, topics=topics, user=request.user, source=source)
    if request.method == "POST" and _ready(request, form):
        topic, starts = form.cleaned_data["topic"], form.cleaned_data["starts"]
        made = clone(source, topic, starts, by=request.user, given=form.given)
        messages.success(request, "已复制方案文字和人员名单（届时不在任的委员、已任委员的专家没有带入），请逐项核对。")
        return redirect("consultation:forum_detail", made.pk)
    context = {"plan": plan, "topics": topics, "source": source, "plans": AnnualPlan.objects.visible_to(request.user)}
    return _new_page(request, form, context)


def _plan_for_copies(request: HttpRequest, source: Forum) -> AnnualPlan:
    asked = request.GET.get("year", "")
    return plan_of(request, int(asked)) if asked.isdecimal() and len(asked) == 4 else source.plan


def _ready(request: HttpRequest, form: NewForumForm) -> bool:
    """Whether it can be saved: right, not only looked at, for a unit of one's own, and what clashes confirmed."""
    if not saved(form, form.look) or form.forum is None:
        return False
    require(request.user, MANAGE, form.forum)
    return "check" not in request.POST and form.is_confirmed


def _new_page(request: HttpRequest, form: NewForumForm, context: dict[str, Any]) -> HttpResponse:
    wrong = request.method == "POST" and "check" not in request.POST
    context |= {"form": form, "asks": wrong and not form.errors}
    return render(request, "consultation/forum_form.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def forum_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts of a forum that is prepared; its day is another act."""
    forum = managed_of(request, pk)
    if forum.state not in EDITABLE:
        raise Refused(f"座谈会{forum.get_state_display()}，不能修改；方案在审批的请先撤回。")
    form = ForumEditForm(request.POST or None, instance=forum)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: edit(form, by=request.user)):
        messages.success(request, "已保存。")
        return redirect("consultation:forum_detail", pk)
    context = frame(request, Forum.objects.listed().get(pk=pk), "forum_detail") | {"form": form}
    return render(request, "consultation/forum_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_host(request: HttpRequest, pk: int) -> HttpResponse:
    """Who presides, and by which mandate. R026."""
    forum = managed_of(request, pk)
    if forum.state not in BEFORE:
        raise Refused(f"座谈会{forum.get_state_display()}，主持人不能再改。")
    form = HostForm(request.POST or None, instance=forum)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: set_host(form, by=request.user)):
        messages.success(request, "已确定主持人。")
        return redirect("consultation:forum_detail", pk)
    context = frame(request, forum, "forum_detail") | {"form": form}
    return render(request, "consultation/forum_host.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day: every derived day is shown old and new before it is done. R015."""
    forum = managed_of(request, pk)
    then = reverse("consultation:forum_detail", args=[pk])
    if forum.state not in BEFORE:
        return carry_out(request, FORUM, forum, "postpone", then=then)  # says what was quicker
    form = PostponeForm(request.POST or None, transition=FORUM["postpone"], matter=forum, step=None, proxy=False)
    form.look(request.user)
    wrong = request.method == "POST" and "check" not in request.POST
    if wrong and form.is_valid() and form.is_confirmed:
        return carry_out(request, FORUM, forum, "postpone", then=then, form_class=PostponeForm)
    context = frame(request, forum, "forum_detail") | {"form": form, "asks": wrong and not form.errors}
    return render(request, "consultation/forum_postpone.html", context, status=422 if wrong else 200)
