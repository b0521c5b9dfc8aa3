"""Requests for leave of all meetings, each decided with one click. R114."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cppcc.meetings.forms.reply import LeaveForm
from cppcc.meetings.models import Participant
from cppcc.meetings.models.meeting import BY_UNIT, LEAVE, MeetingState
from cppcc.meetings.models.participants import Leave
from cppcc.meetings.replying import OWN_LEAVE, decide_leave
from cppcc.office.access import reaches_any, require
from cppcc.office.refusals import Refused
from cppcc.office.roles import acts_of

SHOWN = 200
DECIDED = 20


def requests_for(user: Any) -> Any:
    """The participants on whose leave `user` decides: those of his role's kinds, of a committee's its own meetings."""
    rows = Participant.objects.exclude(leave=Leave.NONE)
    if reaches_any(user, LEAVE):
        return rows
    mine = Q(pk__in=[])
    for acting in user.acting:
        if LEAVE in acts_of(acting.role):
            host = {"meeting__host": acting.organization_id} if acting.role in BY_UNIT else {}
            mine |= Q(meeting__kind__leave_by=acting.role, **host)
    return rows.filter(mine)


@require_GET
def leave_list(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided lately."""
    require(request.user, LEAVE)
    rows = requests_for(request.user).select_related(
        "meeting__kind", "meeting__host", "person", "organization", "leave_decided_by__person"
    )
    asked = rows.waiting_for_leave().filter(meeting__state=MeetingState.INVITED)
    context = {
        "asked": list(asked.order_by("meeting__starts", "meeting", "order", "pk")[:SHOWN]),
        "decided": list(rows.exclude(leave=Leave.ASKED).order_by("-leave_decided_at", "-pk")[:DECIDED]),
        "records": reaches_any(request.user, LEAVE),
        "own_leave": OWN_LEAVE,
    }
    return render(request, "meetings/leave_list.html", context)


@require_POST
def leave_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse one request."""
    row = get_object_or_404(requests_for(request.user).select_related("person"), pk=pk)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        raise Refused("请选择准假或不准假，意见不超过 200 字。")
    granted = form.cleaned_data["decision"] == "grant"
    decided = decide_leave(row, granted=granted, by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, f"{decided.person.name}：{decided.get_leave_display()}。")
    return redirect("meetings:leave_list")
