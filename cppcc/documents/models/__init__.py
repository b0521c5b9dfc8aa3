"""Models of official documents, one file a matter."""

from cppcc.documents.models.document import Document
from cppcc.documents.models.numbers import DocumentNumber
from cppcc.documents.models.recipients import Recipient
from cppcc.documents.models.reference import CopyRule, DocumentKind, NumberSeries

__all__ = ["CopyRule", "Document", "DocumentKind", "DocumentNumber", "NumberSeries", "Recipient"]
