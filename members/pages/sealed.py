"""Pages of what is sealed: identity number, address, religion. Shown once, for a reason that is written down."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from cppcc.office.access import require
from members import enrolment
from members.forms.member import SealedForm, UnmaskForm
from members.house import UNMASK
from members.models import Unmasking
from members.models.particulars import SEALED
from members.pages.member import kept, member_of, shown

SHOWN = 20  # earlier views told beside the form


@sensitive_variables("text")
@never_cache
@require_http_methods(["GET", "POST"])
def member_unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one sealed particular; the answer to the POST shows it, no other page ever does."""
    member = member_of(request, pk)
    require(request.user, UNMASK)
    form = UnmaskForm(request.POST or None, initial={"field": request.GET.get("field", "")})
    views = Unmasking.objects.filter(person=member.person_id).select_related("by__person")[:SHOWN]
    if request.method == "POST" and form.is_valid():
        field = form.cleaned_data["field"]
        text = enrolment.unmask(member, field, form.cleaned_data["reason"], by=request.user)
        response = render(
            request, "members/member_unmasked.html", {"member": member, "label": SEALED[field], "text": text}
        )
        response["Cache-Control"] = "no-store, private, max-age=0"
        return response
    return shown(request, "members/member_unmask.html", form, member, views=views)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def sealed_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what is sealed, without seeing what stands there."""
    member = kept(request, pk)
    form = SealedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.values:
            enrolment.write_sealed(member, form.values)
            messages.success(request, "敏感信息已加密保存。")
        return redirect("members:member_detail", pk)
    return shown(request, "members/member_act.html", form, member, title="填写敏感信息")
