"""The 上会 list: what waits for a body, and all decisions of a sitting entered at once."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import transaction

from cppcc.office.refusals import Refused
from cppcc.workflow.approval import RESULTS
from cppcc.workflow.models import ApprovalRound, Decision, Sitting
from cppcc.workflow.registry import WORKFLOWS, workflow_of

TRANSITION_OF: dict[str, str] = {result: name for name, result in RESULTS.items()}


def waiting_before(sitting: Sitting) -> list[ApprovalRound]:
    """Rounds that stand before the sitting's body and are not on its list yet."""
    listed = set(sitting.decisions.filter(result="").values_list("content_type_id", "object_id"))
    rounds = ApprovalRound.objects.filter(ended_at__isnull=True, step__body=sitting.body).select_related("step")
    rounds = rounds.prefetch_related(_matters())
    return [r for r in rounds if (r.content_type_id, r.object_id) not in listed and in_approval(r.matter, r)]


def in_approval(matter, approval: ApprovalRound) -> bool:
    """Whether the matter can be decided now (a matter under amendment cannot)."""
    return matter.state in workflow_of(matter)["pass"].sources


def decisions_of(sitting: Sitting) -> list[Decision]:
    """The sitting's list with its matters, in order; constant number of queries."""
    return list(sitting.decisions.prefetch_related(_matters()))


def _matters() -> GenericPrefetch:
    return GenericPrefetch("matter", [model._default_manager.all() for model in WORKFLOWS])


@transaction.atomic
def put_on_list(sitting: Sitting, rounds: list[ApprovalRound]) -> None:
    """Add matters to the list of a sitting; adding one twice changes nothing."""
    order = sitting.decisions.count()
    for place, approval in enumerate(rounds, start=order + 1):
        Decision.objects.get_or_create(
            sitting=sitting,
            content_type=ContentType.objects.get_for_id(approval.content_type_id),
            object_id=approval.object_id,
            result="",
            defaults={"order": place},
        )


@transaction.atomic
def decide_all(sitting: Sitting, entries: list[tuple[Decision, int]], *, by, proxy_source: str = "") -> int:
    """Enter the results of a sitting: all of them or none; returns how many matters were decided.

    `entries`: decisions with their result and opinion set, and the version of the matter that the form showed.
    Raises Refused naming the matter that stood in the way.
    """
    pks = [decision.pk for decision, _ in entries]
    if Decision.objects.select_for_update().filter(pk__in=pks, result="").count() != len(entries):
        raise Refused("这次会议的部分决定已由他人录入，请刷新页面查看最新情况。")
    for decision, version in entries:
        matter: Any = decision.matter
        try:
            workflow_of(matter).move(
                matter, TRANSITION_OF[decision.result], by=by, version=version, opinion=decision.opinion,
                decision=decision, proxy_source=proxy_source,
            )  # fmt: skip
        except Refused as refusal:
            raise Refused(f"{decision.matter}：{refusal.sentence}（本次会议的决定均未保存）") from refusal
    return len(entries)
