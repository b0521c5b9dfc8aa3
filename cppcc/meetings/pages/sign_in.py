"""Pages on the phone: behind the code of the hall, with an account or by name; one's own button; the count."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.meetings.forms.signing import NameForm, uuid_of
from cppcc.meetings.identifying import address_of, sign_in_by_name
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.participants import How
from cppcc.meetings.pages.meeting import meeting_of
from cppcc.meetings.signing import Outcome, Press, closed_sentence, press
from cppcc.meetings.tally import tally_of
from cppcc.office.refusals import Forbidden, Refused

DEAD = "这个签到码无效或已经更换，请扫描会场现在显示的签到码，或到签到台办理。"


def of_code(code: UUID) -> Meeting | None:
    """The meeting of a code that is alive."""
    return Meeting.objects.select_related("kind", "room", "host").filter(sign_in_code=code).first()


def own_row(request: HttpRequest, meeting: Meeting) -> Participant | None:
    """The reader's own row, where he has an account and is on the list."""
    if not request.user.is_authenticated or request.user.person_id is None:
        return None
    rows = meeting.participants.select_related("person", "organization", "participant_class")
    return rows.filter(person=request.user.person_id).first()


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, code: UUID) -> HttpResponse:
    """What the code leads to: one button for who is logged in, name and four digits for everybody else."""
    meeting = of_code(code)
    if meeting is None:
        return render(request, "meetings/sign_dead.html", {"sentence": DEAD}, status=410)
    row = own_row(request, meeting)
    form = NameForm(request.POST if "name" in request.POST else None)
    context: dict[str, Any] = {
        "meeting": meeting, "row": row, "form": form, "client_id": uuid4(), "closed": closed_sentence(meeting, How.CODE)
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "meetings/sign_in.html", context)
    try:
        context |= {"outcome": outcome_of(request, meeting, row, form)}
    except Refused as refusal:
        return render(request, "meetings/sign_in.html", context | {"refusal": refusal.sentence}, status=422)
    return render(request, "meetings/sign_in.html", context | {"row": context["outcome"].row})


def outcome_of(request: HttpRequest, meeting: Meeting, row: Participant | None, form: NameForm) -> Outcome:
    """What becomes of the press. Raises Refused with what the phone shows."""
    if row is not None and not form.is_bound:
        one = Press(row.pk, "arrive", uuid_of(request.POST.get("client_id")))
        return press(meeting, one, by=request.user, how=How.CODE)
    if not form.is_valid():
        raise Refused("请填写姓名和手机号后四位。")
    said = form.cleaned_data
    return sign_in_by_name(
        meeting, said["name"], said["digits"], address=address_of(request), client_id=said["client_id"]
    )


@login_not_required
@never_cache
@require_GET
def sign_count(request: HttpRequest, code: UUID) -> HttpResponse:
    """How many are here, for the screen of the hall, which stays on when the clerk's login has ended."""
    meeting = of_code(code)
    context = {"meeting": meeting, "tally": tally_of(meeting) if meeting else None}
    return render(request, "meetings/sign_count.html", context)


@require_POST
def meeting_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own button on 我的会议."""
    meeting = meeting_of(request, pk)
    row = own_row(request, meeting)
    if row is None:
        raise Forbidden("您不在这次会议的名单中，请到签到台登记。")
    outcome = press(
        meeting, Press(row.pk, "arrive", uuid_of(request.POST.get("token"))), by=request.user, how=How.LOGIN
    )
    seat = f"，座位{row.seat}" if row.seat else ""
    said = f"已签到。{outcome.sentence}{seat}" if outcome.changed else f"您已经签到，不必重复。{outcome.sentence}{seat}"
    messages.success(request, said)
    return redirect("meetings:meeting_mine")
