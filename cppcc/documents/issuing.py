"""The issue: the number is given, the document typeset once, its bytes kept with their SHA-256."""

from datetime import date

from cppcc.documents.describing import content_for
from cppcc.documents.models import Document
from cppcc.documents.numbering import allocate
from cppcc.documents.typeset import typeset
from cppcc.files.models import StoredFile
from cppcc.files.storing import store


def number_and_print(document: Document, *, day: date) -> None:
    """Give the number of the day of issue and keep the file. The caller saves the document."""
    number = allocate(document, day=day)
    document.issued_on = day
    document.file = print_document(document, number=number.text, day=day)


def print_document(document: Document, *, number: str, day: date) -> StoredFile:
    """Typeset and store; never rendered again. It has no uploader: only the document's own page gives it out."""
    data = typeset(content_for(document, number=number, day=day))
    name = f"{document.title[:120]}（{number}）.pdf"
    return store(data, name=name, by=None, classification=document.classification)
