"""The forms of consultation with their rule sheets. R020, R021."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from consultation.models import ConsultationForm


@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """All forms of today."""
    return render(request, "consultation/form_list.html", {"forms": ConsultationForm.objects.valid()})


@require_GET
def form_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One form's rule sheet."""
    return render(request, "consultation/form_detail.html", {"sheet": get_object_or_404(ConsultationForm, pk=pk)})
