"""Who is here: the list as it is ticked, the numbers of the hall, what was pressed last. R070."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery

from cppcc.meetings.models import Answer, Meeting, SignIn
from cppcc.meetings.models.participants import CAME
from cppcc.meetings.people import matching
from cppcc.meetings.signing import effective

HERE = Q(attendance__in=CAME)
DUE = Q(participant_class__counts=True, walk_in=False)
AWAY = Q(leave="granted") & ~HERE
COUNTED = {
    "due": DUE,
    "came": DUE & HERE,
    "leave": DUE & AWAY,
    "late": HERE & Q(attendance="late"),
    "left": HERE & Q(attendance="left_early"),
    "deputies": HERE & Q(reply="deputy"),
    "others": ~DUE & HERE,
}
LAST = 8  # presses that the page tells


@dataclass(frozen=True)
class Tally:
    """The hall in numbers: `classes` one by one, `total` over all. 应到 = 实到 + 请假 + 未到."""

    classes: Sequence[dict[str, Any]]

    @cached_property
    def total(self) -> dict[str, int]:
        """The sums."""
        found = {name: sum(row[name] for row in self.classes) for name in COUNTED}
        return found | {"missing": found["due"] - found["came"] - found["leave"]}

    @property
    def shares(self) -> dict[str, float]:
        """How wide the bar of those who are here and of those on leave is, in percent."""
        due = self.total["due"] or 1
        return {"came": 100 * self.total["came"] / due, "leave": 100 * self.total["leave"] / due}


def tally_of(meeting: Meeting) -> Tally:
    """One query."""
    counted = {name: Count("pk", filter=condition) for name, condition in COUNTED.items()}
    rows: Any = meeting.participants.order_by("participant_class__order", "participant_class")
    return Tally(list(rows.values("participant_class__label", "participant_class__counts").annotate(**counted)))


def signing_rows(meeting: Meeting) -> Any:
    """The list in its order, each with the client id of the press that an undo takes back."""
    last = effective().filter(participant=OuterRef("pk")).order_by("-pk").values("client_id")[:1]
    rows = meeting.participants.select_related("person", "organization", "participant_class")
    rows = rows.annotate(last_press=Subquery(last))
    return rows.order_by("participant_class__order", "order", "person__pinyin", "pk")


def called(words: str) -> Q:
    """Those whose name, unit or deputy is called so; names by pinyin and initials too."""
    unit = Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words)
    return matching(words, "person__") | unit | Q(deputy_name__icontains=words)


def last_presses(meeting: Meeting) -> list[SignIn]:
    """What was pressed last, the newest first."""
    rows = SignIn.objects.filter(participant__meeting=meeting, counted=True)
    return list(rows.select_related("participant__person", "by__person").order_by("-pk")[:LAST])


def mark_of(meeting: Meeting) -> str:
    """How far the presses are; all of a meeting are written under its lock, so that none comes later before another."""
    return str(SignIn.objects.filter(participant__meeting=meeting).aggregate(last=Max("pk"))["last"] or 0)


def print_of(meeting: Meeting) -> str:
    """A short name of the list itself: how many are on it, what was answered, where the meeting stands."""
    rows = meeting.participants.aggregate(count=Count("pk"), last=Max("pk"))
    said = Answer.objects.filter(participant__meeting=meeting).aggregate(last=Max("pk"))["last"] or 0
    return f"{meeting.version}-{meeting.state}-{rows['count']}-{rows['last'] or 0}-{said}"
