"""The date of a document: recipients say that they have it within the office's own time after the issue. R120."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from cppcc.deadlines.registry import Dated, Holder
from cppcc.documents.models import Document
from cppcc.documents.models.document import DocumentState as S
from cppcc.workflow.clock import now


def anchors(document: Document) -> dict[str, date | None]:
    """The day of the issue, while the document is in force and goes to somebody; later when it went to more since."""
    if document.state not in (S.ISSUED, S.ARCHIVED) or document.issued_on is None:
        return {}
    first, last = document.recipients.sent().aggregate(first=Min("sent_at"), last=Max("sent_at")).values()
    if not first:
        return {}
    return {"sent": document.issued_on + (timezone.localdate(last) - timezone.localdate(first))}


def not_received(document: Document, responsible: str, step: str) -> Iterable[Holder]:
    """The units that have not said that they have it."""
    if responsible != "recipients":
        return []
    return [(unit, "") for unit in document.recipients.pending().values_list("organization", flat=True)]


def done(document: Document) -> dict[str, date]:
    """All have it, or the document is archived."""
    counted = document.recipients.sent().aggregate(
        pending=Count("pk", filter=Q(received_at__isnull=True)), last=Max("received_at")
    )
    if counted["last"] and not counted["pending"]:
        return {"receive": timezone.localdate(counted["last"])}
    return {"receive": timezone.localdate(now())} if document.state == S.ARCHIVED else {}


RECEIPT = Dated("document_receipt", anchors, not_received, title=lambda document: document.told_as, done=done)
