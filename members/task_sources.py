"""Tasks that come from what a member raised: another unit solves it, the member has his answer in time. R129."""

from datetime import date
from typing import Any

from cppcc.deadlines.models import Deadline, Task
from cppcc.deadlines.models.tasks import TaskState
from cppcc.deadlines.sources import TaskSource, seen_by
from cppcc.office.access import may
from members.models import Contact
from members.models.contacts import ContactState
from members.models.ledger import RECORD

FIRST = 60  # characters of the difficulty that make the title


def may_give(user: Any, contact: Contact) -> bool:
    """Whoever keeps the contact, as long as what was raised waits."""
    return contact.state == ContactState.OPEN and may(user, RECORD, contact)


def proposed(contact: Contact) -> dict[str, str]:
    """The difficulty, without the name of who raised it: the task goes to other units."""
    lines = contact.difficulty.strip().splitlines() or [""]
    return {"title": f"协调解决：{lines[0][:FIRST]}", "detail": contact.difficulty.strip()[:2000]}


def answer_due(contact: Contact) -> date | None:
    """The day by which the member has his answer; the tasks end before it, it does not wait for them."""
    return Deadline.for_matter(contact).open().values_list("due_on", flat=True).first()


def answers_of(contact: Contact) -> tuple[str, int]:
    """What the units answered that were asked, for the answer to the member, and how many have not finished."""
    rows = list(Task.for_matter(contact).exclude(state=TaskState.DROPPED).select_related("owner"))
    said = [f"{task.owner.name}：{task.answer}" for task in rows if task.state == TaskState.DONE]
    return "\n".join(said)[:5000], len(rows) - len(said)


CONTACT_TASKS = TaskSource(seen_by(Contact), may_give=may_give, proposed=proposed, due_by=answer_due)
