"""Who sits where: seats ranked from the centre, a proposal by the order of the list, seats changed by hand.

A seat is kept as it is called: 主席台3座, 2排15座. Places in a row count from 1, from the left of the drawing, in which
the platform is at the top and the hall below: the left hand of whoever sits on the platform is the drawing's right.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from cppcc.meetings.inviting import locked_list
from cppcc.meetings.models import Meeting, Participant, Room
from cppcc.meetings.models.participants import Leave, Reply
from cppcc.office.refusals import Refused

Seating = Room.Seating
PLATFORM = "主席台"
NAMED = 5  # persons whom a sentence names; of more it tells the number


def centred(count: int, seating: str) -> list[int]:
    """The places 0 to count-1 of a row, as drawn, in the order of rank.

    From the centre: of an odd number the first has the middle, of an even number the first two; the second sits at the
    first one's left hand (`left`) or right hand (`right`), the others alternate. `side`: from one side to the other.
    """
    if seating == Seating.SIDE:
        return list(range(count))
    first, step = ((count - 1) // 2, 1) if seating == Seating.LEFT else (count // 2, -1)
    return [first + step * ((rank + 1) // 2) * (1 if rank % 2 else -1) for rank in range(count)]


def seat_name(row: int, place: int) -> str:
    """What a seat is called: row 0 is the platform; the place counts from 0."""
    return f"{PLATFORM if row == 0 else f'{row}排'}{place + 1}座"


def ranked(count: int, row: int, seating: str) -> list[str]:
    """The seats of a row in the order of rank."""
    return [seat_name(row, place) for place in centred(count, seating)]


@dataclass(frozen=True)
class Seat:
    """A seat of the drawing, and who sits on it."""

    name: str
    key: str
    number: int
    participant: Participant | None = None

    @property
    def who(self) -> str:
        """Whose name stands on it, "" for nobody's."""
        return seated_name(self.participant) if self.participant else ""

    @property
    def length(self) -> str:
        """How much room the name needs on the screen."""
        count = len(self.who)
        return "" if count < 4 else "seat-4" if count == 4 else "seat-long"


@dataclass(frozen=True)
class Row:
    """A row of the drawing from the left; the platform is the first one, where there is one."""

    label: str
    seats: list[Seat]
    platform: bool = False


class Plan:
    """The seats of a meeting and who sits on them. One query for the people.

    `unseated`: those who come and have no seat. `lost`: those whose seat does not exist. `away`: those who sit on a
    seat although they do not come.
    """

    def __init__(self, meeting: Meeting, chairs: int | None = None) -> None:
        self.meeting = meeting
        self.people = list(people_of(meeting))
        room, self.chairs = meeting.room, chairs_of(meeting, self.people) if chairs is None else chairs
        self.platform = ranked(self.chairs, 0, room.seating) if room else []
        self.hall = _hall(room, room.seats - self.chairs) if room else []
        self.names = frozenset([*self.platform, *self.hall])
        self.seated = {one.seat: one for one in self.people if one.seat}
        self.unseated = [one for one in self.people if not one.seat and comes(one)]
        self.lost = [one for one in self.people if one.seat and one.seat not in self.names]
        self.away = [one for one in self.people if one.seat and not comes(one)]

    @cached_property
    def rows(self) -> list[Row]:
        """The drawing from the platform down, each row from its left."""
        room = self.meeting.room
        counts = [(0, self.chairs), *((row, room.per_row) for row in range(1, room.rows + 1))] if room else []
        drawn = [self._row(row, count) for row, count in counts]
        return [row for row in drawn if row.seats]

    def _row(self, row: int, count: int) -> Row:
        places = [(place, seat_name(row, place)) for place in range(count)]
        seats = [
            Seat(name, f"s{row}-{place}", place + 1, self.seated.get(name)) for place, name in places
            if name in self.names
        ]  # fmt: skip
        return Row(PLATFORM if row == 0 else f"{row}排", seats, platform=row == 0)

    @property
    def sentences(self) -> list[str]:
        """What is wrong with it, for the clerk."""
        coming, said = sum(map(comes, self.people)), []
        if self.meeting.room is None:
            return ["这次会议没有选定会议室，不能排座；请先修改会议，选定会议室。"]
        if coming > len(self.names):
            short = f"有 {len(self.names)} 个座位，要来 {coming} 人，还差 {coming - len(self.names)} 个"
            said.append(f"{self.meeting.room}{short}，请换会议室或者减少人数。")
        if self.lost:
            said.append(f"{told(self.lost)}的座位在{self.meeting.room}里不存在，请重新安排。")
        if self.away:
            said.append(f"{told(self.away)}不参加，还占着座位，重新排座后空出。")
        return said


def told(rows: Sequence[Participant]) -> str:
    """Names for a sentence, with their seats."""
    names = "、".join(f"{one.person.name}（{one.seat}）" for one in rows[:NAMED])
    return f"{names}等 {len(rows)} 人" if len(rows) > NAMED else names


def people_of(meeting: Meeting) -> Iterable[Participant]:
    """Everybody on the list, in its order."""
    return meeting.participants.select_related("person", "participant_class", "organization")


def seated_name(row: Participant) -> str:
    """Whose name stands on seat and card: his own, or that of whom he sends."""
    return row.deputy_name if row.reply == Reply.DEPUTY else row.person.name


def comes(row: Participant) -> bool:
    """Whether a seat is kept for somebody: he has not said that he stays away."""
    return row.reply != Reply.NO and row.leave != Leave.GRANTED


def chairs_of(meeting: Meeting, people: Collection[Participant]) -> int:
    """How many chairs stand on the platform: as set, else one for each who belongs there; never more than fit."""
    if meeting.room is None:
        return 0
    wanted = sum(1 for one in people if one.participant_class.platform and comes(one))
    most = min(meeting.room.platform, meeting.room.seats)
    return min(most, wanted if meeting.platform is None else meeting.platform)


def _hall(room: Room, most: int) -> list[str]:
    """The seats below the platform in the order of rank, from the first row on; no more than the room has."""
    rows = (ranked(room.per_row, row, room.seating) for row in range(1, room.rows + 1))
    return [seat for row in rows for seat in row][: max(0, most)]


# --- the proposal --------------------------------------------------------------------------------------------------


def assigned(plan: Plan, *, keep: bool = True) -> dict[int, str]:
    """A seat for each who comes, by the order of the list: participant -> seat; who finds none is not in it.

    keep: seats that were set by hand stay. Those of classes that belong on the platform sit there, the others and
    whoever finds no chair there in the hall.
    """
    fixed = {one.pk: one.seat for one in plan.people if keep and one.seat_fixed and one.seat}
    taken = set(fixed.values())
    platform, hall = _free(plan.platform, taken), _free(plan.hall, taken)
    found, below = dict(fixed), []
    for one in plan.people:
        if one.pk in fixed or not comes(one):
            continue
        seat = next(platform, "") if one.participant_class.platform else ""
        found |= {one.pk: seat} if seat else {}
        below += [] if seat else [one]
    below.sort(key=lambda one: not one.participant_class.platform)
    return found | {one.pk: seat for one, seat in zip(below, hall, strict=False)}


def _free(seats: Iterable[str], taken: Collection[str]) -> Iterator[str]:
    return (seat for seat in seats if seat not in taken)


@transaction.atomic
def propose(meeting: Meeting, chairs: int, *, keep: bool = True) -> int:
    """Seat everybody by the order of the list; how many of those who come found no seat.

    chairs: on the platform. keep: seats set by hand stay. Raises Refused without a room, when the platform does not
    hold so many chairs, and when the list is closed.
    """
    locked = locked_list(meeting)
    room = required_room(locked)
    if not 0 <= chairs <= min(room.platform, room.seats):
        raise Refused(f"{room}的主席台最多摆 {min(room.platform, room.seats)} 个座位，请改小。")
    plan = Plan(locked, chairs)
    found = assigned(plan, keep=keep)
    moved = [one for one in plan.people if one.seat != found.get(one.pk, "") or (one.seat_fixed and not keep)]
    write(locked, moved, lambda one: (found.get(one.pk, ""), keep and one.seat_fixed and one.pk in found))
    Meeting.objects.filter(pk=locked.pk).update(platform=chairs)
    return sum(1 for one in plan.people if comes(one) and one.pk not in found)


def required_room(meeting: Meeting) -> Room:
    """The room. Raises Refused where none is chosen."""
    if meeting.room is None:
        raise Refused("这次会议没有选定会议室，不能排座；请先修改会议，选定会议室。")
    return meeting.room


def write(meeting: Meeting, rows: Sequence[Participant], says: Any) -> None:
    """Give rows their seats, all left first: no seat is ever used twice. `says(row)`: seat, and whether by hand."""
    meeting.participants.filter(pk__in=[one.pk for one in rows]).update(seat="")
    for one in rows:
        one.seat, one.seat_fixed = says(one)
    Participant.objects.bulk_update(rows, ["seat", "seat_fixed"], batch_size=2000)


# --- by hand -------------------------------------------------------------------------------------------------------


@transaction.atomic
def put(meeting: Meeting, person: int, seat: str) -> list[Participant]:
    """Let a participant (by key) sit on a seat, or on none (""); who sits there gets his. Returns who moved.

    What was moved by hand stays where it is when seats are proposed again. Raises Refused for somebody who is not on
    the list, a seat that the room does not have, and when the list is closed.
    """
    locked = locked_list(meeting)
    plan = Plan(locked)
    moved = next((one for one in plan.people if one.pk == person), None)
    if moved is None:
        raise Refused("这个人已不在参会名单中，请刷新页面查看。")
    if seat and seat not in plan.names:
        raise Refused(f"{required_room(locked)}没有“{seat}”这个座位，请从座次图上选择。")
    other = plan.seated.get(seat) if seat else None
    goes = {moved.pk: seat} | ({other.pk: moved.seat} if other and other is not moved else {})
    rows = [one for one in plan.people if one.pk in goes]
    write(locked, rows, lambda one: (goes[one.pk], bool(goes[one.pk])))
    return rows


@transaction.atomic
def swap(meeting: Meeting, one: str, other: str) -> list[Participant]:
    """Let those on two seats change places; where one of them is empty, the other's moves there.

    Raises Refused when both are empty, and as `put` does.
    """
    locked_list(meeting)
    seated = {row.seat: row.pk for row in meeting.participants.exclude(seat="").filter(seat__in=[one, other])}
    if one in seated:
        return put(meeting, seated[one], other)
    if other in seated:
        return put(meeting, seated[other], one)
    raise Refused(f"{one}和{other}都空着，没有可以调换的人。")
