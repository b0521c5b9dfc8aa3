"""The forums of a year: one for each period, the merged ones shown as such, what the topics ask for. R015, R027."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from consultation.forums.clashing import Slot, look_over
from consultation.forums.days import Almanac, Derived
from consultation.forums.planning import Given, new_forum, rules_on, title_of
from consultation.models import AnnualPlan, Forum, ForumRules, Topic
from consultation.models.forum import BEFORE, MANAGE, NOT_HELD, ForumState
from consultation.workflows.forum import FORUM
from cppcc.deadlines.working_days import WorkingDays
from cppcc.meetings.clashing import Clash
from cppcc.office.access import may, reaches_any
from cppcc.workflow.models import Movement

MIDDLE = 15  # the day of the month about which a forum is proposed
CHANGES = ("postpone", "merge", "cancel")


@dataclass
class Line:
    """A forum of the year, or a topic that asks for one: its time, its days, what stands in the way."""

    forum: Forum
    starts: datetime
    ends: datetime
    may_change: bool
    days: list[Derived] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    hint: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it is only proposed."""
        return self.forum.pk is None

    @property
    def key(self) -> str:
        """How its fields are called in the form."""
        return f"t{self.forum.topic_id}" if self.is_new else f"f{self.forum.pk}"

    @property
    def day(self) -> date:
        """On which day."""
        return timezone.localdate(self.starts)


@dataclass
class Period:
    """The months of one forum."""

    first: int
    last: int
    merged: bool
    lines: list[Line] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)  # those of a merged period

    @property
    def label(self) -> str:
        """3—4月."""
        return f"{self.first}—{self.last}月" if self.first != self.last else f"{self.first}月"


@dataclass
class Year:
    """The whole of a plan's forums."""

    plan: AnnualPlan
    rules: ForumRules
    lines: list[Line]
    periods: list[Period]
    gone: list[Forum]
    undated: list[Topic]
    working: WorkingDays


def read_year(plan: AnnualPlan, user: Any, moved: Mapping[str, datetime] | None = None) -> Year:
    """The forums of `plan`, and proposals for its topics without one. moved: other times, by the key of a line.

    Raises Refused where the office has no rules for forums in that year.
    """
    rules = rules_on(date(plan.year, 12, 31))
    forums = list(plan.forums.listed().select_related("meeting__kind").order_by("meeting__starts", "pk"))
    arranged = {forum.topic_id for forum in forums if forum.state not in NOT_HELD}
    asked = plan.topics.for_forums().exclude(pk__in=arranged).order_by("month_from", "number")
    almanac = Almanac({rules.due_rules, *(forum.rules.due_rules for forum in forums)})
    lines = [_planned(forum, user) for forum in forums if forum.state not in NOT_HELD]
    year = Year(plan, rules, lines, _periods(rules), [f for f in forums if f.state in NOT_HELD], [], almanac.days)
    for topic in asked:
        _propose(year, topic, user)
    _settle(year, almanac, moved or {}, user)
    return year


def _periods(rules: ForumRules) -> list[Period]:
    return [Period(first, rules.last_of(first), rules.is_merged(first)) for first in rules.periods]


def _planned(forum: Forum, user: Any) -> Line:
    meeting: Any = forum.meeting  # one that takes place has its meeting
    return Line(forum, meeting.starts, meeting.ends, forum.state in BEFORE and may(user, MANAGE, forum))


def _propose(year: Year, topic: Topic, user: Any) -> None:
    """A line for a topic without a forum, in its month; in a merged period it is the plenary's."""
    rules, month = year.rules, month_of(topic, year.rules)
    if month is None:
        year.undated.append(topic)
        return
    if rules.is_merged(rules.period_of(month)):
        next(period for period in year.periods if period.first == rules.period_of(month)).topics.append(topic)
        return
    starts = proposed_start(year.plan.year, month, rules, year.working)
    lead = next(iter(topic.leads), None)
    forum = Forum(plan=year.plan, topic=topic, rules=rules, lead=lead, title=title_of(topic, rules))
    line = Line(forum, starts, starts + timedelta(minutes=rules.length), lead is not None and may(user, MANAGE, forum))
    if len(topic.leads) > 1:
        line.hint = f"有 {len(topic.leads)} 个牵头单位，由{lead}牵头；不对的请先改议题。"
    elif lead is None:
        line.hint = "议题还没有牵头单位，请先在计划中明确。"
    year.lines.append(line)


def month_of(topic: Topic, rules: ForumRules) -> int | None:
    """The month by which a forum on the topic is placed: its first; its last when it begins in a merged period."""
    if topic.month_from is None or (topic.month_from, topic.month_to) == (1, 12):
        return None
    return topic.month_to if topic.month_from <= (rules.merged_until or 0) else topic.month_from


def proposed_start(year: int, month: int, rules: ForumRules, days: WorkingDays) -> datetime:
    """The first working day from the middle of the month on, at the usual hour."""
    last = monthrange(year, month)[1]
    day = next((date(year, month, d) for d in range(MIDDLE, last + 1) if days.is_workday(date(year, month, d))), None)
    return timezone.make_aware(datetime.combine(day or date(year, month, MIDDLE), rules.begins_at))


def _settle(year: Year, almanac: Almanac, moved: Mapping[str, datetime], user: Any) -> None:
    """Times as they were typed, the days that follow, what stands in the way, each line in its period."""
    for line in year.lines:
        if starts := moved.get(line.key):
            line.starts, line.ends = starts, starts + (line.ends - line.starts)
        if line.is_new or line.forum.state in BEFORE:
            line.days = almanac.of(line.forum.rules.due_rules, line.day)
    before = [line for line in year.lines if line.is_new or line.forum.state in BEFORE]
    slots = {id(line): Slot(line.forum, line.starts, line.ends, line.clashes) for line in before}
    look_over(list(slots.values()), almanac.days, labels=reaches_any(user, MANAGE))
    year.lines.sort(key=lambda line: line.starts)
    for line in year.lines:
        first = year.rules.period_of(line.day.month)
        next(period for period in year.periods if period.first == first).lines.append(line)


# --- R015 ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many forums the year should have and has. R015."""

    asked: int
    held: int
    merged: int

    @property
    def found(self) -> int:
        """Those planned, and the merged ones."""
        return self.held + self.merged

    @property
    def sentence(self) -> str:
        """In words."""
        merged = f"（含并入全体会议 {self.merged} 次）" if self.merged else ""
        said = f"全年安排 {self.found} 次{merged}"
        if not self.asked:
            return f"{said}。"
        left = self.asked - self.found
        more = f"，还差 {left} 次" if left > 0 else f"，多 {-left} 次" if left < 0 else ""
        return f"计划 {self.asked} 次，{said}{more}。"


def count_of(year: Year, asked: float | None) -> Count:
    """What the plan asks for against what is planned; a merged period counts as one."""
    periods = {period.first for period in year.periods if period.merged}
    extra = [f for f in year.gone if f.state == ForumState.MERGED and f.period not in periods]
    planned = sum(not line.is_new for line in year.lines)
    return Count(int(asked or 0), planned, len(periods) + len(extra))


def changes_of(forums: Iterable[Forum]) -> list[Movement]:
    """What was postponed, merged, cancelled, and why, the latest first. R015."""
    kind, pks = ContentType.objects.get_for_model(Forum), [forum.pk for forum in forums if forum.pk]
    return list(Movement.objects.filter(content_type=kind, object_id__in=pks, name__in=CHANGES).order_by("-at", "-pk"))


# --- saving --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What somebody wants of a line: another time, or that a proposal becomes a forum. version: as it was seen."""

    line: Line
    version: int = 0


@transaction.atomic
def save_year(changes: Sequence[Change], reason: str, *, by: Any) -> tuple[int, int]:
    """Make the forums that are new and move the others, all or none; how many of each.

    Raises as `new_forum` and the engine do.
    """
    new = [change.line for change in changes if change.line.is_new]
    for line in new:
        forum: Any = line.forum
        new_forum(forum.plan, forum.topic, line.starts, by=by, given=Given(lead=forum.lead, rules=forum.rules))
    others = [change for change in changes if not change.line.is_new]
    for change in sorted(others, key=lambda one: one.line.forum.pk):  # two who move the same forums lock in one order
        data = {"starts": change.line.starts, "ends": change.line.ends}
        FORUM.move(change.line.forum, "postpone", by=by, version=change.version, opinion=reason, data=data)
    return len(new), len(others)


# --- the picture ---------------------------------------------------------------------------------------------------


def months_of(year: Year) -> list[dict[str, Any]]:
    """Twelve months for the picture: {number, merged, blanks: before the first, days: [{date, rest, lines}]}."""
    by_day: dict[date, list[Line]] = {}
    for line in year.lines:
        by_day.setdefault(line.day, []).append(line)
    return [_month(year, month, by_day) for month in range(1, 13)]


def _month(year: Year, month: int, by_day: Mapping[date, list[Line]]) -> dict[str, Any]:
    first, length = monthrange(year.plan.year, month)
    days = [date(year.plan.year, month, number) for number in range(1, length + 1)]
    return {
        "number": month,
        "merged": year.rules.is_merged(year.rules.period_of(month)),
        "blanks": range(first),
        "days": [
            {"date": day, "rest": not year.working.is_workday(day), "lines": by_day.get(day, [])} for day in days
        ],
    }  # fmt: skip
