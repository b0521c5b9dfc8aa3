"""Pages of the expert pool: list, form, suggestions for a topic. R080."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.office.access import require
from cppcc.office.forms import saved
from cppcc.sheets.lists import ListPage
from members.experts import listed, suggest
from members.filters import ExpertFilter
from members.forms.expert import ExpertForm
from members.house import manages, require_house
from members.models import Expert
from members.models.member import MANAGE
from members.pool import save_expert
from members.tables import EXPERT_COLUMNS

LONGEST = 400  # characters of a topic that are read


@require_GET
def expert_list(request: HttpRequest) -> HttpResponse:
    """The pool."""
    require_house(request.user)
    page = ListPage(
        request, listed(), ExpertFilter,
        order={"name": "person__pinyin", "used": "used", "employer": "employer"}, default_order="name",
        columns=EXPERT_COLUMNS, export_name="专家库",
    )  # fmt: skip
    return page.respond("members/expert_list.html", {"manages": manages(request.user)})


@require_http_methods(["GET", "POST"])
def expert_new(request: HttpRequest) -> HttpResponse:
    """A new expert."""
    require(request.user, MANAGE)
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def expert_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an expert, or take him out of the pool from a day on."""
    require(request.user, MANAGE)
    return _form(request, get_object_or_404(Expert.objects.select_related("person"), pk=pk))


def _form(request: HttpRequest, expert: Expert | None) -> HttpResponse:
    form = ExpertForm(request.POST or None, expert=expert)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: save_expert(expert, form)):
        messages.success(request, "已保存。")
        return redirect("members:expert_list")
    context = {"form": form, "expert": expert}
    return render(request, "members/expert_form.html", context, status=422 if form.errors else 200)


@require_GET
def expert_suggest(request: HttpRequest) -> HttpResponse:
    """Who fits a topic (`?topic=`); other pages take the list alone into themselves (htmx). R080."""
    require_house(request.user)
    topic = request.GET.get("topic", "")[:LONGEST].strip()
    context = {"topic": topic, "suggested": suggest(topic)}
    part = request.htmx and "whole" not in request.GET  # type: ignore[attr-defined]
    return render(request, "members/suggested_experts.html" if part else "members/expert_suggest.html", context)
