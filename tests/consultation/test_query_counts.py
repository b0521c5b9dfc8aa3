"""The work of a page does not grow with what is stored: the same queries and the same objects at 1 row and at 30."""

import re
import uuid
from collections import Counter
from contextlib import contextmanager
from copy import copy
from datetime import timedelta

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultation.models import (
    Addressee,
    AnnualPlan,
    CountyAdoption,
    PartyConsultation,
    Solicitation,
    Topic,
    TopicSuggestion,
    TopicUnit,
)
from cppcc.deadlines.keeping import keep_many
from cppcc.jobs.models import Job
from cppcc.office.models import Article, Organization, Regulation, RegulationVersion, RuleBasis
from cppcc.workflow.models import ApprovalRound, Decision, Movement, Sitting, Snapshot, Waiting
from cppcc.workflow.registry import workflow_of

LIST, DETAIL, POST = 10, 14, 15
DESK, PLAN, TOPICS = 26, 14, 10  # the desk brings together more kinds of things than other pages
# Submitting reads the meter and keeps a version under the lock; what that costs does not grow.
WHOLE = {"adoption_move": 17, "plan_move": 31}
SAVEPOINT = re.compile(r"(RELEASE )?SAVEPOINT|ROLLBACK TO", re.IGNORECASE)


@contextmanager
def loaded():
    """How many objects of which model were made from rows."""
    found: Counter[str] = Counter()
    original = models.Model.from_db.__func__

    def counting(cls, db, names, values):
        found[cls.__name__] += 1
        return original(cls, db, names, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.Model, "from_db", classmethod(counting))
        yield found


def statements(captured):
    """The statements without savepoints, which a test's own transaction adds."""
    return [query["sql"] for query in captured.captured_queries if not SAVEPOINT.match(query["sql"])]


def measure(client, url, *, data=None, status=200):
    """(statements, objects by model) of one request."""
    if data is None:
        client.get(url)  # what a process remembers for a minute is remembered now
    with CaptureQueriesContext(connection) as captured, loaded() as objects:
        response = client.post(url, data) if data is not None else client.get(url)
    assert response.status_code == status, (url, response.status_code)
    return statements(captured), objects


class Filled:
    """A city with `rows` of everything that a page could list."""

    def __init__(self, world, rows, *, trail=True):
        self.world, self.rows, users = world, rows, world.users
        world.due_rules()
        self.plan = world.plan(2026, topics=rows, linked=rows)
        self.plan.targets.update(target=0, tolerance=100)  # all are met, as the meter finds when the plan is submitted
        self.topics = list(self.plan.topics.order_by("number"))
        self._others()
        self.round = world.solicitation(self.plan)
        self._suggestions()
        CountyAdoption.objects.bulk_create(
            CountyAdoption(topic=topic, county=world.orgs["county1"], created_by=users["clerk"])
            for topic in self.topics
        )
        plan = AnnualPlan.objects.filter(pk=self.plan.pk)
        plan.update(issued_on=timezone.localdate(), state="issued", number="1")
        keep_many(list(CountyAdoption.objects.all()))
        plan.update(issued_on=None, state=self.plan.state, number="")
        keep_many([self.round])
        self.adoption = CountyAdoption.objects.first()
        self.suggestion = TopicSuggestion.objects.filter(state="received").first()
        if trail:
            self._trail()
        self._regulations()
        Job.objects.bulk_create(Job(kind="consultation.import", owner=users["clerk"]) for _ in range(rows))
        PartyConsultation.objects.bulk_create(
            PartyConsultation(year=2026, title=f"优化营商环境之{n}") for n in range(rows)
        )

    def _others(self):
        """Other plans in approval, other rounds, units, sittings."""
        world, rows, clerk = self.world, self.rows, self.world.users["clerk"]
        plans = self.plans = AnnualPlan.objects.bulk_create(
            AnnualPlan(year=1000 + n, title=f"{n}", state="in_approval", chain=world.chain, created_by=clerk)
            for n in range(rows + 2)
        )
        step = world.chain.steps.get(order=1)
        for plan in plans:
            ApprovalRound.objects.create(matter=plan, number=1, chain=world.chain, step=step)
        today = timezone.localdate()
        Solicitation.objects.bulk_create(
            Solicitation(plan=plan, title=plan.title, state="open", opens_on=today, closes_on=today, created_by=clerk)
            for plan in plans
        )
        Organization.objects.bulk_create(
            Organization(name=f"某局{n}", kind="department", pinyin=f"m{n}") for n in range(rows)
        )
        sittings = [Sitting(body=world.orgs["party-group"], held_on=today - timedelta(days=n), created_by=clerk)
                    for n in range(rows)]  # fmt: skip
        self.sitting = Sitting.objects.bulk_create(sittings)[0]
        for n, plan in enumerate(plans[:10]):
            Decision.objects.create(sitting=self.sitting, matter=plan, order=n, result="passed" if n % 2 else "")

    def _suggestions(self):
        world, clerk = self.world, self.world.users["clerk"]
        units = list(Organization.objects.filter(name__startswith="某局"))
        channel = world.channels["government"]
        Addressee.objects.bulk_create(
            Addressee(solicitation=self.round, organization=unit, channel=channel) for unit in units
        )
        made = TopicSuggestion.objects.bulk_create(
            TopicSuggestion(solicitation=self.round, organization=unit, channel=channel, title=f"建议{unit.pk}",
                            created_by=clerk)
            for unit in units
        )  # fmt: skip
        for suggestion in made:
            suggestion.forms.add(world.forms["special"])
            suggestion.counties.add(world.orgs["county1"])
        first = self.topics[0]
        TopicSuggestion.objects.bulk_create(
            TopicSuggestion(solicitation=self.round, organization=unit, channel=channel, title=f"已列{unit.pk}",
                            created_by=clerk, topic=first, state="adopted")
            for unit in units
        )  # fmt: skip
        TopicUnit.objects.bulk_create(
            TopicUnit(topic=first, organization=unit, part=part, order=n)
            for n, unit in enumerate(units)
            for part in ("support", "proposer")
        )

    def _trail(self):
        """Movements, versions, duties and field changes of one matter of each kind."""
        user, step = self.world.users["clerk"], self.world.chain.steps.first()
        matters = (self.plan, self.topics[0], self.round, self.suggestion, self.adoption)
        for matter in matters:
            for n in range(self.rows):
                movement = Movement.objects.create(
                    matter=matter, name="pass", label="通过", source="a", target="b", source_label="起草",
                    target_label="审批", user=user, actor=str(user), post=self.world.posts["clerk"], step=step,
                    version=n + 1, opinion="同意",
                )  # fmt: skip
                Waiting.objects.create(
                    matter=matter, label=f"事项{n}", organization=self.world.orgs["office"], role="office_clerk",
                    post=self.world.posts["clerk"] if n % 2 else None,
                )  # fmt: skip
            Snapshot.objects.create(matter=matter, number=1, content=matter.content(), movement=movement)
        for n in range(2, self.rows + 1):
            Snapshot.objects.create(matter=self.plan, number=n, content=self.plan.content(), movement=movement)
        changed = [copy(self.topics[0]) for _ in range(self.rows)]
        for n, topic in enumerate(changed):
            topic.title = f"改{n}"
            topic.leading_chair = self.world.posts["chair" if n % 2 else "vice"]
        Topic.history.bulk_history_create(changed, default_user=user)

    def _regulations(self):
        self.regulations = Regulation.objects.bulk_create(
            Regulation(key=f"rules-{n}", title=f"规则{n}") for n in range(self.rows)
        )
        for found in self.regulations:
            version = RegulationVersion.objects.create(regulation=found, label="一")
            articles = Article.objects.bulk_create(
                Article(version=version, code=f"第{n}条", summary="要点", order=n) for n in range(self.rows)
            )
            RuleBasis.objects.bulk_create(RuleBasis(rule="R001", article=article) for article in articles)


def pages(filled):
    """Every page that shows rows: url name -> (arguments, most queries)."""
    plan, topic, suggestion = filled.plan, filled.topics[0], filled.suggestion
    return {
        "desk:home": ((), DESK),
        "office:regulation_list": ((), LIST),
        "office:regulation_detail": ((filled.regulations[0].key,), DETAIL),
        "jobs:job_list": ((), LIST),
        "workflow:sitting_list": ((), LIST),
        "workflow:sitting_create": ((), LIST),
        "workflow:sitting_detail": ((filled.sitting.pk,), DETAIL),
        "workflow:matter_changes": (("topic", topic.pk), DETAIL),
        "consultation:plan_list": ((), LIST),
        "consultation:plan_detail": ((plan.year,), PLAN),
        "consultation:plan_edit": ((plan.year,), DETAIL),
        "consultation:plan_targets": ((plan.year,), DETAIL),
        "consultation:plan_year": ((plan.year,), DETAIL),
        "consultation:plan_chart": ((plan.year,), DETAIL),
        "consultation:plan_versions": ((plan.year,), DETAIL),
        "consultation:plan_share": ((plan.year,), DETAIL),
        "consultation:plan_move": ((plan.year, "submit"), DETAIL),
        "consultation:topic_create": ((plan.year,), DETAIL),
        "consultation:topic_list": ((), TOPICS),
        "consultation:party_consultation_list": ((), LIST),
        "consultation:topic_detail": ((topic.pk,), DETAIL),
        "consultation:topic_edit": ((topic.pk,), DETAIL),
        "consultation:topic_move": ((topic.pk, "withdraw"), DETAIL),
        "consultation:solicitation_list": ((), LIST),
        "consultation:solicitation_detail": ((filled.round.pk,), DETAIL),
        "consultation:solicitation_edit": ((filled.round.pk,), DETAIL),
        "consultation:addressee_add": ((filled.round.pk,), DETAIL),
        "consultation:suggestion_create": ((filled.round.pk,), DETAIL),
        "consultation:suggestion_consolidate": ((filled.round.pk,), DETAIL),
        "consultation:suggestion_list": ((), LIST),
        "consultation:suggestion_detail": ((suggestion.pk,), DETAIL),
        "consultation:suggestion_edit": ((suggestion.pk,), DETAIL),
        "consultation:suggestion_move": ((suggestion.pk, "adopt"), DETAIL),
        "consultation:adoption_list": ((), LIST),
        "consultation:adoption_detail": ((filled.adoption.pk,), DETAIL),
        "consultation:adoption_move": ((filled.adoption.pk, "record"), DETAIL),
        "consultation:form_list": ((), LIST),
        "consultation:form_detail": ((filled.world.forms["special"].pk,), DETAIL),
        "consultation:import_upload": (("topics", plan.pk), DETAIL),
    }


FEW, MANY = 2, 30  # two rows, so that there is a difference between two versions to show


def of_all(world, login, rows):
    """url name -> (statements, objects) of one request, in a city of `rows` rows that is taken back afterwards."""
    with transaction.atomic():
        filled, client = Filled(world, rows), login("clerk")
        client.get("/")
        found = {name: measure(client, reverse(name, args=args)) for name, (args, _) in pages(filled).items()}
        transaction.set_rollback(True)
    return found


def test_queries_do_not_grow_with_the_rows_and_stay_few(world, login):
    few, many = of_all(world, login, FEW), of_all(world, login, MANY)
    most = {name: limit for name, (_, limit) in pages(Filled(world, FEW)).items()}
    grown = {name: [len(few[name][0]), len(many[name][0])] for name in few if len(many[name][0]) > len(few[name][0])}
    assert not grown
    assert {name: len(found) for name, (found, _) in few.items() if len(found) > most[name]} == {}


LISTS = {
    "consultation:topic_list": "Topic",
    "consultation:suggestion_list": "TopicSuggestion",
    "consultation:adoption_list": "CountyAdoption",
    "consultation:solicitation_list": "Solicitation",
    "consultation:plan_list": "AnnualPlan",
    "workflow:sitting_list": "Sitting",
    "jobs:job_list": "Job",
}


def test_a_list_of_two_hundred_loads_one_page_of_fifty(world, login):
    Filled(world, 200, trail=False)
    client = login("clerk")
    for name, model in LISTS.items():
        _, objects = measure(client, reverse(name))
        assert 50 <= objects[model] <= 51, (name, objects)
        _, objects = measure(client, f"{reverse(name)}?page=3")
        assert 50 <= objects[model] <= 51, (name, objects)


def test_a_page_loads_nothing_of_other_years(world, login):
    """The same objects for one plan, whatever stands beside it."""
    filled, client = Filled(world, FEW), login("clerk")
    client.get("/")
    own = {
        name: args
        for name, (args, _) in pages(filled).items()
        if args and name not in ("workflow:sitting_detail", "office:regulation_detail")
    }
    before = {name: measure(client, reverse(name, args=args))[1] for name, args in own.items()}
    for year in range(2031, 2034):
        plan = world.plan(year, topics=30, linked=30)
        solicitation = world.solicitation(plan)
        for n in range(10):
            world.suggestion(solicitation, title=f"别年{n}")
        world.adoption(plan.topics.first())
        workflow_of(plan).move(plan, "submit", by=world.users["clerk"], version=1, opinion="理由")
    after = {name: measure(client, reverse(name, args=args))[1] for name, args in own.items()}
    assert {name: after[name] - before[name] for name in own if after[name] != before[name]} == {}


def posts(world, filled):
    """What is saved day by day: url name -> (arguments, data)."""
    topic, second, plan, today = *filled.topics[:2], filled.plan, timezone.localdate()
    econ, county, forum = world.orgs["econ"].pk, world.orgs["county1"].pk, world.forms["forum"].pk
    parts = {"linkage": "linked", "part_lead": [econ], "part_county": [county], "forms_chosen": [forum]}
    suggestion = {
        "title": "新建议",
        "organization": world.orgs["dept2"].pk,
        "proxy_source": "来函",
        "forms": [forum],
        "token": uuid.uuid4(),
    }
    return {
        "topic_create": ([plan.year], {"title": "新议题", **parts}),
        "topic_edit": ([topic.pk], {"title": "改题", "number": "1", "version": topic.version, **parts}),
        "topic_move": ([second.pk, "withdraw"], {"version": 1, "opinion": "合并"}),
        "suggestion_create": ([filled.round.pk], suggestion),
        "suggestion_move": ([filled.suggestion.pk, "decline"], {"version": 1, "opinion": "不属协商范围"}),
        "adoption_move": ([filled.adoption.pk, "record"],
                          {"version": 1, "committee_date": today, "proxy_source": "来函"}),
        "plan_edit": ([plan.year], {"title": "改名", "chain": world.chain.pk, "version": plan.version}),
        "addressee_add": ([filled.round.pk], {"organization": world.orgs["audit"].pk}),
        "plan_share": ([plan.year], {"post": world.posts["dept1"].pk}),
        "plan_move": ([plan.year, "submit"], {"version": plan.version + 1}),
    }  # fmt: skip


def count_posts(world, login, rows):
    """url name -> number of statements of saving it, savepoints left out."""
    with transaction.atomic():
        filled, client = Filled(world, rows), login("clerk")
        client.get("/")
        found = {}
        for name, (args, data) in posts(world, filled).items():
            found[name] = measure(client, reverse(f"consultation:{name}", args=args), data=data, status=302)[0]
        transaction.set_rollback(True)
    return found


def test_saving_costs_the_same_however_much_there_is(world, login):
    few, many = count_posts(world, login, FEW), count_posts(world, login, MANY)
    assert {n: [len(few[n]), len(many[n])] for n in few if len(many[n]) > len(few[n])} == {}
    assert {n: len(few[n]) for n in few if len(few[n]) > WHOLE.get(n, POST)} == {}
