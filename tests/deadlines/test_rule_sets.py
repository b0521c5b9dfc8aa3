"""The format of rule sets: what is read, and how each mistake is told with its place."""

from datetime import date

import pytest

from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.deadlines.rule_sets import RuleSetError, read_file, read_row, rules_of
from cppcc.office import profiles

RULE = {
    "step": "scheme", "label": "实施方案", "anchor": "session", "offset": -2, "unit": "months", "rest_day": "keep",
    "responsible": "lead_committee", "remind": [7, 3, 1, 0], "repeat": 3, "escalate_after": 3,
    "escalate_to": "secretary_general", "rule": "R030",
}  # fmt: skip
SET = {"ruleset": "forum", "valid_from": date(2015, 4, 8), "rules": [RULE]}
TEXT = """
ruleset: forum
valid_from: 2015-04-08
rules:
- {step: scheme, label: 实施方案, anchor: session, offset: -2, unit: months, rest_day: keep,
   responsible: lead_committee, remind: [7, 3, 1, 0], repeat: 3, escalate_after: 3, escalate_to: secretary_general,
   rule: R030}
- {step: outcome, label: 成果, anchor: session, offset: 10, unit: working_days, responsible: office}
"""


def test_a_row_becomes_the_fields_of_the_model():
    assert read_row(SET) == {
        "key": "forum", "label": "forum", "valid_from": date(2015, 4, 8), "rules": [RULE | {"order": 1}],
    }  # fmt: skip


def test_a_file_gives_a_set_that_is_not_saved(tmp_path):
    path = tmp_path / "forum.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = read_file(path)
    first, second = rules_of(found)
    assert (found.key, found.valid_from, found.pk) == ("forum", date(2015, 4, 8), None)
    assert (first.step, first.offset, first.remind, first.rule) == ("scheme", -2, [7, 3, 1, 0], "R030")
    assert (second.rest_day, second.remind, second.repeat, second.escalate_to) == ("keep", [], None, "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"offest": 1}, "rule set forum, rule 1 (scheme): unknown key offest; there are: step, label"),
        ({"unit": None}, "rule 1 (scheme): unit must be one of months, weeks, days, working_days, not None"),
        ({"unit": "years"}, "unit must be one of"),
        ({"rest_day": "later"}, "rest_day must be one of keep, before, after"),
        ({"offset": "2"}, "offset must be a whole number from -1000 to 1000, not '2'"),
        ({"offset": True}, "offset must be a whole number"),
        ({"offset": 1001}, "offset must be a whole number"),
        ({"remind": 3}, "remind must be a list of whole numbers"),
        ({"remind": [3, -1]}, "remind must be a list"),
        ({"remind": [3, 3]}, "each once"),
        ({"repeat": 0}, "repeat must be a whole number from 1"),
        ({"rule": "30"}, "rule must be a rule id such as R001"),
        ({"step": "方案"}, "step must be a word"),
        ({"label": ""}, "label must be a text"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place(change, told):
    with pytest.raises(RuleSetError) as error:
        read_row(SET | {"rules": [RULE | change]})
    assert told in str(error.value)


@pytest.mark.parametrize("name", ["step", "label", "anchor", "offset", "unit", "responsible"])
def test_a_missing_key_is_told(name):
    with pytest.raises(RuleSetError, match=f"missing key {name}"):
        read_row(SET | {"rules": [{key: value for key, value in RULE.items() if key != name}]})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([], "rule set: must be a mapping"),
        (SET | {"rules": []}, "rules must be a list of rules"),
        (SET | {"rules": ["scheme"]}, "rule 1: must be a mapping"),
        (SET | {"rules": [RULE, RULE]}, "rule 2 (scheme): the step stands twice"),
        (SET | {"rule": []}, "rule set forum: unknown key rule"),
        (SET | {"valid_from": "gestern"}, "valid_from must be a date"),
        (SET | {"valid_to": date(2014, 1, 1)}, "valid_to 2014-01-01 is before valid_from 2015-04-08"),
        ({"rules": [RULE]}, "rule set: missing key ruleset, valid_from"),
        (SET | {"rules": [{k: v for k, v in RULE.items() if k != "escalate_to"}]}, "go together"),
    ],
)
def test_a_wrong_set_is_told(row, told):
    with pytest.raises(RuleSetError) as error:
        read_row(row)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ruleset: [", "not YAML"),
        (b"\xff\xfe\xff", "not UTF-8"),
        (b"ruleset: forum\nruleset: other\n", "line 1: the key ruleset stands twice"),
        (b"", "must be a mapping"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path, content, told):
    path = tmp_path / "wrong.yaml"
    path.write_bytes(content)
    with pytest.raises(RuleSetError, match=r"wrong\.yaml") as error:
        read_file(path)
    assert told in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RuleSetError, match="cannot read"):
        read_file(tmp_path / "none.yaml")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("profile", "keys"),
    [
        (
            "municipal",
            [
                "contact",
                "county_adoption",
                "document_receipt",
                "forum",
                "forum_paper",
                "forum_suggestion",
                "meeting",
                "plan_approval",
                "plan_solicitation",
                "reporting",
                "special_duty",
                "task",
                "term",
            ],
        ),
        (
            "county-anhua",
            [
                "document_receipt",
                "forum",
                "forum_paper",
                "forum_suggestion",
                "plan_approval",
                "plan_solicitation",
                "task",
            ],
        ),
    ],
)
def test_profiles_bring_their_sets(profile, keys):
    profiles.load(profile)
    assert sorted(RuleSet.objects.values_list("key", flat=True)) == keys
    rules = {rule.step: rule for rule in DueRule.objects.filter(ruleset__key="forum")}
    assert list(rules) == ["scheme", "mobilisation", "coordination", "session", "outcome", "tracking"]
    assert {rule.rest_day for rule in rules.values()} == {"keep"}
    assert (rules["outcome"].offset, rules["outcome"].unit, rules["outcome"].rule) == (10, "working_days", "R053")
    for rule in DueRule.objects.all():
        rule.full_clean()
    assert all("自定" in remark for remark in RuleSet.objects.values_list("remark", flat=True))


@pytest.mark.django_db
def test_a_wrong_set_in_a_profile_is_an_error_of_the_profile(tmp_path, monkeypatch):
    (tmp_path / "wrong.yaml").write_text(TEXT.replace("offset: 10", "offset: ten").replace("\n", "\n  ").replace(
        "\n  ruleset", "rule_sets:\n- ruleset"), encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(profiles, "PROFILE_DIR", tmp_path)
    with pytest.raises(profiles.ProfileError, match=r"rule set forum, rule 2 \(outcome\): offset must be"):
        profiles.load("wrong")
