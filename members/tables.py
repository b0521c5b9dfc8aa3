"""What the lists of members and experts say and export."""

from django.db.models import Count, Q

from cppcc.office.validity import today, valid_on
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage
from members.imports import columns_to_export
from members.models import Member, Particulars

EXPERT_COLUMNS = (
    Column("name", "姓名", value=lambda e: e.person.name),
    Column("employer", "工作单位"),
    Column("title", "职务职称"),
    Column("fields", "专业领域", value=lambda e: [str(field) for field in e.fields.all()]),
    Column("strengths", "研究方向"),
    Column("phone", "手机", value=lambda e: e.person.phone),
    Column("used", "参加次数", value=lambda e: e.used),
    Column("remark", "备注"),
)


def member_columns(*, phone: bool) -> list[Column]:
    """The columns of the roster; telephone numbers only for the house."""
    return [
        column if phone or column.key != "phone" else Column("phone", column.label, value=lambda member: "")
        for column in columns_to_export()
    ]


def member_summary(page: ListPage) -> str:
    """共 300 名委员，在任 298 名，离任 2 名."""
    if not page.count:
        return "没有符合条件的委员"
    told = [f"共 {page.count_words} 名委员"]
    if page.count <= EXACT:
        told += [f"{words} {count} 名" for words, count in _states(page).items() if count]
    return "，".join(told)


def _states(page: ListPage) -> dict[str, int]:
    rows = Member.objects.filter(pk__in=page.filtered.order_by().values("pk"))
    serving = valid_on(today())
    found = rows.aggregate(
        all=Count("pk"),
        serving=Count("pk", filter=serving),
        women=Count("pk", filter=serving & Q(person__particulars__gender=Particulars.Gender.FEMALE)),
    )
    return {"在任": found["serving"], "其中女": found["women"], "不在任": found["all"] - found["serving"]}
