"""Who stands behind the code without an account: his name and the end of his mobile number say so.

The answer never tells whether the name is on the list or the digits are wrong. Too many wrong ones (for a name, from an
address, at a meeting) and it is enough for a while; the desk in the hall signs in everybody else.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from cppcc.meetings.models import Meeting, Participant, SignIn, WrongSignIn
from cppcc.meetings.models.participants import How, Reply
from cppcc.meetings.signing import Outcome, Press, locked_meeting, press
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

WHILE = timedelta(minutes=30)
OF_A_NAME, FROM_AN_ADDRESS, AT_A_MEETING = 5, 60, 300  # wrong ones within that while
KEPT = timedelta(days=1)
WRONG = "姓名或手机号后四位不符。请核对后再试，或到签到台由工作人员办理。"
ENOUGH = "填错的次数太多，请过半小时再试，或到签到台由工作人员办理。"
NOT_DIGITS = re.compile(r"\D")


def sign_in_by_name(meeting: Meeting, name: str, digits: str, *, address: str | None, client_id: UUID) -> Outcome:
    """Sign in the one person on the list of that name (of the deputy's, for whom he stands) and that number.

    Raises Refused with one same sentence whatever does not fit, with another after too many.
    """
    name = "".join(name.split())[:50]
    with transaction.atomic():
        locked = locked_meeting(meeting.pk, How.CODE)
        refusal = ENOUGH if is_enough(locked, name, address) else ""
        row = None if refusal else the_one(locked, name, digits)
        if row is not None:
            return press(locked, Press(row.pk, SignIn.Act.ARRIVE, client_id), by=None, how=How.CODE)
        if not refusal:
            _note(locked, name, address, now())
    raise Refused(refusal or WRONG)


def is_enough(meeting: Meeting, name: str, address: str | None) -> bool:
    """Whether too many were wrong lately. One query."""
    recent = list(meeting.wrong_sign_ins.filter(at__gt=now() - WHILE).values_list("name", "address")[:AT_A_MEETING])
    of_name = sum(tried == name for tried, _ in recent)
    from_address = sum(origin == address for _, origin in recent)
    return of_name >= OF_A_NAME or from_address >= FROM_AN_ADDRESS or len(recent) >= AT_A_MEETING


def _note(meeting: Meeting, name: str, address: str | None, at: datetime) -> None:
    meeting.wrong_sign_ins.filter(at__lt=at - KEPT).delete()
    WrongSignIn.objects.create(meeting=meeting, name=name, address=address, at=at)


def the_one(meeting: Meeting, name: str, digits: str) -> Participant | None:
    """The row of that name whose person's number ends so; None for nobody and for several."""
    himself = Q(person__name=name) & ~Q(reply=Reply.DEPUTY)
    deputy = Q(reply=Reply.DEPUTY, deputy_name=name)
    rows = meeting.participants.filter(himself | deputy).select_related("person")[:50]
    fitting = [row for row in rows if len(digits) == 4 and _ending(row.person.phone) == digits]
    return fitting[0] if len(fitting) == 1 else None


def _ending(phone: str) -> str:
    """The last four digits of a number; "" of one that is too short to be a mobile's."""
    number = NOT_DIGITS.sub("", phone)
    return number[-4:] if len(number) >= 11 else ""


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; behind a proxy of ours what that one says."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or None
