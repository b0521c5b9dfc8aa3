"""The documents of the demo: one issued and received in spring, one that waits for its signature."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Replace

from cppcc.desk.demo.courses import step
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names
from cppcc.documents.circulation import choose, note_reading, receive
from cppcc.documents.drafts import new_document
from cppcc.documents.lines import paragraphs_of
from cppcc.documents.models import Document, DocumentKind, NumberSeries
from cppcc.documents.models.recipients import How
from cppcc.documents.workflows.document import DOCUMENT


def live_documents(data: dict[str, Any], names: Names, past: Past) -> None:
    """Both documents, each act on its day."""
    NumberSeries.objects.update(code=Replace(F("code"), Value("市政协"), Value(data["code"])))
    _issued(data["issued"], names, past)
    _drafted(data["signing"], names, past)


def _drafted(row: dict[str, Any], names: Names, past: Past) -> Document:
    clerk, head = names.users["bangongshi"], names.users["mishuzhang"]
    with past.on(row["drafted"], by=clerk):
        document = new_document(
            DocumentKind.objects.get(key=row["kind"]), row["title"], by=clerk, classification=row["classification"]
        )
        document.description["body"] = paragraphs_of(row["body"])
        document.signatory = names.posts["chair"]
        document.save()
        choose(document, [names.units[key] for key in row["to"]], [])
        step(DOCUMENT, document, "submit", clerk)
    with past.on(row["reviewed"], by=head):
        step(DOCUMENT, document, "approve", head)
    return document


def _issued(row: dict[str, Any], names: Names, past: Past) -> None:
    document, clerk, chair = _drafted(row, names, past), names.users["bangongshi"], names.users["zhuxi"]
    with past.on(row["signed"], by=chair):
        step(DOCUMENT, document, "sign", chair, opinion="同意印发")
    with past.on(row["issued"], by=clerk):
        step(DOCUMENT, document, "issue", clerk, data={"issued_on": row["issued"]})
    for key, (user, day) in row["received"].items():
        with past.on(day, 15, by=names.users[user]):
            recipient = document.recipients.get(organization=names.units[key])
            receive(recipient, by=names.users[user], how=How.LOGIN, receiver=names.users[user].person.name)
            note_reading([recipient], by=names.users[user])
