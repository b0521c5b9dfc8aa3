"""Signing in: one press each to arrive, to leave early, to take back; nothing is counted twice. R070.

A press is kept with what held before it. All presses of a meeting wait for its row, as its closing does: so two clerks
who tick at once agree, and nobody signs in beside the locked attendance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.meetings.duties import keep_duties
from cppcc.meetings.models import Meeting, Participant, SignIn
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Attendance, How, Leave, Reply
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

Act = SignIn.Act
FIELDS = ("attendance", "arrived_at", "left_at", "attendance_how")
OWN = (How.LOGIN, How.CODE, How.LINK)  # ways by which people sign in themselves: only while the meeting lasts
LONGEST_WAIT = timedelta(hours=24)  # that a press may have waited for the network


@dataclass(frozen=True)
class Press:
    """One press. `of`: the client id of the press that an undo takes back. `waited`: how long it lay unsent."""

    participant: int
    act: str
    client_id: UUID
    of: UUID | None = None
    waited: timedelta = timedelta()


@dataclass(frozen=True)
class Outcome:
    """What became of a press: the row as it stands now, whether it changed, why it could not."""

    row: Participant
    changed: bool = False
    refusal: str = ""

    @property
    def sentence(self) -> str:
        """What the one who pressed reads."""
        return self.refusal or (told(self.row) if self.changed else f"{told(self.row)}，没有变化。")


# --- when ----------------------------------------------------------------------------------------------------------


def opens_at(meeting: Meeting) -> datetime:
    """From when on one signs in."""
    return meeting.starts - timedelta(hours=meeting.kind.opens_before)


def late_after(meeting: Meeting) -> datetime:
    """Who comes after this is late."""
    return meeting.starts + timedelta(minutes=meeting.kind.grace)


def closed_sentence(meeting: Meeting, how: str = How.LIST) -> str:
    """Why nobody can sign in (by that way) now, "" while one can. The clerk may enter until the meeting is closed."""
    if meeting.state == MeetingState.PLANNED:
        return "会议还没有发出通知，不能签到。"
    if meeting.state == MeetingState.CANCELLED:
        return "会议已取消，不能签到。"
    if meeting.state == MeetingState.CLOSED:
        return "会议已结束，出席情况已锁定，不能再签到；确需更正的请办公室重新打开会议。"
    if now() < opens_at(meeting):
        return f"签到从{timezone.localtime(opens_at(meeting)):%-m月%-d日 %H:%M}开始，现在还不能签到。"
    if how in OWN and now() > meeting.ends:
        return "会议已经散会，签到已经停止；确已到会的请与会务人员联系补登。"
    return ""


def offer_sign_in(rows: Iterable[Any], user: Any) -> None:
    """Let the user's own rows know whether he can sign in now: `signs` is the id of his press, "" when he cannot."""
    for row in rows:
        own = row.person_id == user.person_id and not row.attendance
        row.signs = uuid4() if own and not closed_sentence(row.meeting, How.LOGIN) else ""


def locked_meeting(pk: int, how: str = How.LIST) -> Meeting:
    """The meeting's row, locked. Raises Refused when nobody can sign in."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("kind", "room").get(pk=pk)
    if sentence := closed_sentence(meeting, how):
        raise Refused(sentence)
    return meeting


# --- pressing ------------------------------------------------------------------------------------------------------


def press(meeting: Meeting, one: Press, *, by: Any, how: str = How.LIST) -> Outcome:
    """One press; the same client id again gives what holds and changes nothing.

    Raises Refused when it cannot be done: not open, not on the list, nothing to leave or to take back.
    """
    [outcome] = press_many(meeting, [one], by=by, how=how)
    if outcome.refusal:
        raise Refused(outcome.refusal)
    return outcome


def press_many(meeting: Meeting, presses: Sequence[Press], *, by: Any, how: str = How.LIST) -> list[Outcome]:
    """Several presses in one transaction with a constant number of statements; what one cannot do hinders no other.

    Raises Refused when nobody can sign in, or when a client id names something else.
    """
    try:
        with transaction.atomic():
            return _pressed(locked_meeting(meeting.pk, how), presses, by=by, how=how)
    except IntegrityError:  # the same id at another meeting at the same moment
        raise Refused("这次操作的编号已经用过，请刷新页面后再试。") from None


def _pressed(meeting: Meeting, presses: Sequence[Press], *, by: Any, how: str) -> list[Outcome]:
    rows = listed(meeting, {one.participant for one in presses})
    known = SignIn.objects.in_bulk([one.client_id for one in presses], field_name="client_id")
    standing = standing_presses(rows)
    found, made, moved = [], [], []
    for one in {one.participant: one for one in reversed(presses)}.values():  # a person once
        row = rows[one.participant]
        if one.client_id in known:
            found.append(_repeated(known[one.client_id], row))
            continue
        before = said_of(row)
        undone, refusal = _apply(meeting, row, one, standing.get(row.pk, []), how)
        changed = not refusal and before != said_of(row)
        found.append(Outcome(row, changed, refusal))
        if not refusal:
            made.append(_kept(row, one, before, by=by, how=how, counted=changed, undone=undone if changed else None))
        moved += [row] if changed else []
    _save(meeting, made, moved)
    return found


def said_of(row: Participant) -> tuple[Any, ...]:
    """What a press may change."""
    return tuple(getattr(row, field) for field in FIELDS)


def listed(meeting: Meeting, pks: Iterable[int]) -> dict[int, Participant]:
    """Rows of the list, locked. Raises Refused when one of them is gone."""
    wanted = set(pks)
    rows = Participant.objects.select_for_update(of=("self",)).filter(meeting=meeting, pk__in=wanted)
    found = {row.pk: row for row in rows.select_related("person", "organization", "participant_class").order_by("pk")}
    if wanted - set(found):
        raise Refused("名单已经调整，所选的人不在参会名单中，请刷新页面。")
    return found


def standing_presses(rows: Iterable[int]) -> dict[int, list[SignIn]]:
    """The presses that hold, of each row the oldest first. One query."""
    found: dict[int, list[SignIn]] = {}
    for one in effective().filter(participant__in=list(rows)).order_by("pk"):
        found.setdefault(one.participant_id, []).append(one)
    return found


def effective() -> QuerySet[SignIn]:
    """Presses that changed something and were not taken back."""
    return SignIn.objects.filter(counted=True, undone_by=None).exclude(act=Act.UNDO)


def _repeated(known: SignIn, row: Participant) -> Outcome:
    """A client id that came already: the same person's press is told what holds, another's is refused."""
    if known.participant_id != row.pk:
        return Outcome(row, refusal="这次操作的编号已经用过，请刷新页面后再试。")
    return Outcome(row)


def _kept(
    row: Participant, one: Press, before: tuple[Any, ...], *, by: Any, how: str, counted: bool, undone: SignIn | None
) -> SignIn:
    was, arrived, left, was_how = before
    return SignIn(
        participant=row, act=one.act, at=_moment(one), how=how, by=by, client_id=one.client_id, counted=counted,
        undoes=undone, was=was, was_arrived_at=arrived, was_left_at=left, was_how=was_how,
    )  # fmt: skip


def _save(meeting: Meeting, made: list[SignIn], moved: list[Participant]) -> None:
    SignIn.objects.bulk_create(made)
    Participant.objects.bulk_update(moved, FIELDS, batch_size=2000)
    if any(row.leave == Leave.ASKED for row in moved):
        keep_duties(meeting)


# --- what each press does ------------------------------------------------------------------------------------------


def _moment(one: Press) -> datetime:
    return now() - min(max(one.waited, timedelta()), LONGEST_WAIT)


def _apply(
    meeting: Meeting, row: Participant, one: Press, standing: list[SignIn], how: str
) -> tuple[SignIn | None, str]:
    """Let the row say what was pressed: (the press that is undone, why not)."""
    at = max(_moment(one), opens_at(meeting))
    if one.act == Act.UNDO:
        return _undo(row, one, standing)
    if one.act == Act.LEAVE:
        return None, _leave(meeting, row, at)
    if one.act not in (Act.ARRIVE, Act.ON_TIME, Act.LATE):
        return None, "没有这种操作，请刷新页面后再试。"
    if one.act != Act.ARRIVE or row.attendance not in (Attendance.PRESENT, Attendance.LATE):
        _arrive(meeting, row, one.act, at, how)
    return None, ""


def _arrive(meeting: Meeting, row: Participant, act: str, at: datetime, how: str) -> None:
    """Here: in time or late by the clock, or as the clerk says; what is entered afterwards was in time."""
    if row.arrived_at is None:
        row.arrived_at, row.attendance_how = _arrival(meeting, act, at), how
    late = act == Act.LATE or (act == Act.ARRIVE and row.arrived_at > late_after(meeting))
    row.attendance, row.left_at = Attendance.LATE if late else Attendance.PRESENT, None


def _arrival(meeting: Meeting, act: str, at: datetime) -> datetime:
    if at > meeting.ends:
        return late_after(meeting) if act == Act.LATE else meeting.starts
    return min(at, meeting.starts) if act == Act.ON_TIME else at


def _leave(meeting: Meeting, row: Participant, at: datetime) -> str:
    """Gone before the end."""
    if row.attendance == Attendance.LEFT_EARLY:
        return ""
    if row.attendance not in CAME:
        return f"{row.person.name}还没有签到，不能登记早退。"
    if at < meeting.starts:
        return "会议还没有开始，不能登记早退；签错的请撤销签到。"
    row.attendance, row.left_at = Attendance.LEFT_EARLY, min(at, meeting.ends)
    return ""


def _undo(row: Participant, one: Press, standing: list[SignIn]) -> tuple[SignIn | None, str]:
    """What held before the press is restored; one that does not stand any more leaves everything as it is."""
    place = next((n for n, kept in enumerate(standing) if kept.client_id == one.of), None)
    if place is None:
        return None, ""
    if place < len(standing) - 1:
        last = standing[-1]
        return None, f"{row.person.name}在这之后又登记了“{last.get_act_display()}”，请先撤销那一次。"
    kept = standing[place]
    row.attendance, row.arrived_at = kept.was, kept.was_arrived_at
    row.left_at, row.attendance_how = kept.was_left_at, kept.was_how
    return kept, ""


# --- in words ------------------------------------------------------------------------------------------------------


def shown_name(row: Participant) -> str:
    """Who sits there: he himself, or his deputy for him."""
    if row.reply == Reply.DEPUTY and row.deputy_name:
        title = f"（{row.deputy_title}）" if row.deputy_title else ""
        return f"{row.deputy_name}{title}代{row.person.name}"
    return row.person.name


def told(row: Participant) -> str:
    """张三：出席，08:55到会."""
    said = [row.get_attendance_display()]
    if row.arrived_at and row.attendance:
        said.append(f"{timezone.localtime(row.arrived_at):%H:%M}到会")
    if row.left_at and row.attendance:
        said.append(f"{timezone.localtime(row.left_at):%H:%M}离会")
    leave = "（已准假，本人到会）" if row.leave == Leave.GRANTED and row.attendance in CAME else ""
    return f"{shown_name(row)}：{'，'.join(said)}{leave}"
