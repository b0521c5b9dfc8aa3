"""The course of approval that every matter with a chain shares: submit, pass, amend, send back, withdraw."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from typing import Any

from django.db.models import Max, prefetch_related_objects
from django.utils import timezone

from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Choice, Hold, Transition
from cppcc.workflow.models import ApprovalChain, ApprovalRound, ApprovalStep, Decision, Matter, Movement
from cppcc.workflow.versions import take_snapshot

DECIDE = "workflow.decide_step"
PASSED = ("pass", "pass_amended")
RESULTS = {
    "defer": Decision.Result.DEFERRED,
    "pass": Decision.Result.PASSED,
    "pass_amended": Decision.Result.AMENDED,
    "send_back": Decision.Result.RETURNED,
}


def chain_steps(chain: ApprovalChain) -> list[ApprovalStep]:
    """The steps of a chain that decide; the closing "issue" step belongs to the office."""
    prefetch_related_objects([chain], "steps")
    return [step for step in chain.steps.all() if step.kind != ApprovalStep.Kind.ISSUE]


def chain_is_set(act: Act) -> str:
    """The matter needs a chain with at least one step before it can be submitted."""
    if not act.obj.chain_id:
        return "请先为计划选定审批链，再提请审批。"
    return "" if chain_steps(act.obj.chain) else "所选审批链没有审议环节，请联系系统管理员补充。"


def decision_is_recorded(act: Act) -> str:
    """A body's step needs the sitting that decided it."""
    step = act.obj.approval_round.step
    if act.asking or not step.needs_decision:
        return ""
    if not act.decision:
        return f"请填写{step.body}审议的会议日期。"
    if act.decision.sitting.body_id != step.body_id:
        return f"当前应由{step.body}审议，所选会议属于{act.decision.sitting.body}，请核对。"
    if act.decision.sitting.held_on > timezone.localdate():
        return "会议日期不能晚于今天，请核对会议日期。"
    last = last_decided_on(act.obj)
    if last and act.decision.sitting.held_on < last:
        return f"会议日期不能早于上一环节的会议日期（{last:%Y年%-m月%-d日}），请核对会议日期。"
    return ""


def last_decided_on(matter: Matter) -> date | None:
    """The day of the last sitting that passed the matter in its newest round; None before the first."""
    newest = matter.approval_round or ApprovalRound.for_matter(matter).order_by("-number").first()
    if newest is None:
        return None
    passed = Movement.for_matter(matter).filter(name__in=PASSED, at__gte=newest.started_at)
    return passed.aggregate(last=Max("decision__sitting__held_on"))["last"]


def nobody_decided_yet(act: Act) -> str:
    """What a body has already passed cannot be taken back."""
    since = act.obj.approval_round.started_at
    decided = Movement.for_matter(act.obj).filter(name__in=PASSED, at__gte=since).exists()
    return "已有审议环节通过，不能撤回；如需修改，请由审议机构退回。" if decided else ""


def _next_step(step: ApprovalStep) -> ApprovalStep | None:
    following = [s for s in chain_steps(step.chain) if s.order > step.order]
    return following[0] if following else None


def start_round(act: Act) -> None:
    """Open the next round at the first step, or at the step that sent it back when that step says so."""
    rounds = ApprovalRound.for_matter(act.obj)
    last = rounds.order_by("-number").select_related("step").first()
    steps = chain_steps(act.obj.chain)
    begin = steps[0]
    if last and last.chain_id == act.obj.chain_id and last.outcome == ApprovalRound.Outcome.RETURNED and last.step:
        begin = last.step if last.step.on_return == ApprovalStep.OnReturn.RESUME else steps[0]
    number = last.number + 1 if last else 1
    act.obj._approval_round = ApprovalRound.objects.create(
        matter=act.obj, number=number, chain=act.obj.chain, step=begin
    )
    take_snapshot(act.obj, act.movement)


def at_step(act: Act) -> None:
    """Note at which step the act happens, on which rule it rests, and what the sitting decided."""
    act.step = act.obj.approval_round.step
    act.rule = act.step.rule
    if act.decision:
        act.decision.result, act.decision.opinion = RESULTS[act.transition.name], act.opinion
        act.decision.recorded_by, act.decision.recorded_at = act.by, now()


def at_first_step(act: Act) -> None:
    """A submission rests on the rule of the step that it goes to first."""
    act.rule = chain_steps(act.obj.chain)[0].rule


def advance(act: Act) -> None:
    """Go to the next step, or end the round when there is none."""
    approval = act.obj.approval_round
    following = _next_step(approval.step)
    if following:
        approval.step = following
        approval.save(update_fields=["step"])
    else:
        end_round(ApprovalRound.Outcome.PASSED)(act)


def end_round(outcome: str) -> Callable[[Act], None]:
    """An effect that ends the round with `outcome`; its step stays, for a later resume."""

    def end(act: Act) -> None:
        approval = act.obj.approval_round
        approval.ended_at, approval.outcome = now(), outcome
        approval.save(update_fields=["ended_at", "outcome"])
        act.obj._approval_round = None

    return end


def keep_version(act: Act) -> None:
    """Keep the content as a version."""
    take_snapshot(act.obj, act.movement)


def approval_transitions(
    *,
    drafting: Enum,
    in_approval: Enum,
    amending: Enum,
    approved: Enum,
    submit: str,
    guards: tuple[Callable[[Act], str], ...] = (),
    effects: tuple[Callable[[Act], None], ...] = (),
) -> tuple[Transition, ...]:
    """The transitions of approval between four states; `submit` is the permission of those who submit. R009-R011.

    `effects`: what follows when the last step has passed it.
    """

    def when_approved(act: Act) -> None:
        if act.obj.state == approved.value:
            for effect in effects:
                effect(act)

    onward = Choice(
        lambda act: in_approval if _next_step(act.obj.approval_round.step) else approved, (in_approval, approved)
    )
    before = (in_approval,)
    deciding = (decision_is_recorded,)
    returned, withdrawn = ApprovalRound.Outcome.RETURNED, ApprovalRound.Outcome.WITHDRAWN
    return (
        Transition(
            "submit", "提请审批", (drafting,), in_approval, submit, (chain_is_set, *guards), (start_round,),
            prepare=at_first_step,
        ),
        Transition(
            "pass", "通过", before, onward, DECIDE, deciding, (advance, when_approved),
            needs_decision=True, prepare=at_step,
        ),
        Transition(
            "pass_amended", "修改后通过", before, amending, DECIDE, deciding,
            needs_opinion=True, needs_decision=True, style="secondary", prepare=at_step,
        ),
        Transition(
            "defer", "暂缓审议", before, in_approval, DECIDE, deciding, needs_decision=True, style="secondary",
            prepare=at_step,
        ),
        Transition(
            "finish_amendment", "完成修改", (amending,), onward, submit, guards, (keep_version, advance, when_approved),
            prepare=at_step,
        ),
        Transition(
            "send_back", "退回修改", before, drafting, DECIDE, deciding, (end_round(returned),),
            needs_opinion=True, needs_decision=True, style="danger", prepare=at_step,
        ),
        Transition(
            "withdraw", "撤回", before, drafting, submit, (nobody_decided_yet,), (end_round(withdrawn),),
            needs_opinion=True, style="secondary", prepare=at_step,
        ),
    )  # fmt: skip


def step_hold(matter: Matter) -> list[Hold]:
    """The duty of the step that the matter stands before."""
    step = matter.approval_round.step
    return [Hold(f"{step.label}", step.organization_id, step.role, matter.seat_at(step))]


def course(
    matter: Any, movements: Iterable[Movement], *, walking: tuple[Enum, ...], approved: Enum, ended: tuple[Enum, ...]
) -> list[dict]:
    """The steps of a matter's chain for its stepper: {label, state: done|now|todo, note: the day it passed}.

    `movements`: all of the matter's.
    `walking`: the states with a round open. `approved`: the state after the last decision, where issuing is due.
    `ended`: the states after it.
    """
    if not matter.chain_id:
        return []
    passed = sorted((m for m in movements if m.name in PASSED), key=lambda movement: movement.at)
    days = {movement.step_id: timezone.localtime(movement.at).strftime("%Y-%m-%d") for movement in passed}
    here = matter.approval_round.step if matter.state in walking and matter.approval_round else None
    row = []
    for step in matter.chain.steps.all():
        issuing = step.kind == ApprovalStep.Kind.ISSUE
        if step == here or (issuing and matter.state == approved):
            state = "now"
        elif matter.state in ended or matter.state == approved or (here and step.order < here.order):
            state = "done"
        else:
            state = "todo"
        row.append({"label": step.label, "state": state, "note": days.get(step.pk, "") if state == "done" else ""})
    return row
