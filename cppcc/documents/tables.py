"""What the lists of documents and numbers say and export."""

from collections.abc import Callable, Sequence

from django.db.models import Count, Q
from django.utils import timezone

from cppcc.documents.models import Letter
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
    Column("letters", "分送份数", value=lambda document: document.letter_count or ""),
    Column("sent", "收文单位数", value=lambda document: document.sent),
    Column("received", "已签收", value=lambda document: document.received),
)
NUMBER_COLUMNS = (
    Column("text", "文号", value=lambda number: number.text),
    Column("title", "标题", value=lambda number: number.paper.title),
    Column("addressee", "收件人", value=lambda number: number.addressee),
    Column("kind", "种类", value=lambda number: number.paper.kind.label),
    Column("day", "印发日期", value=lambda number: number.paper.issued_on),
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


LETTER_COLUMNS = (
    Column("order", "序号"),
    Column("number", "文号", value=lambda letter: letter.number_text),
    Column("name", "收件人"),
    Column("salutation", "称呼"),
    Column("unit", "单位"),
    Column("state", "状态", value=lambda letter: letter.state_words),
    Column("failure", "未印成的原因"),
    Column("printed_at", "印制时间"),
)


def letter_columns(further: Sequence[str]) -> list[Column]:
    """Those of every list of letters, and the further columns of this one."""
    return [*LETTER_COLUMNS, *(Column(f"value-{label}", label, value=_valued(label)) for label in further)]


def _valued(label: str) -> Callable[[Letter], str]:
    return lambda letter: letter.values.get(label, "")


def letter_summary(page: ListPage) -> str:
    """共 400 份，已印成 397 份，未印成 3 份."""
    if not page.count:
        return "没有符合条件的收件人"
    rows = page.filtered.order_by()
    counted = rows.aggregate(
        all=Count("pk"), printed=Count("pk", filter=Q(file__isnull=False)), failed=Count("pk", filter=~Q(failure=""))
    )
    told = [f"共 {counted['all']} 份"]
    told += [f"已印成 {counted['printed']} 份"] if counted["printed"] else []
    return "，".join([*told, f"未印成 {counted['failed']} 份"] if counted["failed"] else told)
