"""Pages of a scheme: what it says and where it stands, its form, a part made anew, its versions. R030, R031."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from consultation.forms.forum_scheme import SchemeForm
from consultation.forums.scheme import (
    KIND,
    is_approved,
    may_be_written,
    parts_of,
    save_scheme,
    saved_parts,
    scheme_title,
)
from consultation.models import Forum
from consultation.models.forum import ForumState
from consultation.pages.forum_frame import frame, inside_of, managed_of
from consultation.workflows.forum import FORUM
from cppcc.documents.about import draft_address
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT
from cppcc.office.access import may
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Stale
from cppcc.workflow.approval import course
from cppcc.workflow.carry_out import buttons
from cppcc.workflow.trail import movements_of
from cppcc.workflow.versions import compared

WALKING = (ForumState.IN_APPROVAL, ForumState.AMENDING)
ENDED = (ForumState.IN_SESSION, ForumState.HELD, ForumState.REPORTED, ForumState.CLOSED)
ACTS = ("submit", "pass", "pass_amended", "defer", "finish_amendment", "send_back", "withdraw")
SENT_BACK = ("send_back", "pass_amended")


@require_GET
def forum_scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """The scheme as it stands, its way through the bodies, what is to be done next."""
    forum = inside_of(request, pk)
    movements = list(movements_of(forum))
    shown = buttons(FORUM, forum, request.user, "consultation:forum_move", pk)
    context = frame(request, forum, "forum_scheme") | {
        "parts": parts_of(forum),
        "steps": course(forum, movements, walking=WALKING, approved=ForumState.PREPARING, ended=ENDED),
        "open_transitions": [one for one in shown if one["name"] in ACTS],
        "returned": next((m for m in movements if m.name in SENT_BACK), None) if forum.is_drafting else None,
        "approved": is_approved(forum),
        "title": scheme_title(forum),
    }
    return render(request, "consultation/forum_scheme.html", context | papers(request, forum))


def papers(request: HttpRequest, forum: Forum) -> dict[str, Any]:
    """The documents that carry the scheme, and the address at which one is drafted once it is approved."""
    if not is_approved(forum):
        return {"documents": [], "draft_url": ""}
    found = Document.objects.visible_to(request.user).about(forum, KIND).select_related("kind")
    address = draft_address(forum, KIND) if may(request.user, DRAFT) else ""
    return {"documents": list(found[:10]), "draft_url": address}


def written_by(request: HttpRequest, pk: int) -> Forum:
    """A forum whose scheme the reader may write now."""
    return managed_of(request, pk, may_be_written)


@require_http_methods(["GET", "POST"])
def forum_scheme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All parts in one form; who saves second is shown what the first changed, and keeps what he typed."""
    forum = written_by(request, pk)
    parts = parts_of(forum) if request.method == "GET" else saved_parts(forum)  # what is typed needs no first texts
    form = SchemeForm(request.POST or None, parts=parts, version=forum.version)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            save_scheme(forum, form.texts, by=request.user, version=form.cleaned_data["version"])
        except Stale:
            latest = Forum.objects.select_related("rules").get(pk=pk)
            form.merge(saved_parts(forum), latest.version)
            status = 409
        else:
            messages.success(request, "方案已保存。")
            return redirect("consultation:forum_scheme", pk)
    context = frame(request, forum, "forum_scheme") | {"form": form}
    return render(request, "consultation/forum_scheme_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def forum_scheme_part(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A part made anew from what is known: both texts side by side, nothing is replaced unasked."""
    forum = written_by(request, pk)
    found = next((one for one in parts_of(forum) if one.part.key == key), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        text = found.fresh if request.POST.get("how") == "replace" else f"{found.text}\n{found.fresh}".strip()
        save_scheme(forum, {found.part.pk: text}, by=request.user, version=whole_number(request.POST.get("version")))
        messages.success(request, f"“{found.part}”已更新。")
        return redirect("consultation:forum_scheme", pk)
    context = frame(request, forum, "forum_scheme") | {"written": found}
    return render(request, "consultation/forum_scheme_part.html", context)


@require_GET
def forum_scheme_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions that went before the bodies, and the difference between two of them."""
    forum = inside_of(request, pk)
    context = frame(request, forum, "forum_scheme") | compared(forum, request.GET)
    return render(request, "consultation/forum_scheme_versions.html", context)
