"""Pages of a bundle (材料汇编): choosing its parts, and what became of it, for the one who made it. R052."""

from typing import Any

from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.documents.about import matter_named
from cppcc.documents.bundling import KIND, MOST_BYTES, MOST_PAGES, ask, parts_of
from cppcc.documents.forms.bundle import BundleForm
from cppcc.documents.material import material_of
from cppcc.files.models import StoredFile
from cppcc.files.safety import MEGABYTE
from cppcc.files.storing import MISSING
from cppcc.jobs.models import Job, JobStatus
from cppcc.office.refusals import Refused
from cppcc.workflow.registry import url_of


@require_http_methods(["GET", "POST"])
def bundle_form(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The material of a matter that the reader may see, to tick and to order."""
    matter = _matter(request, kind, pk)
    form = BundleForm(
        request.POST or None, items=material_of(matter, request.user), initial={"title": f"{matter}材料汇编"[:80]}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        job = ask(
            matter, data["title"], form.chosen(), by=request.user, token=data["token"], then=request.path
        )  # fmt: skip
        return redirect("jobs:job_detail", job.pk)
    context = {
        "form": form, "matter": matter, "url": url_of(matter), "most_pages": MOST_PAGES,
        "most_megabytes": MOST_BYTES // MEGABYTE,
    }  # fmt: skip
    return render(request, "documents/bundle_form.html", context, status=422 if form.errors else 200)


def _matter(request: HttpRequest, kind: str, pk: int) -> models.Model:
    found = matter_named(kind, pk, request.user)
    if found is None:
        raise Http404
    return found


def made_of(request: HttpRequest, pk: int) -> Job:
    """The finished bundle with the number of its work, for the one who had it made; else 404."""
    return get_object_or_404(Job, pk=pk, owner=request.user.pk, kind=KIND, status=JobStatus.DONE)


@require_GET
def bundle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was bound, what could not be bound and why, the file."""
    job = made_of(request, pk)
    items = parts_of(job.arguments, request.user)
    why = dict(job.result["missing"])
    matter: Any = _matter(request, job.arguments["kind"], job.arguments["matter"])
    context = {
        "job": job,
        "title": job.arguments["title"],
        "items": [{"item": item, "why": why.get(item.key, "")} for item in items],
        "missing": len(why),
        "stored": StoredFile.objects.filter(pk=job.result["file"]).first(),
        "matter": matter,
        "url": url_of(matter),
    }
    return render(request, "documents/bundle_detail.html", context)


@require_GET
def bundle_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The file, to the one who had it made and may still read every part; of what is not public it is a marked copy."""
    job = made_of(request, pk)
    parts_of(job.arguments, request.user)
    stored = get_object_or_404(StoredFile, pk=job.result["file"])
    try:
        file = stored.path.open("rb")
    except FileNotFoundError:
        raise Refused(MISSING.format(name=stored.name)) from None
    response = FileResponse(file, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
