"""The calendar's entries of this app: documents on the day of their issue. Receipts stand there as deadlines do."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse

from cppcc.deadlines.calendar import MOST, Entry, Kind, unit
from cppcc.documents.circulation import IN_FORCE
from cppcc.documents.models import Document, Recipient
from cppcc.files.models import Classification

KINDS = {"document": Kind("公文印发")}


def document_entries(user, start: date, end: date) -> Iterator[Entry]:
    """The documents in force that `user` may see; of their recipients only his own units are named. Two queries."""
    own = [acting.organization_id for acting in user.acting]
    mine = Prefetch("recipients", Recipient.objects.sent().filter(organization__in=own), "sent_to_mine")
    shown = Document.objects.visible_to(user).filter(state__in=IN_FORCE, issued_on__range=(start, end))
    for found in shown.select_related("kind").prefetch_related(mine).order_by("issued_on", "pk")[: MOST + 1]:
        yield _entry(found)


def _entry(document: Document) -> Entry:
    units = {document.organization_id, *(row.organization_id for row in document.sent_to_mine)}  # type: ignore[attr-defined]
    return Entry(
        start=document.issued_on,  # type: ignore[arg-type]  # a document in force has been issued
        end=document.issued_on,  # type: ignore[arg-type]
        label=f"印发{document}",
        step=f"{document.kind}印发",
        kind="document",
        url=reverse("documents:document_detail", args=[document.pk]),
        uid=f"document-{document.pk}",
        tone=KINDS["document"].tone,
        who=frozenset(map(unit, units)),
        internal=document.classification != Classification.PUBLIC,
        revision=document.version,
    )
