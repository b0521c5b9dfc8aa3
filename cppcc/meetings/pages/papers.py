"""Pages that print the papers of a meeting: to sign, who came, cards and labels."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from cppcc.documents.rolls import roll
from cppcc.meetings.card_printing import asked, file_name, is_long, made, print_later
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.pages.seats import meeting_inside, sheet
from cppcc.meetings.papers import attendance_sheet, sign_sheet
from cppcc.office.posted import whole_numbers
from cppcc.office.refusals import Refused


@require_GET
def sign_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to sign by hand."""
    meeting = meeting_inside(request, pk)
    return sheet(f"{meeting.title}签到表.pdf", roll(sign_sheet(meeting)))


@require_GET
def attendance_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came. Raises Refused before the meeting begins."""
    meeting = meeting_inside(request, pk)
    if meeting.state in (MeetingState.PLANNED, MeetingState.CANCELLED) or not meeting.has_begun:
        raise Refused("会议还没有召开，没有出席情况；签到用表请打印签到表。")
    return sheet(f"{meeting.title}出席情况表.pdf", roll(attendance_sheet(meeting)))


@require_POST
def cards_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Cards or labels of those ticked, else of all who come; more than a hundred pages become background work."""
    meeting = meeting_inside(request, pk)
    kind = request.POST.get("cards", "")
    rows = asked(meeting, whole_numbers(request.POST.getlist("participant")), kind)
    if is_long(rows, kind):
        return redirect(print_later(meeting, rows, kind, by=request.user).get_absolute_url())
    return sheet(file_name(meeting, kind), made(rows, kind))
