"""What the lists of documents and numbers say and export."""

from django.db.models import Count, Q
from django.utils import timezone

from cppcc.documents.models.document import DocumentState as S
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage

DOCUMENT_COLUMNS = (
    Column("number", "文号", value=lambda document: document.number_text),
    Column("title", "标题", value=lambda document: document.title),
    Column("kind", "种类", value=lambda document: document.kind.label),
    Column("classification", "密级标识", value=lambda document: document.get_classification_display()),
    Column("unit", "起草单位", value=lambda document: document.organization.name),
    Column("state", "状态", value=lambda document: document.get_state_display()),
    Column("issued_on", "印发日期", value=lambda document: document.issued_on),
    Column("sent", "收文单位数", value=lambda document: document.sent),
    Column("received", "已签收", value=lambda document: document.received),
)
NUMBER_COLUMNS = (
    Column("text", "文号", value=lambda number: number.text),
    Column("title", "标题", value=lambda number: number.document.title),
    Column("kind", "种类", value=lambda number: number.document.kind.label),
    Column("day", "印发日期", value=lambda number: number.document.issued_on),
    Column("at", "编号时间", value=lambda number: f"{timezone.localtime(number.allocated_at):%Y-%m-%d %H:%M}"),
    Column("cancelled", "作废原因", value=lambda number: number.reason),
)
WORDS = {
    "在办": Q(state__in=[S.DRAFTING, S.IN_REVIEW, S.SIGNING, S.SIGNED]),
    "已印发": Q(state__in=[S.ISSUED, S.ARCHIVED]),
    "已作废": Q(state=S.CANCELLED),
}


def summary(page: ListPage) -> str:
    """共 12 件公文，在办 3 件，已印发 9 件."""
    if not page.count:
        return "没有符合条件的公文"
    told = [f"共 {page.count_words} 件公文"]
    if page.count <= EXACT:
        told += [f"{words} {count} 件" for words, count in _counts(page).items() if count]
    return "，".join(told)


def _counts(page: ListPage) -> dict[str, int]:
    states = page.filtered.model.objects.filter(pk__in=page.filtered.order_by().values("pk"))
    return states.aggregate(**{words: Count("pk", filter=condition) for words, condition in WORDS.items()})
