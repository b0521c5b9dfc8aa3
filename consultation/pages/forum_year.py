"""Pages over many forums: the year's calendar, those on their way side by side. R015, R027, R030."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from consultation.forms.forum_year import YearForm, digest_of, lines_asked
from consultation.forums.flight import flights
from consultation.forums.year import Change, changes_of, count_of, months_of, read_year, save_year
from consultation.models import AnnualPlan, Forum
from consultation.models.forum import MANAGE
from consultation.models.plan import VIEW_ALL
from consultation.models.reference import Measure
from cppcc.office.access import may, reaches_any, require
from cppcc.office.refusals import Forbidden


@require_http_methods(["GET", "POST"])
def forum_year(request: HttpRequest, year: int) -> HttpResponse:
    """The forums of a plan: periods, days, what follows from them, what clashes; all dates in one form."""
    user = request.user
    plan = get_object_or_404(AnnualPlan.objects.visible_to(user).asking(Measure.FORUMS), year=year)
    _house_only(user)
    found = read_year(plan, user)
    form = YearForm(request.POST or None, plan.year, asked=lines_asked(found.lines))
    changes: list[Change] = []
    if request.method == "POST":
        require(user, MANAGE)
        right = form.is_valid()
        found = read_year(plan, user, form.moved)
        changes = form.changes(found)
        if right and "check" not in request.POST and _may_save(form, changes, request):
            new, moved = save_year(changes, form.cleaned_data["reason"], by=user)
            messages.success(request, _told(new, moved))
            return redirect("consultation:forum_year", year)
    return _year_page(request, plan, found, form, changes)


def _may_save(form: YearForm, changes: list[Change], request: HttpRequest) -> bool:
    """Something changes, with its reason, and what clashes is confirmed."""
    if not changes:
        form.add_error(None, "没有要保存的改动：请修改时间，或勾选要安排的座谈会。")
    elif any(not change.line.is_new for change in changes) and not form.cleaned_data["reason"].strip():
        form.add_error("reason", "改动已经排定的座谈会，请写明原因。")
    return not form.errors and request.POST.get("confirmed", "") == digest_of(changes)


def _told(new: int, moved: int) -> str:
    said = [f"新安排 {new} 次座谈会"] if new else []
    said += [f"改期 {moved} 次，各步骤的期限已随之变动，已通知的人员另行收到变更"] if moved else []
    return f"{'；'.join(said)}。"


def _year_page(
    request: HttpRequest, plan: AnnualPlan, found: Any, form: YearForm, changes: list[Change]
) -> HttpResponse:
    wrong = request.method == "POST" and "check" not in request.POST
    for line in found.lines:
        line.form = form.lines.get(line.key)
    context = {
        "plan": plan, "year": found, "form": form, "months": months_of(found),
        "count": count_of(found, plan.asked),  # type: ignore[attr-defined]  # annotated
        "trail": changes_of([*(line.forum for line in found.lines), *found.gone]),
        "digest": digest_of(changes), "asks": wrong and not form.errors and bool(changes),
        "may_plan": may(request.user, MANAGE) or bool(form.lines),
    }  # fmt: skip
    return render(request, "consultation/forum_year.html", context, status=422 if wrong else 200)


@require_GET
def forum_flight(request: HttpRequest) -> HttpResponse:
    """The forums on their way: how far each is, what is due next, who has it, what blocks it."""
    _house_only(request.user)
    rows = flights(list(Forum.objects.visible_to(request.user).in_flight().listed().order_by("meeting__starts", "pk")))
    context = {"flights": [row for row in rows if row.has_begun], "later": [row for row in rows if not row.has_begun]}
    return render(request, "consultation/forum_flight.html", context)


def _house_only(user: Any) -> None:
    if not reaches_any(user, VIEW_ALL):
        raise Forbidden("座谈会的安排和进展只供机关内部查阅。")
