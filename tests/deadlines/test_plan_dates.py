"""`manage.py plan_dates`: every step with its date, count, official or 暂定, rule and article."""

import io
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import transaction

from cppcc.deadlines.models import DueRule, RuleSet, WorkCalendar
from cppcc.office import profiles

VECTORS = yaml.safe_load((Path(__file__).parents[1] / "data" / "deadline_vectors.yaml").read_text(encoding="utf-8"))
KEYS = {"step", "label", "date", "offset", "unit", "working_days", "rest_day", "official", "warning", "responsible",
        "rule", "article", "anchor"}  # fmt: skip
FILE = """
ruleset: forum
valid_from: 2020-01-01
rules:
- {step: near, label: 近, anchor: session, offset: 1, unit: working_days, responsible: office}
- {step: far, label: 远, anchor: issued, offset: 1, unit: months, rest_day: after, responsible: office}
"""


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """A county's office with its rules and its calendar; each test takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        profiles.load("county-anhua")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office(loaded, db):
    """The loaded office."""


def run(*args):
    """What the command prints on both streams."""
    out, err = io.StringIO(), io.StringIO()
    call_command("plan_dates", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def steps(*args):
    """The steps by name, of the JSON."""
    return {step["step"]: step for step in json.loads(run(*args, "--json")[0])["steps"]}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["session"]))
def test_the_vectors_hold(office, vector):
    found = steps("forum", "--anchor", str(vector["session"]))
    assert found["outcome"]["date"] == str(vector["outcome"])
    assert found["scheme"]["date"] == found["mobilisation"]["date"] == str(vector["scheme"])
    assert found["coordination"]["date"] == str(vector["coordination"])
    assert (found["outcome"]["working_days"], found["outcome"]["official"]) == (10, True)


def test_the_json_is_complete(office):
    content = json.loads(run("forum", "--anchor", "2026-04-24", "--json")[0])
    assert (content["ruleset"], content["anchor"]) == ("forum", "2026-04-24")
    assert all(set(step) == KEYS for step in content["steps"])
    outcome = content["steps"][4]
    assert (outcome["rule"], outcome["article"]) == ("R053", "《双月协商座谈会工作办法（暂行）》三(五)")


def test_late_in_december_is_computed_and_marked(office):
    outcome = steps("forum", "--anchor", "2026-12-28")["outcome"]
    assert (outcome["date"], outcome["official"]) == ("2027-01-12", False)
    assert outcome["warning"] == "放假安排尚未公布，按暂定推算"
    assert "2027-01-12 星期二  outcome 报送协商成果" in (table := run("forum", "--anchor", "2026-12-28")[0])
    assert "暂定" in table


def test_a_rest_day_is_warned_of(office):
    scheme = steps("forum", "--anchor", "2026-10-30")["scheme"]
    assert (scheme["date"], scheme["rest_day"]) == ("2026-08-30", "keep")
    assert scheme["warning"] == "期限落在休息日（星期日）"


def test_a_file_needs_no_rules_in_the_database(office, tmp_path):
    DueRule.objects.all().delete()
    RuleSet.objects.all().delete()
    path = tmp_path / "rules.yaml"
    path.write_text(FILE, encoding="utf-8")
    found = steps("forum", "--anchor", "2026-04-30", "--rules", str(path))
    assert (found["near"]["date"], found["far"]["date"]) == ("2026-05-06", "2026-06-01")
    assert found["far"]["warning"] == "2026-05-30是休息日（星期六），已顺延"
    assert "issued are computed from the same day" in run("forum", "--anchor", "2026-04-30", "--rules", str(path))[0]


def test_without_a_calendar_all_is_provisional_and_said(office, tmp_path):
    WorkCalendar.objects.all()._raw_delete("default")
    path = tmp_path / "rules.yaml"
    path.write_text(FILE, encoding="utf-8")
    out, err = run("forum", "--anchor", "2026-04-30", "--rules", str(path), "--json")
    assert "seed_workdays" in err
    assert not any(step["official"] for step in json.loads(out)["steps"])


def test_the_set_valid_on_the_anchor_day_is_taken(office):
    RuleSet.objects.filter(key="forum").update(valid_to="2025-12-31")
    assert steps("forum", "--anchor", "2025-04-24")
    with pytest.raises(CommandError, match=r"no rule set 'forum' is valid on 2026-04-24; there are: .*forum \(2015"):
        run("forum", "--anchor", "2026-04-24")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("none", "--anchor", "2026-04-24"), "no rule set 'none'"),
        (("forum", "--anchor", "24.4.2026"), "--anchor must be a date"),
        (("forum", "--anchor", "9999-12-30"), "beyond the calendar"),
    ],
)
def test_mistakes_are_told(office, args, told):
    with pytest.raises(CommandError, match=told):
        run(*args)


def test_a_file_of_another_set_is_refused(office, tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(CommandError, match="holds the rule set 'forum', not 'other'"):
        run("other", "--anchor", "2026-04-24", "--rules", str(path))
    path.write_text(FILE.replace("offset: 1", "offset: one"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"rule set forum, rule 1 \(near\): offset must be"):
        run("forum", "--anchor", "2026-04-24", "--rules", str(path))
