"""What this floor hands down to those below: workflows, dates, documents, hooks, profile sections, menu entries."""

from django.core import checks
from django.urls import reverse

from cppcc.deadlines.calendar import register as register_calendar
from cppcc.deadlines.registry import register as register_dates
from cppcc.documents import bundling, letter_files, letter_printing, models
from cppcc.documents.calendar import KINDS, document_entries
from cppcc.documents.dates import RECEIPT
from cppcc.documents.fonts import check_fonts
from cppcc.documents.menu import ENTRIES
from cppcc.documents.rendering import watermarked
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.copies import register_marker
from cppcc.files.models import Classification
from cppcc.jobs.registry import register as register_job
from cppcc.office.administration import close_to_administrators
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section
from cppcc.office.profiles import register as register_sections
from cppcc.workflow.registry import register


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    checks.register(check_fonts)
    register_marker("pdf", watermarked)
    register_job(letter_printing.KIND, letter_printing.print_letters, label="印制信函", atomic=False)
    register_job(letter_files.KIND, letter_files.make_file, label="合并或打包信函", atomic=False)
    register_job(bundling.KIND, bundling.make_bundle, label="材料汇编")
    register(models.Document, DOCUMENT, url=lambda o: reverse("documents:document_detail", args=[o.pk]))
    register_dates(models.Document, RECEIPT)
    register_calendar(document_entries, KINDS)
    close_to_administrators(lambda: models.Document.objects.filter(classification=Classification.WORK_SECRET))
    register_sections(
        Section("number_series", "documents.NumberSeries", 76),
        Section("document_kinds", "documents.DocumentKind", 77),
        Section("copy_rules", "documents.CopyRule", 78),
    )
    register_entries(*ENTRIES)
