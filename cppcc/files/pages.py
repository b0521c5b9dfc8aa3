"""The download of a stored file, for those who may see its matter."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cppcc.files.copies import marked_copy
from cppcc.files.models import StoredFile
from cppcc.files.storing import MISSING
from cppcc.office.refusals import Refused


@require_safe
def file_download(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The file as an attachment under its own name, marked where it is not public; 404 for whoever may not see it."""
    stored = get_object_or_404(StoredFile, uuid=uuid)
    if not may_download(request.user, stored):
        raise Http404
    return attachment(stored, request.user)


def attachment(stored: StoredFile, reader: Any) -> FileResponse:
    """The file under its own name, for a page that has asked who may read it. Raises Refused when it is missing."""
    try:
        copy = marked_copy(stored, reader)
        file = stored.path.open("rb") if copy is None else BytesIO(copy)
    except FileNotFoundError:
        raise Refused(MISSING.format(name=stored.name)) from None
    response = FileResponse(file, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def may_download(user: Any, stored: StoredFile) -> bool:
    """Whether the file's matter is among those that `user` sees; without a matter, whether `user` uploaded it."""
    if stored.content_type is None:
        return stored.uploaded_by_id is not None and stored.uploaded_by_id == user.pk
    matter_class = stored.content_type.model_class()
    visible_to = getattr(getattr(matter_class, "objects", None), "visible_to", None)
    return visible_to is not None and visible_to(user).filter(pk=stored.object_id).exists()
