"""The editable copy of a document (.docx), and an edited one read back into the form."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cppcc.documents.description import DescriptionError
from cppcc.documents.docx.merging import content_shown, merged, origin_of
from cppcc.documents.docx.reading import read
from cppcc.documents.docx.word import word_of
from cppcc.documents.drafts import may_edit
from cppcc.documents.forms.annexes import AnnexForms
from cppcc.documents.forms.document import DocumentForm
from cppcc.documents.models import Document
from cppcc.documents.pages.document import document_of, inside
from cppcc.files.models import Classification
from cppcc.files.safety import MEDIA_TYPES, check, clean_name
from cppcc.files.secrecy import refuse_secret
from cppcc.office.refusals import Forbidden, Refused

NO_NUMBER = "未编号"


@require_GET
def document_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as a .docx for those who see how the document came about; what is not public bears the reader's name."""
    document = document_of(request, pk)
    if not inside(request.user, document):
        raise Forbidden("可编辑文本只供机关内部、起草单位和签发人下载；收文单位请下载 PDF。")
    try:
        reader = mark_for(document, str(request.user))
        data = word_of(content_shown(document), reader=reader, origin=origin_of(document))
    except DescriptionError as gap:
        messages.error(request, f"公文内容还不完整：{gap.sentence}")
        return redirect("documents:document_detail", pk)
    name = clean_name(f"{document.title[:120]}（{document.number_text or NO_NUMBER}）.docx")
    response = HttpResponse(data, content_type=MEDIA_TYPES["docx"])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def mark_for(document: Document, reader: str) -> str:
    """What the head of every page says of who took the copy and when; "" for what is public. R048."""
    if document.classification == Classification.PUBLIC:
        return ""
    return f"{document.get_classification_display()} {reader} {timezone.localtime():%Y-%m-%d %H:%M}"


@require_POST
def document_read_word(request: HttpRequest, pk: int) -> HttpResponse:
    """An edited .docx as the form shows it, with what it changes; nothing is saved until the clerk saves the form."""
    document = document_of(request, pk)
    if not may_edit(request.user, document):
        raise Forbidden(f"这件公文{document.get_state_display()}，您目前不能修改；需要改的，请先退回或撤回。")
    upload: Any = request.FILES.get("word")
    if upload is None:
        raise Refused("请先选择在 WPS 中改好的 .docx 文件。")
    found = read(check(upload, allowed={"docx"}).data)
    refuse_secret("\n".join(found.texts), where="文件")
    after = merged(document, found)
    form = DocumentForm(document=document, initial=after.initial)
    form.annex_forms = AnnexForms.stored(after.annexes)
    context = {"form": form, "document": document, "read": after}
    return render(request, "documents/document_edit.html", context)
