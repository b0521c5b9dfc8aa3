"""The format of a rule set, in profiles and in files: a mapping with a list of rules. Errors name the place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cppcc.deadlines.models.rules import DueRule, RestDay, RuleSet, Unit
from cppcc.office.profiles import ProfileError

SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")
RULE_ID = re.compile(r"R[0-9]{3}")
LARGEST = 1000  # of an offset
LONGEST_BEFORE = 365  # days before, of a reminder
REQUIRED = ("step", "label", "anchor", "offset", "unit", "responsible")


class RuleSetError(ProfileError):
    """A rule set is wrong: names the place and what may stand there."""


@dataclass(frozen=True)
class Sort:
    """What may stand under a key: `holds` tells whether, `words` says so."""

    words: str
    holds: Any


def _whole(low: int, high: int) -> Sort:
    return Sort(f"a whole number from {low} to {high}", lambda v: type(v) is int and low <= v <= high)


def _text(length: int) -> Sort:
    return Sort(f"a text of 1 to {length} characters", lambda v: isinstance(v, str) and 0 < len(v.strip()) <= length)


def _one_of(choices: list[str]) -> Sort:
    return Sort(f"one of {', '.join(choices)}", lambda v: isinstance(v, str) and v in choices)


def _matching(pattern: re.Pattern[str], words: str) -> Sort:
    return Sort(words, lambda v: isinstance(v, str) and bool(pattern.fullmatch(v)))


DATE = Sort("a date as YYYY-MM-DD", lambda v: type(v) is date)
WORD = _matching(SLUG, "a word of letters, digits, _ and - (at most 40)")
DAYS = Sort(
    f"a list of whole numbers from 0 to {LONGEST_BEFORE}, each once",
    lambda v: isinstance(v, list) and all(_whole(0, LONGEST_BEFORE).holds(n) for n in v) and len(set(v)) == len(v),
)
SET_KEYS = {
    "ruleset": WORD,
    "valid_from": DATE,
    "valid_to": DATE,
    "label": _text(60),
    "remark": _text(200),
    "rules": Sort("a list of rules, at least one", lambda v: isinstance(v, list) and bool(v)),
}
RULE_KEYS = {
    "step": WORD,
    "label": _text(60),
    "anchor": WORD,
    "offset": _whole(-LARGEST, LARGEST),
    "unit": _one_of(Unit.values),
    "rest_day": _one_of(RestDay.values),
    "responsible": WORD,
    "remind": DAYS,
    "repeat": _whole(1, LONGEST_BEFORE),
    "escalate_after": _whole(1, LONGEST_BEFORE),
    "escalate_to": WORD,
    "rule": _matching(RULE_ID, "a rule id such as R001"),
}


def read_row(row: Any) -> dict[str, Any]:
    """A rule set as it is written -> the fields of `RuleSet`, with those of its rules under "rules".

    Raises RuleSetError for an unknown or missing key, a wrong value, a step that stands twice.
    """
    place = f"rule set {row['ruleset']}" if isinstance(row, Mapping) and "ruleset" in row else "rule set"
    _check(row, SET_KEYS, ("ruleset", "valid_from", "rules"), place)
    if row.get("valid_to") and row["valid_to"] < row["valid_from"]:
        raise RuleSetError(f"{place}: valid_to {row['valid_to']} is before valid_from {row['valid_from']}")
    rules: list[dict[str, Any]] = []
    for number, rule in enumerate(row["rules"], start=1):
        rules.append(_read_rule(rule, number, f"{place}, rule {number}", {known["step"] for known in rules}))
    given = {name: value for name, value in row.items() if name not in ("ruleset", "rules")}
    return {"key": row["ruleset"], "label": row["ruleset"], **given, "rules": rules}


def _read_rule(rule: Any, number: int, place: str, known: set[str]) -> dict[str, Any]:
    if isinstance(rule, Mapping) and "step" in rule:
        place = f"{place} ({rule['step']})"
    _check(rule, RULE_KEYS, REQUIRED, place)
    if rule["step"] in known:
        raise RuleSetError(f"{place}: the step stands twice")
    if ("escalate_after" in rule) != ("escalate_to" in rule):
        raise RuleSetError(f"{place}: escalate_after and escalate_to go together")
    return {**rule, "order": number}


def _check(row: Any, keys: Mapping[str, Sort], required: tuple[str, ...], place: str) -> None:
    if not isinstance(row, Mapping):
        raise RuleSetError(f"{place}: must be a mapping of keys to values, not {_shown(row)}")
    if unknown := [str(name) for name in row if name not in keys]:
        raise RuleSetError(f"{place}: unknown key {', '.join(unknown)}; there are: {', '.join(keys)}")
    if missing := [name for name in required if name not in row]:
        raise RuleSetError(f"{place}: missing key {', '.join(missing)}")
    for name, value in row.items():
        if not keys[name].holds(value):
            raise RuleSetError(f"{place}: {name} must be {keys[name].words}, not {_shown(value)}")


def _shown(value: Any) -> str:
    text = repr(str(value) if isinstance(value, date) else value)
    return text if len(text) <= 60 else f"{text[:60]}…"


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping. Raises RuleSetError when a key stands twice."""
        keys = [key.value for key, _ in node.value]
        if twice := [key for key in keys if isinstance(key, str) and keys.count(key) > 1]:
            raise RuleSetError(f"line {node.start_mark.line + 1}: the key {twice[0]} stands twice")
        return super().construct_mapping(node, deep)


def read_file(path: Path) -> RuleSet:
    """The rule set in a YAML file, unsaved, with its rules in order as `rules_of` gives them.

    Raises RuleSetError with the name of the file.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
        return unsaved(read_row(content))
    except OSError as error:
        raise RuleSetError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleSetError(f"{path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise RuleSetError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except RuleSetError as error:
        raise RuleSetError(f"{path}: {error}") from error


def unsaved(fields: dict[str, Any]) -> RuleSet:
    """A rule set out of the fields that `read_row` gives; `rules_of` finds its rules."""
    rule_set = RuleSet(**{name: value for name, value in fields.items() if name != "rules"})
    rule_set.unsaved_rules = [DueRule(ruleset=rule_set, **rule) for rule in fields["rules"]]  # type: ignore[attr-defined]
    return rule_set


def rules_of(rule_set: RuleSet) -> list[DueRule]:
    """The rules in order, of a stored set or of one that came from a file."""
    return getattr(rule_set, "unsaved_rules", None) or list(rule_set.rules.all())
