"""Pages of a meeting: list, new, its form with what clashes, its detail, the notice before it leaves, acts."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.models import Dispatch
from cppcc.deadlines.of_matter import dates_of
from cppcc.files.models import StoredFile
from cppcc.meetings.clashing import clashes_of
from cppcc.meetings.columns import MEETING_COLUMNS, meetings_summed
from cppcc.meetings.filters import MeetingFilter
from cppcc.meetings.forms.meeting import MeetingForm, proposed
from cppcc.meetings.later import ask_again, invite_later
from cppcc.meetings.letters import panel_of
from cppcc.meetings.models import Finding, Meeting, MeetingKind
from cppcc.meetings.models.meeting import MANAGE, VIEW_ALL, MeetingState
from cppcc.meetings.numbers import numbers_of, steps_of
from cppcc.meetings.planning import edit, start
from cppcc.meetings.registry import objection_to
from cppcc.meetings.replying import closed_sentence, way_of
from cppcc.meetings.signing import offer_sign_in
from cppcc.meetings.task_sources import tasks_with_findings
from cppcc.meetings.telling import fingerprint, invitation, is_of_now, title_of
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.access import may, organizations_with, reaches_any, require
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.registry import WORKFLOWS, url_of
from cppcc.workflow.trail import movements_of

RELATED = ("kind", "room", "host", "content_type")
PICTURES = ("jpg", "jpeg", "png")


def meeting_of(request: HttpRequest, pk: int) -> Meeting:
    """A meeting that the reader may know of; else 404."""
    return get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def inside(user: Any, meeting: Meeting) -> bool:
    """Whether the reader sees the list and how it is going: the house, and who hosts it."""
    return reaches_any(user, VIEW_ALL) or may(user, MANAGE, meeting)


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings that the reader may know of, the latest first."""
    page = ListPage(
        request,
        Meeting.objects.visible_to(request.user).listed(),
        MeetingFilter,
        order={"starts": "starts", "title": by_pinyin("title"), "kind": "kind__order", "state": "state"},
        default_order="-starts",
        summary=meetings_summed,
        columns=MEETING_COLUMNS,
        export_name="会议活动清单",
    )
    context = {"may_plan": may(request.user, MANAGE), "house": reaches_any(request.user, VIEW_ALL)}
    return page.respond("meetings/meeting_list.html", context)


@require_http_methods(["GET", "POST"])
def meeting_create(request: HttpRequest) -> HttpResponse:
    """A new meeting: first its kind, which brings hours and agenda, then the form; what clashes is confirmed."""
    acting = require(request.user, MANAGE)
    kinds = MeetingKind.objects.valid()
    kind = next((found for found in kinds if found.key == request.GET.get("kind")), None)
    if request.method == "GET" and kind is None:
        return render(request, "meetings/meeting_kinds.html", {"kinds": kinds})
    initial = proposed(kind) | {"host": acting.organization_id} if request.method == "GET" else {}
    form = MeetingForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and _ready(request, form):
        token = form.cleaned_data["token"]
        meeting = start(form.instance, form.agenda_items, by=request.user, token=token)
        messages.success(request, "已建立。下一步：生成参会名单。")
        return redirect("meetings:invitee_rules", meeting.pk)
    return _form_page(request, form, {})


def _ready(request: HttpRequest, form: MeetingForm) -> bool:
    """Whether the form can be saved: right, not only looked at, and what clashes confirmed."""
    form.look()
    return "check" not in request.POST and form.is_valid() and form.is_confirmed


def _form_page(request: HttpRequest, form: MeetingForm, context: dict[str, Any]) -> HttpResponse:
    wrong = request.method == "POST" and "check" not in request.POST
    context |= {"form": form, "asks": wrong and form.is_valid()}
    return render(request, "meetings/meeting_form.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting; people who were told hear once when time or place changed."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    if not meeting.is_open:
        raise Refused(f"会议{meeting.get_state_display()}，不能修改；确需更改的请先重新打开。")
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    if request.method == "POST" and _ready(request, form):
        told = edit(form, by=request.user)
        messages.success(request, "已保存，并已通知参会人员时间、地点的变化。" if told else "已保存。")
        return redirect("meetings:meeting_detail", pk)
    return _form_page(request, form, {"meeting": Meeting.objects.get(pk=pk)})


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: when, where, the agenda; for the house how it is going, for the invited the way to answer."""
    meeting, user = meeting_of(request, pk), request.user
    prefetch_related_objects([meeting], "agenda", Prefetch("findings", Finding.objects.select_related("by")))
    house = inside(user, meeting)
    files = list(StoredFile.for_matter(meeting))
    context = {
        "meeting": meeting,
        "inside": house,
        "own": own_rows(meeting, user),
        "agenda": list(meeting.agenda.all()),
        "photos": [file for file in files if file.extension in PICTURES],
        "files": [file for file in files if file.extension not in PICTURES],
        "source": source_of(meeting, user),
        "tasks": tasks_with_findings(meeting, user),
    }
    return render(request, "meetings/meeting_detail.html", context | (_inner(meeting, user) if house else {}))


def _inner(meeting: Meeting, user: Any) -> dict[str, Any]:
    numbers = numbers_of(meeting)
    return {
        "numbers": numbers,
        "steps": steps_of(meeting, numbers),
        "clashes": [] if meeting.has_begun else clashes_of(meeting, labels=reaches_any(user, MANAGE)),
        "findings": list(meeting.findings.all()),
        "open_transitions": buttons(MEETING, meeting, user, "meetings:meeting_move", meeting.pk),
        "movements": movements_of(meeting),
        "waiting": held(Waiting.for_matter(meeting)),
        "dates": dates_of(meeting, user),
        "may_manage": may(user, MANAGE, meeting),
        "changes_open": may(user, "workflow.view_changes"),
        "dispatches": list(Dispatch.for_matter(meeting)) if may(user, "deadlines.send_dispatch") else [],
        "notice": {"title": title_of(meeting), "body": invitation(meeting)},
        "of_now": is_of_now(meeting),
    } | panel_of(meeting, user)


def own_rows(meeting: Meeting, user: Any) -> list[Any]:
    """The rows for which `user` answers, his own first; of each how, and why he cannot (any more)."""
    units = organizations_with(user, "meetings.answer_invitation")
    mine = meeting.participants.aware().of(user.person_id, units)
    rows: list[Any] = list(mine.select_related("person", "organization", "participant_class"))
    for row in rows:
        row.way, row.closed, row.meeting = way_of(user, row), closed_sentence(meeting, row, "login"), meeting
    offer_sign_in(rows, user)
    return sorted(rows, key=lambda row: row.person_id != user.person_id)


def source_of(meeting: Meeting, user: Any) -> dict[str, str] | None:
    """{label, url} of what holds the meeting; None without it, and for whoever may not see it."""
    model: Any = meeting.content_type.model_class() if meeting.content_type else None
    found = model.objects.visible_to(user).filter(pk=meeting.object_id).first() if model in WORKFLOWS else None
    return {"label": str(found), "url": url_of(found)} if found else None


@require_http_methods(["GET", "POST"])
def meeting_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice before it leaves: its text, to whom; the first time it moves the meeting, later it tells the new."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    rows = meeting.participants.filter(invited_at__isnull=True)
    if not meeting.is_open or (not rows.exists() and meeting.state == MeetingState.INVITED):
        raise Refused("没有需要通知的人：名单上的人都已通知，或会议已结束、已取消。")
    if said := objection_to(meeting, "invite"):
        raise Refused(said)
    shown = list(rows.select_related("person__user", "organization", "participant_class"))
    people = fingerprint(shown)
    typed = request.POST.get("text", "").replace("\x00", "").strip()
    if request.method == "POST" and request.POST.get("seen") == "on" and request.POST.get("people") == people:
        count = invite(request, meeting, typed)
        messages.success(request, f"已通知 {count} 人；没有账号和邮箱的列在“发送记录”里，请电话通知。")
        return redirect("meetings:meeting_detail", pk)
    context = {
        "meeting": meeting, "rows": shown, "people": people, "title": title_of(meeting),
        "body": typed or invitation(meeting), "wrong": request.method == "POST", "of_now": is_of_now(meeting),
    }  # fmt: skip
    return render(request, "meetings/meeting_notice.html", context, status=422 if context["wrong"] else 200)


def invite(request: HttpRequest, meeting: Meeting, text: str) -> int:
    """Tell those on the list who do not know yet; how many."""
    if meeting.state == MeetingState.INVITED:
        return invite_later(meeting, text, by=request.user)
    count = meeting.participants.count()
    version = whole_number(request.POST.get("version"))
    MEETING.move(meeting, "invite", by=request.user, version=version, data={"text": text})
    return count


@require_POST
def meeting_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask those again who have not answered."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    messages.success(request, f"已提醒 {ask_again(meeting, by=request.user)} 位没有回复的人。")
    return redirect("meetings:meeting_detail", pk)


@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a meeting; before the invitation the notice is looked at."""
    meeting = meeting_of(request, pk)
    planned = meeting.state == MeetingState.PLANNED and may(request.user, MANAGE, meeting)
    if name == "invite" and request.method == "GET" and planned:
        return redirect("meetings:meeting_notice", pk)
    return carry_out(request, MEETING, meeting, name, then=reverse("meetings:meeting_detail", args=[pk]))
