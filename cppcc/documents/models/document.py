"""An official document: what it says, where it stands, who may read it. R048, R053."""

from typing import Any, ClassVar, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from simple_history.models import HistoricalRecords

from cppcc.documents.models.recipients import Recipient
from cppcc.documents.models.reference import DocumentKind, number_span
from cppcc.documents.versions import content_rows
from cppcc.files.models import Classification, StoredFile
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.matters import OptionalMatterRef
from cppcc.office.models import Organization, Person, Post
from cppcc.workflow.models import Matter

VIEW_ALL = "documents.view_all_documents"
DRAFT = "documents.draft_document"
REVIEW = "documents.review_document"
SIGN = "documents.sign_document"
ISSUE = "documents.issue_document"
RECEIVE = "documents.receive_document"


class DocumentState(models.TextChoices):
    """Where a document stands."""

    DRAFTING = "drafting", "起草中"
    IN_REVIEW = "in_review", "核稿中"
    SIGNING = "signing", "待签发"
    SIGNED = "signed", "已签发待印发"
    ISSUED = "issued", "已印发"
    ARCHIVED = "archived", "已归档"
    CANCELLED = "cancelled", "已作废"
    DROPPED = "dropped", "已撤销"


OUT = (DocumentState.ISSUED, DocumentState.ARCHIVED, DocumentState.CANCELLED)


class DocumentQuerySet(models.QuerySet):
    """Documents as users see them."""

    def visible_to(self, user) -> Self:
        """What `user` may know of, by classification and 发放范围. R048.

        Those who issue keep all papers. A 工作秘密 one is for those only who draft, sign or receive it or stand on its
        distribution list; an 内部 one for the house besides; a 公开 one, once issued, for everybody with a post.
        """
        if not user.acting:
            return self.none()
        if reaches_any(user, ISSUE):
            return self
        mine = {acting.organization_id for acting in user.acting}
        listed = Document.distribution.through.objects.filter(document=OuterRef("pk"), organization__in=mine)
        reach = Q(signatory__in=[acting.post_id for acting in user.acting])
        reach |= Q(organization__in=organizations_with(user, DRAFT)) | Q(Exists(listed))
        reach |= Q(Exists(Recipient.objects.sent().filter(document=OuterRef("pk"), organization__in=mine)))
        reach |= Q(classification=Classification.PUBLIC, state__in=OUT)
        if reaches_any(user, VIEW_ALL):
            reach |= ~Q(classification=Classification.WORK_SECRET)
        return self.filter(reach)

    def about(self, matter: models.Model, kind: str) -> Self:
        """Those of `kind` (its key) about `matter`."""
        here = ContentType.objects.get_for_model(matter)
        return self.filter(content_type=here, object_id=matter.pk, kind__key=kind)

    def unissued(self) -> Self:
        """Those on their way to the issue."""
        return self.exclude(state__in=(*OUT, DocumentState.DROPPED))

    def with_letters(self) -> Self:
        """With how many letters a batch has (None: it is none), their first number and their last."""
        model: Any = Document._meta.get_field("letters").related_model
        letters = model.objects.filter(document=OuterRef("pk"))
        count = letters.order_by().values("document").annotate(count=Count("pk")).values("count")
        return self.annotate(
            letter_count=Subquery(count),
            first_number=Subquery(letters.order_by("order").values("numbered__text")[:1]),
            last_number=Subquery(letters.order_by("-order").values("numbered__text")[:1]),
        )

    def listed(self) -> Self:
        """With their kinds, numbers, and how many recipients have received them."""
        sent = Q(recipients__sent_at__isnull=False)
        return (
            self.with_letters()
            .select_related("kind", "organization", "numbered")
            .annotate(
                sent=Count("recipients", filter=sent),
                received=Count("recipients", filter=sent & Q(recipients__received_at__isnull=False)),
            )
        )


class Document(Matter, OptionalMatterRef):
    """A document from its draft to the archive. Its bytes are stored once, when it is issued."""

    kind = models.ForeignKey(DocumentKind, verbose_name="种类", on_delete=models.PROTECT, related_name="documents")
    title = models.CharField("标题", max_length=200)
    description = models.JSONField("内容", default=dict, blank=True)
    classification = models.CharField(
        "密级标识", max_length=20, choices=Classification, default=Classification.INTERNAL
    )
    organization = models.ForeignKey(
        Organization, verbose_name="起草单位", on_delete=models.PROTECT, related_name="drafted_documents"
    )
    distribution = models.ManyToManyField(
        Organization, verbose_name="发放范围", blank=True, related_name="+",
        help_text="除起草、签发和收文单位以外，还允许哪些单位查阅",
    )  # fmt: skip
    state = models.CharField(
        "状态", max_length=20, choices=DocumentState.choices, default=DocumentState.DRAFTING, editable=False
    )
    signatory = models.ForeignKey(
        Post, verbose_name="签发岗位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        Person, verbose_name="签发人", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_at = models.DateTimeField("签发时间", null=True, editable=False)
    outside_number = models.CharField(
        "其他机关编的文号", max_length=60, blank=True, editable=False, help_text="联合发文由主办机关编号的"
    )
    issued_on = models.DateField("印发日期", null=True, editable=False)
    file = models.ForeignKey(
        StoredFile, verbose_name="印发件", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[distribution])

    objects = DocumentQuerySet.as_manager()

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "公文"
        verbose_name_plural = "公文"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            *OptionalMatterRef.Meta.indexes,
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["state"]),
        ]
        permissions: ClassVar = [
            ("view_all_documents", "查阅全部公文"),
            ("draft_document", "起草公文"),
            ("review_document", "核稿"),
            ("sign_document", "签发公文"),
            ("issue_document", "编号印发公文"),
            ("receive_document", "签收公文"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "archived", "cancelled"])
                | Q(issued_on__isnull=False, file__isnull=False),
                name="documents_issued_has_file",
            ),
            models.UniqueConstraint(
                fields=["outside_number"],
                condition=~Q(outside_number="") & ~Q(state="cancelled"),
                name="documents_outside_number_unique",
                violation_error_message="这个文号已用于另一件公文，请核对文号。",
            ),
        ]

    def __str__(self) -> str:
        """The title; elsewhere than on its own pages a 工作秘密 one is not named."""
        if self.classification == Classification.WORK_SECRET:
            return f"工作秘密公文（登记号{self.pk}）"
        return self.title

    @property
    def told_as(self) -> str:
        """What it is called where others may look on (mail, telephone, calendar): only 公开 ones by title."""
        if self.classification == Classification.PUBLIC:
            return self.title
        return f"{self.get_classification_display()}公文（登记号{self.pk}）"

    @property
    def number_text(self) -> str:
        """Its number, or (where it was asked for by `with_letters`) those of its letters; "" before it has one."""
        numbered, first = getattr(self, "numbered", None), getattr(self, "first_number", None)
        if numbered or not first:
            return numbered.text if numbered else self.outside_number
        return number_span(first, getattr(self, "last_number", first))

    @property
    def is_out(self) -> bool:
        """Whether it has been issued, whatever became of it."""
        return self.state in OUT

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the unit that drafts it."""
        return self.organization_id == acting.organization_id

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the post chosen as signatory signs."""
        return act == SIGN and self.signatory_id == acting.post_id

    def proxied_for(self, acting: Acting, act: str) -> str:
        """Whoever enters a signature for the signatory does so on its behalf (代录)."""
        if act != SIGN or self.signatory is None or self.names(acting, act):
            return ""
        return str(self.signatory)

    def content(self) -> dict:
        """What a version keeps: heads as fields, each paragraph a row of its own."""
        return content_rows(self)
