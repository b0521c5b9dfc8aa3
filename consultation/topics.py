"""Writing topics: always under the lock of their plan, all parts together or nothing. R004, R008."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultation.adoptions import keep_county_dates, sync_adoptions
from consultation.models import AnnualPlan, ConsultationForm, Topic, TopicForm, TopicSuggestion, TopicUnit
from consultation.models.plan import PlanState
from consultation.models.topic import Part, TopicState, title_key
from consultation.workflows.topic import TOPIC
from cppcc.office.models import Organization
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.workflow.stale import check_version

FIELDS = (
    "number", "title", "category", "linkage", "supervisory", "leading_chair", "month_from", "month_to", "placeholder",
    "off_plan", "off_plan_origin", "remark",
)  # fmt: skip
Parts = Mapping[str, Sequence[Organization]]


@contextmanager
def editing(plan_pk: int, *, adding_outside: bool = False):
    """Lock a plan for a change of its topics. Raises Refused while it is before a body, or closed.

    An issued plan takes only topics outside the plan (`adding_outside`, R017); its own are adjusted with a reason.
    """
    with transaction.atomic():
        plan = AnnualPlan.objects.select_for_update().get(pk=plan_pk)
        if not (plan.is_editable or (adding_outside and plan.is_issued)):
            raise Refused(frozen_sentence(plan))
        yield plan


def frozen_sentence(plan: AnnualPlan) -> str:
    """Why the topics of `plan` cannot be changed now."""
    if plan.is_issued:
        return f"《{plan}》已印发，计划内议题请用“调整议题”并写明理由；新增议题请登记为计划外议题。"
    if plan.state == PlanState.CLOSED:
        return f"《{plan}》已办结，议题不能改动。"
    return f"《{plan}》{plan.get_state_display()}，议题不能改动；如需修改，请撤回或由审议机构退回。"


def next_number(plan: AnnualPlan) -> int:
    """The number after the last."""
    return (plan.topics.aggregate(last=Max("number"))["last"] or 0) + 1


def write_parts(topic: Topic, units: Parts, forms: Iterable[ConsultationForm], *, new: bool = False) -> None:
    """Let a topic's units and forms be exactly these; parts that are not named stay as they are."""
    write_many_parts([(topic, units, list(forms))], new=new)


def write_many_parts(
    entries: Sequence[tuple[Topic, Parts, Sequence[ConsultationForm] | None]], *, new: bool = False
) -> None:
    """The same for many topics, set-based; forms None: leave them. `new` topics have no parts to take away yet."""
    named: dict[frozenset[str], list[Topic]] = {}
    for topic, units, _ in entries if not new else ():
        named.setdefault(frozenset(units), []).append(topic)
    for parts, topics in named.items():
        TopicUnit.objects.filter(topic__in=topics, part__in=parts).delete()
    TopicUnit.objects.bulk_create(
        TopicUnit(topic=topic, organization=organization, part=part, order=order)
        for topic, units, _ in entries
        for part, organizations in units.items()
        for order, organization in enumerate(dict.fromkeys(organizations))
    )
    wanted = {topic: list(dict.fromkeys(forms)) for topic, _, forms in entries if forms is not None}
    _write_stages(wanted, new=new)


def add_units(topic: Topic, part: str, units: Iterable[Organization]) -> None:
    """Let these units do `part` too, after those that do it already."""
    units = list(dict.fromkeys(units))
    if not units:
        return
    order = topic.units.filter(part=part).count()
    TopicUnit.objects.bulk_create(
        [TopicUnit(topic=topic, organization=unit, part=part, order=order + place) for place, unit in enumerate(units)],
        ignore_conflicts=True,
    )


def take_over(topic: Topic, suggestions: Sequence[TopicSuggestion]) -> None:
    """Let the proposers and counties of these suggestions be the topic's too. R004, R007, R008."""
    add_units(topic, Part.PROPOSER, [s.organization for s in suggestions if s.organization])
    add_units(topic, Part.COUNTY, [county for s in suggestions for county in s.counties.all()])


def _write_stages(wanted: Mapping[Topic, list[ConsultationForm]], *, new: bool) -> None:
    """Let the stages be these forms in this order; a stage that stays keeps its note."""
    gone, kept = [], []
    present = set()
    found = TopicForm.objects.filter(topic__in=wanted).select_related("topic", "form")
    for stage in () if new else found:
        forms = wanted[stage.topic]
        if stage.form in forms:
            stage.order = forms.index(stage.form)
            kept.append(stage)
            present.add((stage.topic_id, stage.form_id))
        else:
            gone.append(stage.pk)
    if gone:
        TopicForm.objects.filter(pk__in=gone).delete()
    TopicForm.objects.bulk_update(kept, ["order"])
    TopicForm.objects.bulk_create(
        TopicForm(topic=topic, form=form, order=order)
        for topic, forms in wanted.items()
        for order, form in enumerate(forms)
        if (topic.pk, form.pk) not in present
    )


def create_many(plan: AnnualPlan, entries: Sequence[tuple[dict[str, Any], Parts, Sequence[Any]]], *, by) -> None:
    """New topics of a locked plan with their parts, in a constant number of statements."""
    number = next_number(plan)
    topics = []
    for place, (fields, _, _) in enumerate(entries):
        topic = Topic(plan=plan, created_by=by, **({"number": number + place} | fields))
        topic.title_key = title_key(topic.title)
        topics.append(topic)
    saved = bulk_create_with_history(topics, Topic, default_user=by)
    write_many_parts([(topic, units, forms) for topic, (_, units, forms) in zip(saved, entries, strict=True)], new=True)


def update_many(pairs: Sequence[tuple[Topic, dict[str, Any], Parts, Sequence[Any] | None]], *, by) -> None:
    """Changed topics of a locked plan with their parts."""
    for topic, fields, _, _ in pairs:
        for name, value in fields.items():
            setattr(topic, name, value)
        topic.version += 1
        topic.title_key = title_key(topic.title)
    topics = [topic for topic, *_ in pairs]
    bulk_update_with_history(topics, Topic, [*FIELDS, "title_key", "version"], default_user=by)
    write_many_parts([(topic, units, forms) for topic, _, units, forms in pairs])


def refuse_same_title(topic: Topic) -> None:
    """Raise FieldRefused when the plan of `topic`, which is locked, has another topic of that title."""
    if topic.namesakes().exists():
        raise FieldRefused("本年度计划中已有同名议题，请改用别的名称，或直接修改原有议题。", "title")


def refuse_withdrawn(topic: Topic) -> None:
    """Raise Refused when `topic` is withdrawn: it comes back by a decision of people, not by an edit."""
    if topic.state == TopicState.WITHDRAWN:
        raise Refused(f"议题“{topic.title}”已撤销，请先恢复该议题，再作修改。")


def create_topic(form: Any, *, by: Any) -> Topic:
    """Save a new topic from its form. Raises Refused when the plan takes none now (R017 outside an issued plan)."""
    topic = form.instance
    with editing(topic.plan_id, adding_outside=form.cleaned_data["off_plan"]) as plan:
        topic.plan, topic.created_by = plan, by
        topic.number = topic.number or next_number(plan)
        refuse_same_title(topic)
        topic.save()
        write_parts(topic, form.units, form.stages, new=True)
        if plan.is_issued:
            sync_adoptions([topic], by=by)
            keep_county_dates([topic])
    return topic


def edit_topic(form: Any, *, by: Any) -> Topic:
    """Save a changed topic. Raises Refused when its plan is frozen, Stale when it was changed meanwhile."""
    topic = form.instance
    with editing(topic.plan_id):
        locked = Topic.objects.select_for_update().get(pk=topic.pk)
        refuse_withdrawn(locked)
        check_version(locked, form)
        topic.number = topic.number or locked.number
        refuse_same_title(topic)
        topic.version = locked.version + 1
        topic.save()
        write_parts(topic, form.units, form.stages)
    return topic


def adjust_topic(form: Any, *, by: Any) -> Topic:
    """Change a topic of an issued plan, with the reason in its trail. R015. Raises as the engine does."""

    def save(locked: Topic) -> None:
        for name in form._meta.fields:
            setattr(locked, name, getattr(form.instance, name))
        refuse_same_title(locked)
        write_parts(locked, form.units, form.stages)

    data = form.cleaned_data
    check_version(Topic.objects.with_parts().get(pk=form.instance.pk), form)
    TOPIC.move(form.instance, "adjust", by=by, version=data["version"], opinion=data["opinion"], data={"save": save})
    return form.instance
