"""The dates of a rule set from one anchor day, as a table: what is due when, counted how, resting on what."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cppcc.deadlines.due import due
from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.deadlines.rule_sets import rules_of
from cppcc.deadlines.working_days import WorkingDays
from cppcc.office.models import RuleBasis
from cppcc.office.regulations import article_text

NOT_ANNOUNCED = "放假安排尚未公布，按暂定推算"


@dataclass(frozen=True)
class PlannedStep:
    """A step of a rule set with its day. `working_days` are those after the anchor (negative: before it).

    `rest_day`: what the rule says about rest days; `official`: no day that it rests on is 暂定.
    """

    step: str
    label: str
    date: date
    offset: int
    unit: str
    working_days: int
    rest_day: str
    official: bool
    warning: str
    responsible: str
    rule: str
    article: str
    anchor: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "date": self.date.isoformat()}


def plan_dates(rule_set: RuleSet, anchor: date, days: WorkingDays) -> list[PlannedStep]:
    """Every step of `rule_set`, in its order; each rule counts from `anchor`, whatever its own anchor is called.

    Raises OverflowError when a day would lie beyond the years 1-9999.
    """
    articles = _articles_on(anchor)
    return [_step(rule, anchor, days, articles) for rule in rules_of(rule_set)]


def _step(rule: DueRule, anchor: date, days: WorkingDays, articles: dict[str, list]) -> PlannedStep:
    found = due(anchor, rule.offset, rule.unit, rule.rest_day, days)
    told = [found.warning, NOT_ANNOUNCED if found.provisional else ""]
    return PlannedStep(
        step=rule.step, label=rule.label, date=found.day, offset=rule.offset, unit=rule.unit,
        working_days=days.between(anchor, found.day), rest_day=rule.rest_day, official=not found.provisional,
        warning="；".join(filter(None, told)), responsible=rule.responsible, rule=rule.rule,
        article=article_text(rule.rule, articles), anchor=rule.anchor,
    )  # fmt: skip


def _articles_on(day: date) -> dict[str, list]:
    """Rule id -> the articles that carried it on `day`."""
    found: dict[str, list] = defaultdict(list)
    rows = RuleBasis.objects.valid(day).select_related("article__version__regulation")
    for basis in rows.order_by("rule", "article__version__regulation__key", "article__order"):
        found[basis.rule].append(basis.article)
    return found
