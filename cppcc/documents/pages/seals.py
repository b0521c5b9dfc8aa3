"""The pages before the issue: the proof that is read, the seals that are placed on it."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.documents.describing import described, sides_of
from cppcc.documents.description import content_of
from cppcc.documents.forms.seals import SealForm
from cppcc.documents.letter_printing import sampled
from cppcc.documents.models import Document, Seal
from cppcc.documents.pages.document import document_of, inside
from cppcc.documents.rendering import MOST_PAGES, for_preview, pictures, watermarked
from cppcc.documents.sealing import names_of, place_seals, refuse_unless_signed, uses_of
from cppcc.documents.typeset import typeset
from cppcc.office.refusals import Forbidden, Refused


@require_GET
def document_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a document that has not been issued, for those who review, sign and seal it; without seals."""
    document = document_of(request, pk)
    if not inside(request.user, document):
        raise Forbidden("清样只供机关内部、起草单位和签发人查阅。")
    if document.is_out:
        raise Refused("这件公文已印发，以印发件为准，请在公文页面下载。")
    try:
        mapping = sampled(document, described(document, sides_of(document)))
        if "pdf" in request.GET:
            return proof_file(request, document, typeset(content_of(mapping)))
        mapping, cut = for_preview(mapping)
        found = {"pages": pictures(typeset(content_of(mapping))), "cut": cut}
    except Refused as refusal:
        found = {"sentence": f"公文内容还不完整：{refusal.sentence}"}
    return render(request, "documents/document_proof.html", {"document": document, "most": MOST_PAGES} | found)


def proof_file(request: HttpRequest, document: Document, data: bytes) -> HttpResponse:
    """The whole proof as a PDF that says on every page what it is and who took it."""
    words = f"清样 {request.user} {timezone.localtime():%Y-%m-%d %H:%M}"
    response = HttpResponse(watermarked(data, words), content_type="application/pdf")
    name = quote(f"{document.title[:120]}（清样）.pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def document_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper lets his seals stand on a signed document, or takes them off again before its issue."""
    document = document_of(request, pk)
    seals = list(Seal.objects.kept_by(request.user))
    if not seals:
        raise Forbidden("用印由印章保管岗位的人员办理，您目前的岗位没有保管印章，需要用印请与印章保管人联系。")
    refuse_unless_signed(document)
    names, uses = names_of(document), uses_of(document)
    form = SealForm(request.POST or None, document=document, names=names, uses=uses, seals=seals)
    if request.method == "POST" and form.is_valid():
        place_seals(document, form.wanted, by=request.user, version=form.cleaned_data["version"])
        messages.success(request, "已保存用印。印章在编号印发时印在署名上。")
        return redirect("documents:document_detail", pk)
    others = [(names[use.place], use) for use in uses if use.place < len(names) and use.seal not in seals]
    context = {"document": document, "form": form, "others": others}
    return render(request, "documents/document_seal.html", context, status=422 if form.errors else 200)
