"""The attendance list as a paper, in the format of minutes: a part after the other in the order of the rules. R051."""

from django.utils import timezone

from consultation.forums.scheme import numeral
from consultation.forums.seats import NamePart, name_list
from consultation.models import Forum
from cppcc.documents.content import DocumentContent, Paragraph, Table
from cppcc.documents.fonts import settable
from cppcc.office.models import Office

HEAD, WIDTHS = ["序号", "姓名", "单位及职务"], [2.0, 5.5, 12.5]


def paragraphs_of(parts: list[NamePart]) -> list[Paragraph]:
    """A heading each part, a paragraph each person: name, then unit and title."""
    body = []
    shown = [part for part in parts if part.people]
    for number, part in enumerate(shown, start=1):
        body.append(Paragraph(f"{numeral(number)}、{part.label}（{len(part.people)}人）", 1))
        body += [Paragraph(settable("　".join(filter(None, person)))) for person in part.people]
    return body or [Paragraph("名单待定。")]


def table_of(parts: list[NamePart]) -> Table | None:
    """The same as a table: a row over all columns each part, a row each person; None while nobody is expected."""
    rows, count = [], 0
    for number, part in enumerate((part for part in parts if part.people), start=1):
        rows.append([f"{numeral(number)}、{part.label}（{len(part.people)}人）", "", ""])
        for name, title in part.people:
            count += 1
            rows.append([str(count), name, title])
    return Table(HEAD, rows, WIDTHS) if rows else None


def paper_of(forum: Forum) -> DocumentContent:
    """The list as it is printed for the hall and the handbook."""
    office, meeting = Office.required(), forum.meeting
    return DocumentContent(
        kind="minutes",
        masthead=settable(f"{forum.rules}材料", "title"),
        number=settable(office.organization.name),
        title=[settable("出席人员名单", "title")],
        recipients=[],
        body=[Paragraph(settable(f"时间：{meeting.when}")), Paragraph(settable(f"地点：{meeting.where_in_full}")),
              *paragraphs_of(name_list(forum))],
        signature=[],
        date=timezone.localdate(),
        annexes=[],
        sealed=False,
    )  # fmt: skip
