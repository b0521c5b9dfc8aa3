"""What is printed of a batch: one letter, all of them joined or packed, the failed ones again."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from cppcc.documents import letter_files, letter_printing
from cppcc.documents.models import Document
from cppcc.documents.models.document import ISSUE
from cppcc.documents.pages.circulation import file_response
from cppcc.documents.pages.letters import batch_of
from cppcc.files.models import StoredFile
from cppcc.files.storing import MISSING
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.access import require
from cppcc.office.refusals import Refused


def printed_of(request: HttpRequest, pk: int) -> Document:
    """A batch for those who issue it."""
    document = batch_of(request, pk)
    require(request.user, ISSUE, document)
    return document


@require_GET
def letter_pdf(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """One letter; of what is not public a copy with the reader's name."""
    document = batch_of(request, pk)
    row: Any = get_object_or_404(document.letters.select_related("file").filter(file__isnull=False), pk=letter)
    return file_response(document, row.file, str(request.user))


@require_POST
def letter_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Print what failed again; the numbers stay."""
    job = letter_printing.print_again(printed_of(request, pk), by=request.user)
    own = job.owner_id == request.user.pk
    return redirect("jobs:job_detail", job.pk) if own else redirect("documents:letter_list", pk)


@require_POST
def letter_make(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """All printed letters as one file, or packed one each."""
    job = letter_files.make(printed_of(request, pk), what, by=request.user)
    return redirect("jobs:job_detail", job.pk)


@require_GET
def letter_made(request: HttpRequest, pk: int, job: int) -> FileResponse:
    """A file that the reader had made."""
    document = batch_of(request, pk)
    jobs = Job.objects.filter(owner=request.user.pk, kind=letter_files.KIND, status=JobStatus.DONE)
    made = get_object_or_404(jobs, pk=job, arguments__document=document.pk)
    require(request.user, ISSUE, document)
    stored = StoredFile.objects.filter(pk=made.result.get("file")).first()
    if stored is None:
        raise Http404
    try:
        file = stored.path.open("rb")
    except FileNotFoundError:
        raise Refused(MISSING.format(name=stored.name)) from None
    response = FileResponse(file, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
