"""The date until which what a member raised is answered. R129, R137."""

from collections.abc import Iterable
from datetime import date

from cppcc.deadlines.registry import Dated, Holder
from members.contacts import answered_on
from members.models import Contact
from members.models.contacts import ContactState


def raised_on(contact: Contact) -> dict[str, date | None]:
    """The day on which it was raised; without a difficulty there is nothing to answer."""
    return {"raised": contact.on} if contact.state != ContactState.NOTED else {}


def keeper(contact: Contact, responsible: str, step: str) -> Iterable[Holder]:
    """The unit that keeps the contact."""
    return [(contact.organization_id, "")] if responsible == "keeper" else []


CONTACT = Dated(
    "contact", raised_on, keeper, done=answered_on,
    load=lambda rows: rows.select_related("member__person", "organization"),
)  # fmt: skip
