"""The documents of the demo: those of plans and rounds, one received in spring, one that waits for its signature."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Replace

from cppcc.deadlines.keeping import keep_dates
from cppcc.desk.demo.courses import step
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names
from cppcc.desk.demo.seals import seal_alone
from cppcc.documents.circulation import choose, note_reading, receive
from cppcc.documents.drafts import new_document
from cppcc.documents.lines import paragraphs_of
from cppcc.documents.models import Document, DocumentKind, NumberSeries, Recipient
from cppcc.documents.models.document import RECEIVE
from cppcc.documents.models.recipients import How
from cppcc.documents.registry import draft_of
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.models import Classification
from cppcc.office.roles import acts_of
from cppcc.workflow.engine import rewrite_waiting

RECEIPT = ("received_at", "received_by", "how", "receiver", "proxy_source", "read_at", "read_by")
DRAFTER, REVIEWER, SIGNER, SIGNING_POST = "bangongshi", "mishuzhang", "zhuxi", "chair"


def name_series(code: str) -> None:
    """The city's own 发文代字."""
    NumberSeries.objects.update(code=Replace(F("code"), Value("市政协"), Value(code)))


def live_documents(data: dict[str, Any], names: Names, past: Past) -> None:
    """Two documents of their own, each act on its day."""
    _issued(data["issued"], names, past)
    _drafted(data["signing"], names, past)


def published(
    matter: models.Model, kind: str, days: dict[str, date], names: Names, past: Past, *, without: Collection[str] = ()
) -> Document:
    """The document of `kind` about a matter, from the draft that the matter gives to the receipts of all units.

    without: the keys of units that it does not go to after all.
    """
    clerk = names.users[DRAFTER]
    with past.on(days["drafted"], 9, by=clerk):
        title = draft_of(matter, kind)["title"]
        found = DocumentKind.objects.get(key=kind)
        document = new_document(found, title, by=clerk, classification=Classification.PUBLIC, matter=matter)
        document.recipients.filter(organization__key__in=without).delete()
    put_out(document, days, names, past)
    return document


def put_out(document: Document, days: dict[str, Any], names: Names, past: Past) -> None:
    """A draft goes its way to the receipts of all units."""
    with past.on(days["drafted"], 9, by=names.users[DRAFTER]):
        _put_forward(document, names)
    _reviewed(document, days, names, past)
    _signed_and_issued(document, days, names, past)
    _received_by_all(document, days["received"], names, past)


def _put_forward(document: Document, names: Names) -> None:
    document.signatory = names.posts[SIGNING_POST]
    document.save()
    step(DOCUMENT, document, "submit", names.users[DRAFTER])


def _reviewed(document: Document, days: dict[str, Any], names: Names, past: Past) -> None:
    head = names.users[REVIEWER]
    with past.on(days["reviewed"], 10, by=head):
        step(DOCUMENT, document, "approve", head)


def _signed_and_issued(document: Document, days: dict[str, Any], names: Names, past: Past) -> None:
    clerk, chair = names.users[DRAFTER], names.users[SIGNER]
    with past.on(days["signed"], 11, by=chair):
        step(DOCUMENT, document, "sign", chair, opinion="同意印发")
    with past.on(days["issued"], 14, by=clerk):
        seal_alone(document, by=clerk)
    with past.on(days["issued"], 15, by=clerk):
        step(DOCUMENT, document, "issue", clerk, data={"issued_on": days["issued"]})


def _received_by_all(document: Document, day: date, names: Names, past: Past) -> None:
    """Units with an account received it themselves, the office recorded the receipts of the others; set-based."""
    own = {a.organization_id: user for user in names.users.values() for a in user.acting if RECEIVE in acts_of(a.role)}
    clerk, rows = names.users[DRAFTER], list(document.recipients.sent())
    with past.on(day, 15, by=clerk) as moment:
        for row in rows:
            user = own.get(row.organization_id)
            row.received_at, row.received_by, row.how = moment, user or clerk, How.LOGIN if user else How.PROXY
            row.receiver = user.person.name if user else ""
            row.proxy_source = "" if user else f"{day.month}月{day.day}日公文交换回执"
            row.read_at, row.read_by = (moment, user) if user else (None, None)
        Recipient.objects.bulk_update(rows, RECEIPT)
        rewrite_waiting(document, [])
        keep_dates(document, by=clerk)


def _received(recipient: Recipient, user: Any, day: date, past: Past) -> None:
    with past.on(day, 15, by=user):
        receive(recipient, by=user, how=How.LOGIN, receiver=user.person.name)
        note_reading([recipient], by=user)


def _drafted(row: dict[str, Any], names: Names, past: Past) -> Document:
    clerk = names.users[DRAFTER]
    with past.on(row["drafted"], by=clerk):
        document = new_document(
            DocumentKind.objects.get(key=row["kind"]), row["title"], by=clerk, classification=row["classification"]
        )
        document.description["body"] = paragraphs_of(row["body"])
        choose(document, [names.units[key] for key in row["to"]], [])
        _put_forward(document, names)
    _reviewed(document, row, names, past)
    return document


def _issued(row: dict[str, Any], names: Names, past: Past) -> None:
    document = _drafted(row, names, past)
    _signed_and_issued(document, row, names, past)
    for key, (user, day) in row["received"].items():
        recipient = document.recipients.get(organization=names.units[key])
        _received(recipient, names.users[user], day, past)
