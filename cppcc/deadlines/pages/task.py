"""Pages of tasks: list, giving one or the same to many, one with its acts, the link without an account. R126."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.forms.task import FORMS, AnswerForm, GiveForm
from cppcc.deadlines.giving import give_all, token_of
from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import ANSWER_TASK, MANAGE_TASK, VIEW_ALL, TaskState
from cppcc.deadlines.of_matter import dates_of
from cppcc.deadlines.sources import called, find, matter_of, may_give, source_of
from cppcc.deadlines.task_columns import TASK_COLUMNS, tasks_summed
from cppcc.deadlines.task_filters import TaskFilter
from cppcc.deadlines.workflows.task import TASK
from cppcc.files.models import StoredFile
from cppcc.office.access import may, reaches_any, require
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of, through_link
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of

PURPOSE = "deadlines.task"
LINK_LASTS = timedelta(days=30)
OPEN_FIRST = Case(When(state=TaskState.OPEN, then=0), When(state=TaskState.ANSWERED, then=1), default=2)
RELATED = ("owner", "given_by", "person", "content_type")


def task_of(request: HttpRequest, pk: int) -> Task:
    """A task that the reader may see; else 404."""
    return get_object_or_404(Task.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks by their days; one's own, those one's unit gave, or all that the reader sees."""
    house = reaches_any(request.user, VIEW_ALL)
    page = ListPage(
        request,
        Task.objects.visible_to(request.user).select_related(*RELATED),
        TaskFilter,
        order={"due": (OPEN_FIRST, "due_on"), "title": by_pinyin("title"), "owner": "owner__order", "state": "state"},
        default_order="due",
        summary=tasks_summed,
        columns=TASK_COLUMNS if house else [column for column in TASK_COLUMNS if column.key != "source"],
        export_name="任务清单",
    )
    return page.respond("deadlines/task_list.html", {"may_give": may(request.user, MANAGE_TASK), "house": house})


@require_http_methods(["GET", "POST"])
def task_new(request: HttpRequest) -> HttpResponse:
    """Give a task, or the same to several units; `from` names the meeting, finding or visit that it comes from."""
    acting = require(request.user, MANAGE_TASK)
    matter = find(request.user, request.GET.get("from", "")[:80])
    if request.GET.get("from") and (matter is None or not may_give(request.user, matter)):
        raise Forbidden("不能从这里交办任务，请从会议、走访等事项的页面进入，或直接交办。")
    source = source_of(type(matter)) if matter else None
    form = GiveForm(
        request.POST or None, matter=matter, initial=source.proposed(matter) if source else {},
        due_by=source.due_by(matter) if source else None,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = give_all(drafts(form, matter, acting.organization_id), by=request.user)
        messages.success(request, f"已交办 {len(made)} 项任务，并通知承办单位。")
        if source:
            return redirect(source.url(matter))
        return redirect("deadlines:task_detail", made[0].pk) if len(made) == 1 else redirect("deadlines:task_list")
    back = source.url(matter) if source else reverse("deadlines:task_list")
    context = {"form": form, "source": called(matter) if matter else "", "back_url": back}
    return render(request, "deadlines/task_form.html", context, status=422 if form.errors else 200)


def drafts(form: GiveForm, matter: Any, given_by: int) -> list[Task]:
    """What the form asks for: a task for each unit, each with a token of its own."""
    data = form.cleaned_data
    same: dict[str, Any] = {"person": form.who, "given_by_id": given_by}
    same |= {name: data[name] for name in ("title", "detail", "role", "due_on")}
    same["source"] = called(matter)[:150] if matter else data["source"]
    made = [Task(owner=unit, token=token_of(f"{data['token']}:{unit.pk}"), **same) for unit in data["units"]]
    for task in made:
        task.matter = matter
    return made


@require_GET
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what is asked, the answer with its files, in whose hands, what happened."""
    task, user = task_of(request, pk), request.user
    context = {
        "task": task,
        "source": matter_of(task, user),
        "house": reaches_any(user, VIEW_ALL),
        "files": list(StoredFile.for_matter(task)),
        "open_transitions": buttons(TASK, task, user, "deadlines:task_move", pk),
        "movements": movements_of(task),
        "waiting": held(Waiting.for_matter(task)),
        "dates": dates_of(task, user),
        "changes_open": may(user, "workflow.view_changes"),
        "may_link": task.state == TaskState.OPEN and reaches_any(user, ANSWER_TASK),
    }
    return render(request, "deadlines/task_detail.html", context)


@require_http_methods(["GET", "POST"])
def task_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a task."""
    form = {"form_class": FORMS[name]} if name in FORMS else {}
    then = reverse("deadlines:task_detail", args=[pk])
    return carry_out(request, TASK, task_of(request, pk), name, then=then, **form)


@require_POST
def task_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link for a unit without an account; shown once. Older ones die."""
    task = task_of(request, pk)
    if not reaches_any(request.user, ANSWER_TASK):
        raise Forbidden("回复链接由办公室生成，您目前的岗位不能办理。")
    if task.state != TaskState.OPEN:
        raise Refused(f"任务{task.get_state_display()}，不能再生成回复链接。")
    live = OneTimeLink.for_matter(task).filter(purpose=PURPOSE, used_at__isnull=True, revoked_at__isnull=True)
    live.update(revoked_at=timezone.now())
    end = timezone.now() + LINK_LASTS
    token = OneTimeLink.issue(task, PURPOSE, by=request.user, expires_at=end, organization=task.owner)
    url = address_of(reverse("deadlines:task_answer", args=[token]), request)
    response = render(request, "deadlines/task_link.html", {"task": task, "link": url, "expires": end})
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def task_answer(request: HttpRequest, token: str) -> HttpResponse:
    """A unit without an account answers: GET shows, POST acts; the answer uses the link up."""
    return through_link(request, token, PURPOSE, _by_link)


def _by_link(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    task = Task.objects.select_related(*RELATED).get(pk=link.object_id)
    if task.state != TaskState.OPEN:
        raise Refused(f"这项任务{task.get_state_display()}，不需要再回复；有疑问请与{task.given_by.name}联系。")
    form = AnswerForm(
        request.POST or None, request.FILES or None, transition=TASK["answer"], matter=task, step=None, proxy=False
    )
    if request.method == "POST" and form.is_valid() and _answered(task, form, link):
        return render(request, "deadlines/task_answered.html", {"task": task})
    status = 422 if request.method == "POST" else 200
    return render(request, "deadlines/task_answer.html", {"form": form, "task": task}, status=status)


def _answered(task: Task, form: AnswerForm, link: OneTimeLink) -> bool:
    """Write the answer down for the unit, in the name of who sent it the link; what is refused stays on the form."""
    day = timezone.localtime(link.created_at)
    told = f"一次性链接（发给{task.owner.name}，{day:%Y-%m-%d}）"
    try:
        with transaction.atomic():
            TASK.move(
                task, "answer", by=link.created_by, version=task.version, data=form.data_of_act, proxy_source=told
            )
            link.spend()
    except Forbidden:
        raise Refused("这个链接已失效，请与发出链接的办公室联系，重新获取。") from None
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True
