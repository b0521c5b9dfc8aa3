"""Keeping contact with members: visits to their employers, talks, letters, calls; what was raised is followed. R129."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.office.access import may
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.workflow.engine import Workflow
from cppcc.workflow.stale import check_version
from members.models import Contact, Member
from members.models.contacts import ContactState
from members.models.ledger import RECORD

S = ContactState


@transaction.atomic
def note(workflow: Workflow, contact: Contact, *, token: UUID, by: Any) -> Contact:
    """Keep a new contact; with a difficulty it waits for its answer. A repeated token is the same contact."""
    Member.objects.select_for_update(of=("self",)).get(pk=contact.member_id)
    if repeated := Contact.objects.filter(token=token, created_by=by).first():
        return repeated
    contact.token = token
    contact.state = S.OPEN if contact.difficulty.strip() else S.NOTED
    workflow.start(contact, by=by)
    keep_dates(contact, by=by)
    return contact


@transaction.atomic
def edit(workflow: Workflow, form: Any, *, by: Any) -> Contact:
    """Save what was corrected; a difficulty added now waits for its answer from now on.

    Raises Refused when it is solved, FieldRefused when the difficulty was emptied, Stale when it was changed meanwhile.
    """
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=form.instance.pk)
    if locked.state == S.SOLVED:
        raise Refused("这条联系记录已答复解决，不能再修改；情况有变的，请先重新办理。")
    check_version(locked, form)
    contact: Contact = form.save(commit=False)
    raised = bool(contact.difficulty.strip())
    if locked.state == S.OPEN and not raised:
        raise FieldRefused("反映的困难还没有答复，不能清空；已经解决的，请登记解决情况。", "difficulty")
    contact.version = locked.version + 1
    contact.save()
    if locked.state == S.NOTED and raised:
        workflow.move(contact, "raise", by=by, version=contact.version)
    else:
        keep_dates(contact, by=by)
    return contact


def may_edit(user: Any, contact: Contact) -> bool:
    """Whether it can still be corrected by `user`."""
    return contact.state != S.SOLVED and may(user, RECORD, contact)


@dataclass(frozen=True)
class ContactYear:
    """How a year's contacts stand: members reached of all, and contacts by kind and state."""

    year: int
    members: int
    visited: int
    reached: int
    kinds: dict[str, int]
    open: int
    solved: int

    @property
    def share(self) -> int:
        """Visited members of all, in percent."""
        return round(100 * self.visited / self.members) if self.members else 0


def with_contacts(year: int, members: Any) -> Any:
    """The members with `visited` and `reached`: whether there was a visit, any contact, in the year."""
    rows = Contact.objects.filter(member=OuterRef("pk"), on__year=year)
    return members.annotate(visited=Exists(rows.filter(kind=Contact.Kind.VISIT)), reached=Exists(rows))


def contact_year(year: int, members: QuerySet[Member], contacts: QuerySet[Contact]) -> ContactYear:
    """The figures of a year, over the members and contacts that the reader sees. Three queries."""
    rows = list(contacts.filter(on__year=year).values_list("member", "kind", "state"))
    visited = {member for member, kind, _ in rows if kind == Contact.Kind.VISIT}
    serving = set(members.values_list("pk", flat=True))
    return ContactYear(
        year, members=len(serving), visited=len(visited & serving), reached=len({row[0] for row in rows} & serving),
        kinds={str(kind.label): sum(1 for row in rows if row[1] == kind) for kind in Contact.Kind},
        open=sum(1 for row in rows if row[2] == S.OPEN), solved=sum(1 for row in rows if row[2] == S.SOLVED),
    )  # fmt: skip


def answered_on(contact: Contact) -> dict[str, Any]:
    """The step that is done, with its day."""
    return {"answer": contact.solved_on or timezone.localdate()} if contact.state == S.SOLVED else {}
