"""Pages of a document: list, new, its form with the preview, its detail, versions, acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.of_matter import dates_of
from cppcc.documents.about import first_values, matter_asked, matter_shown
from cppcc.documents.circulation import mine
from cppcc.documents.describing import described, sides_meant
from cppcc.documents.description import content_of
from cppcc.documents.drafts import edit_document, may_edit, new_document
from cppcc.documents.filters import DocumentFilter
from cppcc.documents.forms.document import DocumentForm, IssueForm, NewDocumentForm
from cppcc.documents.letter_printing import sampled
from cppcc.documents.letters import figures
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT, ISSUE, VIEW_ALL
from cppcc.documents.models.reference import Part
from cppcc.documents.rendering import for_preview, pictures
from cppcc.documents.sealing import LABEL as SEAL
from cppcc.documents.sealing import may_seal, uses_of
from cppcc.documents.tables import DOCUMENT_COLUMNS, summary
from cppcc.documents.typeset import typeset
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.secrecy import refuse_secret
from cppcc.office.access import may, reaches_any, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of
from cppcc.workflow.versions import compared

RELATED = ("kind__series", "organization", "signatory__organization", "signed_by", "file", "numbered")


def document_of(request: HttpRequest, pk: int) -> Document:
    """A document that the reader may know of; else 404. R048."""
    return get_object_or_404(Document.objects.visible_to(request.user).with_letters().select_related(*RELATED), pk=pk)


def inside(user: Any, document: Document) -> bool:
    """Whether the reader sees how it came about: those of the house, its drafters and its signatory."""
    known = reaches_any(user, VIEW_ALL) or may(user, DRAFT, document)
    return known or document.signatory_id in {acting.post_id for acting in user.acting}


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents that the reader may know of, the newest first."""
    page = ListPage(
        request,
        Document.objects.visible_to(request.user).listed(),
        DocumentFilter,
        order={"created": "created_at", "title": by_pinyin("title"), "issued": "issued_on", "state": "state"},
        default_order="-created",
        summary=summary,
        columns=DOCUMENT_COLUMNS,
        export_name="公文清单",
    )
    return page.respond("documents/document_list.html", {"may_draft": may(request.user, DRAFT)})


@require_http_methods(["GET", "POST"])
def document_create(request: HttpRequest) -> HttpResponse:
    """A new draft of a kind, of its own or about a matter (`?matter=KIND-NUMBER`)."""
    require(request.user, DRAFT)
    matter = matter_asked(request)
    form = NewDocumentForm(request.POST or None, initial=first_values(matter, request.GET.get("kind", "")))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = new_document(
                data["kind"], data["title"], by=request.user, classification=data["classification"], matter=matter,
                token=data["token"],
            )  # fmt: skip
            return redirect("documents:document_edit", made.pk)
        except Refused as refusal:
            form.add_error("title", refusal.sentence)
    context = {"form": form, "matter": matter}
    return render(request, "documents/document_form.html", context, status=422 if form.errors else 200)


@require_GET
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: where it stands, its number, who gets it and why, who has it, who has read it."""
    document, user = document_of(request, pk), request.user
    house = inside(user, document)
    own = mine(document, user) if document.is_out else []
    related = document.recipients.select_related("organization", "received_by__person", "read_by__person")
    context = {
        "document": document,
        "inside": house,
        "recipients": sorted(related if house else own, key=lambda row: (row.part == Part.COPY, row.grounds)),
        "own": own,
        "open_transitions": [
            *buttons(DOCUMENT, document, user, "documents:document_move", pk),
            *seal_button(document, user),
        ],
        "seal_uses": uses_of(document) if house else [],
        "movements": movements_of(document) if house else [],
        "waiting": held(Waiting.for_matter(document)) if house else [],
        "dates": dates_of(document, user),
        "matter": matter_shown(document, user),
        "distribution": list(document.distribution.all()) if house else [],
        "may_edit": may_edit(user, document),
        "may_issue": may(user, ISSUE),
        "letters": figures(document) if house else {},
    }
    return render(request, "documents/document_detail.html", context)


def seal_button(document: Document, user: Any) -> list[dict[str, str]]:
    """用印 among the acts, for a keeper."""
    address = reverse("documents:document_seal", args=[document.pk])
    return [{"name": "seal", "label": SEAL, "style": "secondary", "url": address}] if may_seal(user, document) else []


@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, the recipients, who signs; the preview stands beside it."""
    document = document_of(request, pk)
    if not may_edit(request.user, document):
        raise Forbidden(f"这件公文{document.get_state_display()}，您目前不能修改；需要改的，请先退回或撤回。")
    form = DocumentForm(request.POST or None, request.FILES or None, document=document)
    valid = request.method == "POST" and form.is_valid()
    if valid and saved(form, lambda: edit_document(document, form, by=request.user)):
        messages.success(request, "已保存。")
        return redirect("documents:document_edit" if "stay" in request.POST else "documents:document_detail", pk)
    context = {"form": form, "document": document}
    return render(request, "documents/document_edit.html", context, status=422 if form.mistakes else 200)


@require_POST
def document_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form would look like as pages; nothing is saved. Beside the form, or a page of its own."""
    document = document_of(request, pk)
    if not may_edit(request.user, document):
        raise Forbidden("只有正在起草或核稿的人可以预览。")
    pages, sentence, cut = _pages(document, DocumentForm(request.POST, request.FILES, document=document))
    context = {"document": document, "pages": pages, "sentence": sentence, "cut": cut}
    part = request.htmx  # type: ignore[attr-defined]  # htmx swaps nothing for an error, so it gets 200
    template = "documents/preview_pages.html" if part else "documents/document_preview.html"
    return render(request, template, context, status=422 if sentence and not part else 200)


def _pages(document: Document, form: DocumentForm) -> tuple[list[str], str, str]:
    if not form.is_valid():
        told = "；".join(f"{wrong['label']}：{wrong['sentence']}".lstrip("：") for wrong in form.mistakes)
        return [], told, ""
    document.description = {**document.description, **form.said}
    for name, value in form.values.items():
        setattr(document, name, value)
    try:
        refuse_secret("\n".join(str(value) for value in form.cleaned_data.values()))
        sides = sides_meant(document, *form.units)
        mapping, cut = for_preview(sampled(document, described(document, sides)))
        return pictures(typeset(content_of(mapping))), "", cut
    except Refused as refusal:
        return [], refusal.sentence, ""


@require_GET
def document_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a document and the difference between two of them (the newest two unless chosen)."""
    document = document_of(request, pk)
    if not inside(request.user, document):
        raise Forbidden("版本对照只供机关内部和起草单位查阅。")
    context = {"document": document, **compared(document, request.GET)}
    return render(request, "documents/document_versions.html", context)


@require_http_methods(["GET", "POST"])
def document_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a document."""
    form = {"form_class": IssueForm} if name == "issue" else {}
    then = reverse("documents:document_detail", args=[pk])
    return carry_out(request, DOCUMENT, document_of(request, pk), name, then=then, **form)
