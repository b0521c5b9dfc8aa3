"""Pages of what the party committee consults the parties on, beside our own topics and forums. R025."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from consultation.filters import PartyConsultationFilter
from consultation.forms.party_consultation import PartyConsultationForm
from consultation.joining_up import joined
from consultation.models import PartyConsultation
from consultation.models.plan import VIEW_ALL
from consultation.pages.plan import MANAGE
from cppcc.office.access import reaches_any, require
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.stale import save_version

EXPORT = (
    Column("year", "年度", value=lambda one: one.row.year),
    Column("title", "题目", value=lambda one: one.row.title),
    Column("held_on", "时间", value=lambda one: one.row.held_on or ""),
    Column("organizer", "组织单位", value=lambda one: one.row.organizer),
    Column("topics", "相近的议题", value=lambda one: "；".join(topic.title for topic in one.topics)),
    Column("forums", "同一周的座谈会", value=lambda one: "；".join(forum.title for forum in one.forums)),
    Column("note", "衔接意见", value=lambda one: one.row.note),
)


@require_GET
def party_consultation_list(request: HttpRequest) -> HttpResponse:
    """What is known of all years, each with our topics that resemble it and our forums of its week."""
    if not reaches_any(request.user, VIEW_ALL):
        raise Forbidden("政党协商安排只供机关内部查阅。")
    page = ListPage(
        request, PartyConsultation.objects.all(), PartyConsultationFilter,
        order={"year": ("-year", "held_on"), "title": by_pinyin("title")}, default_order="year",
        columns=EXPORT, export_name="政党协商衔接", show=lambda rows: joined(rows, request.user),
    )  # fmt: skip
    return page.respond("consultation/party_consultation_list.html", {"may_edit": reaches_any(request.user, MANAGE)})


@require_http_methods(["GET", "POST"])
def party_consultation_create(request: HttpRequest) -> HttpResponse:
    """A new one."""
    require(request.user, MANAGE)
    year = whole_number(request.GET.get("year")) or timezone.localdate().year
    return _page(request, PartyConsultation(year=year))


@require_http_methods(["GET", "POST"])
def party_consultation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or delete one."""
    require(request.user, MANAGE)
    return _page(request, get_object_or_404(PartyConsultation, pk=pk))


def _page(request: HttpRequest, row: PartyConsultation) -> HttpResponse:
    if row.pk and "delete" in request.POST:
        row.delete()
        messages.success(request, "已删除。")
        return redirect("consultation:party_consultation_list")
    form = PartyConsultationForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        save_version(form)
        messages.success(request, "已保存。")
        return redirect("consultation:party_consultation_list")
    context = {"form": form, "row": row, "back_url": reverse("consultation:party_consultation_list")}
    status = 422 if form.errors else 200
    return render(request, "consultation/party_consultation_form.html", context, status=status)
