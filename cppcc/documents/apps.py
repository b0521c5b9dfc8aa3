"""The documents app: it registers the check that the fonts of official documents are there."""

from django.apps import AppConfig
from django.core import checks


class DocumentsConfig(AppConfig):
    """公文: typeset after GB/T 9704."""

    name = "cppcc.documents"
    label = "documents"
    verbose_name = "公文"

    def ready(self) -> None:
        """Register the font check once the settings can be read."""
        from cppcc.documents.fonts import check_fonts

        checks.register(check_fonts)
