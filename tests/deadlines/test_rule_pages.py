"""The sets of due rules, and editing a rule: previewed, confirmed, with all that follows."""

from datetime import date

import pytest
from django.urls import reverse

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Deadline, DeadlineMove, DueRule, RuleSet
from cppcc.deadlines.rule_sets import read_row
from cppcc.deadlines.years import seed_workdays
from tests.deadlines.dated import rule_set, table

__all__ = ["table"]
LIST = reverse("deadlines:rule_set_list")


@pytest.fixture
def rules(db):
    """A set of two rules, with history as the profile leaves it."""
    made = rule_set(
        {"label": "方案", "offset": -2, "unit": "months", "rule": "R030", "remind": [7, 3]},
        {"label": "成果", "offset": 10, "unit": "working_days"},
    )
    for rule in made.rules.all():
        rule.save()
    return list(made.rules.all())


def address(rule):
    """The page that edits it."""
    return reverse("deadlines:rule_edit", args=[rule.pk])


def data_of(client, edited, /, **changed):
    """What the form sends when one changes `changed`."""
    form = client.get(address(edited)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data["remind"] = "、".join(map(str, edited.remind))
    data = {name: "" if value is None else value for name, value in data.items()}
    return data | {"reason": "工作办法修订"} | changed


def confirm(client, rule, data):
    """Preview, then confirm."""
    response = client.post(address(rule), data)
    assert response.status_code == 200, response.context["form"].errors
    return client.post(address(rule), data | {"previewed": response.context["token"]}, follow=True)


def test_the_list_says_what_there_is(login, rules):
    text = login("clerk").get(LIST).content.decode()
    assert "试验" in text and "共 1 条" in text
    assert login("clerk").get(f"{LIST}?export=xlsx").status_code == 200


def test_an_office_without_rules_is_told(login):
    assert "还没有期限规则" in login("clerk").get(LIST).content.decode()


def test_inside_readers_see_managers_edit(login, rules):
    detail = reverse("deadlines:rule_set_detail", args=[rules[0].ruleset_id])
    for person, sees, edits in (
        ("clerk", 200, 200), ("admin", 200, 200), ("chair", 200, 403), ("econ_clerk", 200, 403), ("dept1", 403, 403),
    ):  # fmt: skip
        client = login(person)
        assert {client.get(url).status_code for url in (LIST, detail)} == {sees}, person
        assert client.get(address(rules[0])).status_code == edits, person
        if sees == 200:
            assert (f'href="{address(rules[0])}"' in client.get(detail).content.decode()) == (edits == 200)


def test_the_set_shows_its_rules_in_words(login, rules):
    text = login("chair").get(reverse("deadlines:rule_set_detail", args=[rules[0].ruleset_id])).content.decode()
    text = " ".join(text.split())
    for words in ("之前2个月", "之后10个工作日", "提前 7、3 天", "不调整（提示）", "会议之前2个月", "没有修改过"):
        assert words in text


def test_the_preview_saves_nothing(login, rules, world, table):
    client = login("clerk")
    response = client.post(address(rules[0]), data_of(client, rules[0], offset=-3))
    assert response.status_code == 200 and response.context["preview"]
    assert "有 0 项未完成的期限，都不会改期" in " ".join(response.content.decode().split())
    assert DueRule.objects.get(pk=rules[0].pk).offset == -2


def test_a_change_moves_open_deadlines_with_its_reason_and_history(login, rules, world, table):
    seed_workdays(2026, 2026)
    topic = world.topics(world.plan(2026), 1)[0]
    table.anchors[topic.pk] = {"session": date(2026, 9, 24)}
    keep_dates(topic, by=world.users["clerk"])
    client = login("sg")
    data = data_of(client, rules[0], offset=-1, remind="3，10 3", rest_day="before")
    response = client.post(address(rules[0]), data)
    assert [(move.from_day, move.to_day) for move in response.context["moved"]] == [
        (date(2026, 7, 24), date(2026, 8, 24))
    ]
    assert response.context["follows"] == 1
    response = client.post(address(rules[0]), data | {"previewed": response.context["token"]}, follow=True)
    text = response.content.decode()
    assert "1 项期限随之调整" in text
    assert "工作办法修订" in text and "<del>-2</del>" in text
    rule = DueRule.objects.get(pk=rules[0].pk)
    assert (rule.offset, rule.rest_day, rule.remind) == (-1, "before", [10, 3])
    deadline = Deadline.objects.get(step="step0")
    assert deadline.due_on == date(2026, 8, 24)
    move = DeadlineMove.objects.get()
    assert (move.cause, move.reason, move.user) == ("rule", "工作办法修订", world.users["sg"])
    assert rule.history.first().history_user == world.users["sg"]


def test_what_is_confirmed_is_what_was_previewed(login, rules):
    client = login("clerk")
    data = data_of(client, rules[0], offset=-3)
    token = client.post(address(rules[0]), data).context["token"]
    response = client.post(address(rules[0]), data | {"offset": -4, "previewed": token})
    assert response.status_code == 200 and response.context["token"] != token
    assert DueRule.objects.get(pk=rules[0].pk).offset == -2


def test_of_two_who_edit_the_second_is_told(login, rules):
    first, second = login("clerk"), login("sg")
    mine, theirs = data_of(first, rules[0], offset=-3), data_of(second, rules[0], offset=-1)
    confirm(second, rules[0], theirs)
    response = confirm(first, rules[0], mine)
    assert response.status_code == 409
    assert "您的修改没有保存" in response.content.decode()
    assert DueRule.objects.get(pk=rules[0].pk).offset == -1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"offset": "1001"}, "offset"),
        ({"unit": "years"}, "unit"),
        ({"remind": "七天"}, "remind"),
        ({"remind": "366"}, "remind"),
        ({"escalate_after": "3"}, "escalate_to"),
        ({"rule": "30号"}, "rule"),
        ({"responsible": "nobody"}, "responsible"),
        ({"repeat": "0"}, "repeat"),
    ],
)
def test_mistakes_stand_beside_their_field(login, rules, changed, field):
    client = login("clerk")
    response = client.post(address(rules[0]), data_of(client, rules[0], **changed))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_words_of_a_rule_that_nobody_knows_stay_choosable(login, rules):
    assert rules[0].responsible == "lead"
    client = login("clerk")
    assert confirm(client, rules[0], data_of(client, rules[0], label="实施方案")).status_code == 200
    rule = DueRule.objects.get(pk=rules[0].pk)
    assert (rule.label, rule.responsible, rule.step, rule.anchor) == ("实施方案", "lead", "step0", "session")


def test_pages_cost_the_same_however_many_rules(login, db, django_assert_max_num_queries):
    client = login("clerk")
    client.get("/")
    counts = []
    for number in (1, 30):
        RuleSet.objects.all().delete() if number == 1 else None
        row = read_row({"ruleset": f"set{number}", "valid_from": date(2020, 1, 1), "rules": [
            {"step": f"s{n}", "label": f"步骤{n}", "anchor": "session", "offset": n, "unit": "days",
             "responsible": "office"} for n in range(number)]})  # fmt: skip
        made = RuleSet.objects.create(key=row["key"], label=row["label"], valid_from=row["valid_from"])
        for rule in row["rules"]:
            made_rule = DueRule.objects.create(ruleset=made, **rule)
            made_rule.label = f"改{rule['label']}"
            made_rule.save()
        urls = [LIST, reverse("deadlines:rule_set_detail", args=[made.pk]), address(made_rule)]
        found = []
        for url in urls:
            with django_assert_max_num_queries(14) as captured:
                assert client.get(url).status_code == 200
            found.append(len(captured))
        counts.append(found)
    assert counts[0] == counts[1]
