"""预约 before the formal notice: asked, answered by login, link or 代录, in reserve, signed up. R035-R039.

Locks are taken in one order: the meeting, its forum, the booking; a cancellation of the forum goes the same way. The
last place of a strict seat goes to who is first, and the other is told so; of another seat both have it, with a word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from consultation.forums.locking import locked
from consultation.forums.seats import barred, day_of, meeting_of, memberships, seats_of
from consultation.models import Booking, Forum, ForumSeat
from consultation.models.forum import BEFORE, MANAGE
from cppcc.deadlines import dispatching
from cppcc.deadlines.models import Dispatch, Notice
from cppcc.meetings.inviting import Row, add_rows, remove, titled
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import ANSWER
from cppcc.meetings.models.participants import How, Reply
from cppcc.meetings.registry import Candidate
from cppcc.meetings.replying import Said
from cppcc.meetings.telling import MOST, is_of_now, moment, units_answering
from cppcc.office.access import may, organizations_with
from cppcc.office.models import OneTimeLink, Person
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.registry import url_of

PURPOSE = "consultation.booking"
NAMED = 5  # persons who are named in a sentence
COMING = (Reply.YES, Reply.DEPUTY)
FORGOTTEN = ("asked_at", "asked_by", "answer", "applied_at", "accepted", "deputy_name", "deputy_title", "waived",
             "reserve", "by")  # fmt: skip


def locked_forum(forum: Forum) -> Forum:
    """The forum and its meeting, locked. Raises Refused when nobody is invited to it any more."""
    held = locked(forum, "rules", "topic", "lead")
    if sentence := closed_sentence(held):
        raise Refused(sentence)
    return held


def closed_sentence(forum: Forum) -> str:
    """Why nobody can be asked or answer any more; "" while one can."""
    if forum.state not in BEFORE:
        return f"座谈会“{forum}”{forum.get_state_display()}，不能再预约或答复。"
    return ""


def locked_booking(booking: Booking) -> Booking:
    """The booking, locked last."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related("person", "organization", "seat")
    return rows.get(pk=booking.pk)


# --- onto the list -------------------------------------------------------------------------------------------------


@transaction.atomic
def put(
    forum: Forum, seat: ForumSeat, persons: Collection[Person], *, by: Any, whys: dict[int, str] | None = None,
    reserve: bool = False, new: Candidate | None = None,
) -> tuple[int, list[str]]:  # fmt: skip
    """Put persons on the list of a seat, or in its reserve: how many are new, and the names of those known already.

    new: unit and title of one whom nobody knew. Raises Refused for a member on a seat of outsiders, with his term
    (R036), and when the forum is over.
    """
    held = locked_forum(forum)
    refuse_members(held, seat, persons)
    if reserve:
        return _put_in_reserve(held, seat, persons, new)
    known = _titled(held, persons, new)
    rows = [_row(seat, known[person.pk], (whys or {}).get(person.pk, "")) for person in persons]
    added = add_rows(meeting_of(held), rows, by=by)
    turned_down = Q(answer=Reply.NO) | Q(accepted=False)
    for again in Booking.objects.filter(turned_down, forum=held, person__in=persons):
        again.answer, again.reason, again.asked_at, again.by = Reply.NONE, "", None, by
        again.applied_at, again.accepted = None, None
        again.save()
    return len(added.new), [person.name for person in added.known]


def _row(seat: ForumSeat, candidate: Candidate, why: str) -> Row:
    return Row(candidate, seat.participant_class, why or seat.label, seat.rule)


def refuse_members(forum: Forum, seat: ForumSeat, persons: Iterable[Person]) -> None:
    """Raises Refused for members of the day of the forum where the seat is for outsiders. R036."""
    if not seat.outsiders:
        return
    found = {person.pk: person for person in persons}
    terms = memberships(found, day_of(forum))
    if terms:
        raise Refused("".join(barred(found[pk], term) for pk, term in terms.items()))


def _titled(forum: Forum, persons: Collection[Person], new: Candidate | None) -> dict[int, Candidate]:
    """Unit and title of each; of a new person as they were typed."""
    return titled(persons, day_of(forum)) | ({new.person.pk: new} if new else {})


def _put_in_reserve(
    forum: Forum, seat: ForumSeat, persons: Collection[Person], fresh: Candidate | None
) -> tuple[int, list[str]]:
    there = set(Booking.objects.filter(forum=forum, person__in=persons).values_list("person", flat=True))
    there |= set(meeting_of(forum).participants.filter(person__in=persons).values_list("person", flat=True))
    known = _titled(forum, persons, fresh)
    new = [person for person in persons if person.pk not in there]
    made = [new_booking(forum, seat, known[person.pk], reserve=True) for person in new]
    Booking.objects.bulk_create(made)
    return len(made), [person.name for person in persons if person.pk in there]


def new_booking(forum: Forum, seat: ForumSeat, candidate: Candidate, **given: Any) -> Booking:
    """An unsaved booking of a person with unit and title."""
    return Booking(
        forum=forum, seat=seat, person=candidate.person, organization=candidate.organization,
        title=candidate.title[:100], **given,
    )  # fmt: skip


@transaction.atomic
def take_off(forum: Forum, persons: Collection[int], *, by: Any) -> int:
    """Off the list, and out of the reserve: how many. Their place is free, their links are dead; who was asked or told
    hears that he need not come. Raises Refused when there is nobody, and as `remove` does.
    """
    locked = locked_forum(forum)
    meeting = meeting_of(locked)
    said = f"因参会范围调整，您不必参加{meeting.when}的“{locked}”。"
    tell_booked(locked, "座谈会变更", said, by=by, persons=persons)
    rows = meeting.participants.filter(person__in=persons).values_list("pk", flat=True)
    gone = {row.person_id for row in remove(meeting, list(rows), by=by)}
    known = list(locked.bookings.filter(person__in=persons).exclude(answer=Reply.NO))
    live_links([one.pk for one in known]).update(revoked_at=timezone.now())
    for one in known:
        one.asked_at, one.asked_by, one.answer, one.applied_at, one.accepted = None, None, Reply.NONE, None, None
        one.deputy_name, one.deputy_title, one.waived, one.reserve, one.by = "", "", "", False, by
    bulk_update_with_history(known, Booking, FORGOTTEN, default_user=by)
    found = gone | {one.person_id for one in known}
    if not found:
        raise Refused("请先勾选要移出的人。")
    return len(found)


def live_links(pks: Collection[int]) -> QuerySet[OneTimeLink]:
    """The links of these bookings that can still be used."""
    kind = ContentType.objects.get_for_model(Booking)
    links = OneTimeLink.objects.filter(content_type=kind, object_id__in=pks, purpose=PURPOSE)
    return links.filter(used_at__isnull=True, revoked_at__isnull=True)


# --- asking --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Askable:
    """Somebody who may be asked: his seat, whether he has been, whether he is ticked at first."""

    person: Person
    seat: ForumSeat
    where: str
    stance: str
    chosen: bool
    candidate: Candidate
    booking: Booking | None


def askable(forum: Forum) -> list[Askable]:
    """Those of booked seats who have not answered: on the list, in reserve; those never asked are ticked."""
    found = []
    for group in seats_of(forum):
        if group.seat is None or not group.seat.booked:
            continue
        for row in (*group.rows, *group.aside):
            said = row.booking
            told = row.participant and row.participant.invited_at
            if told or row.wrong or (said and (said.answer or said.waived or said.applied_at)):
                continue
            fresh = said is None or (said.asked_at is None and not said.reserve)
            to = Candidate(row.person, row.organization, row.title)
            found.append(Askable(row.person, group.seat, row.where, row.stance, fresh, to, said))
    return found


def letter(forum: Forum) -> str:
    """What those hear who are asked: the outline, and how to answer."""
    meeting = meeting_of(forum)
    place = f"在{meeting.where}" if meeting.room or meeting.place else ""
    topic = quoted(forum.topic or forum.title)
    said = [f"{forum.lead}拟于{meeting.when}{place}召开{forum.rules}，议题为{topic}，拟请您出席。"]
    by = f"请于{moment(meeting.reply_by)}前" if meeting.reply_by else "请尽快"
    said.append(f"{by}登录系统，在“座谈会邀请”中答复能否出席；不能出席的请说明原因，也可以委派他人。")
    said.append("时间、地点以正式通知为准。")
    return "\n".join(said)


@transaction.atomic
def ask(forum: Forum, persons: Collection[int], text: str, *, by: Any) -> int:
    """Ask these people whether they would come; how many. One dispatch: in the system, by mail, else the telephone.

    Raises Refused when nobody of them can be asked.
    """
    held = locked_forum(forum)
    rows = [row for row in askable(held) if row.person.pk in persons]
    if not rows:
        raise Refused("请先勾选要预约的人；已经答复的、已正式通知的不必再约。")
    there = {row.person.pk: row.booking for row in rows if row.booking}
    now = timezone.now()
    Booking.objects.bulk_create(
        new_booking(held, row.seat, row.candidate, asked_at=now, asked_by=by)
        for row in rows if row.person.pk not in there
    )  # fmt: skip
    Booking.objects.filter(pk__in=[one.pk for one in there.values()]).update(asked_at=now, asked_by=by)
    to = [row.candidate for row in rows]
    send(held, to, f"座谈会邀请：{held.title}", text.strip() or letter(held), by=by)
    return len(rows)


def send(forum: Forum, rows: Sequence[Candidate | Booking], title: str, text: str, *, by: Any) -> None:
    """One dispatch to the persons and the units that answer for them, released at once."""
    dispatch = Dispatch(title=title[:200], body=text[:MOST])
    dispatch.matter = forum
    units = units_answering([Participant(organization=row.organization) for row in rows])
    persons = [row.person.pk for row in rows]
    dispatching.send_at_once(dispatch, units=[unit.pk for unit in units], persons=persons, by=by)


def tell_booked(forum: Forum, title: str, text: str, *, by: Any, persons: Collection[int] | None = None) -> None:
    """Tell those who were asked and have not declined, among `persons` where they are named; one dispatch.

    Who was told formally hears it from the meeting; of what is entered afterwards nobody is told.
    """
    meeting = meeting_of(forum)
    told = meeting.participants.invited().values("person")
    rows = forum.bookings.expecting().exclude(person__in=told).select_related("person", "organization")
    found = list(rows if persons is None else rows.filter(person__in=persons))
    if found and is_of_now(meeting):
        send(forum, found, f"{title}：{forum.title}", text, by=by)


def follow(forum: Forum) -> None:
    """The links of a forum that was moved are good until its new beginning."""
    live_links(forum.bookings.values_list("pk", flat=True)).update(expires_at=meeting_of(forum).starts)


# --- answering -----------------------------------------------------------------------------------------------------


def way_of(user: Any, booking: Booking) -> str:
    """How `user` may answer for somebody: he himself or his unit, or who manages the forum for him; "" not at all."""
    if user.person_id == booking.person_id and user.acting:
        return How.LOGIN
    if booking.organization_id in organizations_with(user, ANSWER):
        return How.LOGIN
    return How.PROXY if may(user, MANAGE, booking.forum) else ""


@transaction.atomic
def answer(booking: Booking, said: Said, *, by: Any, how: str, source: str = "") -> tuple[Booking, str]:
    """Write an answer down, and what is to be known of the number of the seat ("" for nothing).

    Who declines leaves the list (unless he has a speech or a paper), who accepts from the reserve comes onto it.
    Raises Refused when it is too late, something is missing, or a strict seat is full; Forbidden for strangers.
    """
    if how in (How.LOGIN, How.PROXY) and way_of(by, booking) not in (how, How.LOGIN):
        raise Forbidden("只能答复发给您本人或本单位的座谈会邀请。")
    if wrong := wrong_with(said, how, source):
        raise Refused(wrong)
    forum = locked_forum(booking.forum)
    meeting = meeting_of(forum)
    row = locked_booking(booking)
    _refuse_late(forum, row)
    note = place(forum, meeting, row, by=by) if said.act in COMING else _withdraw(meeting, row)
    write(row, said, by=by, how=how, source=source)
    tell_who_asked(forum, row)
    return row, note


def wrong_with(said: Said, how: str, source: str) -> str:
    """What is missing; "" for nothing."""
    if said.act not in (Reply.YES, Reply.NO, Reply.DEPUTY):
        return "请选择能够出席、不能出席或委派他人。"
    if found := said.wrong():
        return found[1]
    return "代录答复须写明来源（如来电人及时间、微信截图）。" if how == How.PROXY and not source.strip() else ""


def _refuse_late(forum: Forum, row: Booking) -> None:
    told = Participant.objects.filter(meeting=forum.meeting_id, person=row.person_id, invited_at__isnull=False)
    if told.exists():
        raise Refused("正式通知已经发出，请在“我的会议”中回复。")
    if row.asked_at is None and row.applied_at is None:
        raise Refused("还没有发出预约，不能答复。")
    if row.applied_at and row.accepted is None:
        raise Refused("报名还在等待牵头委室确认，确认后会告诉您。")


def place(forum: Forum, meeting: Meeting, row: Booking, *, by: Any) -> str:
    """Onto the list, if he is not there; the seat's number is looked at under the lock."""
    refuse_members(forum, row.seat, [row.person])
    taken = taken_of(forum, besides=row.pk)[row.seat_id]
    full = is_full(row.seat, taken)
    if not meeting.participants.filter(person=row.person_id).exists():
        to = Candidate(row.person, row.organization, row.title)
        add_rows(meeting, [_row(row.seat, to, "预约确认")], by=by)
    return f"“{row.seat}”已有 {taken + 1} 人确认，一般不多于 {row.seat.most} 人。" if full else ""


def taken_of(forum: Forum, *, besides: int | None = None) -> Counter[int]:
    """How many of each seat have confirmed and stand on the list. besides: the booking that is not counted."""
    listed = meeting_of(forum).participants.values("person")
    rows = Booking.objects.confirmed().filter(forum=forum, person__in=listed)
    rows = rows.exclude(pk=besides) if besides else rows
    return Counter(rows.order_by().values_list("seat", flat=True))


def is_full(seat: ForumSeat, taken: int) -> bool:
    """Whether a seat has its usual number already. Raises Refused for one that takes no more than that."""
    full = seat.most is not None and taken >= seat.most
    if full and seat.strict:
        raise Refused(f"“{seat}”的 {seat.most} 个名额已经确认满了，这次没有登记，请与牵头委室联系。")
    return full


def _withdraw(meeting: Meeting, row: Booking) -> str:
    """Off the list; who has a part in the forum stays until that is settled."""
    try:
        with transaction.atomic():
            meeting.participants.filter(person=row.person_id).delete()
    except ProtectedError:
        return f"{row.person.name}还有发言或文稿安排，请先调整，再把他移出名单。"
    return ""


def write(row: Booking, said: Said, *, by: Any, how: str, source: str = "") -> None:
    """What was said, onto the row."""
    deputy = said.act == Reply.DEPUTY
    row.answer, row.reason = said.act, "" if said.act == Reply.YES else said.reason.strip()[:200]
    row.deputy_name = said.deputy_name.strip()[:50] if deputy else ""
    row.deputy_title = said.deputy_title.strip()[:100] if deputy else ""
    row.answered_at, row.how, row.by = timezone.now(), how, by
    row.source = source.strip()[:200] if how == How.PROXY else ""
    row.waived = "" if said.act == Reply.NO else row.waived
    row.save()


def tell_who_asked(forum: Forum, row: Booking) -> None:
    """Who asked hears of a decline, so that somebody else can be asked in time."""
    asked_by = row.asked_by_id
    if row.answer != Reply.NO or asked_by is None or asked_by == (row.by_id or 0):
        return
    stamp = f"{row.answered_at:%Y%m%d%H%M%S%f}"
    Notice.objects.create(
        key=f"booking:{row.pk}:{stamp}", user_id=asked_by, title=f"预约婉拒：{row.person.name}（{forum.title}）"[:200],
        body=f"{row.person.name}不能出席，原因：{row.reason}。可以从候补名单或推荐名单中改请他人。",
        url=url_of(forum), created_at=timezone.now(),
    )  # fmt: skip


# --- links ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_links(forum: Forum, pks: Collection[int], *, by: Any) -> list[tuple[Booking, str]]:
    """A link each for those asked who have not answered, or for those among `pks`; older ones die. (booking, token).

    A link is good until the forum begins. Raises Refused when there is nobody.
    """
    held = locked_forum(forum)
    rows = Booking.objects.filter(forum=held).asked().select_related("person", "organization")
    found = list(rows.filter(pk__in=pks) if pks else rows.filter(answer=Reply.NONE))
    if not found:
        raise Refused("没有需要链接的人：请先发出预约，或勾选已预约的人。")
    live_links([row.pk for row in found]).update(revoked_at=timezone.now())
    tokens = OneTimeLink.issue_many(found, PURPOSE, by=by, expires_at=meeting_of(held).starts)
    return list(zip(found, tokens, strict=True))
