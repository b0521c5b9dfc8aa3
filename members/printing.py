"""Many dossiers or certificates as one file: background work that tells how far it is and can be left alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from cppcc.documents.content import DocumentContent
from cppcc.documents.rendering import joined
from cppcc.documents.typeset import typeset_together
from cppcc.files.storing import store
from cppcc.jobs.models import Job
from cppcc.jobs.registry import Progress
from cppcc.meetings.models import Meeting
from cppcc.office.models import Office
from cppcc.office.refusals import Refused
from members.acts import Tree
from members.member_year import dossier_of
from members.models import Member, Wording
from members.papers import CERTIFICATE, attended, certificate_content, dossier_content

DOSSIERS, CERTIFICATES = "members.dossiers", "members.certificates"
TOGETHER = 10  # sheets that are typeset in one go; fonts are embedded once for each


def members_of(pks: Sequence[int], day: date) -> list[Member]:
    """The members with what their sheets say of them on a day, in the order of the roster. One query."""
    rows: Any = Member.objects.filter(pk__in=pks).select_related("person__particulars", "term")
    return list(rows.called_on(day).order_by("sector_order", "person__pinyin", "pk"))


def print_dossiers(job: Job, progress: Progress) -> dict[str, Any]:
    """The dossiers of a year of some members, one after the other."""
    year, office, tree = job.arguments["year"], Office.required(), Tree()
    members = members_of(job.arguments["members"], date(year, 12, 31))
    return _printed(job, progress, members, lambda member: dossier_content(dossier_of(member, year, tree=tree), office))


def print_certificates(job: Job, progress: Progress) -> dict[str, Any]:
    """A letter for each of some members; those who attended nothing are left out and named."""
    said = job.arguments
    start, end = date.fromisoformat(said["start"]), date.fromisoformat(said["end"])
    office, wording = Office.required(), wording_of(CERTIFICATE)
    meeting = Meeting.objects.filter(pk=said["meeting"]).first() if said.get("meeting") else None

    def content(member: Member) -> DocumentContent:
        rows = attended(member, start, end, meeting)
        return certificate_content(member, rows, start, end, office=office, wording=wording)

    return _printed(job, progress, members_of(said["members"], end), content)


def wording_of(key: str) -> Wording:
    """The text of a letter. Raises Refused where the office has none."""
    found = Wording.objects.filter(key=key).first()
    if found is None:
        raise Refused("还没有证明函的文字，请系统管理员在系统管理“函件用语”中补充后再出具。")
    return found


def _printed(
    job: Job, progress: Progress, members: Sequence[Member], content: Callable[[Member], DocumentContent]
) -> dict[str, Any]:
    parts, left = [], []
    for done, some in _in_tens(members):
        contents = []
        for member in some:
            try:
                contents.append(content(member))
            except Refused:
                left.append(str(member))
        if contents:
            parts.append(typeset_together(contents, sheets=True))
        progress(done, len(members), f"已排印 {done} 人")
    if not parts:
        raise Refused("所选委员在这一期间都没有可以排印的内容，请核对人员和日期。")
    stored = store(joined(parts), name=f"{job.arguments['name']}.pdf", by=job.owner)
    progress(len(members), len(members), _told(len(members) - len(left), left))
    return {"then": stored.get_absolute_url(), "left": left}


def _in_tens(members: Sequence[Member]) -> Iterator[tuple[int, Sequence[Member]]]:
    for start in range(0, len(members), TOGETHER):
        some = members[start : start + TOGETHER]
        yield start + len(some), some


def _told(printed: int, left: Sequence[str]) -> str:
    said = f"共 {printed} 人"
    return f"{said}；没有内容、未排印：{'、'.join(left)}"[:200] if left else said
