"""Pages of the list of a forum: seats, numbers and spread, suggestions, opinions, attendance list. R035-R038, R051."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.forms.forum_people import MoreForm, OpinionForm
from consultation.forums.booking import closed_sentence, put, take_off
from consultation.forums.candidates import matching, suggestions
from consultation.forums.confirming import unsure_sentence
from consultation.forums.invitation import refusal
from consultation.forums.name_list import paper_of
from consultation.forums.seats import meeting_of, name_list, seats_of, spread_of
from consultation.models import Forum, ForumSeat
from consultation.models.forum import MANAGE
from consultation.pages.forum_frame import frame, inside_of, managed_of
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT
from cppcc.documents.typeset import typeset
from cppcc.meetings.letters import draft_letters, names_of
from cppcc.office.access import may, require
from cppcc.office.downloads import PDF, download
from cppcc.office.posted import whole_numbers

SHOWN = 60  # suggestions on a page; the others are found by words


@require_GET
def forum_people(request: HttpRequest, pk: int) -> HttpResponse:
    """The list by seats: who, how many of about how many, where each stands; the spread of sectors; opinions."""
    forum = inside_of(request, pk)
    seats = seats_of(forum)
    letters = Document.objects.visible_to(request.user).about(forum, "invitation")
    context = frame(request, forum, "forum_people") | {
        "seats": seats,
        "anybody": any(seat.rows or seat.aside for seat in seats),
        "spread": spread_of(forum, seats),
        "opinions": list(forum.list_opinions.select_related("organization", "person")),
        "closed": closed_sentence(forum),
        "unsure": unsure_sentence(forum, seats),
        "letters": list(letters.select_related("kind")[:5]),
        "may_draft": may(request.user, MANAGE, forum) and may(request.user, DRAFT) and not refusal(forum, seats),
    }
    return render(request, "consultation/forum_people.html", context)


def managed(request: HttpRequest, pk: int) -> Forum:
    """A forum whose list the reader may change now."""
    return managed_of(request, pk, closed_sentence)


@require_http_methods(["GET", "POST"])
def forum_people_add(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Whom one may invite to a seat, with the reasons; those ticked come onto the list or into the reserve."""
    forum = managed(request, pk)
    seat = get_object_or_404(forum.rules.forumseats.select_related("participant_class"), key=key)
    rows = suggestions(forum, seat)
    form = MoreForm(request.POST if request.method == "POST" else None)
    picked = whole_numbers(request.POST.getlist("person"))
    if request.method == "POST" and form.is_valid():
        whys = {row.person.pk: "；".join(row.why)[:120] for row in rows if row.person.pk in picked}
        if _put(request, forum, seat, form, picked, whys):
            return redirect("consultation:forum_people", pk)
        form.add_error(None, "请先勾选推荐的人，或填写姓名。")
    found = matching(rows, request.GET.get("q", "").replace("\x00", "")[:40])
    context = frame(request, forum, "forum_people") | {
        "seat": seat, "rows": found[:SHOWN], "total": len(rows), "found": len(found), "form": form,
        "words": request.GET.get("q", ""), "picked": picked,
    }  # fmt: skip
    return render(request, "consultation/forum_people_add.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _put(
    request: HttpRequest, forum: Forum, seat: ForumSeat, form: MoreForm, picked: list[int], whys: dict[int, str]
) -> bool:
    """Whether anybody was chosen; a new person is kept with his place, or not at all."""
    persons, reserve = form.chosen(picked), "reserve" in request.POST
    if persons:
        done = put(forum, seat, persons, by=request.user, whys=whys, reserve=reserve, new=form.made)
        say(request, seat, *done, reserve=reserve)
    return bool(persons)


def say(request: HttpRequest, seat: ForumSeat, new: int, known: list[str], *, reserve: bool) -> None:
    """How many are new, and who was known."""
    if new:
        messages.success(request, f"“{seat}”已加入 {new} 人{'（候补）' if reserve else ''}。")
    if known:
        messages.warning(request, f"已在名单或预约中、没有重复加入：{'、'.join(known[:20])}。")


@require_POST
def forum_people_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take those ticked off the list and out of the reserve."""
    forum = managed(request, pk)
    count = take_off(forum, whole_numbers(request.POST.getlist("person")), by=request.user)
    messages.success(request, f"已移出 {count} 人；预约过或通知过的，已告知不必参加。")
    return redirect("consultation:forum_people", pk)


# --- opinions ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def forum_opinion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """An opinion on the list. R037."""
    forum = managed(request, pk)
    form = OpinionForm(request.POST or None, initial={"on": timezone.localdate()})
    form.instance.forum, form.instance.by = forum, request.user
    return _opinion(request, forum, form, "consultation/forum_opinion_create.html")


@require_http_methods(["GET", "POST"])
def forum_opinion_edit(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """An opinion changed: mostly that it was taken."""
    forum = managed(request, pk)
    found = get_object_or_404(forum.list_opinions.select_related("person"), pk=opinion)
    form = OpinionForm(request.POST or None, instance=found)
    return _opinion(request, forum, form, "consultation/forum_opinion_edit.html")


def _opinion(request: HttpRequest, forum: Forum, form: OpinionForm, template: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "意见已登记。")
        return redirect("consultation:forum_people", forum.pk)
    context: dict[str, Any] = frame(request, forum, "forum_people") | {"form": form}
    return render(request, template, context, status=422 if form.errors else 200)


# --- attendance list, letters --------------------------------------------------------------------------------------


@require_GET
def forum_name_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The attendance list in its parts. R051."""
    forum = inside_of(request, pk)
    parts = name_list(forum)
    context = frame(request, forum, "forum_people") | {"parts": parts, "total": sum(len(one.people) for one in parts)}
    return render(request, "consultation/forum_name_list.html", context)


@require_GET
def forum_name_list_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a paper."""
    forum = inside_of(request, pk)
    if forum.meeting is None:
        raise Http404
    return download(f"{forum.title}出席人员名单.pdf", typeset(paper_of(forum)), PDF)


@require_POST
def forum_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the invitation letters to all who confirmed; they go the way of every document. R039."""
    forum = managed_of(request, pk)
    require(request.user, DRAFT)
    made = draft_letters(meeting_of(forum), [], by=request.user)
    count = made.document.letters.count()
    messages.success(request, f"已起草 {count} 份邀请函，收件人名单已按确认情况带出，请核对后送签。")
    if made.left:
        messages.warning(request, f"{names_of(made.left)}已在本次座谈会的邀请函名单中，没有重复起草。")
    return redirect("documents:document_detail", made.document.pk)
