"""The rule meter: shares, counts, what is missing in words, and the reason that a plan off target needs."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultation.meter import forums, linked_share, off_target, read_meter, special_consultations, supervisory
from consultation.models import AnnualPlan, PlanTarget, SolicitationChannel, Topic, TopicForm, TopicUnit
from consultation.workflows.plan import PLAN
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement

LINKED = PlanTarget(measure="linked_share", target=Decimal(70), tolerance=Decimal(5), rule="R001")
SUPERVISORY = PlanTarget(measure="supervisory", target=Decimal(20), mandatory=True, rule="R013")
SPECIAL = PlanTarget(measure="special_consultations", target=Decimal(2), mandatory=True, rule="R014")
FORUMS = PlanTarget(measure="forums", target=Decimal(6), cadence=2, merged_until=2, rule="R015")


def topics(linked=0, own=0, supervised=0):
    """Stand-ins for topics, the first `supervised` of them supervisory."""
    kinds = ["linked"] * linked + ["self_selected"] * own
    return [SimpleNamespace(linkage=kind, supervisory=n < supervised) for n, kind in enumerate(kinds)]


def held(*months):
    """Forums in these months; None is a forum without a month."""
    return [SimpleNamespace(is_forum=True, month_from=month, month_to=month) for month in months]


def meter(plan):
    return {reading.key: reading for reading in read_meter(AnnualPlan.objects.get(pk=plan.pk))}


def test_r001_seventeen_of_twenty_five_is_68_percent_and_within_tolerance():
    reading = linked_share(topics(17, 8), LINKED)
    assert (reading.value, reading.target, reading.tolerance) == (68, 70, 5)
    assert (reading.state, reading.missing) == ("ok", 0)
    assert reading.value_text == "68%" and reading.target_text == "70%±5"


@pytest.mark.parametrize(
    ("linked", "own", "state", "missing"),
    [
        (15, 5, "ok", 0),
        (13, 7, "ok", 0),
        (12, 8, "warn", 1),
        (16, 4, "warn", 0),
        (0, 20, "warn", 13),
        (0, 0, "missing", 1),
    ],
)
def test_r001_tolerance_includes_its_ends(linked, own, state, missing):
    reading = linked_share(topics(linked, own), LINKED)
    assert (reading.state, reading.missing) == (state, missing)


def test_r001_says_in_words_how_many_topics_to_link():
    assert "还差 2 个联接议题" in linked_share(topics(11, 9), LINKED).sentence
    assert "多 2 个" in linked_share(topics(17, 3), LINKED).sentence


def test_r001_a_plan_too_small_for_the_window_is_told_what_comes_nearest():
    reading = linked_share(topics(0, 2), LINKED)
    assert (reading.state, reading.missing) == ("warn", 1)
    assert "联接 1 个最接近目标" in reading.sentence and "允许范围内" in reading.sentence
    assert linked_share(topics(1, 1), LINKED).missing == 0


@pytest.mark.parametrize(("count", "needed"), [(25, 5), (6, 2), (5, 1), (1, 1), (26, 6), (0, 0)])
def test_r013_a_fifth_is_rounded_up(count, needed):
    reading = supervisory(topics(own=count), SUPERVISORY)
    assert (reading.target, reading.missing) == (needed, needed)


def test_r013_says_in_words_how_many_are_missing():
    reading = supervisory(topics(own=25, supervised=3), SUPERVISORY)
    assert (reading.value, reading.state) == (3, "missing")
    assert reading.sentence.startswith("还差 2 个监督性议题")


def test_r014_two_special_consultations_a_year():
    one = [SimpleNamespace(is_special=True), SimpleNamespace(is_special=False)]
    assert special_consultations(one, SPECIAL).sentence == "还差 1 次专题协商。"
    assert special_consultations(one[:1] * 2, SPECIAL).state == "ok"


def test_r027_the_merged_slot_of_january_and_february_counts():
    reading = forums(held(), FORUMS)
    assert (reading.value, reading.target, reading.missing) == (1, 6, 5)
    assert "1—2月并入全体会议" in reading.sentence
    for name in ("3—4月", "5—6月", "7—8月", "9—10月", "11—12月"):
        assert name in reading.sentence


def test_r015_names_only_the_empty_slots():
    reading = forums(held(3, 6, 9, 12), FORUMS)
    assert (reading.value, reading.missing) == (5, 1)
    assert "7—8月尚未安排" in reading.sentence and "3—4月" not in reading.sentence


def test_r015_a_second_forum_of_a_slot_counts_and_the_empty_slot_is_still_named():
    reading = forums(held(3, 4, 6, 8, 11), FORUMS)
    assert (reading.value, reading.missing, reading.state) == (6, 0, "ok")
    assert "9—10月尚未安排" in reading.sentence and "均已安排" not in reading.sentence


def test_r015_an_undated_forum_counts_without_filling_a_slot():
    reading = forums(held(3, 5, 7, 9, None), FORUMS)
    assert (reading.value, reading.state) == (6, "ok")
    assert "11—12月尚未安排" in reading.sentence and "1 次未定月份" in reading.sentence
    assert forums(held(3, 5, 7, 9, 11), FORUMS).sentence.startswith("各时段均已安排")


def test_r027_a_forum_inside_the_merged_slot_does_not_count_again():
    assert forums(held(1, 2), FORUMS).value == 1
    longer = [SimpleNamespace(is_forum=True, month_from=2, month_to=3)]
    assert forums(longer, FORUMS).value == 2 and "3—4月" not in forums(longer, FORUMS).sentence


def test_r015_a_plan_may_ask_for_more_forums_than_there_are_slots():
    target = PlanTarget(measure="forums", target=Decimal(8), cadence=2, merged_until=2, mandatory=True)
    reading = forums(held(3, 5, 7, 9, 11), target)
    assert (reading.value, reading.missing, reading.state) == (6, 2, "missing")
    assert "还差 2 次" in reading.sentence and "各时段均已安排" in reading.sentence


def test_r015_without_a_merged_slot_all_six_are_due():
    target = PlanTarget(measure="forums", target=Decimal(6), cadence=2)
    assert forums(held(3), target).missing == 5


def test_off_plan_and_withdrawn_topics_do_not_count_and_a_placeholder_counts_one(world):
    plan = world.plan(topics=4, linked=3)
    Topic.objects.filter(plan=plan, number=4).update(placeholder=True)
    world.topics(world.plan(2027), 1)
    extra = Topic.objects.create(plan=plan, number=9, title="计划外议题", off_plan=True, linkage="linked")
    assert (meter(plan)["linked_share"].value, meter(plan)["supervisory"].target) == (75, 1)
    extra.off_plan = False
    extra.save()
    assert meter(plan)["linked_share"].value == 80
    Topic.objects.filter(pk=extra.pk).update(state="withdrawn")
    assert meter(plan)["linked_share"].value == 75


def test_r005_each_channel_counts_once_a_topic(world):
    plan = world.plan(topics=3)
    first, second, _ = plan.topics.order_by("number")
    TopicUnit.objects.bulk_create(
        TopicUnit(topic=topic, organization=world.orgs[key], part="proposer")
        for topic, key in [(first, "dept1"), (first, "dept2"), (first, "party1"), (second, "audit")]
    )
    reading = meter(plan)["by_proposer"]
    assert reading.value == {"政府点题": 1, "党派荐题": 1, "其他": 1, "未注明": 1}
    assert "政府点题 1 个（占 33.3%）" in reading.sentence and reading.state == "ok"


def test_r005_a_channel_that_is_no_longer_valid_is_not_used(world):
    plan = world.plan(topics=1)
    TopicUnit.objects.create(topic=plan.topics.get(), organization=world.orgs["party1"], part="proposer")
    SolicitationChannel.objects.filter(key="parties").update(valid_to=date(2020, 1, 1))
    assert meter(plan)["by_proposer"].value == {"其他": 1}


def test_a_suggestion_counts_for_its_channel_also_without_a_unit(world):
    plan = world.plan(topics=1)
    topic = plan.topics.get()
    suggestion = world.suggestion(world.solicitation(plan), "member")
    suggestion.topic, suggestion.state = topic, "adopted"
    suggestion.save()
    assert meter(plan)["by_proposer"].value == {"委员荐题": 1}


def test_forms_of_the_office_say_what_is_a_forum_and_what_is_special(world):
    plan = world.plan(topics=2)
    TopicForm.objects.filter(topic__number=2).update(form=world.forms["forum"])
    found = meter(plan)
    assert (found["special_consultations"].value, found["forums"].value) == (1, 1)
    Topic.objects.filter(number=2).update(month_from=3, month_to=3)
    assert meter(plan)["forums"].value == 2


def test_the_meter_asks_the_same_number_of_queries_for_one_topic_and_for_thirty(world, django_assert_num_queries):
    small, large = world.plan(2026, topics=1), world.plan(2027, topics=30)
    read_meter(AnnualPlan.objects.get(pk=world.plan(2030).pk))  # the channels are remembered now
    for plan in (small, large):
        with django_assert_num_queries(5):
            read_meter(plan)


def submit(world, plan, opinion=""):
    plan = AnnualPlan.objects.get(pk=plan.pk)
    PLAN.move(plan, "submit", by=world.users["sg"], version=plan.version, opinion=opinion)


def on_target(world):
    """Six topics: four linked of six is 67 %, two supervised, two special, forums in all slots."""
    plan = world.plan()
    rows = world.topics(plan, 6, linked=4, supervisory=2)
    TopicForm.objects.bulk_create(TopicForm(topic=topic, form=world.forms["forum"]) for topic in rows[1:])
    for topic, month in zip(rows[1:], (3, 5, 7, 9, 11), strict=True):
        Topic.objects.filter(pk=topic.pk).update(month_from=month, month_to=month)
    return plan


def test_a_plan_on_target_needs_no_reason(world):
    plan = on_target(world)
    assert off_target(read_meter(plan)) == []
    submit(world, plan)
    assert Movement.for_matter(plan).get().opinion == ""


def test_approving_off_target_needs_a_reason_which_stays_in_the_history(world):
    plan = on_target(world)
    Topic.objects.filter(plan=plan, number=1).update(supervisory=False)
    with pytest.raises(Refused, match="还差 1 个监督性议题"):
        submit(world, plan)
    assert AnnualPlan.objects.get(pk=plan.pk).state == "drafting"
    submit(world, plan, "监督性议题在三季度补充")
    assert Movement.for_matter(plan).get().opinion == "监督性议题在三季度补充"


def test_the_meter_is_read_again_inside_the_lock(world, django_capture_on_commit_callbacks):
    """The page saw the plan on target; a topic changed before the act: what counts is what the lock finds."""
    plan = on_target(world)
    seen = AnnualPlan.objects.get(pk=plan.pk)
    assert off_target(read_meter(seen)) == []
    Topic.objects.filter(plan=plan, number=2).update(supervisory=False)
    with pytest.raises(Refused, match="监督性议题"):
        PLAN.move(seen, "submit", by=world.users["sg"], version=seen.version)


counts = st.integers(min_value=0, max_value=200)
steadily = settings(deadline=None, derandomize=True)


@steadily
@given(counts, counts)
def test_the_share_is_a_share_and_nothing_is_missing_where_it_is_met(linked, own):
    reading = linked_share(topics(linked, own), LINKED)
    assert 0 <= reading.value <= 100 and 0 <= reading.percent <= 100
    assert reading.missing == 0 or reading.state != "ok"
    within = 65 * (linked + own) <= 100 * linked <= 75 * (linked + own)
    assert (reading.state == "ok") == (within and linked + own > 0)


@steadily
@given(counts, counts)
@example(1, 0)
@example(0, 1)
@example(2, 1)
def test_linking_as_many_topics_as_are_missing_brings_the_share_into_tolerance(linked, own):
    reading = linked_share(topics(linked, own), LINKED)
    if reading.state == "ok" or "即进入允许范围" not in reading.sentence:
        return
    short = reading.missing or -over(reading.sentence)
    assert linked_share(topics(linked + short, own - short), LINKED).state == "ok"


@steadily
@given(st.integers(min_value=10, max_value=300), st.integers(min_value=0, max_value=300))
def test_from_ten_topics_on_there_is_always_a_way_into_tolerance(total, linked):
    linked = min(linked, total)
    reading = linked_share(topics(linked, total - linked), LINKED)
    assert reading.state == "ok" or "即进入允许范围" in reading.sentence


def over(sentence):
    return int("".join(char for char in sentence.split("多 ")[1].split(" 个")[0] if char.isdigit()))


@steadily
@given(counts, counts)
def test_as_many_supervisory_topics_as_are_missing_are_enough_and_one_less_is_not(count, supervised):
    supervised = min(supervised, count)
    reading = supervisory(topics(own=count, supervised=supervised), SUPERVISORY)
    assert (reading.missing > 0) == (reading.state != "ok")
    assert supervisory(topics(own=count, supervised=supervised + reading.missing), SUPERVISORY).state == "ok"
    if reading.missing:
        fewer = supervisory(topics(own=count, supervised=supervised + reading.missing - 1), SUPERVISORY)
        assert fewer.state == "missing"


@steadily
@given(st.lists(st.none() | st.integers(min_value=1, max_value=12), max_size=20))
def test_every_forum_counts_and_every_empty_slot_is_named(months):
    reading = forums(held(*months), FORUMS)
    outside = [month for month in months if month is None or month > 2]
    empty = [n for n in (3, 5, 7, 9, 11) if n not in outside and n + 1 not in outside]
    assert reading.value == 1 + len(outside) and 0 <= reading.percent <= 100
    assert (reading.missing > 0) == (reading.state != "ok") == (reading.value < 6)
    assert all(f"{n}—{n + 1}月" in reading.sentence for n in empty)
    assert ("均已安排" in reading.sentence) == (not empty) != ("尚未安排" in reading.sentence)
