"""Importing a roster: upload, preview, confirm; the saving is background work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.files.safety import check
from cppcc.jobs.queue import enqueue
from cppcc.office.access import require
from cppcc.office.models import Term
from cppcc.office.refusals import Refused
from cppcc.sheets import batches
from cppcc.sheets.exports import template_response
from cppcc.sheets.forms import options_from
from cppcc.sheets.models import BatchStatus, ImportBatch
from members.forms.roster import RosterForm
from members.imports import MemberImporter
from members.models.member import MANAGE

KIND = MemberImporter.kind


@require_http_methods(["GET", "POST"])
def roster_upload(request: HttpRequest) -> HttpResponse:
    """Choose term and file; it is checked and kept, sealed, for the preview; nothing else is saved."""
    require(request.user, MANAGE)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = check(form.cleaned_data["file"], allowed={"xlsx", "csv"})
            batch = batches.start(
                KIND, data=file.data, file_name=file.name, owner=request.user, arguments=form.arguments
            )
            return redirect("members:roster_preview", batch.pk)
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
    context = {
        "form": form,
        "title": MemberImporter.title,
        "target": "委员名册",
        "back_url": reverse("members:member_list"),
        "template_url": reverse("members:roster_template"),
        "columns": MemberImporter.columns,
    }
    return render(request, "sheets/import_upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def roster_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the import would do, every cell's errors, unknown names; POST confirms, all rows or none, once."""
    batch = get_object_or_404(ImportBatch, pk=pk, owner=request.user, kind=KIND)
    require(request.user, MANAGE)
    done = batch.status == BatchStatus.APPLIED
    if request.method == "POST" and not done:
        arguments = {"batch": batch.pk, "options": options_from(request.POST, batch)}
        job = enqueue("members.import", arguments, owner=request.user, key=f"roster-{batch.pk}", then=request.path)
        return redirect("jobs:job_detail", job.pk)
    context = batches.preview_context(batch) | {
        "target": f"{get_object_or_404(Term, pk=batch.arguments['term'])}委员名册",
        "back_url": reverse("members:member_list"),
        "cancel_url": reverse("members:member_list"),
        "upload_url": reverse("members:roster_upload"),
    }
    return render(request, "sheets/import_done.html" if done else "sheets/import_preview.html", context)


@require_GET
def roster_template(request: HttpRequest) -> HttpResponse:
    """The Excel file to fill in."""
    require(request.user, MANAGE)
    return template_response(MemberImporter)
