"""A member's own entries: proposed on the phone, confirmed or declined by the office, many at once. R133."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from cppcc.deadlines.models import Notice
from cppcc.files.storing import store
from cppcc.office.models import User
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Workflow
from cppcc.workflow.registry import url_of, workflow_of
from members.dossier import wrong_day
from members.models import EntryProposal, Member


@dataclass(frozen=True)
class Row:
    """What became of one of many: the proposal and why not, "" when it was done."""

    proposal: EntryProposal
    sentence: str


@transaction.atomic
def propose(
    workflow: Workflow, member: Member, data: dict[str, Any], upload: Any, *, token: UUID, by: Any
) -> EntryProposal:
    """Hand in a new one; a repeated token is the same one. Raises FieldRefused for a wrong day or a wrong file."""
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if repeated := EntryProposal.objects.filter(token=token, member=member).first():
        return repeated
    if sentence := wrong_day(member, data["on"], data["act"]):
        raise FieldRefused(sentence, "on")
    proposal = EntryProposal(member=member, token=token, **data)
    workflow.start(proposal, by=by)
    if upload:
        try:
            proposal.evidence = store(upload, by=by, matter=proposal)
        except Refused as refusal:
            raise FieldRefused(refusal.sentence, "evidence") from refusal
        proposal.save(update_fields=["evidence"])
    return proposal


def decide_many(
    asked: Iterable[tuple[EntryProposal, int]], name: str, *, by: Any, opinion: str = ""
) -> tuple[int, list[Row]]:
    """Do `name` on each as it was seen (in that version); one that is refused does not hold up the others.

    Returns how many were done, and those that were not with their sentences.
    """
    done, failed = 0, []
    for proposal, version in asked:
        try:
            workflow_of(proposal).move(proposal, name, by=by, version=version, opinion=opinion)
            done += 1
        except Refused as refusal:
            failed.append(Row(proposal, refusal.sentence))
    return done, failed


def tell(proposal: EntryProposal, title: str, body: str) -> None:
    """A notice to the member, once for each version of the proposal."""
    users = User.objects.filter(person=proposal.member.person_id, is_active=True).values_list("pk", flat=True)
    Notice.objects.bulk_create(
        [
            Notice(key=f"proposal:{proposal.pk}:{proposal.version}:{pk}", user_id=pk, title=title[:200], body=body,
                   url=url_of(proposal), created_at=now(), rule="R133")
            for pk in users
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def similar(member: Member, data: dict[str, Any]) -> Sequence[EntryProposal]:
    """What the member handed in already: the same act and day, not declined or taken back."""
    rows = EntryProposal.objects.filter(member=member, act=data["act"], on=data["on"], title__iexact=data["title"])
    return list(rows.filter(state__in=("proposed", "confirmed")))
