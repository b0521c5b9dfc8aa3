"""Pages of the desk in the hall: the list that is ticked, its changes, who comes without being on it, the code."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.meetings import sign_code
from cppcc.meetings.forms.signing import WalkInForm, presses
from cppcc.meetings.inviting import day_of, titled
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import ANSWER, MANAGE, MeetingState
from cppcc.meetings.pages.meeting import meeting_of
from cppcc.meetings.people import find
from cppcc.meetings.signing import Outcome, closed_sentence, late_after, press_many
from cppcc.meetings.tally import AWAY, HERE, called, last_presses, mark_of, print_of, signing_rows, tally_of
from cppcc.meetings.walking_in import walk_in
from cppcc.office.access import reaches_any, require
from cppcc.office.downloads import PDF, download
from cppcc.office.one_time import address_of
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

SHOWN = {"missing": ~HERE & ~AWAY, "here": HERE, "leave": AWAY}
SHOWN_LABELS = [("", "全部"), ("missing", "未到"), ("here", "已到"), ("leave", "请假")]


def desk_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting whose attendance the reader enters."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    return meeting


@require_GET
@never_cache
def meeting_signing(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to tick, in its order by classes, with the numbers of the hall."""
    meeting = desk_meeting(request, pk)
    context = state_of(request, meeting) | {
        "rows": listed(request, meeting), "page": uuid4(), "shown_labels": SHOWN_LABELS,
        "afterwards": now() > meeting.ends, "late_after": late_after(meeting),
    }  # fmt: skip
    return render(request, "meetings/meeting_signing.html", context)


def asked_of(request: HttpRequest) -> tuple[str, str]:
    """What is looked for, and which of them."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    return words, request.GET.get("show", "") if request.GET.get("show") in SHOWN else ""


def listed(request: HttpRequest, meeting: Meeting) -> list[Participant]:
    """The rows that were asked for: all of them, unless words or a choice narrow the list."""
    words, show = asked_of(request)
    rows = signing_rows(meeting)
    if words:
        rows = rows.filter(called(words))
    return list(rows.filter(SHOWN[show]) if show else rows)


def state_of(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The hall as it is. The marks are read first: what is pressed meanwhile comes with the next look."""
    mark, list_print = mark_of(meeting), print_of(meeting)
    words, show = asked_of(request)
    return {
        "meeting": meeting, "mark": mark, "print": list_print, "tally": tally_of(meeting), "words": words,
        "show": show, "last": last_presses(meeting), "closed": closed_sentence(meeting),
        "may_record": reaches_any(request.user, ANSWER) and meeting.state == MeetingState.INVITED,
    }  # fmt: skip


@require_GET
@never_cache
def signing_rows_since(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed since the last look (204: nothing); all rows when the list itself is another one."""
    meeting = desk_meeting(request, pk)
    if (request.GET.get("mark"), request.GET.get("print")) == (mark_of(meeting), print_of(meeting)):
        return HttpResponse(status=204)
    return changes(request, meeting, request.GET.get("mark"), request.GET.get("print"))


def changes(
    request: HttpRequest, meeting: Meeting, mark: str | None, known: str | None, outcomes: list[Outcome] | None = None,
    refusal: str = "",
) -> HttpResponse:  # fmt: skip
    """The parts of the page that are drawn anew: rows pressed since `mark`, the numbers, what is said."""
    context = state_of(request, meeting)
    whole = known != context["print"]
    touched = [outcome.row.pk for outcome in outcomes or []]
    rows = listed(request, meeting) if whole else list(signing_rows(meeting).touched(whole_number(mark), touched))
    context |= {"rows": rows, "whole": whole, "said": refusal or told_of(outcomes or []), "refused": bool(refusal)}
    return render(request, "meetings/signing_changes.html", context, status=409 if refusal else 200)


def told_of(outcomes: list[Outcome]) -> str:
    """What came of the presses, in a sentence."""
    if len(outcomes) <= 1:
        return "".join(outcome.sentence for outcome in outcomes)
    changed = sum(outcome.changed for outcome in outcomes)
    refused = "；".join(outcome.refusal for outcome in outcomes if outcome.refusal)
    same = len(outcomes) - changed - sum(bool(outcome.refusal) for outcome in outcomes)
    return "，".join(
        [f"已签到 {changed} 人", *([f"{same} 人原已签到"] if same else []), *([refused] if refused else [])]
    )


@require_POST
def signing_press(request: HttpRequest, pk: int) -> HttpResponse:
    """One press, or all ticked: with script the changed rows come back, without it the whole page."""
    meeting, refusal, outcomes = desk_meeting(request, pk), "", []
    try:
        outcomes = press_many(meeting, presses(request.POST), by=request.user)
        refusal = outcomes[0].refusal if len(outcomes) == 1 else ""
    except Refused as refused:
        refusal = refused.sentence
    if request.htmx:  # type: ignore[attr-defined]
        meeting = desk_meeting(request, pk)
        return changes(request, meeting, request.POST.get("mark"), request.POST.get("print"), outcomes, refusal)
    (messages.error if refusal else messages.success)(request, refusal or told_of(outcomes))
    words, show = asked_of(request)
    row = f"#p{outcomes[0].row.pk}" if len(outcomes) == 1 else ""
    asked = urlencode({key: value for key, value in (("q", words), ("show", show)) if value})
    return redirect(f"{reverse('meetings:meeting_signing', args=[pk])}?{asked}{row}")


@require_http_methods(["GET", "POST"])
def signing_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who is not on the list: looked for among all that we know, or entered. R114."""
    meeting = desk_meeting(request, pk)
    if sentence := closed_sentence(meeting):
        messages.error(request, sentence)
        return redirect("meetings:meeting_signing", pk)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    form = WalkInForm(request.POST or None, initial={"name": "" if words.isascii() else words})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        outcome = walk_in(meeting, form.who, said["participant_class"], client_id=said["client_id"], by=request.user)
        messages.success(request, outcome.sentence)
        return redirect(f"{reverse('meetings:meeting_signing', args=[pk])}#p{outcome.row.pk}")
    people = form.namesakes or list(find(words))
    found = list(titled(people, day_of(meeting)).values()) if people else []
    there = set(meeting.participants.filter(person__in=people).values_list("person", flat=True))
    context = {
        "meeting": meeting, "form": form, "words": words, "found": found, "there": there,
        "found_form": WalkInForm(auto_id="found_%s"),
    }  # fmt: skip
    return render(request, "meetings/signing_walk_in.html", context, status=422 if form.errors else 200)


# --- the code ------------------------------------------------------------------------------------------------------


@require_GET
@never_cache
def meeting_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen of the hall: the code as large as it gets, the title, how many are here."""
    meeting = desk_meeting(request, pk)
    address = address_of(sign_code.path(meeting), request)
    context = {
        "meeting": meeting, "picture": sign_code.picture(address), "address": address,
        "tally": tally_of(meeting), "closed": closed_sentence(meeting, "code"),
    }  # fmt: skip
    return render(request, "meetings/meeting_code.html", context)


@require_GET
def code_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The code on paper."""
    meeting = desk_meeting(request, pk)
    sheet = sign_code.poster(meeting, address_of(sign_code.path(meeting), request))
    return download(f"{meeting.title}签到码.pdf", sheet, PDF)


@require_POST
def code_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another code; the posters that hang are of no use any more."""
    meeting = desk_meeting(request, pk)
    sign_code.renew(meeting)
    messages.success(request, "已更换签到码，原来的签到码和海报作废，请重新打印张贴。")
    return redirect("meetings:meeting_signing", pk)
