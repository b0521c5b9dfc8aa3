"""What lists of entries, proposals, contacts and allowances say over themselves and write to Excel."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, Sum

from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage
from members.acts import Tree
from members.models import PerformanceEntry

BY_HAND = "手工登记"


def source_of(entry: PerformanceEntry) -> str:
    """Where an entry comes from: the kind of its matter, or a hand."""
    if entry.content_type_id is None:
        return BY_HAND
    model = ContentType.objects.get_for_id(entry.content_type_id).model_class()
    return str(model._meta.verbose_name) if model else "其他"


def standing_of(entry: PerformanceEntry) -> str:
    """Whether an entry stands, was cancelled, or cancels."""
    if entry.reverses_id:
        return "冲销"
    return "已冲销" if entry.cancelled_by else "有效"


def reason_of(entry: PerformanceEntry) -> str:
    """Why it was cancelled, on both entries."""
    by = entry if entry.reverses_id else entry.cancelled_by
    return by.reason if by else ""


def entry_columns(tree: Tree) -> tuple[Column, ...]:
    """The columns of an export of entries."""
    return (
        Column("member", "委员", value=lambda e: e.member.person.name),
        Column("term", "届次", value=lambda e: str(e.member.term)),
        Column("on", "日期"),
        Column("root", "类别", value=lambda e: tree.root(e.act_id).label),
        Column("act", "履职事项", value=lambda e: e.act.label),
        Column("title", "内容"),
        Column("role", "身份"),
        Column("status", "情况"),
        Column("level", "层次"),
        Column("n", "数量"),
        Column("unit", "单位", value=lambda e: e.act.unit),
        Column("coauthors", "其他合作人数"),
        Column("source", "来源", value=source_of),
        Column("standing", "记录状态", value=standing_of),
        Column("reason", "冲销原因", value=reason_of),
        Column("recorded_by", "登记人", value=lambda e: str(e.recorded_by or "系统")),
        Column("recorded_at", "登记时间"),
    )


PROPOSAL_COLUMNS = (
    Column("member", "委员", value=lambda p: p.member.person.name),
    Column("on", "日期"),
    Column("act", "履职事项", value=lambda p: p.act.label),
    Column("title", "内容"),
    Column("role", "身份"),
    Column("level", "层次"),
    Column("n", "数量"),
    Column("evidence", "佐证材料", value=lambda p: p.evidence.name if p.evidence else ""),
    Column("state", "状态", value=lambda p: p.get_state_display()),
    Column("created_at", "申报时间"),
)
CONTACT_COLUMNS = (
    Column("on", "日期"),
    Column("kind", "类别", value=lambda c: c.get_kind_display()),
    Column("member", "委员", value=lambda c: c.member.person.name),
    Column("by", "走访（谈话、接待）人"),
    Column("organization", "经办单位", value=lambda c: c.organization.name),
    Column("notes", "情况"),
    Column("difficulty", "反映的困难和问题"),
    Column("solution", "解决（答复）情况"),
    Column("solved_on", "解决（答复）日期"),
    Column("state", "状态", value=lambda c: c.get_state_display()),
)
ALLOWANCE_COLUMNS = (
    Column("on", "日期"),
    Column("member", "委员", value=lambda a: a.member.person.name),
    Column("meeting", "会议活动", value=lambda a: a.meeting.title if a.meeting else ""),
    Column("kind", "项目", value=lambda a: a.get_kind_display()),
    Column("amount", "金额（元）"),
    Column("paid_on", "发放日期"),
    Column("remark", "备注"),
    Column("recorded_by", "登记人", value=lambda a: str(a.recorded_by)),
)


def summed(unit: str, noun: str, parts: Mapping[str, Q] | None = None) -> Callable[[ListPage], str]:
    """A summary for `ListPage`: "共 111 条记录，有效 80 条"; `parts`: words -> conditions, in one query.

    Beyond 1,000 rows only the total is said, because counting more costs too much.
    """

    def sentence(page: ListPage) -> str:
        if not page.count:
            return f"没有符合条件的{noun}"
        told = [f"共 {page.count_words} {unit}{noun}"]
        if page.count <= EXACT and parts:
            asked = {words: Count("pk", distinct=True, filter=condition) for words, condition in parts.items()}
            counts = page.filtered.order_by().aggregate(**asked)
            told += [f"{words} {count} {unit}" for words, count in counts.items() if count]
        return "，".join(told)

    return sentence


def money(page: ListPage) -> str:
    """The sums of a list of allowances: all, paid, still to pay."""
    if not page.count:
        return "没有符合条件的差旅补贴"
    sums: dict[str, Any] = page.filtered.order_by().aggregate(
        all=Sum("amount"), paid=Sum("amount", filter=Q(paid_on__isnull=False))
    )
    paid = sums["paid"] or 0
    told = f"共 {page.count_words} 笔，合计 {sums['all']:,.2f} 元，已发放 {paid:,.2f} 元"
    return f"{told}，待发放 {sums['all'] - paid:,.2f} 元" if sums["all"] > paid else told
