"""Importing topics and suggestions: upload, preview, confirm; the saving is background work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from consultation.models import AnnualPlan, Solicitation
from consultation.topics import frozen_sentence
from cppcc.files.safety import check
from cppcc.jobs.queue import enqueue
from cppcc.office.access import require
from cppcc.office.refusals import Refused
from cppcc.sheets import batches
from cppcc.sheets.exports import template_response
from cppcc.sheets.forms import UploadForm, options_from
from cppcc.sheets.imports import importer_of
from cppcc.sheets.models import BatchStatus, ImportBatch


@dataclass(frozen=True)
class Place:
    """Where an import goes: the importer, the argument that names the target, who may, when it is refused."""

    importer: str
    argument: str
    model: Any
    act: str
    refusal: Callable[[Any], str]
    page: Callable[[Any], str]


PLACES = {
    "topics": Place(
        "consultation.topics", "plan", AnnualPlan, "consultation.manage_plan",
        lambda plan: "" if plan.is_editable else frozen_sentence(plan),
        lambda plan: reverse("consultation:plan_detail", args=[plan.year]),
    ),
    "suggestions": Place(
        "consultation.suggestions", "solicitation", Solicitation, "consultation.manage_solicitation",
        lambda solicitation: solicitation.closed_sentence(office=True),
        lambda solicitation: reverse("consultation:solicitation_detail", args=[solicitation.pk]),
    ),
}  # fmt: skip


def _place(request: HttpRequest, kind: str, pk: int) -> tuple[Place, Any]:
    place = PLACES.get(kind)
    if place is None:
        raise Http404
    target = get_object_or_404(place.model.objects.visible_to(request.user), pk=pk)
    require(request.user, place.act, target)
    return place, target


@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Choose a file; it is checked and kept for the preview, nothing else is saved."""
    place, target = _place(request, kind, pk)
    if sentence := place.refusal(target):
        raise Refused(sentence)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _kept(form.cleaned_data["file"], place, target, request.user)
            return redirect("consultation:import_preview", batch.pk)
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
    context = {
        "form": form,
        "title": importer_of(place.importer).title,
        "target": target,
        "back_url": place.page(target),
        "template_url": reverse("consultation:import_template", args=[kind]),
        "columns": importer_of(place.importer).columns,
    }
    return render(request, "sheets/import_upload.html", context, status=422 if form.errors else 200)


def _kept(upload: Any, place: Place, target: Any, user: Any) -> ImportBatch:
    checked = check(upload, allowed={"xlsx", "csv"})
    return batches.start(
        place.importer, data=checked.data, file_name=checked.name, owner=user, arguments={place.argument: target.pk}
    )


def _batch(request: HttpRequest, pk: int) -> tuple[ImportBatch, Place, Any, str]:
    batch = get_object_or_404(ImportBatch, pk=pk, owner=request.user)
    kind, place = next((k, p) for k, p in PLACES.items() if p.importer == batch.kind)
    _, target = _place(request, kind, batch.arguments[place.argument])
    return batch, place, target, kind


@require_http_methods(["GET", "POST"])
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the import would do, every row's errors, unknown names; POST confirms, and the rows are saved in the
    background, all or none; confirming twice saves once."""
    batch, place, target, kind = _batch(request, pk)
    done = batch.status == BatchStatus.APPLIED
    if request.method == "POST" and not done:
        arguments = {"batch": batch.pk, "options": options_from(request.POST, batch)}
        job = enqueue("consultation.import", arguments, owner=request.user, key=f"import-{batch.pk}", then=request.path)
        return redirect("jobs:job_detail", job.pk)
    context = batches.preview_context(batch) | {
        "target": target,
        "back_url": place.page(target),
        "cancel_url": place.page(target),
        "upload_url": reverse("consultation:import_upload", args=[kind, target.pk]),
    }
    return render(request, "sheets/import_done.html" if done else "sheets/import_preview.html", context)


@require_GET
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The Excel file to fill in."""
    if kind not in PLACES:
        raise Http404
    require(request.user, PLACES[kind].act)
    return template_response(importer_of(PLACES[kind].importer))
