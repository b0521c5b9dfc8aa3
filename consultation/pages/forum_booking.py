"""Pages of 预约: ask, answer (oneself, one's unit, by link, 代录), links, reasons, signing up. R039."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.forms.forum_people import BookingForm
from consultation.forums.booking import (
    PURPOSE,
    answer,
    ask,
    askable,
    closed_sentence,
    issue_links,
    letter,
    way_of,
)
from consultation.forums.confirming import waive
from consultation.forums.signing_up import apply, decide
from consultation.models import Booking, Forum
from consultation.models.forum import BEFORE
from consultation.pages.forum_frame import forum_of, frame
from consultation.pages.forum_people import managed
from cppcc.meetings.models.meeting import ANSWER
from cppcc.meetings.models.participants import How
from cppcc.office.access import organizations_with
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of, through_link
from cppcc.office.posted import whole_numbers
from cppcc.office.refusals import Forbidden, Refused
from cppcc.office.roles import Role

RELATED = ("forum__meeting__room", "forum__rules", "forum__topic", "forum__lead", "person", "organization", "seat")


@require_http_methods(["GET", "POST"])
def forum_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is to be asked beforehand, and the text; it can be copied for WeChat and the telephone."""
    forum = managed(request, pk)
    typed = request.POST.get("text", "").replace("\x00", "").strip()
    if request.method == "POST":
        count = ask(forum, whole_numbers(request.POST.getlist("person")), typed, by=request.user)
        messages.success(request, f"已向 {count} 人发出预约；没有账号和邮箱的列在“发送记录”里，请电话或微信联系。")
        return redirect("consultation:forum_people", pk)
    context = frame(request, forum, "forum_people") | {"rows": askable(forum), "text": letter(forum)}
    return render(request, "consultation/forum_book.html", context)


@require_http_methods(["GET", "POST"])
def forum_booking(request: HttpRequest, pk: int, booking: int) -> HttpResponse:
    """One answer: his own, that of somebody of one's unit, or recorded by who manages the forum."""
    row = get_object_or_404(Booking.objects.select_related(*RELATED), pk=booking, forum=forum_of(request, pk))
    how = way_of(request.user, row)
    if not how:
        raise Forbidden("只能答复发给您本人或本单位的座谈会邀请。")
    if sentence := closed_sentence(row.forum):
        raise Refused(sentence)
    form = BookingForm(request.POST or None, booking=row, how=how)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data.get("source", "")
        said, note = answer(row, form.said, by=request.user, how=how, source=source)
        messages.success(request, f"已登记：{said.person.name}{said.stance}。")
        if note and how == How.PROXY:
            messages.warning(request, note)
        return redirect("consultation:forum_people", pk) if how == How.PROXY else redirect("consultation:forum_open")
    context = frame(request, row.forum, "forum_people") | {"form": form, "row": row, "proxy": how == How.PROXY}
    return render(request, "consultation/forum_booking.html", context, status=422 if form.errors else 200)


@require_POST
def forum_booking_links(request: HttpRequest, pk: int) -> HttpResponse:
    """One-time links for those who were asked and have not answered, or for those ticked; shown once."""
    forum = managed(request, pk)
    ticked = forum.bookings.filter(person__in=whole_numbers(request.POST.getlist("person")))
    made = issue_links(forum, list(ticked.values_list("pk", flat=True)), by=request.user)
    rows = [
        {"whose": one, "url": address_of(reverse("consultation:booking_link", args=[token]), request)}
        for one, token in made
    ]
    context = frame(request, forum, "forum_people") | {"rows": rows, "text": letter(forum)}
    response = render(request, "consultation/forum_booking_links.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def booking_link(request: HttpRequest, token: str) -> HttpResponse:
    """Who has no account answers by a link: GET shows, POST acts; it is good until the forum begins."""
    return through_link(request, token, PURPOSE, _by_link, lock=False)


def _by_link(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    row = Booking.objects.select_related(*RELATED).filter(pk=link.object_id).first()
    if row is None:
        raise Refused("邀请名单已经调整，请与牵头委室联系。")
    if sentence := closed_sentence(row.forum):
        raise Refused(sentence)
    form = BookingForm(request.POST or None, booking=row, how=How.LINK)
    context: dict[str, Any] = {"form": form, "forum": row.forum, "row": row}
    if request.method == "POST" and form.is_valid():
        context["row"], _ = answer(row, form.said, by=None, how=How.LINK)
        return render(request, "consultation/booking_done.html", context)
    return render(request, "consultation/booking_link.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def forum_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let those ticked be invited without a confirmation, with the reason. R039."""
    forum, why = managed(request, pk), request.POST.get("why", "").replace("\x00", "")
    count = waive(forum, whole_numbers(request.POST.getlist("person")), why, by=request.user)
    messages.success(request, f"已登记 {count} 人不经预约确认邀请的理由。")
    return redirect("consultation:forum_people", pk)


# --- signing up ----------------------------------------------------------------------------------------------------


@require_GET
def forum_open(request: HttpRequest) -> HttpResponse:
    """One's own bookings and those of one's unit, and the forums for which members sign themselves up."""
    user = request.user
    units, person = organizations_with(user, ANSWER), user.person_id
    mine = (
        Booking.objects.select_related(*RELATED)
        .filter(forum__state__in=BEFORE)
        .order_by("forum__meeting__starts", "pk")
    )
    shown = [row for row in _reached(mine, user, units) if row.asked_at or row.applied_at]
    open_ones: list[Forum] = []
    if any(acting.role == Role.MEMBER for acting in user.acting):
        known = {row.forum_id for row in shown if row.person_id == person}
        found = Forum.objects.filter(rules__open_to_members=True, state__in=BEFORE, meeting__starts__gt=timezone.now())
        listed = found.filter(meeting__participants__person=person).values_list("pk", flat=True)
        found = found.exclude(pk__in=known).exclude(pk__in=listed)
        open_ones = list(found.listed().order_by("meeting__starts")[:50])
    return render(request, "consultation/forum_open.html", {"rows": shown, "open_ones": open_ones})


def _reached(rows: Any, user: Any, units: list[int]) -> Any:
    if not user.acting:
        return rows.none()
    found = rows.filter(person=user.person_id) if user.person_id else rows.none()
    return (found | rows.filter(organization__in=units))[:200]


@require_POST
def forum_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """A member signs himself up."""
    forum = get_object_or_404(Forum.objects.select_related("rules", "meeting"), pk=pk, rules__open_to_members=True)
    person = request.user.person
    if person is None or not any(acting.role == Role.MEMBER for acting in request.user.acting):
        raise Forbidden("自主报名限政协委员。")
    apply(forum, person, by=request.user)
    messages.success(request, "已报名，牵头委室确认后会告诉您。")
    return redirect("consultation:forum_open")


@require_POST
def forum_decide(request: HttpRequest, pk: int, booking: int) -> HttpResponse:
    """Take somebody who signed himself up, or not."""
    forum = managed(request, pk)
    row = get_object_or_404(Booking.objects.select_related(*RELATED), pk=booking, forum=forum)
    why = request.POST.get("why", "").replace("\x00", "")
    note = decide(row, accepted="accept" in request.POST, why=why, by=request.user)
    messages.success(request, f"{row.person.name}的报名已办理。")
    if note:
        messages.warning(request, note)
    return redirect("consultation:forum_people", pk)
