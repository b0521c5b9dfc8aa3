"""Models of official documents, one file a matter."""

from cppcc.documents.models.document import Document
from cppcc.documents.models.letters import Letter
from cppcc.documents.models.numbers import DocumentNumber
from cppcc.documents.models.recipients import Recipient
from cppcc.documents.models.reference import CopyRule, DocumentKind, NumberSeries
from cppcc.documents.models.seals import Seal, SealUse

__all__ = [
    "CopyRule",
    "Document",
    "DocumentKind",
    "DocumentNumber",
    "Letter",
    "NumberSeries",
    "Recipient",
    "Seal",
    "SealUse",
]
