"""Two people at once, in real threads and real transactions: exactly one wins, and what is frozen stays as it was."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from consultation.models import AnnualPlan, Topic, TopicForm, TopicSuggestion, TopicUnit
from consultation.suggesting import receive
from consultation.topics import editing, next_number
from consultation.workflows.topic import TOPIC
from cppcc.office.refusals import Refused
from cppcc.sheets import batches
from cppcc.workflow.approval import RESULTS
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import ApprovalRound, Decision, Movement, Snapshot
from cppcc.workflow.registry import workflow_of
from tests.world import build

TODAY = timezone.localdate()


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


@pytest.fixture
def still_world(db):
    """The city inside one transaction, for what needs no threads."""
    return build()


def at_once(*jobs, within=10):
    """Run the jobs in threads that start together; each answers its result or the refusal that it met.

    within: seconds in which all threads have begun.
    """
    barrier = threading.Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=within)
            return job()
        except (Refused, DatabaseError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def won(results):
    """Those that were not refused."""
    return [result for result in results if not isinstance(result, Exception)]


def user(world, name):
    """A fresh account, as each request has its own."""
    return type(world.users[name]).objects.get(pk=world.users[name].pk)


def mover(world, pk, name, who, *, result="passed", opinion="情况属实"):
    """A job: `who` does `name` on the plan, having read it before the start."""
    plan, by = AnnualPlan.objects.get(pk=pk), user(world, who)

    def job():
        with transaction.atomic():
            decision = None
            if name in RESULTS:
                decision = decision_for(plan, plan.approval_round.step, TODAY, None, by=by)
                decision.result = result
            return workflow_of(plan).move(
                plan, name, by=by, version=plan.version, opinion=opinion, decision=decision, proxy_source="纪要"
            )

    return job


def before_a_body(world, year=2026, topics=2):
    """A plan that was submitted."""
    plan = world.plan(year, topics=topics)
    workflow_of(plan).move(plan, "submit", by=user(world, "clerk"), version=1, opinion="先行研究")
    return plan


def test_two_decisions_at_once_make_one_movement(world):
    for year in (2026, 2027, 2028):
        plan = before_a_body(world, year)
        results = at_once(
            mover(world, plan.pk, "pass", "chair"), mover(world, plan.pk, "send_back", "clerk", result="returned"),
            mover(world, plan.pk, "pass_amended", "chair", result="amended"),
            mover(world, plan.pk, "withdraw", "sg"),
        )  # fmt: skip
        assert len(won(results)) == 1, results
        assert all(result.sentence for result in results if isinstance(result, Refused))
        assert Movement.for_matter(plan).exclude(name="submit").count() == 1
        assert Decision.for_matter(plan).count() == (won(results)[0].decision is not None)


def test_the_same_click_twice_is_one_act(world):
    plan = world.plan(topics=2)
    results = at_once(*[mover(world, plan.pk, "submit", "clerk") for _ in range(4)])
    assert len(won(results)) == 1
    assert ApprovalRound.for_matter(plan).count() == Snapshot.for_matter(plan).count() == 1


def add_topic(plan, title):
    """A job: add a topic the way the page does."""

    def job():
        with editing(plan.pk) as locked:
            return Topic.objects.create(plan=locked, number=next_number(locked), title=title)

    return job


def withdraw_topic(world, topic):
    """A job: withdraw a topic through the workflow."""
    by = user(world, "sg")
    return lambda: TOPIC.move(Topic.objects.get(pk=topic.pk), "withdraw", by=by, version=1, opinion="合并")


def past_the_code(topic):
    """A job: change a topic by SQL, as a careless script would."""

    def job():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE consultation_topic SET title = '偷改', title_key = '偷改' WHERE id = %s", [topic.pk])
            return cursor.rowcount

    return job


def test_what_a_body_gets_is_what_was_submitted(world):
    """Whoever edits while the plan is submitted is in the submitted version or is refused; never in between."""
    plan = world.plan(topics=4)
    first, second, *_ = plan.topics.all()
    at_once(
        mover(world, plan.pk, "submit", "clerk"), add_topic(plan, "新议题甲"), add_topic(plan, "新议题乙"),
        withdraw_topic(world, first), past_the_code(second),
    )  # fmt: skip
    assert AnnualPlan.objects.get(pk=plan.pk).state == "in_approval"
    kept = {row["title"] for row in Snapshot.for_matter(plan).get().content["rows"]}
    assert kept == set(plan.topics.exclude(state="withdrawn").values_list("title", flat=True))
    numbers = list(plan.topics.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))


def test_a_decision_and_an_edit_of_a_topic_do_not_mix(world):
    plan = before_a_body(world)
    topic = plan.topics.first()
    results = at_once(
        mover(world, plan.pk, "pass", "chair"), withdraw_topic(world, topic), past_the_code(topic),
        add_topic(plan, "审议中加入"),
    )  # fmt: skip
    assert won(results) == [Movement.for_matter(plan).first()]
    assert set(plan.topics.values_list("title", "state")) == {
        ("议题第1号", "planned"),
        ("议题第2号", "planned"),
    }


def sql(statement, *args):
    """A statement in its own savepoint."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, args)


@pytest.mark.parametrize("state", ["in_approval", "approved", "closed"])
def test_a_frozen_plan_is_changed_by_no_statement(state, still_world):
    world, plan = still_world, still_world.plan(topics=2)
    topic, unit, form = plan.topics.first(), TopicUnit.objects.first(), TopicForm.objects.first()
    free = world.plan(2030, topics=1)
    AnnualPlan.objects.filter(pk=plan.pk).update(state=state, number="试〔2026〕1号", issued_on=TODAY)
    for statement, args in (
        ("UPDATE consultation_topic SET month_from = 5, month_to = 5 WHERE id = %s", [topic.pk]),
        ("UPDATE consultation_topic SET plan_id = %s WHERE id = %s", [free.pk, topic.pk]),
        ("UPDATE consultation_topic SET plan_id = %s, title_key='x' WHERE plan_id = %s", [plan.pk, free.pk]),
        ("UPDATE consultation_topicunit SET part = 'support' WHERE id = %s", [unit.pk]),
        ("UPDATE consultation_topicform SET note = '改' WHERE id = %s", [form.pk]),
        ("DELETE FROM consultation_topicunit WHERE id = %s", [unit.pk]),
        ("DELETE FROM consultation_topicform WHERE id = %s", [form.pk]),
        ("INSERT INTO consultation_topicunit (topic_id, organization_id, part, \"order\") VALUES (%s, %s, 'lead', 9)",
         [topic.pk, world.orgs["edu"].pk]),
        ("INSERT INTO consultation_topicform (topic_id, form_id, \"order\", note) VALUES (%s, %s, 9, '')",
         [topic.pk, world.forms["forum"].pk]),
        ("UPDATE consultation_topicunit SET topic_id = %s WHERE topic_id = %s", [topic.pk, free.topics.get().pk]),
        ("UPDATE consultation_topicunit SET topic_id = %s, part = 'support' WHERE id = %s",
         [free.topics.get().pk, unit.pk]),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="frozen"):
            sql(statement, *args)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Topic.objects.create(plan=plan, number=9, title="审议中加入")


def test_movements_are_never_rewritten(still_world):
    plan = before_a_body(still_world)
    for statement in (
        "UPDATE workflow_movement SET opinion = '改' WHERE object_id = %s",
        "DELETE FROM workflow_movement WHERE object_id = %s",
    ):
        with pytest.raises(DatabaseError, match="never edited"):
            sql(statement, plan.pk)


def test_a_form_sent_twice_is_one_suggestion(world):
    solicitation, token = world.solicitation(world.plan()), uuid.uuid4()
    by = user(world, "dept1")

    def send():
        suggestion = TopicSuggestion(
            solicitation=solicitation, organization=world.orgs["dept1"], title="优化营商环境", token=token
        )
        return receive(suggestion, by=by, office=False, save_many=lambda: None)

    results = at_once(*[send] * 4)
    assert len(won(results)) == 4
    assert TopicSuggestion.objects.count() == 1
    assert {result.pk for result in results} == {TopicSuggestion.objects.get().pk}


def test_the_same_import_confirmed_twice_is_saved_once(world):
    plan, by = world.plan(), user(world, "clerk")
    batch = batches.start(
        "consultation.topics", data="议题,牵头单位\n推进城市更新,经济委\n发展乡村旅游,经济委\n".encode(),
        file_name="议题.csv", owner=by, arguments={"plan": plan.pk},
    )  # fmt: skip
    results = at_once(*[lambda: batches.apply_batch(batch, by=by)] * 3)
    assert sorted(applied.repeated for applied in won(results)) == [False, True, True]
    assert plan.topics.count() == 2


def test_an_import_and_a_submission_do_not_mix(world):
    plan, by = world.plan(topics=1), user(world, "clerk")
    rows = "".join(f"导入议题{n}\n" for n in range(20))
    batch = batches.start(
        "consultation.topics", data=f"议题\n{rows}".encode(), file_name="议题.csv", owner=by,
        arguments={"plan": plan.pk},
    )  # fmt: skip
    at_once(mover(world, plan.pk, "submit", "sg"), lambda: batches.apply_batch(batch, by=by))
    assert AnnualPlan.objects.get(pk=plan.pk).state == "in_approval"
    assert len(Snapshot.for_matter(plan).get().content["rows"]) == plan.topics.count()
    assert plan.topics.count() in (1, 21)
