"""Pages of the work before a forum: its meetings, talks with leaders, steps by hand, the checklist. R022, R029-R034."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from consultation.forms.forum_work import ContactForm, StepForm, WorkMeetingForm, duty_forms, first_values
from consultation.forums import notice
from consultation.forums.gates import blocked, blocked_meeting
from consultation.forums.steps import OF_THE_COURSE, steps_of
from consultation.forums.work import (
    OVER,
    arrange,
    duties_of,
    hand_out,
    save_contact,
    save_step,
    stages_of,
    strike_contact,
    strike_step,
    tasks_of,
)
from consultation.models import Forum, ForumStep, LeaderContact, StepDone
from consultation.models.forum import MANAGE
from consultation.pages.forum_frame import frame, inside_of
from cppcc.deadlines.models import Deadline
from cppcc.documents.about import draft_address
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT
from cppcc.meetings.models import MeetingKind
from cppcc.office.access import may, require
from cppcc.office.refusals import Refused

PAGE = "forum_work"


def managed(request: HttpRequest, pk: int) -> Forum:
    """The same of which he writes down what was done. Raises Forbidden, and Refused when it is over."""
    forum = inside_of(request, pk)
    require(request.user, MANAGE, forum)
    if forum.state in OVER:
        raise Refused(f"座谈会{forum.get_state_display()}，不再登记前期工作。")
    return forum


@require_GET
def forum_work(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done before the forum: study, research, mobilisation, coordination, talks, steps by hand, tasks."""
    forum, user = inside_of(request, pk), request.user
    steps, context = steps_of(forum), frame(request, forum, PAGE)
    context |= {
        "stages": stages_of(forum, steps),
        "others": [one for one in steps if one.step.proof == ForumStep.Proof.BY_HAND],
        "contacts": list(forum.contacts.select_related("by__person")),
        "tasks": tasks_of(forum),
        "notices": list(Document.objects.visible_to(user).about(forum, notice.KIND)),
        "draft_notice": draft_address(forum, notice.KIND) if may(user, DRAFT) else "",
        "may_change": context["may_manage"] and forum.state not in OVER,
    }
    return render(request, "consultation/forum_work.html", context)


@require_http_methods(["GET", "POST"])
def forum_meeting(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A new meeting of a kind that prepares the forum. Raises Refused while what it waits for is open. R022."""
    forum = managed(request, pk)
    found = get_object_or_404(MeetingKind.objects.valid(), key=kind)
    if said := blocked_meeting(forum, found):
        raise Refused(said)
    step = forum.rules.forumsteps.filter(meeting_kinds=found).first()
    due = Deadline.for_matter(forum).filter(step=step.key).first() if step else None
    initial = first_values(forum, found, due.due_on if due else None) if request.method == "GET" else {}
    form = WorkMeetingForm(request.POST or None, forum=forum, kind=found, user=request.user, initial=initial)
    wrong = request.method == "POST" and "check" not in request.POST
    if request.method == "POST":
        form.look()
    if wrong and form.is_valid() and form.is_confirmed:
        meeting = arrange(forum, form, by=request.user)
        messages.success(request, f"已建立“{meeting}”。下一步：生成参会名单。")
        return redirect("meetings:invitee_rules" if found.invites.exists() else "meetings:invitee_add", meeting.pk)
    context = frame(request, forum, PAGE) | {"form": form, "kind": found, "asks": wrong and form.is_valid()}
    return render(request, "consultation/forum_meeting.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def forum_contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A talk with a leader about the topic. R033."""
    forum = managed(request, pk)
    return _contact_page(request, forum, LeaderContact(forum=forum))


@require_http_methods(["GET", "POST"])
def forum_contact_edit(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """A talk that is corrected, or struck out."""
    forum = managed(request, pk)
    talk = get_object_or_404(forum.contacts, pk=contact)
    if request.method == "POST" and "delete" in request.POST:
        strike_contact(talk, by=request.user)
        messages.success(request, "已删除。")
        return redirect(f"consultation:{PAGE}", pk)
    return _contact_page(request, forum, talk)


def _contact_page(request: HttpRequest, forum: Forum, talk: LeaderContact) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=talk)
    if request.method == "POST" and form.is_valid():
        save_contact(form.instance, by=request.user)
        messages.success(request, "已登记。")
        return redirect(f"consultation:{PAGE}", forum.pk)
    context = frame(request, forum, PAGE) | {"form": form, "contact": talk.pk}
    return render(request, "consultation/forum_contact.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A step entered as done, with what shows it; entered again it is corrected, or taken back. R029."""
    forum = managed(request, pk)
    steps = steps_of(forum)
    asked = next((one.step for one in steps if one.step.key == step), None)
    if asked is None:
        raise Http404
    if asked.proof in OF_THE_COURSE:
        raise Refused(f"“{asked.label}”随办理自动完成，不用登记。")
    done = forum.steps_done.filter(step=asked).first()
    if done and "delete" in request.POST:
        strike_step(done, by=request.user)
        messages.success(request, "已撤销登记。")
        return redirect("consultation:forum_detail", pk)
    if said := blocked(forum, asked.key, steps):
        raise Refused(said)
    form = StepForm(request.POST or None, instance=done or StepDone(forum=forum, step=asked))
    if request.method == "POST" and form.is_valid():
        save_step(form.instance, steps, by=request.user)
        messages.success(request, f"已登记“{asked}”完成。")
        return redirect("consultation:forum_detail", pk)
    context = frame(request, forum, PAGE) | {"form": form, "step": asked, "done": done}
    return render(request, "consultation/forum_step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_duties(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The checklist of a step becomes tasks with owners and days. R034."""
    forum = managed(request, pk)
    require(request.user, "deadlines.manage_task")
    asked = get_object_or_404(forum.rules.forumsteps, key=step)
    lines = duties_of(asked)
    if not lines:
        raise Refused(f"“{asked}”没有准备清单，请系统管理员在座谈会规则中填写。")
    due = forum.held_on
    forms = duty_forms(request.POST or None, forum, lines, due)
    if request.method == "POST" and all(form.is_valid() for form in forms):
        given = hand_out(forum, [form.duty for form in forms if form.duty], by=request.user)
        messages.success(request, f"已交办 {len(given)} 项任务。" if given else "没有新的任务：勾选的已经交办。")
        return redirect(f"consultation:{PAGE}", pk)
    context: dict[str, Any] = frame(request, forum, PAGE) | {"forms": forms, "step": asked, "tasks": tasks_of(forum)}
    return render(request, "consultation/forum_duties.html", context, status=422 if request.method == "POST" else 200)
