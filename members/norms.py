"""Which leaders attended how often, counted from the lists of closed meetings, beside the norms of the office. R145."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from cppcc.meetings.inviting import meant
from cppcc.meetings.models import Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Attendance, Reply
from cppcc.meetings.registry import Candidate
from members.models import AttendanceNorm

Seen = tuple[int, int]  # person, kind of meeting


@dataclass(frozen=True)
class Attended:
    """A leader and one norm: how often he was on the list, came himself, sent a deputy, had leave."""

    norm: AttendanceNorm
    who: Candidate
    listed: int
    came: int
    deputies: int
    leaves: int

    @property
    def missing(self) -> int:
        """How often he is behind."""
        return max(0, self.norm.times - self.came)

    @property
    def shortage(self) -> str:
        """The same in words."""
        return f"{self.missing} 次"


def attended(year: int, day: date) -> list[Attended]:
    """Each norm of `day` with whom it names on that day, in their order. A deputy's presence is not the leader's.

    Queries: two for the norms, those of their persons, one for the attendance.
    """
    norms = list(AttendanceNorm.objects.valid(day).prefetch_related("kinds"))
    named = meant(norms, day)
    counts = _counts(year, {one.person.pk for persons in named for one in persons})
    return [
        _of(norm, one, counts)
        for norm, persons in zip(norms, named, strict=True)
        for one in {one.person.pk: one for one in persons}.values()
    ]


def _counts(year: int, persons: Collection[int]) -> dict[str, Counter[Seen]]:
    """For each person and kind of meeting how often listed, came, sent a deputy, had leave, in meetings that ended."""
    found: dict[str, Counter[Seen]] = {name: Counter() for name in ("listed", "came", "deputies", "leaves")}
    rows = Participant.objects.filter(
        person__in=persons, meeting__state=MeetingState.CLOSED, meeting__starts__year=year
    ).values_list("person", "meeting__kind", "attendance", "reply")
    for person, kind, attendance, reply in rows:
        found["listed"][person, kind] += 1
        if attendance in CAME:
            found["deputies" if reply == Reply.DEPUTY else "came"][person, kind] += 1
        elif attendance == Attendance.LEAVE:
            found["leaves"][person, kind] += 1
    return found


def _of(norm: AttendanceNorm, who: Candidate, counts: dict[str, Counter[Seen]]) -> Attended:
    kinds = [kind.pk for kind in norm.kinds.all()]
    return Attended(
        norm, who, **{name: sum(found[who.person.pk, kind] for kind in kinds) for name, found in counts.items()}
    )


def behind(rows: Sequence[Attended]) -> list[Attended]:
    """Those who have not attended often enough."""
    return [row for row in rows if row.missing]
