"""What the list of tasks says and exports."""

from django.db.models import Count, Q
from django.utils import timezone

from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import TaskState
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage

TASK_COLUMNS = (
    Column("title", "任务"),
    Column("detail", "要求"),
    Column("owner", "承办单位", value=lambda t: t.owner.name),
    Column("role", "承办岗位", value=lambda t: t.get_role_display()),
    Column("person", "承办人", value=lambda t: t.person.name if t.person else ""),
    Column("given_by", "交办单位", value=lambda t: t.given_by.name),
    Column("source", "任务来源"),
    Column("due_on", "完成期限"),
    Column("state", "状态", value=lambda t: "逾期未回复" if t.is_late else t.get_state_display()),
    Column("answered", "回复时间", value=lambda t: t.answered_at and f"{timezone.localtime(t.answered_at):%Y-%m-%d}"),
    Column("answer", "办理情况"),
)
SUMS = {state.label: Q(state=state) for state in TaskState}


def tasks_summed(page: ListPage) -> str:
    """共 12 项任务，办理中 3 项（逾期 1 项），已办结 9 项."""
    if not page.count:
        return "没有符合条件的任务"
    told = f"共 {page.count_words} 项任务"
    if page.count > EXACT:
        return told
    late = Q(state=TaskState.OPEN, due_on__lt=timezone.localdate())
    rows = Task.objects.filter(pk__in=page.filtered.order_by().values("pk"))
    counts = rows.aggregate(late=Count("pk", filter=late), **{w: Count("pk", filter=q) for w, q in SUMS.items()})
    overdue = counts.pop("late")
    said = [f"{words} {count} 项" for words, count in counts.items() if count]
    return "，".join([told, *said]) + (f"；逾期未回复 {overdue} 项" if overdue else "")
