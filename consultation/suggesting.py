"""Making suggestions and bringing them together: proposers are kept whatever becomes of the wording. R002-R008."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from consultation.known import known_channels
from consultation.models import Addressee, Solicitation, SolicitationChannel, Topic, TopicSuggestion
from consultation.models.solicitation import SolicitationState
from consultation.models.topic import Linkage, title_key
from consultation.topics import editing, next_number, take_over, write_parts
from consultation.workflows.solicitation import waiting
from consultation.workflows.suggestion import SUGGESTION
from cppcc.deadlines.reminding import let_go
from cppcc.office.models import Office, Organization
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.workflow.engine import rewrite_waiting
from cppcc.workflow.models import Waiting
from cppcc.workflow.stale import check_version


def channel_of(unit: Organization | None, channels: Sequence[SolicitationChannel]) -> SolicitationChannel:
    """The channel through which a unit (None: a member) suggests. Raises Refused when the office has none."""
    for channel in channels:
        if (unit is None and not channel.organization_kinds) or (unit and unit.kind in channel.organization_kinds):
            return channel
    raise Refused("没有适用于该单位的征集渠道，请系统管理员在“征集渠道”中补充。")


def ask_channels(solicitation: Solicitation) -> None:
    """Make every unit of the channels an addressee, not the office itself; asking twice changes nothing. R002, R003."""
    rows, office = [], Office.required().organization_id
    for channel in solicitation.channels.all():
        for unit in Organization.objects.valid().filter(kind__in=channel.organization_kinds).exclude(pk=office):
            rows.append(Addressee(solicitation=solicitation, organization=unit, channel=channel))
    Addressee.objects.bulk_create(rows, ignore_conflicts=True)
    solicitation.asks_members = any(not channel.organization_kinds for channel in solicitation.channels.all())
    solicitation.save()
    rewrite_waiting(solicitation, waiting(solicitation))


def note_answer(solicitation: Solicitation, units: Iterable[Organization], *, on: date, nothing: bool = False) -> None:
    """These units have answered; their duty is done, and they hear no more reminders."""
    pks = [unit.pk for unit in units]
    Addressee.objects.filter(solicitation=solicitation, organization__in=pks, answered_on__isnull=True).update(
        answered_on=on, none_to_suggest=nothing
    )
    if solicitation.state == SolicitationState.OPEN:
        Waiting.for_matter(solicitation).filter(organization__in=pks).delete()
    else:
        rewrite_waiting(solicitation, waiting(solicitation))
    let_go(solicitation, pks)


@transaction.atomic
def receive(suggestion: TopicSuggestion, *, by: Any, office: bool, save_many) -> TopicSuggestion:
    """Keep a new suggestion while the round is open; its unit has answered. A repeated token is the same suggestion.

    Raises Refused when the round is closed.
    """
    solicitation = Solicitation.objects.select_for_update().get(pk=suggestion.solicitation_id)
    if sentence := solicitation.closed_sentence(office=office):
        raise Refused(sentence)
    repeated = suggestion.token and TopicSuggestion.objects.filter(token=suggestion.token).first()
    if repeated:
        return repeated
    refuse_same_title(suggestion)
    suggestion.channel = channel_of(suggestion.organization, known_channels())
    SUGGESTION.start(suggestion, by=by)
    save_many()
    if suggestion.organization:
        note_answer(solicitation, [suggestion.organization], on=timezone.localdate())
    return suggestion


def refuse_same_title(suggestion: TopicSuggestion) -> None:
    """Raise FieldRefused when its unit made a suggestion of that title in this round, which is locked."""
    if suggestion.namesakes().exists():
        sentence = "本单位在这次征集中已提出同名议题，请改用别的名称，或直接修改原来的建议。"
        raise FieldRefused(sentence, "title")


def consolidate(
    suggestions: Sequence[TopicSuggestion], *, by: Any, title: str = "", topic: Topic | None = None
) -> Topic:
    """Make suggestions one new topic, or join them to `topic`; all proposers are kept. R004, R007, R008.

    Raises Refused when nothing is chosen, the plan is before a body, or one of them has moved meanwhile.
    """
    if not suggestions:
        raise Refused("请先勾选要汇总的议题建议。")
    prefetch_related_objects(suggestions, "solicitation", "organization", "counties", "forms")
    plans = {suggestion.solicitation.plan_id for suggestion in suggestions}
    if len(plans) != 1:
        raise Refused("所选建议属于不同年度的计划，请分别汇总。")
    with editing(plans.pop()) as plan:
        if topic is None:
            topic = _new_topic(plan, title or suggestions[0].title, suggestions, by=by)
        elif topic.plan_id != plan.pk:
            raise Refused("所选议题不在本次征集的年度计划中，请重新选择。")
        data = {"topic": topic, "together": True}
        for suggestion in suggestions:
            SUGGESTION.move(suggestion, "adopt", by=by, version=suggestion.version, data=data, settle=False)
        take_over(topic, suggestions)
        for solicitation in Solicitation.objects.filter(suggestions__in=suggestions).distinct():
            rewrite_waiting(solicitation, waiting(solicitation))
    return topic


def _new_topic(plan, title: str, suggestions: Sequence[TopicSuggestion], *, by: Any) -> Topic:
    if plan.topics.filter(title_key=title_key(title)).exists():
        raise Refused(f"计划中已有议题“{title}”，请选择并入该议题，或改用别的名称。")
    counties = any(suggestion.counties.all() for suggestion in suggestions)
    months = [suggestion.month for suggestion in suggestions if suggestion.month]
    month = months[0] if months else None
    topic = Topic.objects.create(
        plan=plan, title=title, number=next_number(plan), created_by=by,
        linkage=Linkage.LINKED if counties else Linkage.SELF_SELECTED,
        supervisory=any(suggestion.supervisory for suggestion in suggestions), month_from=month, month_to=month,
    )  # fmt: skip
    write_parts(topic, {}, [form for suggestion in suggestions for form in suggestion.forms.all()])
    return topic


@transaction.atomic
def edit_suggestion(form: Any, *, office: bool) -> None:
    """Save a changed suggestion. Raises Refused when the round is closed or something became of it, Stale likewise."""
    suggestion = form.instance
    solicitation = Solicitation.objects.select_for_update().get(pk=suggestion.solicitation_id)
    if sentence := solicitation.closed_sentence(office=office):
        raise Refused(sentence)
    locked = TopicSuggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if locked.state != "received":
        raise Refused(f"这条建议{locked.get_state_display()}，不能再修改。")
    check_version(locked, form)
    refuse_same_title(suggestion)
    form.save(commit=False).version = locked.version + 1
    suggestion.save()
    form.save_m2m()
