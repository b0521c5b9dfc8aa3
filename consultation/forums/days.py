"""The days of a forum before it moves: what its rules make of another day, old beside new. R030-R034, R053, R054."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consultation.models import Forum
from cppcc.deadlines.deriving import day_of
from cppcc.deadlines.due import weekday
from cppcc.deadlines.models import Deadline, DueRule
from cppcc.deadlines.working_days import WorkingDays, load_working_days
from cppcc.meetings.models import Meeting


@dataclass(frozen=True)
class Derived:
    """A step and the day on which it is due. `before`: the day that it had; `hint`: what is odd about the new one."""

    label: str
    day: date
    before: date | None = None
    hint: str = ""
    rule: str = ""

    @property
    def weekday(self) -> str:
        """星期五."""
        return weekday(self.day)

    @property
    def moves(self) -> bool:
        """Whether it is another day than before."""
        return self.before is not None and self.before != self.day


class Almanac:
    """The due rules of some rule sets and the working calendar, read once for many forums: two queries."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.rules: dict[str, list[DueRule]] = {key: [] for key in keys}
        found = DueRule.objects.filter(ruleset__key__in=self.rules).select_related("ruleset").order_by("order", "pk")
        for rule in found:
            self.rules[rule.ruleset.key].append(rule)
        self.days: WorkingDays = load_working_days()

    def of(self, key: str, day: date, before: Mapping[str, Deadline] | None = None) -> list[Derived]:
        """The days of a forum on `day` under the rule set `key`; what is done already is left out."""
        known, found = before or {}, []
        for rule in self.rules.get(key, []):
            there = known.get(rule.step)
            if rule.ruleset.is_valid(day) and (there is None or there.is_open):
                due = day_of(day, rule, self.days)
                hint = due.warning or ("暂定" if due.provisional else "")
                found.append(Derived(rule.label, due.day, there.due_on if there else None, hint, rule.rule))
        return sorted(found, key=lambda one: one.day)


def preview(forum: Forum, day: date) -> list[Derived]:
    """Every open day of `forum`, as it is and as it would be were the forum held on `day`."""
    stored = {deadline.step: deadline for deadline in Deadline.for_matter(forum)}
    return Almanac([forum.rules.due_rules]).of(forum.rules.due_rules, day, stored)


def prepared_by(forum: Forum) -> list[Meeting]:
    """The meetings that prepare it and are still to come, which may move with it."""
    found = Meeting.for_matter(forum).exclude(pk=forum.meeting_id).filter(state__in=("planned", "invited"))
    return list(found.select_related("kind", "room").order_by("starts"))


def past(days: Sequence[Derived], today: date) -> list[str]:
    """A sentence for each day that has gone by already."""
    return [f"“{one.label}”的期限{one.day:%-m月%-d日}已经过去。" for one in days if one.day < today]


def fingerprint_of(days: Iterable[Derived]) -> list[Any]:
    """What of these days somebody has seen who confirms them."""
    return [(one.label, one.day.isoformat()) for one in days]
