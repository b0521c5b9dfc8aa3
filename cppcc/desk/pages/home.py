"""The desk: what waits for me, in whose hands everything else is, the year at a glance."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from consultation.meter import read_meter
from consultation.models import AnnualPlan
from consultation.models.plan import VIEW_ALL
from cppcc.deadlines.models import Deadline
from cppcc.desk.asked import asked_of
from cppcc.desk.hands import in_whose_hands
from cppcc.desk.matters import with_matters
from cppcc.office.access import reaches_any
from cppcc.workflow.models import Movement, Waiting
from cppcc.workflow.models.movement import held

SHOWN = 50  # one's own duties on the desk; the rest is said in words
HELD = 500  # duties of others, brought together by holder
RECENT = 8  # movements on the desk
DUE, DUE_WITHIN = 8, timedelta(days=14)  # deadlines on the desk


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The desk of the one who looks (工作台)."""
    office = reaches_any(request.user, VIEW_ALL)
    mine, others, routed = duties(request.user, office)
    plan = AnnualPlan.objects.visible_to(request.user).filter(year=timezone.localdate().year).first()
    context = {
        "asked": asked_of(request.user),
        "mine": mine,
        "others": others,
        "hands": in_whose_hands(others),
        "routed": routed,
        "plan": plan,
        "measures": read_meter(plan) if plan and office else [],
        "recent": recent() if office else [],
        "due": due_soon(request.user),
        "today": timezone.localdate(),
        "inside": office,
    }
    return render(request, "desk/home.html", context)


def duties(user, office: bool) -> tuple[list[Waiting], list[Waiting], list[Waiting]]:
    """What waits for `user`, for others, for those he looks after, with addresses; the last two for the office."""
    mine = list(held(Waiting.objects.held_by(user))[:SHOWN])
    others = list(held(Waiting.objects.exclude(pk__in=[duty.pk for duty in mine]))[:HELD]) if office else []
    routed = list(held(Waiting.objects.looked_after_by(user))[:SHOWN]) if office else []
    with_matters([*mine, *others, *routed])
    return mine, others, routed


def recent() -> list[Any]:
    """The newest movements of all matters, with the addresses of these."""
    rows = list(Movement.objects.all()[:RECENT])
    with_matters(rows)
    return rows


def due_soon(user) -> list[Deadline]:
    """The late and the next deadlines that `user` may see, by their day; neither crowds out the other."""
    today = timezone.localdate()
    shown = Deadline.objects.visible_to(user).open()
    late = list(shown.filter(due_on__lt=today)[:DUE])
    coming = list(shown.filter(due_on__range=(today, today + DUE_WITHIN))[:DUE])
    late = late[: max(DUE // 2, DUE - len(coming))]
    return late + coming[: DUE - len(late)]
