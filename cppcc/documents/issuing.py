"""The issue: the number is given, the document typeset once, its bytes kept with their SHA-256."""

from datetime import date

from cppcc.documents.describing import content_for
from cppcc.documents.letter_printing import number_letters
from cppcc.documents.letters import is_batch
from cppcc.documents.models import Document
from cppcc.documents.numbering import allocate
from cppcc.documents.registry import prepare
from cppcc.documents.sealing import pictures_of
from cppcc.documents.typeset import typeset
from cppcc.files.models import StoredFile
from cppcc.files.storing import store


def number_and_print(document: Document, *, day: date, outside_number: str = "") -> None:
    """Give the number of the day of issue and keep the file. The caller saves the document.

    outside_number: that of the office which leads a joint document; no number of our own is taken then.
    """
    prepare(document)
    if is_batch(document):
        number_letters(document, day=day)
        return
    number = outside_number or allocate(document, day=day).text
    document.issued_on, document.outside_number = day, outside_number
    document.file = print_document(document, number=number, day=day)


def print_document(document: Document, *, number: str, day: date) -> StoredFile:
    """Typeset and store; never rendered again. It has no uploader: only the document's own page gives it out."""
    data = typeset(content_for(document, number=number, day=day), pictures_of(document))
    name = f"{document.title[:120]}（{number}）.pdf"
    return store(data, name=name, by=None, classification=document.classification)
