"""Certificates for employers, and the ledger of travel and allowances. R140."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.documents.typeset import typeset
from cppcc.jobs.queue import enqueue
from cppcc.office.access import may, reaches_any, require
from cppcc.office.downloads import PDF, download
from cppcc.office.forms import saved
from cppcc.office.models import Office
from cppcc.office.posted import whole_number, whole_numbers
from cppcc.office.refusals import FieldRefused, Forbidden, Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from members.allowances import came_to, grant, pay
from members.forms.certificate import AllowanceForm, CertificateForm, PaidForm
from members.ledger_filters import AllowanceFilter
from members.ledger_tables import ALLOWANCE_COLUMNS, money
from members.models import Allowance, Member
from members.models.ledger import RECORD
from members.models.member import MANAGE, VIEW_ALL
from members.papers import CERTIFICATE, attended, certificate_content
from members.picking import within_reach
from members.printing import CERTIFICATES, members_of, wording_of


@require_http_methods(["GET", "POST"])
def certificate_new(request: HttpRequest) -> HttpResponse:
    """A letter to the employer of one member at once, of many as background work."""
    require(request.user, RECORD)
    reach = within_reach(request.user, RECORD)
    initial = {"names": request.GET.get("names", "")[:200], "meeting": whole_number(request.GET.get("meeting")) or None}
    form = CertificateForm(request.POST or None, members=reach, initial=initial)
    if request.method == "POST" and form.is_valid():
        members = form.cleaned_data["names"] or came_to(form.cleaned_data["meeting"], reach)
        try:
            return _one(form.cleaned_data, members[0]) if len(members) == 1 else _many(request, form, members)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, "members/certificate_form.html", {"form": form}, status=422 if form.errors else 200)


def _one(data: dict[str, Any], member: Member) -> HttpResponse:
    start, end = data["start"], data["end"]
    [found] = members_of([member.pk], end)
    rows = attended(found, start, end, data["meeting"])
    content = certificate_content(found, rows, start, end, office=Office.required(), wording=wording_of(CERTIFICATE))
    return download(f"{found}出席会议活动证明.pdf", typeset(content), PDF)


def _many(request: HttpRequest, form: CertificateForm, members: list[Member]) -> HttpResponse:
    data = form.cleaned_data
    if not members:
        raise Refused("这次会议活动没有您负责的委员的出席记录。")
    wording_of(CERTIFICATE)
    arguments = {
        "members": [member.pk for member in members], "start": data["start"].isoformat(),
        "end": data["end"].isoformat(), "meeting": data["meeting"].pk if data["meeting"] else None,
        "name": f"出席会议活动证明（{len(members)}人）",
    }  # fmt: skip
    key = f"{CERTIFICATES}:{request.user.pk}:{data['token']}"
    return redirect(enqueue(CERTIFICATES, arguments, owner=request.user, key=key).get_absolute_url())


# --- allowances ----------------------------------------------------------------------------------------------------


def _reads(request: HttpRequest) -> None:
    if not reaches_any(request.user, VIEW_ALL):
        raise Forbidden("差旅补贴台账只供办公室和机关领导查阅，如需了解请联系办公室。")


@require_GET
def allowance_list(request: HttpRequest) -> HttpResponse:
    """What members were paid, with its sums."""
    _reads(request)
    return _list(request, PaidForm(), 200)


def _list(request: HttpRequest, form: PaidForm, status: int) -> HttpResponse:
    page = ListPage(
        request,
        Allowance.objects.select_related("member__person", "meeting", "recorded_by__person"),
        AllowanceFilter,
        order={"on": "on", "member": by_pinyin("member__person__name"), "amount": "amount", "paid": "paid_on"},
        default_order="-on",
        summary=money,
        columns=ALLOWANCE_COLUMNS,
        export_name="差旅补贴",
    )
    response = page.respond("members/allowance_list.html", {"may_manage": may(request.user, MANAGE), "paid_form": form})
    response.status_code = status
    return response


@require_http_methods(["GET", "POST"])
def allowance_new(request: HttpRequest) -> HttpResponse:
    """New rows, one for each member."""
    require(request.user, MANAGE)
    form = AllowanceForm(request.POST or None, members=Member.objects.all())
    if request.method == "POST" and form.is_valid() and saved(form, lambda: _granted(request, form)):
        return redirect("members:allowance_list")
    context = {"form": form, "back_url": reverse("members:allowance_list")}
    return render(request, "members/allowance_form.html", context, status=422 if form.errors else 200)


def _granted(request: HttpRequest, form: AllowanceForm) -> None:
    data = form.cleaned_data
    members = data["names"] or came_to(data["meeting"], Member.objects.all())
    values = {name: data[name] for name in ("meeting", "kind", "on", "amount", "paid_on", "remark")}
    try:
        count = grant(members, values, token=data["token"], by=request.user)
    except Refused as refusal:
        raise FieldRefused(refusal.sentence, "names") from refusal
    messages.success(request, f"已登记 {count} 笔，每笔 {data['amount']:,.2f} 元。")


@require_http_methods(["GET", "POST"])
def allowance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a row; the history keeps what it was."""
    require(request.user, MANAGE)
    row = get_object_or_404(Allowance.objects.select_related("member__person", "meeting"), pk=pk)
    form = AllowanceForm(request.POST or None, instance=row, members=Member.objects.none())
    if request.method == "POST" and form.is_valid():
        row.meeting = form.cleaned_data["meeting"]
        form.save()
        messages.success(request, "已保存。")
        return redirect("members:allowance_list")
    context = {"form": form, "allowance": row, "back_url": reverse("members:allowance_list")}
    return render(request, "members/allowance_form.html", context, status=422 if form.errors else 200)


@require_POST
def allowance_pay(request: HttpRequest) -> HttpResponse:
    """Note that the ticked ones were paid."""
    require(request.user, MANAGE)
    form = PaidForm(request.POST)
    if not form.is_valid():
        return _list(request, form, 422)
    count = pay(whole_numbers(request.POST.getlist("allowance")), form.cleaned_data["paid_on"], by=request.user)
    messages.success(request, f"已登记发放 {count} 笔。")
    return redirect("members:allowance_list")
