"""Pages of what members say that they did: proposed on the phone, confirmed at the desk, many at once. R133."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden
from cppcc.office.validity import today
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.trail import movements_of
from members.forms.entry import ProposalForm
from members.ledger_filters import ProposalFilter
from members.ledger_tables import PROPOSAL_COLUMNS, summed
from members.models import EntryProposal, Member, PerformanceEntry
from members.models.ledger import CONFIRM, PROPOSE, ProposalState
from members.models.member import VIEW_ALL, VIEW_OWN_COMMITTEE
from members.proposing import Row, decide_many, propose
from members.workflows.proposal import PROPOSAL

RELATED = ("member__person", "member__term", "act", "evidence")
READS = (VIEW_ALL, VIEW_OWN_COMMITTEE, CONFIRM, PROPOSE)
SUMS = {"待审核": Q(state="proposed"), "已确认": Q(state="confirmed"), "未通过": Q(state="declined")}


def proposal_of(request: HttpRequest, pk: int) -> EntryProposal:
    """A proposal that the reader may see; else 404."""
    found = EntryProposal.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(found, pk=pk)


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits and what was decided: all for the office, their own for members."""
    if not any(may(request.user, act) for act in READS):
        raise Forbidden("这一页供委员申报履职和办公室审核使用，如需了解请联系办公室。")
    return _list(request)


def _list(request: HttpRequest, failed: Sequence[Row] = (), opinion: str = "") -> HttpResponse:
    page = ListPage(
        request,
        EntryProposal.objects.visible_to(request.user).select_related(*RELATED),
        ProposalFilter,
        order={"created": "created_at", "on": "on", "member": by_pinyin("member__person__name"), "state": "state"},
        default_order="-created",
        summary=summed("条", "履职申报", SUMS),
        columns=PROPOSAL_COLUMNS,
        export_name="履职申报",
    )
    wrong = {row.proposal.pk: row.sentence for row in failed}
    for row in page.page_obj:
        row.wrong = wrong.get(row.pk, "")
        row.open = row.state == ProposalState.PROPOSED
    context = {
        "may_confirm": may(request.user, CONFIRM), "may_propose": may(request.user, PROPOSE), "opinion": opinion,
        "failed": failed, "some_open": any(row.open for row in page.page_obj),
    }  # fmt: skip
    return page.respond("members/proposal_list.html", context)


@require_POST
def proposal_decide(request: HttpRequest) -> HttpResponse:
    """Confirm or decline all ticked ones; those that are refused come back with their sentences."""
    require(request.user, CONFIRM)
    name, opinion = request.POST.get("act", ""), request.POST.get("opinion", "").strip()[:2000]
    chosen = [entry.partition(":") for entry in request.POST.getlist("proposal")]
    versions = {whole_number(pk): whole_number(version) for pk, _, version in chosen}
    found = EntryProposal.objects.visible_to(request.user).select_related(*RELATED).filter(pk__in=versions)
    asked = [(proposal, versions[proposal.pk]) for proposal in found.order_by("created_at", "pk")]
    if name not in ("confirm", "decline") or not asked:
        messages.warning(request, "请先勾选要审核的申报，再点“确认”或“不予确认”。")
        return redirect("members:proposal_list")
    if name == "decline" and not opinion:
        messages.warning(request, "不予确认的，请写明意见；意见会告知委员。")
        return redirect("members:proposal_list")
    done, failed = decide_many(asked, name, by=request.user, opinion=opinion)
    if done:
        messages.success(request, f"已{PROPOSAL[name].label} {done} 条申报。")
    return _list(request, failed, opinion) if failed else redirect("members:proposal_list")


def _membership(request: HttpRequest) -> Member:
    acting = require(request.user, PROPOSE)
    rows = Member.objects.valid(today()).filter(person=acting.person_id).select_related("person", "term")
    member = rows.order_by("-term__number").first()
    if member is None:
        raise Forbidden("名册里没有您本届的委员登记，不能申报履职，请联系办公室。")
    return member


@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """A member says what he did."""
    member = _membership(request)
    form = ProposalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _proposed(request, form, member):
        return redirect("members:proposal_list")
    context = {"form": form, "member": member, "back_url": reverse("members:proposal_list")}
    return render(request, "members/proposal_form.html", context, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, form: ProposalForm, member: Member) -> bool:
    data = form.cleaned_data

    def save() -> None:
        propose(PROPOSAL, member, form.values, data["evidence"], token=data["token"], by=request.user)
        messages.success(request, "已提交，办公室审核后计入履职档案，结果会以站内信告诉您。")

    return saved(form, save)


@require_GET
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal, and the entry that it became."""
    proposal = proposal_of(request, pk)
    context = {
        "proposal": proposal,
        "open_transitions": buttons(PROPOSAL, proposal, request.user, "members:proposal_move", pk),
        "movements": movements_of(proposal),
        "entry": PerformanceEntry.for_matter(proposal).filter(reverses=None).select_related("reversed_by").first(),
        "own": proposal.member.person_id == request.user.person_id,
    }
    return render(request, "members/proposal_detail.html", context)


@require_http_methods(["GET", "POST"])
def proposal_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a proposal."""
    then = reverse("members:proposal_detail", args=[pk])
    return carry_out(request, PROPOSAL, proposal_of(request, pk), name, then=then)
