"""Pages of a round: list, detail with who has answered, acts, addressees, one-time links."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.filters import SolicitationFilter
from consultation.forms.solicitation import AddresseeForm, ReopenForm, SolicitationForm
from consultation.models import Addressee, Solicitation
from consultation.models.solicitation import SolicitationState
from consultation.rounds import (
    add_addressee,
    answer_nothing,
    edit_round,
    my_addressees,
    new_round,
    progress_of,
    tick_asked,
)
from consultation.sums import summed
from consultation.topic_letter import KIND
from consultation.workflows.solicitation import MANAGE, SOLICITATION
from cppcc.deadlines.of_matter import dates_of
from cppcc.documents.about import draft_address
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT, DocumentState
from cppcc.office.access import may, reaches_any, require
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Refused
from cppcc.sheets.lists import ListPage
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.trail import movements_of

PURPOSE = "consultation.suggest"
READ_ALL = "consultation.view_all_suggestions"


def round_of(request: HttpRequest, pk: int) -> Solicitation:
    """A round that the reader may see; else 404."""
    return get_object_or_404(Solicitation.objects.visible_to(request.user).select_related("plan"), pk=pk)


@require_GET
def solicitation_list(request: HttpRequest) -> HttpResponse:
    """The rounds, the newest first."""
    page = ListPage(
        request,
        Solicitation.objects.visible_to(request.user).listed(),
        SolicitationFilter,
        order={"opens_on": "opens_on", "closes_on": "closes_on"},
        default_order="-opens_on",
        summary=summed("次", "征集", {"征集中": {"state": "open"}}),
    )
    return page.respond("consultation/solicitation_list.html", {"may_manage": may(request.user, MANAGE)})


@require_http_methods(["GET", "POST"])
def solicitation_create(request: HttpRequest) -> HttpResponse:
    """A new round."""
    require(request.user, MANAGE)
    form = SolicitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("consultation:solicitation_detail", new_round(form, by=request.user).pk)
    return render(request, "consultation/solicitation_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def solicitation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round that is not closed; new channels add their units."""
    solicitation = round_of(request, pk)
    require(request.user, MANAGE, solicitation)
    form = SolicitationForm(request.POST or None, instance=solicitation)
    if request.method == "POST" and form.is_valid():
        edit_round(form)
        messages.success(request, "已保存。")
        return redirect("consultation:solicitation_detail", pk)
    context = {"form": form, "solicitation": solicitation}
    return render(request, "consultation/solicitation_form.html", context, status=422 if form.errors else 200)


@require_GET
def solicitation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: what is asked; for the office who has answered and who has not; for a unit its own answers."""
    solicitation = round_of(request, pk)
    inside = reaches_any(request.user, READ_ALL)
    asked = solicitation.addressees.select_related("organization", "channel")
    suggestions = solicitation.suggestions.visible_to(request.user).select_related("organization", "person", "topic")
    office = reaches_any(request.user, MANAGE)
    addressees = list(asked) if inside else my_addressees(solicitation, request.user)
    context = {
        "solicitation": solicitation,
        "inside": inside,
        "addressees": addressees,
        "progress": progress_of(addressees),
        "suggestions": list(suggestions.select_related("channel").order_by("-created_at")[:200]),
        "open_transitions": buttons(SOLICITATION, solicitation, request.user, "consultation:solicitation_move", pk),
        "movements": movements_of(solicitation) if inside else [],
        "dates": dates_of(solicitation, request.user),
        "may_manage": office,
        "letters": letters_of(solicitation, request.user) if inside else [],
        "draft_letter": letter_address(solicitation, request.user),
        "may_suggest": may(request.user, "consultation.suggest_topic"),
        "closed": solicitation.closed_sentence(office=office),
        "today": timezone.localdate(),
    }
    return render(request, "consultation/solicitation_detail.html", context)


def letters_of(solicitation: Solicitation, user: Any) -> list[Document]:
    """The 征题函 of the round, the newest first. R003."""
    found = Document.objects.visible_to(user).about(solicitation, KIND).exclude(state=DocumentState.DROPPED)
    return list(found.select_related("numbered").order_by("-created_at"))


def letter_address(solicitation: Solicitation, user: Any) -> str:
    """Where a 征题函 is drafted; "" for whoever may not, and once the round is closed."""
    if solicitation.state == SolicitationState.CLOSED or not (may(user, MANAGE) and may(user, DRAFT)):
        return ""
    return draft_address(solicitation, KIND)


@require_http_methods(["GET", "POST"])
def solicitation_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a round."""
    form = {"form_class": ReopenForm} if name == "reopen" else {}
    then = reverse("consultation:solicitation_detail", args=[pk])
    return carry_out(request, SOLICITATION, round_of(request, pk), name, then=then, **form)


@require_POST
def addressee_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick the chosen units as written to today. R003."""
    solicitation = round_of(request, pk)
    require(request.user, MANAGE, solicitation)
    count = tick_asked(solicitation, request.POST.getlist("addressee"), by=request.user)
    messages.success(request, f"已登记向 {count} 个单位发函。")
    return redirect("consultation:solicitation_detail", pk)


@require_http_methods(["GET", "POST"])
def addressee_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one more unit."""
    solicitation = round_of(request, pk)
    require(request.user, MANAGE, solicitation)
    form = AddresseeForm(request.POST or None, solicitation=solicitation)
    if request.method == "POST" and form.is_valid():
        add_addressee(solicitation, form.cleaned_data["organization"])
        messages.success(request, "已添加征集对象。")
        return redirect("consultation:solicitation_detail", pk)
    context = {"form": form, "solicitation": solicitation}
    return render(request, "consultation/addressee_form.html", context, status=422 if form.errors else 200)


@require_POST
def addressee_none(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit (or the office for it) says that it has nothing to suggest."""
    solicitation = round_of(request, pk)
    addressee = get_object_or_404(
        solicitation.addressees.select_related("organization"), pk=whole_number(request.POST.get("addressee"))
    )
    answer_nothing(solicitation, addressee, by=request.user)
    messages.success(request, f"已登记{addressee.organization}本次无建议。")
    return redirect("consultation:solicitation_detail", pk)


@require_POST
def addressee_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time link for a unit without an account; it is shown once, to be copied."""
    solicitation = round_of(request, pk)
    require(request.user, MANAGE, solicitation)
    addressee = get_object_or_404(
        Addressee.objects.select_related("organization"),
        pk=whole_number(request.POST.get("addressee")),
        solicitation=pk,
    )
    if sentence := solicitation.closed_sentence():
        raise Refused(sentence)
    end = timezone.make_aware(datetime.combine(solicitation.closes_on, time.max))
    token = OneTimeLink.issue(addressee, PURPOSE, by=request.user, expires_at=end, organization=addressee.organization)
    url = address_of(reverse("consultation:answer_link", args=[token]), request)
    context = {"solicitation": solicitation, "addressee": addressee, "link": url, "expires": end}
    return render(request, "consultation/addressee_link.html", context)
