"""Pages of the circulation: the file, withholding, receipts by login, by one-time link, recorded for a unit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cppcc.documents.circulation import mine, note_reading, receive, withhold
from cppcc.documents.forms.document import RecordForm
from cppcc.documents.letters import is_batch
from cppcc.documents.models import Document, Recipient
from cppcc.documents.models.document import ISSUE, DocumentState
from cppcc.documents.models.recipients import How
from cppcc.documents.models.reference import Part
from cppcc.documents.pages.document import document_of, inside
from cppcc.documents.rendering import joined, watermarked
from cppcc.files.copies import mark_for
from cppcc.files.models import Classification, StoredFile
from cppcc.files.storing import read
from cppcc.office.access import require
from cppcc.office.downloads import PDF, download
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of, through_link
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden, Refused

PURPOSE = "documents.receive"
LINK_LASTS = timedelta(days=30)


def file_response(document: Document, stored: StoredFile | bytes, reader: str) -> HttpResponse:
    """The issued file; of what is not public a copy that bears the reader's name and the time."""
    name = f"{document.title}.pdf" if isinstance(stored, bytes) else stored.name
    data = stored if isinstance(stored, bytes) else read(stored)
    if words := mark_for(document.classification, reader):
        data = watermarked(data, words)
    return download(name, data, PDF)


@require_http_methods(["GET", "POST"])
def document_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The file. A recipient opens it by POST, so that the first reading is noted; GET notes nothing."""
    document = document_of(request, pk)
    if not document.file:
        raise Http404
    own = mine(document, request.user)
    if request.method == "POST":
        note_reading(own, by=request.user)
    elif own and not any(row.read_at for row in own):
        messages.info(request, "请点“阅读全文”打开，系统会登记本单位已阅读。")
        return redirect("documents:document_detail", pk)
    return file_response(document, file_for(document, own, inside(request.user, document)), str(request.user))


def file_for(document: Document, rows: Sequence[Recipient], house: bool) -> StoredFile | bytes:
    """What a reader gets: the file; outside the house, of a batch only the letters of his own units.

    Raises Refused while these are not printed, Forbidden for whom no letter goes to.
    """
    whole: Any = document.file  # documents_issued_has_file: it has one
    if house or not is_batch(document):
        return whole
    units = [row.organization_id for row in rows]
    own = list(document.letters.filter(organization__in=units).select_related("file"))
    if not own and any(row.part == Part.COPY for row in rows):
        return whole
    if not own:
        raise Forbidden("这件信函分别寄给各收件人，只有收件单位可以打开本单位的一份。")
    files = [letter.file for letter in own if letter.file]
    if len(files) < len(own):
        raise Refused("贵单位的信函正在印制，请稍后再打开；长时间打不开的，请与办公室联系。")
    return files[0] if len(files) == 1 else joined([read(file) for file in files])


@require_POST
def recipient_withhold(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit that a rule names does not get it, with the reason; an empty reason gives it back."""
    document = document_of(request, pk)
    require(request.user, "documents.draft_document", document)
    reason = request.POST.get("reason", "").replace("\x00", "")
    if "restore" not in request.POST and not reason.strip():
        raise Refused("请写明不发给这个单位的原因。")
    reason = "" if "restore" in request.POST else reason
    withhold(document, whole_number(request.POST.get("recipient")), reason)
    messages.success(request, "已登记不发的原因。" if reason else "已恢复发送。")
    return redirect("documents:document_detail", pk)


@require_POST
def document_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit says that it has the document."""
    document = document_of(request, pk)
    row = get_object_or_404(document.recipients.sent(), pk=whole_number(request.POST.get("recipient")))
    receive(row, by=request.user, how=How.LOGIN, receiver=str(request.user))
    messages.success(request, "已签收。")
    return redirect("documents:document_detail", pk)


@require_http_methods(["GET", "POST"])
def receipt_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The office records a receipt (代录) with its source."""
    document = document_of(request, pk)
    require(request.user, ISSUE)
    asked = whole_number(request.POST.get("recipient") or request.GET.get("recipient"))
    pending = document.recipients.pending().select_related("organization")
    row = pending.filter(pk=asked).first()
    if row is None:
        raise Refused("请在公文页面选择尚未签收的单位，再代录签收。")
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        receive(row, by=request.user, how=How.PROXY, **form.cleaned_data)
        messages.success(request, f"已代录{row.organization}签收。")
        return redirect("documents:document_detail", pk)
    context = {"form": form, "document": document, "row": row}
    return render(request, "documents/receipt_record.html", context, status=422 if form.errors else 200)


@require_POST
def receipt_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link for a unit without an account; shown once. Never for 工作秘密: who holds the link reads it."""
    document = document_of(request, pk)
    require(request.user, ISSUE)
    pending = document.recipients.pending().select_related("organization")
    row = get_object_or_404(pending, pk=whole_number(request.POST.get("recipient")))
    if document.classification == Classification.WORK_SECRET or document.state == DocumentState.CANCELLED:
        raise Refused("工作秘密和已作废的公文不能用链接签收，请对方登录签收，或送达后代录。")
    end = timezone.now() + LINK_LASTS
    token = OneTimeLink.issue(row, PURPOSE, by=request.user, expires_at=end, organization=row.organization)
    url = address_of(reverse("documents:receipt_answer", args=[token]), request)
    context = {"document": document, "row": row, "link": url, "expires": end}
    return render(request, "documents/receipt_link.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def receipt_answer(request: HttpRequest, token: str) -> HttpResponse:
    """A unit without an account reads and signs for it: GET shows, POST acts; signing uses the link up."""
    return through_link(request, token, PURPOSE, _answer)


def _answer(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    row = Recipient.objects.select_related("document__kind", "document__file", "document__numbered").get(
        pk=link.object_id
    )
    if row.document.state == DocumentState.CANCELLED:
        raise Refused("这件公文已作废，不必签收。")
    context = {"row": row, "document": row.document, "unit": link.organization, "wrong": request.method == "POST"}
    act, receiver = request.POST.get("act", ""), request.POST.get("receiver", "").replace("\x00", "").strip()[:50]
    if act == "read" and row.document.file:
        note_reading([row], by=None)
        return file_response(row.document, file_for(row.document, [row], house=False), str(link.organization))
    if act == "receive" and receiver:
        receive(row, by=link.created_by, how=How.LINK, receiver=receiver)
        link.spend()
        return render(request, "documents/receipt_done.html", context | {"receiver": receiver})
    return render(request, "documents/receipt_answer.html", context, status=422 if context["wrong"] else 200)
