"""The documents app: official documents, typeset, numbered, circulated."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """公文: typeset after GB/T 9704, numbered, circulated, receipted."""

    name = "cppcc.documents"
    label = "documents"
    verbose_name = "公文"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from cppcc.documents import registering

        registering.hand_down()
