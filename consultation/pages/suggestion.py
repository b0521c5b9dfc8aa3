"""Pages of suggestions: list, one, its form, acts, and bringing several together."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from consultation.filters import SuggestionFilter
from consultation.forms.solicitation import AdoptForm, ConsolidateForm, SuggestionForm
from consultation.models import Solicitation, TopicSuggestion
from consultation.models.suggestion import SUGGEST
from consultation.pages.solicitation import PURPOSE, round_of
from consultation.similar import similar
from consultation.suggesting import consolidate, edit_suggestion, receive
from consultation.sums import summed
from consultation.workflows.suggestion import CONSOLIDATE, SUGGESTION
from cppcc.office.access import may, organizations_with, reaches_any, require
from cppcc.office.forms import saved
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import through_link
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.trail import movements_of

EXPORT = (
    Column("solicitation", "征集", value=lambda s: s.solicitation.title),
    Column("title", "建议议题"),
    Column("proposer", "提出单位（人）", value=lambda s: s.proposer),
    Column("channel", "渠道", value=lambda s: s.channel.label),
    Column("reason", "提出理由"),
    Column("month", "建议月份", value=lambda s: s.month or ""),
    Column("supervisory", "监督性", value=lambda s: "是" if s.supervisory else "否"),
    Column("contact", "联系人及电话"),
    Column("state", "状态", value=lambda s: s.get_state_display()),
    Column("topic", "列入议题", value=lambda s: str(s.topic or "")),
)
RELATED = ("organization", "person", "channel", "topic", "solicitation")


def suggestion_of(request: HttpRequest, pk: int) -> TopicSuggestion:
    """A suggestion that the reader may see; else 404."""
    found = TopicSuggestion.objects.visible_to(request.user).select_related(*RELATED, "solicitation__plan")
    return get_object_or_404(found, pk=pk)


@require_GET
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """Suggestions that the reader may see."""
    page = ListPage(
        request,
        TopicSuggestion.objects.visible_to(request.user).select_related(*RELATED),
        SuggestionFilter,
        order={"created_at": "created_at", "title": by_pinyin("title"), "state": "state"},
        default_order="-created_at",
        summary=summed("条", "建议", {"待汇总": {"state": "received"}, "已列为议题": {"state": "adopted"}}),
        columns=EXPORT,
        export_name="议题建议",
    )
    return page.respond("consultation/suggestion_list.html")


def _proposer(request: HttpRequest, suggestion: TopicSuggestion) -> tuple[bool, list[int]]:
    """Whether the office enters for others, and for which units the user may speak; a member speaks for himself."""
    if reaches_any(request.user, SUGGEST):
        return True, []
    require(request.user, SUGGEST)
    units = organizations_with(request.user, SUGGEST)
    asked = suggestion.solicitation.addressees.filter(organization__in=units).values_list("organization", flat=True)
    units = list(asked)
    if units:
        suggestion.organization_id = units[0]
    elif suggestion.solicitation.asks_members and request.user.person_id:
        suggestion.person_id = request.user.person_id
    else:
        raise Forbidden("本次征集没有面向您所在的单位，如需提出建议请与办公室联系。")
    return False, units


@require_http_methods(["GET", "POST"])
def suggestion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggest a topic in a round: a unit for itself, a member, or the office for a unit (代录)."""
    solicitation = round_of(request, pk)
    suggestion = TopicSuggestion(solicitation=solicitation)
    office, units = _proposer(request, suggestion)
    if sentence := solicitation.closed_sentence(office=office):
        raise Refused(sentence)
    form = SuggestionForm(request.POST or None, instance=suggestion, units=units, office=office)
    if request.method == "POST" and form.is_valid() and _received(form, by=request.user, office=office):
        messages.success(request, "已收到您的议题建议。" if not office else "已录入议题建议。")
        again = "again" in request.POST
        return redirect("consultation:suggestion_create" if again else "consultation:solicitation_detail", pk)
    context = {"form": form, "solicitation": solicitation, "office_enters": office}
    return render(request, "consultation/suggestion_form.html", context, status=422 if form.errors else 200)


def _received(form: SuggestionForm, *, by, office: bool) -> bool:
    form.instance.token = form.cleaned_data["token"]
    return saved(form, lambda: receive(form.instance, by=by, office=office, save_many=form.add_many))


@require_GET
def suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion and what became of it."""
    suggestion = suggestion_of(request, pk)
    context = {
        "suggestion": suggestion,
        "open_transitions": buttons(SUGGESTION, suggestion, request.user, "consultation:suggestion_move", pk),
        "movements": movements_of(suggestion),
        "changes_open": may(request.user, "workflow.view_changes"),
        "may_edit": suggestion.state == "received" and may(request.user, SUGGEST, suggestion),
    }
    return render(request, "consultation/suggestion_detail.html", context)


@require_http_methods(["GET", "POST"])
def suggestion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a suggestion while nothing has become of it."""
    suggestion = suggestion_of(request, pk)
    require(request.user, SUGGEST, suggestion)
    office = reaches_any(request.user, SUGGEST)
    form = SuggestionForm(request.POST or None, instance=suggestion, office=office)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: edit_suggestion(form, office=office)):
        messages.success(request, "已保存。")
        return redirect("consultation:suggestion_detail", pk)
    context = {"form": form, "solicitation": suggestion.solicitation, "suggestion": suggestion}
    return render(request, "consultation/suggestion_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def suggestion_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a suggestion."""
    form = {"form_class": AdoptForm} if name == "adopt" else {}
    then = reverse("consultation:suggestion_detail", args=[pk])
    return carry_out(request, SUGGESTION, suggestion_of(request, pk), name, then=then, **form)


@require_http_methods(["GET", "POST"])
def suggestion_consolidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick suggestions of a round and make them a new topic, or join them to one. R004, R007."""
    solicitation = round_of(request, pk)
    require(request.user, CONSOLIDATE, solicitation)
    open_ones = solicitation.suggestions.filter(state__in=("received", "declined"))
    rows = open_ones.select_related(*RELATED, "solicitation__plan").prefetch_related("forms", "counties")
    form = ConsolidateForm(request.POST or None, solicitation=solicitation)
    chosen = set(request.POST.getlist("suggestion"))
    if request.method == "POST" and form.is_valid():
        picked = [row for row in rows if str(row.pk) in chosen]
        if saved(form, lambda: consolidate(picked, by=request.user, **form.cleaned_data)):
            named = form.cleaned_data["topic"] or form.cleaned_data["title"] or picked[0].title
            messages.success(request, f"已汇总 {len(picked)} 条建议，列入议题“{named}”。")
            return redirect("consultation:suggestion_consolidate", pk)
    context = {"form": form, "solicitation": solicitation, "rows": rows, "groups": similar(rows), "chosen": chosen}
    return render(request, "consultation/suggestion_consolidate.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """A unit without an account answers through its one-time link: GET shows, POST acts and uses the link up."""
    return through_link(request, token, PURPOSE, _answer)


def _answer(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    addressee = link.matter
    solicitation = Solicitation.objects.select_related("plan").get(pk=addressee.solicitation_id)
    if sentence := solicitation.closed_sentence():
        raise Refused(sentence)
    suggestion = TopicSuggestion(solicitation=solicitation, organization=link.organization, proxy_source="一次性链接")
    form = SuggestionForm(request.POST or None, instance=suggestion)
    context = {"form": form, "solicitation": solicitation, "unit": link.organization, "link": link}
    if request.method == "POST" and form.is_valid() and _received(form, by=link.created_by, office=False):
        link.spend()
        return render(request, "consultation/answer_done.html", context)
    return render(request, "consultation/answer_link.html", context, status=422 if form.errors else 200)
