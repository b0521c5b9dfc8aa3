"""The dossier of a member and a year: his own, the office's, as a sheet, as Excel, many in one file. R133."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.documents.typeset import typeset
from cppcc.jobs.queue import enqueue
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.downloads import PDF, download
from cppcc.office.models import Office, Organization
from cppcc.office.posted import whole_number
from cppcc.sheets.exports import export_response
from members.acts import Tree
from members.forms.certificate import BatchForm
from members.house import current_term, require_house
from members.ledger_tables import entry_columns
from members.member_year import NEWEST, OLDEST, Dossier, dossier_of, membership_of, standing_of, years_of
from members.models import Affiliation, EntryProposal, Member
from members.models.ledger import ProposalState
from members.models.member import VIEW_ALL, VIEW_OWN_COMMITTEE
from members.papers import dossier_content
from members.printing import DOSSIERS
from members.training import serving_in

SHOWN = 60  # invitations that the page lists; the figures count all


def member_of(request: HttpRequest, pk: int) -> Member:
    """A member that the reader may see, with what he was on the page's day; else 404."""
    found = Member.objects.visible_to(request.user).called_on().select_related("person", "term")
    return get_object_or_404(found, pk=pk)


def year_of(year: int) -> int:
    """A year that can be asked for; else 404."""
    if not OLDEST <= year <= NEWEST:
        raise Http404
    return year


def asked_year(request: HttpRequest) -> int:
    """The year in the address, this one unless asked."""
    return min(max(whole_number(request.GET.get("year"), timezone.localdate().year), OLDEST), NEWEST)


@require_GET
def dossier(request: HttpRequest) -> HttpResponse:
    """One's own dossier."""
    user, year = request.user, asked_year(request)
    member = membership_of(user.person_id, year)
    if member is None or not Member.objects.visible_to(user).filter(pk=member.pk).exists():
        return render(request, "members/dossier_none.html")
    return _shown(request, member_of(request, member.pk), year, own=True)


@require_GET
def member_dossier(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The dossier of a member, for those who may see him; with more for the house."""
    member = member_of(request, pk)
    return _shown(request, member, year_of(year), own=member.person_id == request.user.person_id)


def _shown(request: HttpRequest, member: Member, year: int, *, own: bool) -> HttpResponse:
    found = dossier_of(member, year, request.user)
    if request.GET.get("export") == "xlsx":
        return _exported(found)
    for row in found.invitations.rows:
        row.word = standing_of(row)  # type: ignore[attr-defined]
        row.ended = row.meeting.state == MeetingState.CLOSED  # type: ignore[attr-defined]
    said = EntryProposal.objects.filter(member=member, on__year=year).exclude(state=ProposalState.CONFIRMED)
    context = {
        "dossier": found, "member": member, "year": year, "own": own, "years": years_of(member),
        "invited": found.invitations.rows[:SHOWN], "proposals": list(said.select_related("act")[:SHOWN]),
        "acting": bool(request.user.acting),
    }  # fmt: skip
    return render(request, "members/dossier.html", context)


def _exported(found: Dossier) -> HttpResponse:
    name = f"{found.member}{found.year}年度履职记录.xlsx"
    return export_response(name, entry_columns(Tree()), found.entries)


@require_GET
def member_dossier_pdf(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The dossier as a sheet."""
    member = member_of(request, pk)
    data = typeset(dossier_content(dossier_of(member, year_of(year)), Office.required()))
    return download(f"{member}{year}年度履职档案.pdf", data, PDF)


@require_http_methods(["GET", "POST"])
def dossier_batch(request: HttpRequest) -> HttpResponse:
    """The dossiers of a year of all members of a term or a committee: background work that makes one file."""
    require_house(request.user)
    everyone = reaches_any(request.user, VIEW_ALL)
    initial = {"year": asked_year(request), "term": current_term()}
    form = BatchForm(request.POST or None, committees=_committees(request.user), all_too=everyone, initial=initial)
    if request.method == "POST" and form.is_valid():
        meant = _meant(form, request.user)
        if meant:
            return redirect(_job(form.cleaned_data, meant, request.user))
        form.add_error(None, "这一年没有符合条件的委员，请核对年度、届次和专门委员会。")
    return render(request, "members/dossier_batch.html", {"form": form}, status=422 if form.errors else 200)


def _committees(user: Any) -> Any:
    found = Organization.objects.filter(kind=Organization.Kind.COMMITTEE)
    return found if reaches_any(user, VIEW_ALL) else found.filter(pk__in=organizations_with(user, VIEW_OWN_COMMITTEE))


def _meant(form: BatchForm, user: Any) -> list[int]:
    data = form.cleaned_data
    rows = serving_in(data["year"], Member.objects.visible_to(user)).filter(term=data["term"])
    if data["committee"]:
        belong = Affiliation.objects.filter(kind=Affiliation.Kind.COMMITTEE, organization=data["committee"])
        rows = rows.filter(pk__in=belong.values("member"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _job(data: dict[str, Any], members: list[int], user: Any) -> str:
    whose = data["committee"] or data["term"]
    arguments = {"members": members, "year": data["year"], "name": f"{whose}{data['year']}年度委员履职档案"}
    return enqueue(DOSSIERS, arguments, owner=user, key=f"{DOSSIERS}:{user.pk}:{data['token']}").get_absolute_url()
