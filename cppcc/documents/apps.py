"""The documents app: official documents, typeset, numbered, circulated."""

from django.apps import AppConfig
from django.core import checks
from django.urls import reverse


class DocumentsConfig(AppConfig):
    """公文: typeset after GB/T 9704, numbered, circulated, receipted."""

    name = "cppcc.documents"
    label = "documents"
    verbose_name = "公文"

    def ready(self) -> None:
        """Register the font check, and hand workflow, dates, profile sections and menu entries to the floors below."""
        from cppcc.deadlines.registry import register as register_dates
        from cppcc.documents import models
        from cppcc.documents.dates import RECEIPT
        from cppcc.documents.fonts import check_fonts
        from cppcc.documents.workflows.document import DOCUMENT
        from cppcc.office.navigation import Entry
        from cppcc.office.navigation import register as register_entries
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections
        from cppcc.workflow.registry import register

        checks.register(check_fonts)
        register(models.Document, DOCUMENT, url=lambda o: reverse("documents:document_detail", args=[o.pk]))
        register_dates(models.Document, RECEIPT)
        register_sections(
            Section("number_series", "documents.NumberSeries", 76),
            Section("document_kinds", "documents.DocumentKind", 77),
            Section("copy_rules", "documents.CopyRule", 78),
        )
        group = "公文"
        register_entries(
            Entry("公文", "documents:document_list", "file-text", group, 30),
            Entry("文号登记", "documents:number_register", "hash", group, 32, ("documents.issue_document",)),
        )
