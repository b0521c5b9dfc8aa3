"""The matters of every workflow, put into any state directly, and who may move them: what the matrix runs over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from consultation.models import (
    AnnualPlan,
    CountyAdoption,
    Forum,
    Paper,
    Solicitation,
    Suggestion,
    Topic,
    TopicSuggestion,
)
from cppcc.deadlines.models import Task
from cppcc.documents.models import Document
from cppcc.meetings.models import Meeting
from cppcc.office.roles import ROLES, Scope
from cppcc.workflow.models import ApprovalRound, Decision, Sitting
from members.models import Contact, EntryProposal
from tests.consultation import forum_course, outcome_world
from tests.consultation.notices import brought
from tests.deadlines.task_rows import a_task, put_task
from tests.documents.papers import a_file, paper, put_document
from tests.meetings.gatherings import begun, invited
from tests.members.ledger_access import proposed, raised
from tests.world import PEOPLE, World

PERSONS = (*PEOPLE, "nobody", "admin")
WITHOUT_POST_TODAY = {"expired", "future", "nobody", "admin"}


@dataclass(frozen=True)
class Subject:
    """A matter of one kind in the world: how it is made, whose it is, what each transition is given.

    `only`: a second subject of a kind runs just where it differs from the first.
    """

    label: str
    model: type[models.Model]
    make: Callable[[World], Any]
    owners: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    step: int = 1
    only: tuple[str, ...] = ()
    arguments: dict[str, Callable[[World, Any], dict[str, Any]]] = field(default_factory=dict)


def may(name: str, permission: str, subject: Subject) -> bool:
    """What the table of roles says of a person of the world: written apart from the code that it judges."""
    if name in WITHOUT_POST_TODAY:
        return False
    scope = ROLES[PEOPLE[name][0]].get(permission)
    return scope == Scope.ANY or name in {Scope.OWN: subject.owners, Scope.NAMED: subject.named}.get(scope, ())


def put(world: World, obj: Any, state: str, *, step: int = 1) -> Any:
    """The matter in `state`, written past the engine, with what that state needs beside it."""
    if isinstance(obj, Document):
        return put_document(world, obj, state)
    if isinstance(obj, Task):
        return put_task(obj, state)
    given: dict[str, Any] = {"state": state, **outcome_world.in_state(obj, state)}
    if isinstance(obj, AnnualPlan):
        given |= _plan(world, obj, state, step)
    if isinstance(obj, Forum):
        given |= forum_course.in_state(obj, state, step)
    if isinstance(obj, TopicSuggestion):
        given["topic"] = obj.solicitation.plan.topics.first() if state == "adopted" else None
    if isinstance(obj, Contact) and state == "solved":
        given |= {"solution": "已协调", "solved_on": timezone.localdate()}
    if isinstance(obj, CountyAdoption) and state == "adopted":
        given["committee_date"] = date(2026, 1, 5)
    type(obj).objects.filter(pk=obj.pk).update(**given)
    return fresh(obj)


def _plan(world: World, plan: AnnualPlan, state: str, step: int) -> dict[str, Any]:
    if state in ("in_approval", "amending"):
        ApprovalRound.objects.create(matter=plan, number=1, chain=world.chain, step=world.chain.steps.get(order=step))
    issued = state in ("issued", "closed")
    return {"number": "试政协办〔2026〕1号", "issued_on": date(2026, 1, 20)} if issued else {}


def fresh(obj: Any) -> Any:
    """The matter as the database has it."""
    return type(obj).objects.get(pk=obj.pk)


def decision(world: World, obj: Any, name: str) -> Decision | None:
    """The decision of today's sitting of the body that the matter stands before."""
    if name not in ("pass", "pass_amended", "defer", "send_back") or not obj.approval_round:
        return None
    if not obj.approval_round.step.needs_decision:
        return None
    sitting = Sitting.of(obj.approval_round.step.body, timezone.localdate(), by=world.users["clerk"])
    return Decision(sitting=sitting, matter=obj, result="passed")


def arguments(world: World, subject: Subject, obj: Any, name: str) -> dict[str, Any]:
    """What makes every guard of the transition `name` say yes."""
    return {
        "opinion": "情况属实，按程序办理",
        "proxy_source": "会议纪要第3期",
        "decision": decision(world, obj, name),
        "data": subject.arguments.get(name, lambda world, obj: {})(world, obj),
    }


def _issued_plan_topic(world: World) -> Topic:
    return world.plan(2026, state="issued", topics=2).topics.first()


def _drafted_plan_topic(world: World) -> Topic:
    return world.plan(2026, topics=2).topics.first()


def _suggestion(key: str) -> Callable[[World], TopicSuggestion]:
    return lambda world: world.suggestion(world.solicitation(world.plan(2026, topics=2)), key)


def _adoption(world: World) -> CountyAdoption:
    return world.adoption(world.plan(2026, state="issued", topics=2, linked=1).topics.first())


def _begun_meeting(world: World, **given: Any) -> Meeting:
    return begun(invited(world, "member", **given))


def _answer(world: World, obj: Any) -> dict[str, Any]:
    return {"solution": "已协调", "solved_on": timezone.localdate()}


def _another_day(world: World, obj: Any) -> dict[str, Any]:
    return {"due_on": obj.due_on + timedelta(days=3)}


def _today(world: World, obj: Any) -> dict[str, Any]:
    return {"committee_date": timezone.localdate()}


PLAN = {"issue": lambda world, obj: brought(world)}
TOPIC = {"adjust": lambda world, obj: {"save": lambda topic: None}}
ROUND = {"reopen": lambda world, obj: {"closes_on": timezone.localdate() + timedelta(days=9)}}
SUGGESTION = {"adopt": lambda world, obj: {"topic": obj.solicitation.plan.topics.first()}}
DOCUMENT = {"issue": lambda world, obj: {"issued_on": timezone.localdate()}}
CONTACT = {"solve": _answer}
TASK = {"answer": lambda world, obj: {"answer": "已核实"}, "postpone": _another_day}
PAPER = dict.fromkeys(("deliver", "renew"), lambda world, obj: {"file": a_file()})
LEAD = frozenset({"econ_clerk", "econ_head"})
ADOPTION = {"record": _today, "correct": _today}

SUBJECTS = (
    Subject("plan-first-step", AnnualPlan, lambda w: w.plan(2026, topics=2), named=frozenset({"chair"}),
            arguments=PLAN),
    Subject("plan-second-step", AnnualPlan, lambda w: w.plan(2026, topics=2), named=frozenset({"pco"}), step=2,
            only=("pass", "pass_amended", "defer", "send_back", "finish_amendment"), arguments=PLAN),
    Subject("topic-drafted", Topic, _drafted_plan_topic, only=("withdraw", "reinstate", "adjust"), arguments=TOPIC),
    Subject("topic-issued", Topic, _issued_plan_topic, arguments=TOPIC),
    Subject("round", Solicitation, lambda w: w.solicitation(w.plan(2026)), arguments=ROUND),
    Subject("suggestion-department", TopicSuggestion, _suggestion("dept1"), owners=frozenset({"dept1"}),
            arguments=SUGGESTION),
    Subject("suggestion-committee", TopicSuggestion, _suggestion("econ"),
            owners=frozenset({"econ_clerk", "econ_head"}), only=("withdraw",), arguments=SUGGESTION),
    Subject("suggestion-member", TopicSuggestion, _suggestion("member"), named=frozenset({"member"}),
            only=("withdraw",), arguments=SUGGESTION),
    Subject("document-office", Document, paper, named=frozenset({"chair"}), arguments=DOCUMENT),
    Subject("document-committee", Document, lambda w: paper(w, unit="econ"), named=frozenset({"chair"}),
            owners=frozenset({"econ_clerk", "econ_head"}), only=("submit", "reopen", "drop"), arguments=DOCUMENT),
    Subject("meeting-office", Meeting, _begun_meeting),
    Subject("meeting-committee", Meeting, lambda w: _begun_meeting(w, host="econ"),
            owners=frozenset({"econ_clerk", "econ_head"})),
    Subject("proposed-entry", EntryProposal, proposed, named=frozenset({"member"})),
    Subject("contact-office", Contact, raised(), arguments=CONTACT),
    Subject("contact-committee", Contact, raised("econ"), owners=frozenset({"econ_clerk", "econ_head"}),
            arguments=CONTACT),
    Subject("task-of-office", Task, lambda w: a_task(w, "dept1"), named=frozenset({"dept1"}), arguments=TASK),
    Subject("task-of-committee", Task, lambda w: a_task(w, "edu", giver="econ"), named=frozenset({"edu_clerk"}),
            owners=frozenset({"econ_clerk", "econ_head"}), arguments=TASK),
    Subject("task-of-post", Task, lambda w: a_task(w, "econ", giver="edu", role="committee_head"),
            named=frozenset({"econ_head"}), owners=frozenset({"edu_clerk"}), only=("answer", "take_back", "confirm"),
            arguments=TASK),
    Subject("paper-department", Paper, outcome_world.paper, owners=LEAD | {"dept1"}, arguments=PAPER),
    Subject("paper-speaker", Paper, lambda w: outcome_world.paper(w, speaker="member"), owners=LEAD,
            named=frozenset({"member"}), only=("deliver", "renew"), arguments=PAPER),
    Subject("forum-signed", Forum, forum_course.ready, owners=LEAD, named=frozenset({"vice"}),
            arguments=forum_course.ARGUMENTS),
    Subject("forum-decided", Forum, forum_course.ready, owners=LEAD, named=frozenset({"chair"}), step=2,
            only=("pass", "pass_amended", "defer", "send_back", "finish_amendment"), arguments=forum_course.ARGUMENTS),
    Subject("suggestion-of-a-forum", Suggestion, outcome_world.suggestion, owners=LEAD | {"dept1"}),
    Subject("adoption", CountyAdoption, _adoption, owners=frozenset({"county1"}), arguments=ADOPTION),
)  # fmt: skip
BLOCKED = {  # transitions that a guard forbids to everybody where the matter's plan stands
    "topic-drafted": {"adjust", "complete", "reopen"},
    "plan-first-step": {"reissue"},
}
