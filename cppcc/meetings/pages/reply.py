"""Pages of answers: one's own meetings, one's own answer, that of one's unit, by link, recorded by the office."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.meetings.forms.reply import ReplyForm
from cppcc.meetings.links import PURPOSE
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import ANSWER, MeetingState
from cppcc.meetings.models.participants import How
from cppcc.meetings.pages.meeting import inside, meeting_of
from cppcc.meetings.replying import answer, closed_sentence, is_late, way_of
from cppcc.meetings.signing import offer_sign_in
from cppcc.office.access import organizations_with
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import through_link
from cppcc.office.refusals import Forbidden, Refused

PAST = 20  # meetings of the past that the page shows


@require_GET
def meeting_mine(request: HttpRequest) -> HttpResponse:
    """One's own meetings and those of one's unit: what to answer first, then what comes, then what was."""
    user, now = request.user, timezone.now()
    units = organizations_with(user, ANSWER)
    rows = Participant.objects.aware().of(user.person_id, units) if user.acting else Participant.objects.none()
    rows = rows.select_related("meeting__kind", "meeting__room", "person", "organization", "participant_class")
    coming = list(rows.filter(meeting__ends__gte=now).order_by("meeting__starts", "order", "pk")[:500])
    past = list(rows.filter(meeting__ends__lt=now).order_by("-meeting__starts", "pk")[: PAST + 1])
    asked = [row for row in coming if is_asked(row)]
    offer_sign_in(coming, user)
    context = {
        "asked": asked,
        "coming": [row for row in coming if not is_asked(row)],
        "past": past[:PAST],
        "more": len(past) > PAST,
        "units": bool(units),
    }
    return render(request, "meetings/meeting_mine.html", context)


def is_asked(row: Participant) -> bool:
    """Whether an answer is waited for."""
    unsaid = row.invited_at and not row.reply and row.leave in ("", "refused")
    return bool(unsaid) and row.meeting.state == MeetingState.INVITED and not row.meeting.has_begun


@require_http_methods(["GET", "POST"])
def meeting_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own answer."""
    meeting = meeting_of(request, pk)
    row = (
        meeting.participants.invited().filter(person=request.user.person_id).first() if request.user.person_id else None
    )
    if row is None:
        raise Forbidden("这次会议没有邀请您本人；代本单位人员或代录回复，请在会议页面选择那个人。")
    return _reply_page(request, meeting, row)


@require_http_methods(["GET", "POST"])
def participant_reply(request: HttpRequest, pk: int, participant: int) -> HttpResponse:
    """The answer of somebody of one's unit, or recorded by the office with its source (代录)."""
    meeting = meeting_of(request, pk)
    row = get_object_or_404(meeting.participants.invited(), pk=participant)
    if not way_of(request.user, row):
        if inside(request.user, meeting):
            raise Forbidden("代他人登记回复由办公室办理。")
        raise Http404
    return _reply_page(request, meeting, row)


def _reply_page(request: HttpRequest, meeting: Meeting, row: Participant) -> HttpResponse:
    how = way_of(request.user, row)
    if sentence := closed_sentence(meeting, row, how):
        raise Refused(sentence)
    form = ReplyForm(request.POST or None, row=row, how=how)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data.get("source", "")
        said = answer(row, form.said, by=request.user, how=how, source=source)
        messages.success(request, _thanks(said, meeting))
        mine = row.person_id == request.user.person_id
        return redirect(
            "meetings:meeting_detail" if mine or how != How.PROXY else "meetings:meeting_invitees", meeting.pk
        )
    context = {
        "form": form, "meeting": meeting, "row": row, "proxy": how == How.PROXY,
        "mine": row.person_id == request.user.person_id, "answers": row.answers.select_related("by__person"),
    }  # fmt: skip
    return render(request, "meetings/meeting_reply.html", context, status=422 if form.errors else 200)


def _thanks(row: Participant, meeting: Meeting) -> str:
    late = "（已过回复截止时间，记为逾期回复）" if is_late(row, meeting) else ""
    if row.leave:
        return f"已提交请假，等待批准{late}。"
    return f"已登记：{row.person.name}{row.get_reply_display()}{late}。"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def reply_link(request: HttpRequest, token: str) -> HttpResponse:
    """Who has no account answers by a link: GET shows, POST acts; it is good until the meeting starts."""
    return through_link(request, token, PURPOSE, _by_link, lock=False)


def _by_link(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    row = link.matter
    if row is None:
        raise Refused("名单已经调整，您不在参会名单中，请与会务人员联系。")
    meeting = Meeting.objects.select_related("kind", "room", "host").get(pk=row.meeting_id)
    if sentence := closed_sentence(meeting, row, How.LINK):
        raise Refused(sentence)
    form = ReplyForm(request.POST or None, row=row, how=How.LINK)
    context: dict[str, Any] = {"form": form, "meeting": meeting, "row": row, "agenda": list(meeting.agenda.all())}
    if request.method == "POST" and form.is_valid():
        context["row"] = answer(row, form.said, by=None, how=How.LINK)
        return render(request, "meetings/reply_done.html", context)
    return render(request, "meetings/reply_link.html", context, status=422 if request.method == "POST" else 200)
