"""Pages of a forum: the list, its overview with the stepper, its acts. R026-R028."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consultation.filters import ForumFilter
from consultation.forms.forum_planning import EndForm
from consultation.forums.gates import waited_for
from consultation.forums.numbering import expected_number
from consultation.forums.overview import may_change, next_of, rows_of, stepper
from consultation.forums.planning import EDITABLE
from consultation.forums.reviewing import own_seat
from consultation.forums.steps import steps_of
from consultation.models import AnnualPlan, Forum
from consultation.models.plan import VIEW_ALL
from consultation.pages.forum_frame import TABS, forum_of, frame
from consultation.sums import summed
from consultation.workflows.forum import FORUM, WITH_OTHERS
from cppcc.deadlines.of_matter import dates_of
from cppcc.office.access import reaches_any
from cppcc.office.validity import today
from cppcc.sheets.lists import ListPage
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.forms import MoveForm
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of

SELDOM = ("merge", "cancel")  # shown among what else can be done


@require_GET
def forum_list(request: HttpRequest) -> HttpResponse:
    """The forums that the reader may know of."""
    page = ListPage(
        request,
        Forum.objects.visible_to(request.user).listed(),
        ForumFilter,
        order={"day": "meeting__starts", "state": "state", "lead": "lead__order"},
        default_order="-day",
        summary=summed("次", "座谈会", {"筹备中": {"state": "preparing"}, "成果待报送": {"state": "held"}}),
    )
    house = reaches_any(request.user, VIEW_ALL)
    years = AnnualPlan.objects.filter(year__lte=today().year).order_by("-year").values_list("year", flat=True)
    return page.respond("consultation/forum_list.html", {"house": house, "year": years.first() if house else None})


@require_GET
def forum_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One forum: where it stands, what blocks the next step, who has it, its days."""
    forum = forum_of(request, pk)
    context = frame(request, forum, "forum_detail")
    if context["inside"]:
        context |= _inner(request, forum, context)
    context["own_seat"] = None if context["inside"] else own_seat(forum, request.user)
    return render(request, "consultation/forum_detail.html", context)


def _inner(request: HttpRequest, forum: Forum, context: dict[str, Any]) -> dict[str, Any]:
    forum.known_steps = steps = steps_of(forum)  # the guards of the buttons ask for them again
    dates, changeable = dates_of(forum, request.user), context["may_manage"] and may_change(forum)
    pages = {name: reverse(f"consultation:{name}", args=[forum.pk]) for name, *_ in TABS}
    rows = rows_of(forum, steps, dates, pages, may_change=context["may_manage"])
    shown, keys = buttons(FORUM, forum, request.user, "consultation:forum_move", forum.pk), {s.step.key for s in steps}
    return {
        "rows": rows,
        "steps": stepper(rows),
        "next_rows": next_of(rows) if context["may_manage"] else [],
        "waited_for": waited_for(steps) if forum.is_before else "",
        "open_transitions": [one for one in shown if one["name"] not in (*WITH_OTHERS, *SELDOM)],
        "seldom": [one for one in shown if one["name"] in SELDOM],
        "movements": movements_of(forum),
        "waiting": held(Waiting.for_matter(forum)),
        "dates": [deadline for deadline in dates if deadline.step not in keys],
        "expected": expected_number(forum),
        "may_change": changeable,
        "may_edit": changeable and forum.state in EDITABLE,
    }


@require_http_methods(["GET", "POST"])
def forum_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a forum; another day has its own page."""
    forum = forum_of(request, pk)
    if name == "postpone":
        return redirect("consultation:forum_postpone", pk)
    then = reverse("consultation:forum_detail", args=[pk])
    return carry_out(request, FORUM, forum, name, then=then, form_class=EndForm if name in SELDOM else MoveForm)
