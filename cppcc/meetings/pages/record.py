"""Pages of what a meeting leaves behind: minutes, findings, photos."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cppcc.deadlines.models import Task
from cppcc.files.secrecy import refuse_secret
from cppcc.files.storing import store
from cppcc.meetings.forms.record import FindingForm, MinutesForm, PhotoForm
from cppcc.meetings.models import Finding, Meeting
from cppcc.meetings.models.meeting import MANAGE, MeetingState
from cppcc.meetings.pages.meeting import meeting_of
from cppcc.office.access import require
from cppcc.office.refusals import Refused
from cppcc.workflow.stale import check_version, save_version

ATTACHED = frozenset({"jpg", "jpeg", "png", "pdf", "docx", "xlsx"})


def recorded(request: HttpRequest, pk: int) -> Meeting:
    """A meeting of which the reader may write down what came of it; also once it is closed."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("会议已取消，不能再登记。")
    return meeting


@require_http_methods(["GET", "POST"])
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as text."""
    meeting = recorded(request, pk)
    form = MinutesForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        save_minutes(form)
        messages.success(request, "已保存会议记录。")
        return redirect("meetings:meeting_detail", pk)
    return render(request, "meetings/meeting_minutes.html", {"form": form, "meeting": meeting},
                  status=422 if form.errors else 200)  # fmt: skip


@transaction.atomic
def save_minutes(form: MinutesForm) -> None:
    """Keep the text, without the mark of a state secret. Raises Refused for one, Stale when it was changed. R048."""
    text = form.cleaned_data["minutes"]
    refuse_secret(text, where="会议记录")
    locked = Meeting.objects.select_for_update(of=("self",)).get(pk=form.instance.pk)
    check_version(locked, form)
    locked.minutes, locked.version = text, locked.version + 1
    locked.save()


@require_http_methods(["GET", "POST"])
def finding_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Something that a visit or inspection found."""
    meeting = recorded(request, pk)
    return _finding_page(request, meeting, Finding(meeting=meeting, order=meeting.findings.count() + 1))


@require_http_methods(["GET", "POST"])
def finding_edit(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """Change it, or strike it out."""
    meeting = recorded(request, pk)
    found = get_object_or_404(meeting.findings, pk=finding)
    if request.method == "POST" and "delete" in request.POST:
        strike_out(found)
        messages.success(request, "已删除。")
        return redirect("meetings:meeting_detail", pk)
    return _finding_page(request, meeting, found)


@transaction.atomic
def strike_out(finding: Finding) -> None:
    """Delete a finding. Raises Refused when a task came from it: what was given must keep its reason. R126."""
    locked = Finding.objects.select_for_update(of=("self",)).filter(pk=finding.pk).first()
    if locked is None:
        return
    if count := Task.for_matter(locked).count():
        raise Refused(f"这个问题已转为 {count} 项任务，不能删除；写错的可以修改，不再办理的请取消任务。")
    locked.delete()


def _finding_page(request: HttpRequest, meeting: Meeting, finding: Finding) -> HttpResponse:
    form = FindingForm(request.POST or None, instance=finding, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        refuse_secret("\n".join(str(value) for value in form.cleaned_data.values()))
        save_version(form)
        messages.success(request, "已保存。")
        return redirect("meetings:meeting_detail", meeting.pk)
    context = {"form": form, "meeting": meeting, "finding": finding if finding.pk else None}
    return render(request, "meetings/finding_form.html", context, status=422 if form.errors else 200)


@require_POST
def photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo or a scanned page."""
    meeting = recorded(request, pk)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("请先选择要上传的照片或文件。")
    store(form.cleaned_data["photo"], by=request.user, matter=meeting, allowed=ATTACHED)
    messages.success(request, "已上传。")
    return redirect("meetings:meeting_detail", pk)
