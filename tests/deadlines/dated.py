"""A kind of matter whose dates a test sets as it likes: topics, with anchors and holders out of a table."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from consultation.models import Topic
from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.deadlines.registry import DATED, Dated


@dataclass
class Table:
    """What the matters say of themselves: topic pk -> anchors, holders by the rule's word, steps done."""

    anchors: dict[int, dict[str, date | None]] = field(default_factory=dict)
    holders: dict[tuple[int, str], list[tuple[int, str]]] = field(default_factory=dict)
    done: dict[int, dict[str, date]] = field(default_factory=dict)


@pytest.fixture
def table(monkeypatch):
    """Topics have dates for as long as the test lasts."""
    table = Table()
    dated = Dated(
        "trial",
        anchors=lambda topic: table.anchors.get(topic.pk, {}),
        holders=lambda topic, responsible, step: table.holders.get((topic.pk, responsible), []),
        done=lambda topic: table.done.get(topic.pk, {}),
    )
    monkeypatch.setitem(DATED, Topic, dated)
    return table


def rule_set(*rules: dict, valid_from: date | None = None, valid_to: date | None = None) -> RuleSet:
    """A rule set for topics."""
    made = RuleSet.objects.create(key="trial", label="试验", valid_from=valid_from, valid_to=valid_to)
    defaults = {"anchor": "session", "responsible": "lead", "unit": "days", "offset": 0, "label": "步骤"}
    DueRule.objects.bulk_create(
        DueRule(ruleset=made, order=order, **(defaults | {"step": f"step{order}"} | rule))
        for order, rule in enumerate(rules)
    )
    return made
