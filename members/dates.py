"""Until when what a member raised is answered (R129, R137), and a special duty is renewed or passed on (R124)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.registry import Dated, Holder
from cppcc.office.validity import today
from members.contacts import answered_on
from members.models import Contact, SpecialDuty
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


def term_of(duty: SpecialDuty) -> dict[str, date | None]:
    """The last day of a special duty; one that is over, or without an end, needs nothing any more."""
    return {"ends": duty.valid_to} if duty.valid_to and duty.valid_to >= today() else {}


def nobody(duty: SpecialDuty, responsible: str, step: str) -> Iterable[Holder]:
    """Special duties are the office's matter, whose word means the same everywhere."""
    return []


def followed(duty: SpecialDuty) -> dict[str, date]:
    """Settled once the same member is engaged again; another one in his place is told by hand."""
    begun = duty.next_begins  # type: ignore[attr-defined]  # annotated
    return {"renew": min(begun, today())} if begun else {}


def with_next(rows: QuerySet) -> QuerySet:
    """Duties with `next_begins`, when the next one of the same unit and name begins."""
    later = SpecialDuty.objects.filter(
        member__person=OuterRef("member__person"), organization=OuterRef("organization"), title=OuterRef("title"),
        valid_from__gt=OuterRef("valid_to"),
    )  # fmt: skip
    return rows.select_related("member__person", "organization").annotate(
        next_begins=Subquery(later.order_by("valid_from").values("valid_from")[:1])
    )


DUTY = Dated("special_duty", term_of, nobody, done=followed, load=with_next)


def keep_duties() -> int:
    """Have the dates of all special duties; they are few, and one may settle another's. Returns how many moved."""
    return len(keep_many(list(SpecialDuty.objects.all())))


def after_loading() -> str:
    """Gives the duties that were there before the rules their dates; nothing to say."""
    keep_duties()
    return ""
