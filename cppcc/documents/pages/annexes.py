"""The buttons of the annexes in the form of a document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from cppcc.documents.drafts import may_edit
from cppcc.documents.forms.document import DocumentForm
from cppcc.documents.pages.document import document_of
from cppcc.office.refusals import Forbidden


@require_POST
def document_annexes(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with an annex more or less, moved, or with its table read from a file; nothing is saved."""
    document = document_of(request, pk)
    if not may_edit(request.user, document):
        raise Forbidden(f"这件公文{document.get_state_display()}，您目前不能修改；需要改的，请先退回或撤回。")
    form = DocumentForm.typed(request.POST, request.FILES, document=document)
    part = request.htmx  # type: ignore[attr-defined]
    template = "documents/annex_forms.html" if part else "documents/document_edit.html"
    response = render(request, template, {"form": form, "document": document})
    return trigger_client_event(response, "annexes-changed", after="settle")
