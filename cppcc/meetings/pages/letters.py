"""The page that drafts 邀请函 for people of a list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cppcc.documents.models.document import DRAFT
from cppcc.meetings.letters import draft_letters, names_of
from cppcc.meetings.pages.invitee import managed
from cppcc.office.access import require
from cppcc.office.posted import whole_numbers


@require_POST
def invitation_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """A batch for those ticked, else for all who have not been told; then its text is looked over and sent on."""
    meeting = managed(request, pk)
    require(request.user, DRAFT)
    made = draft_letters(meeting, whole_numbers(request.POST.getlist("participant")), by=request.user)
    count = made.document.letters.count()
    messages.success(request, f"已起草 {count} 份邀请函，请核对文字和收件人，选定签发岗位后送审。")
    if made.left:
        messages.warning(request, f"{names_of(made.left)}已在本次会议的邀请函名单中，没有重复起草。")
    return redirect("documents:document_edit", made.document.pk)
