"""What the lists of meetings and of people say and export."""

from django.db.models import Count, Q
from django.utils import timezone

from cppcc.meetings.clashing import hours
from cppcc.meetings.models import Participant
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage

MEETING_COLUMNS = (
    Column("title", "名称"),
    Column("kind", "种类", value=lambda m: m.kind.label),
    Column("when", "时间", value=lambda m: hours(m)),
    Column("where", "地点", value=lambda m: m.where),
    Column("host", "主办单位", value=lambda m: m.host.name),
    Column("state", "状态", value=lambda m: m.get_state_display()),
    Column("asked", "名单人数", value=lambda m: m.asked),
    Column("coming", "回复参加", value=lambda m: m.coming),
    Column("came", "实到", value=lambda m: m.came),
)
PEOPLE_COLUMNS = (
    Column("order", "序号", value=lambda p: p.order),
    Column("name", "姓名", value=lambda p: p.person.name),
    Column("unit", "单位", value=lambda p: p.organization.name if p.organization else ""),
    Column("title", "职务", value=lambda p: p.title),
    Column("class", "类别", value=lambda p: p.participant_class.label),
    Column("why", "邀请依据", value=lambda p: p.why),
    Column("phone", "手机", value=lambda p: p.person.phone),
    Column("stance", "回复", value=lambda p: p.stance),
    Column("reason", "原因", value=lambda p: p.reason),
    Column("deputy", "受委派人", value=lambda p: f"{p.deputy_name}{p.deputy_title}"),
    Column("replied_at", "回复时间", value=lambda p: _at(p.replied_at)),
    Column("how", "回复方式", value=lambda p: p.get_reply_how_display()),
    Column("attendance", "出席情况", value=lambda p: p.get_attendance_display() if p.attendance else ""),
)
LINK_COLUMNS = (
    Column("name", "姓名", value=lambda row: row.whose.person.name),
    Column("unit", "单位", value=lambda row: str(row.whose.organization or "")),
    Column("title", "职务", value=lambda row: row.whose.title),
    Column("phone", "手机", value=lambda row: row.whose.person.phone),
    Column("url", "回复链接", value=lambda row: row.url),
)
STATES = {
    "筹备中": Q(state="planned"),
    "已通知": Q(state="invited"),
    "已结束": Q(state="closed"),
    "已取消": Q(state="cancelled"),
}


def people_columns(*, phones: bool, reasons: bool) -> tuple[Column, ...]:
    """The columns of the list, those of telephone numbers and of reasons only where the reader may have them."""
    left = {"phone": phones, "reason": reasons}
    return tuple(column for column in PEOPLE_COLUMNS if left.get(column.key, True))


def _at(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def meetings_summed(page: ListPage) -> str:
    """共 12 次会议活动，筹备中 2 次，已结束 9 次."""
    if not page.count:
        return "没有符合条件的会议活动"
    said = [f"共 {page.count_words} 次会议活动"]
    if page.count <= EXACT:
        rows = page.filtered.model.objects.filter(pk__in=page.filtered.order_by().values("pk"))
        counts = rows.aggregate(**{words: Count("pk", filter=condition) for words, condition in STATES.items()})
        said += [f"{words} {count} 次" for words, count in counts.items() if count]
    return "，".join(said)


def people_summed(page: ListPage) -> str:
    """共 42 人，参加 30 人，请假 2 人，未回复 10 人."""
    if not page.count:
        return "名单上没有符合条件的人"
    rows = Participant.objects.filter(pk__in=page.filtered.order_by().values("pk"))
    counts = rows.aggregate(
        参加=Count("pk", filter=Q(reply__in=["yes", "deputy"])), 请假=Count("pk", filter=~Q(leave="")),
        不参加=Count("pk", filter=Q(reply="no")), 未通知=Count("pk", filter=Q(invited_at=None, walk_in=False)),
        未回复=Count("pk", filter=Q(invited_at__isnull=False, reply="", leave="")),
    )  # fmt: skip
    return "，".join(
        [f"共 {page.count_words} 人", *(f"{words} {count} 人" for words, count in counts.items() if count)]
    )
