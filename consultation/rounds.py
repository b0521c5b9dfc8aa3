"""Rounds of asking: making and changing them, whom they ask, who has nothing to suggest. R002, R003."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from consultation.models import Addressee, AnnualPlan, Solicitation, SolicitationChannel
from consultation.models.solicitation import SolicitationState
from consultation.suggesting import ask_channels, channel_of, note_answer
from consultation.workflows.solicitation import MANAGE, SOLICITATION, waiting
from cppcc.deadlines.keeping import keep_dates
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.models import Organization
from cppcc.office.posted import whole_numbers
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.engine import rewrite_waiting
from cppcc.workflow.stale import check_version


@transaction.atomic
def new_round(form: Any, *, by: Any) -> Solicitation:
    """Save a new round and ask the units of its channels.

    Raises Refused for a second one of the same title, and when the plan takes no topics any more.
    """
    solicitation = form.save(commit=False)
    plan = AnnualPlan.objects.select_for_update().get(pk=solicitation.plan_id)
    if not plan.is_editable:
        raise Refused(f"《{plan}》{plan.get_state_display()}，不能再建立征集。")
    if plan.solicitations.filter(title=solicitation.title).exists():
        raise Refused(f"已建立征集“{solicitation.title}”，请直接打开。")
    SOLICITATION.start(solicitation, by=by)
    form.save_m2m()
    ask_channels(solicitation)
    return solicitation


@transaction.atomic
def edit_round(form: Any) -> None:
    """Save a changed round. Raises Refused when it is closed, Stale when it was changed meanwhile."""
    solicitation = form.instance
    locked = Solicitation.objects.select_for_update().get(pk=solicitation.pk)
    if locked.state == SolicitationState.CLOSED:
        raise Refused("本次征集已截止，不能修改；如需继续，请先重新开放征集。")
    check_version(locked, form)
    form.save(commit=False).version = locked.version + 1
    form.save_m2m()
    ask_channels(solicitation)
    keep_dates(solicitation)


def progress_of(addressees: list[Addressee]) -> dict[str, int]:
    """How many of the units asked have suggested something, have nothing to suggest, have not answered. R003."""
    answered = [addressee for addressee in addressees if addressee.answered_on]
    nothing = sum(addressee.none_to_suggest for addressee in answered)
    return {"answered": len(answered) - nothing, "nothing": nothing, "open": len(addressees) - len(answered)}


def my_addressees(solicitation: Solicitation, user: Any) -> list[Addressee]:
    """The user's own units among those asked."""
    mine = {acting.organization_id for acting in user.acting}
    return list(solicitation.addressees.filter(organization__in=mine).select_related("organization", "channel"))


def tick_asked(solicitation: Solicitation, pks: list[str], *, by: Any) -> int:
    """Note today as the day on which the chosen units were written to. R003."""
    chosen = whole_numbers(pks)
    if not chosen:
        raise Refused("请先勾选已发函的单位。")
    return solicitation.addressees.filter(pk__in=chosen, sent_on__isnull=True).update(
        sent_on=timezone.localdate(), sent_by=by
    )


@transaction.atomic
def add_addressee(solicitation: Solicitation, unit: Organization) -> None:
    """Ask one more unit; asking twice changes nothing. Raises Refused when the round is closed."""
    locked = Solicitation.objects.select_for_update().get(pk=solicitation.pk)
    if locked.state == SolicitationState.CLOSED:
        raise Refused("本次征集已截止，不能再增加征集对象；如需继续，请先重新开放征集。")
    channel = channel_of(unit, list(SolicitationChannel.objects.valid()))
    Addressee.objects.get_or_create(solicitation=locked, organization=unit, defaults={"channel": channel})
    rewrite_waiting(locked, waiting(locked))
    keep_dates(locked)


@transaction.atomic
def answer_nothing(solicitation: Solicitation, addressee: Addressee, *, by: Any) -> None:
    """A unit has nothing to suggest: said by itself while the round is open, or entered by the office.

    Raises Forbidden for another unit's answer, Refused when the round is closed or the unit has answered.
    """
    office = reaches_any(by, MANAGE)
    if not office and addressee.organization_id not in organizations_with(by, "consultation.suggest_topic"):
        raise Forbidden("只能登记本单位的反馈。")
    locked = Solicitation.objects.select_for_update().get(pk=solicitation.pk)
    if sentence := locked.closed_sentence(office=office):
        raise Refused(sentence)
    if Addressee.objects.filter(pk=addressee.pk, answered_on__isnull=False).exists():
        raise Refused(f"{addressee.organization}已经反馈，不必再登记。")
    note_answer(locked, [addressee.organization], on=timezone.localdate(), nothing=True)
    if addressee.organization_id not in {acting.organization_id for acting in by.acting}:
        Addressee.objects.filter(pk=addressee.pk).update(note=_with_proxy(addressee.note, by))


def _with_proxy(note: str, by: Any) -> str:
    """The note of an answer that the office entered for a unit."""
    told = f"办公室代录：{by}"
    return f"{note[: 199 - len(told)]}；{told}" if note else told
