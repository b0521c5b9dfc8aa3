"""Pages of one's own long work: the list, and one with its progress."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.registry import label_of

PER_PAGE = 50


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """My long work, the newest first."""
    page = Paginator(Job.objects.filter(owner=request.user.pk), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"job": job, "label": label_of(job.kind), "tone": tone_of(job)} for job in page]
    return render(request, "jobs/job_list.html", {"page_obj": page, "rows": rows})


@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own piece of work; polled by htmx each second, which goes on to the result when it is done."""
    job = get_object_or_404(Job, pk=pk, owner=request.user.pk)
    context = {"job": job, "label": label_of(job.kind), "tone": tone_of(job)}
    if not request.headers.get("HX-Request"):
        return render(request, "jobs/job_detail.html", context)
    response = render(request, "jobs/job_progress.html", context)
    if job.status == JobStatus.DONE and job.then:
        response["HX-Redirect"] = job.then
    return response


def tone_of(job: Job) -> str:
    """The colour of the status tag."""
    tones: dict[str, str] = {JobStatus.DONE: "green", JobStatus.FAILED: "red", JobStatus.RUNNING: "blue"}
    return tones.get(job.status, "gray")
