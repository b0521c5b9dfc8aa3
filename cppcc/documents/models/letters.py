"""One document to many persons: an invitation or 函 that is signed once and printed for each, numbered in order."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cppcc.documents.models.document import Document
from cppcc.documents.places import UNIT
from cppcc.files.models import StoredFile
from cppcc.office.models import Organization, Person


class LetterQuerySet(models.QuerySet):
    """Letters by how far they are."""

    def open(self) -> "LetterQuerySet":
        """Those that are still to be printed; the ones that failed among them."""
        return self.filter(file__isnull=True)

    def failed(self) -> "LetterQuerySet":
        """Those that could not be printed, with their sentence."""
        return self.open().exclude(failure="")


class Letter(models.Model):
    """The copy of a document for one addressee. `values` fill the places {…} of the text, by column name."""

    document = models.ForeignKey(Document, verbose_name="公文", on_delete=models.CASCADE, related_name="letters")
    order = models.PositiveIntegerField("序号")
    name = models.CharField("收件人", max_length=60)
    salutation = models.CharField("称呼", max_length=80, help_text="印在主送处，不写冒号。如：王小明委员")
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    values = models.JSONField("各栏内容", default=dict, blank=True)
    file = models.ForeignKey(
        StoredFile, verbose_name="印发件", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    failure = models.CharField("未印成的原因", max_length=500, blank=True, editable=False)
    printed_at = models.DateTimeField("印制时间", null=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "分送信函"
        verbose_name_plural = "分送信函"
        ordering: ClassVar = ["document", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "order"], name="documents_letter_order_unique"),
            models.UniqueConstraint(
                fields=["document", "person"],
                name="documents_letter_person_once",
                condition=Q(person__isnull=False),
                violation_error_message="同一个人在名单中只能出现一次。",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, printed_at__isnull=True)
                | Q(file__isnull=False, printed_at__isnull=False, failure=""),
                name="documents_letter_printed_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}（{self.name}）"

    @property
    def unit(self) -> str:
        """The unit as it is written in the list."""
        return self.values.get(UNIT) or (self.organization.name if self.organization else "")

    @property
    def number_text(self) -> str:
        """Its number, "" before the issue."""
        numbered = getattr(self, "numbered", None)
        return numbered.text if numbered else ""

    @property
    def state_words(self) -> str:
        """How far it is, in the words of the screen."""
        if self.file_id:
            return "已印成"
        if self.failure:
            return "未印成"
        return "待印制" if self.number_text else "未编号"
