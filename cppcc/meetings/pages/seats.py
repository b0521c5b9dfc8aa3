"""Pages of seats: the plan as a picture in which seats are changed, the proposal, the printed plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cppcc.documents.seat_plans import PAPERS, seat_plan
from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MANAGE
from cppcc.meetings.pages.invitee import managed
from cppcc.meetings.pages.meeting import inside, meeting_of
from cppcc.meetings.papers import plan_sheet
from cppcc.meetings.seating import Plan, propose, put, required_room, swap
from cppcc.office.access import may
from cppcc.office.downloads import PDF, download
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden, Refused

PERSON = "person-"


def meeting_inside(request: HttpRequest, pk: int) -> Meeting:
    """A meeting of whose people the reader may know; else Forbidden."""
    meeting = meeting_of(request, pk)
    if not inside(request.user, meeting):
        raise Forbidden("参会名单和座次只供机关内部和主办单位查阅。")
    return meeting


@require_GET
def meeting_seats(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan. `?from=` names the seat, or the person (person-12), that is to change with the one clicked next."""
    meeting = meeting_inside(request, pk)
    plan = Plan(meeting)
    chosen = request.GET.get("from", "")[:40]
    context = {
        "meeting": meeting, "plan": plan, "chosen": chosen, "chosen_words": words_of(plan, chosen),
        "may_change": may(request.user, MANAGE, meeting) and meeting.is_open and meeting.room is not None,
        "seated": [one for one in plan.people if one.seat], "papers": PAPERS,
    }  # fmt: skip
    return render(request, "meetings/meeting_seats.html", context)


def words_of(plan: Plan, chosen: str) -> str:
    """Who or what is chosen, "" for nothing that is there."""
    if chosen.startswith(PERSON):
        pk = whole_number(chosen.removeprefix(PERSON))
        return next((one.person.name for one in plan.people if one.pk == pk), "")
    one = plan.seated.get(chosen)
    if chosen in plan.names:
        return f"{chosen}（{one.person.name}）" if one else f"{chosen}（空座）"
    return ""


@require_POST
def seats_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Seat everybody by the order of the list; with `again` those too who were seated by hand."""
    meeting = managed(request, pk)
    again = "again" in request.POST
    left = propose(meeting, whole_number(request.POST.get("chairs"), -1), keep=not again)
    messages.success(request, "已全部重新排座。" if again else "已按名单顺序排座，人工调整的座位没有变。")
    if left:
        messages.warning(request, f"座位不够，还有 {left} 人没有座位。")
    return redirect("meetings:meeting_seats", pk)


@require_POST
def seat_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Two seats change places, a person gets a seat (person-12 and a seat), or loses it (an empty `to`)."""
    meeting = managed(request, pk)
    source, target = (request.POST.get(name, "").replace("\x00", "")[:40] for name in ("from", "to"))
    if not source:
        raise Refused("请先选择要调整的人。")
    if source.startswith(PERSON):
        rows = put(meeting, whole_number(source.removeprefix(PERSON)), target)
    else:
        rows = swap(meeting, source, target)
    messages.success(request, "；".join(f"{row.person.name}：{row.seat or '没有座位'}" for row in rows) + "。")
    return redirect(f"{reverse('meetings:meeting_seats', args=[pk])}#plan")


@require_GET
def seats_pdf(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """The plan on a sheet of A4 or A3."""
    meeting = meeting_inside(request, pk)
    required_room(meeting)
    if paper not in PAPERS:
        raise Refused("座次图只有 A4 和 A3 两种纸张。")
    return sheet(f"{meeting.title}座次图.pdf", seat_plan(plan_sheet(Plan(meeting)), paper))


def sheet(name: str, data: bytes) -> Any:
    """A PDF to take away."""
    return download(name.replace("/", "／"), data, PDF)
