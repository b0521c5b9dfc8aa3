"""The courses of the plans: made, put before its bodies, issued, taken up by the counties, carried out, closed."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from consultation.models import AnnualPlan, CountyAdoption, Topic
from consultation.models.topic import Part
from consultation.plans import new_plan
from consultation.topics import create_many, editing, write_parts
from consultation.workflows.adoption import ADOPTION
from consultation.workflows.plan import PLAN
from consultation.workflows.topic import TOPIC
from cppcc.deadlines.closing import explain
from cppcc.deadlines.models import Deadline
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names
from cppcc.office.models import Office, User
from cppcc.workflow.approval import RESULTS
from cppcc.workflow.engine import Workflow
from cppcc.workflow.models import ApprovalChain, Decision, Matter, Sitting

CLERK = "bangongshi"


def explain_all(adoptions: Iterable[CountyAdoption], reason: str, *, by: Any) -> None:
    """Why a county was late with all of its topics."""
    late = Deadline.objects.filter(content_type=ContentType.objects.get_for_model(CountyAdoption))
    for deadline in late.filter(object_id__in=[adoption.pk for adoption in adoptions], late_days__gt=0):
        explain(deadline, by=by, reason=reason)


class Course:
    """One plan's course through its days."""

    def __init__(self, data: dict[str, Any], names: Names, past: Past) -> None:
        self.data, self.names, self.past = data, names, past
        self.days = data.get("days", {})
        self.plan = AnnualPlan(year=data["year"])

    @property
    def clerk(self) -> User:
        """The office's clerk, who does most of it."""
        return self.names.users[CLERK]

    def start(self, day: date) -> None:
        """Make the plan."""
        year, remark = self.data["year"], self.data["remark"]
        chain = ApprovalChain.objects.get(key=self.data["chain"])
        title = f"{Office.objects.get().name}{year}年度协商计划"
        with self.past.on(day, by=self.clerk):
            self.plan = new_plan(year, by=self.clerk, chain=chain, title=title, remark=remark)

    def draft(self, rows: list[dict[str, Any]], day: date) -> None:
        """Enter topics."""
        names = self.names
        with self.past.on(day, 10, by=self.clerk) as moment, editing(self.plan.pk):
            create_many(self.plan, [(names.fields(r), names.parts(r), names.stages(r)) for r in rows], by=self.clerk)
            self.plan.topics.update(created_at=moment)

    def topic(self, title: str) -> Topic:
        """The plan's topic of that title."""
        return self.plan.topics.get(title=title)

    def edit(self, title: str, day: date, change: Callable[[Topic], None]) -> None:
        """Change a topic while the plan is with the office."""
        topic = self.topic(title)
        with self.past.on(day, 11, by=self.clerk), editing(self.plan.pk):
            change(topic)
            topic.version += 1
            topic.save()

    def move(self, name: str, day: date, *, by: str = CLERK, **kwargs: Any) -> None:
        """Move the plan."""
        user = self.names.users[by]
        with self.past.on(day, 15, by=user):
            step(PLAN, self.plan, name, user, **kwargs)

    def decide(self, result: str, row: dict[str, Any], *, by: str) -> None:
        """What the body of the present step decided at its sitting."""
        user, opinion = self.names.users[by], row.get("opinion", "")
        with self.past.on(row["day"], 16, by=user):
            plan = AnnualPlan.objects.get(pk=self.plan.pk)
            body: Any = plan.approval_round.step.body
            sitting = Sitting.of(body, row["day"], by=user, number=row["number"])
            decision = Decision(
                sitting=sitting, matter=plan, result=RESULTS[result], opinion=opinion, recorded_by=user,
                recorded_at=timezone.now(),
            )  # fmt: skip
            step(PLAN, plan, result, user, opinion=opinion, decision=decision)
        self.plan = plan

    def adopt(self) -> None:
        """What the counties recorded."""
        for key, row in self.data["adoptions"].items():
            adoptions = CountyAdoption.objects.filter(topic__plan=self.plan, county__key=key).order_by("topic__number")
            proxy = row.get("proxy", "")
            user = self.clerk if proxy else self.names.users[key]
            with self.past.on(row["entered"], 10, by=user):
                for adoption in adoptions[: row.get("first")]:
                    step(ADOPTION, adoption, "record", user, proxy_source=proxy, data={"committee_date": row["day"]})
                if "late" in row:
                    explain_all(adoptions, row["late"], by=user)

    def carry_out(self) -> None:
        """Mark what was carried out, in the order of its days."""
        rows = [*self.data["topics"], *filter(None, [self.data.get("off_plan")])]
        topics = {topic.title: topic for topic in self.plan.topics.all()}
        for row in sorted((r for r in rows if "done" in r), key=lambda r: r["done"]):
            with self.past.on(row["done"], 17, by=self.clerk):
                step(TOPIC, topics[row["t"]], "complete", self.clerk)


def step(workflow: Workflow, matter: Matter, name: str, by: User, **kwargs: Any) -> None:
    """One act on a matter as it stands."""
    workflow.move(matter, name, by=by, version=matter.version, **kwargs)


def set_consulted(topic: Topic, units: list[Any], remark: str) -> None:
    """Consult these departments, for that reason."""
    write_parts_only(topic, {Part.CONSULTED: units})
    topic.remark = remark


def write_parts_only(topic: Topic, parts: dict[str, list[Any]]) -> None:
    """Change some parts of a topic, its forms stay."""
    write_parts(topic, parts, [stage.form for stage in topic.stages.select_related("form")])


def set_months(months: list[int]) -> Callable[[Topic], None]:
    """A change that moves a topic to other months."""

    def change(topic: Topic) -> None:
        topic.month_from, topic.month_to = months

    return change
