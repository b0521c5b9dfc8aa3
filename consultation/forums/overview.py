"""The overview of a forum: each step with its day, who is in charge, what shows that it was done, what blocks it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from consultation.forums.gates import blocked
from consultation.forums.steps import OF_THE_COURSE, Step
from consultation.models import Forum, ForumStep
from consultation.models.forum import BEFORE, ForumState
from cppcc.deadlines.models import Deadline

Proof = ForumStep.Proof
PLACES = {  # where a step is worked on: page, label of the link
    Proof.SCHEME: ("forum_scheme", "拟定方案"),
    Proof.MEETING: ("forum_work", "安排会议活动"),
    Proof.CONTACT: ("forum_work", "登记沟通"),
    Proof.INVITED: ("forum_people", "邀请人员"),
    Proof.PAPERS: ("forum_papers", "收集文稿"),
    Proof.OUTCOME: ("forum_outcome", "报送成果"),
    Proof.TRACKED: ("forum_outcome", "汇总跟踪"),
}
OVER = (ForumState.CLOSED, ForumState.MERGED, ForumState.CANCELLED)


@dataclass(frozen=True)
class Row:
    """A step as the overview shows it. `is_now`: the first that is open."""

    found: Step
    deadline: Deadline | None
    blocked: str
    place: dict[str, str] | None
    by_hand: str
    is_now: bool

    @property
    def state(self) -> str:
        """For the stepper: done, late, now or todo."""
        if self.found.is_done:
            return "done"
        if self.deadline and self.deadline.is_late:
            return "late"
        return "now" if self.is_now else "todo"

    @property
    def is_next(self) -> bool:
        """Whether it waits to be worked on, on a page of its own."""
        return self.state in ("late", "now") and not self.blocked and self.place is not None


def rows_of(
    forum: Forum, steps: Sequence[Step], dates: Iterable[Deadline], pages: Mapping[str, str], *, may_change: bool
) -> list[Row]:
    """The steps of `forum` with all that is to be said of each. pages: name -> address of those that he has."""
    due = {deadline.step: deadline for deadline in dates}
    now = next((step for step in steps if not step.is_done), None)
    return [
        Row(
            found, due.get(found.step.key), "" if found.is_done else blocked(forum, found.step.key, list(steps)),
            _place(forum, found, pages), _by_hand(forum, found) if may_change else "", found is now,
        )
        for found in steps
    ]  # fmt: skip


def _place(forum: Forum, found: Step, pages: Mapping[str, str]) -> dict[str, str] | None:
    name, label = PLACES.get(Proof(found.step.proof), ("", ""))
    if found.step.proof == Proof.SCHEME and not forum.is_drafting:
        label = "查看方案"
    open_there = name in pages and not found.is_done and forum.state not in OVER
    return {"url": pages[name], "label": label} if open_there else None


def _by_hand(forum: Forum, found: Step) -> str:
    """Where the step is entered by hand, "" where that cannot be."""
    entered = found.shown_by.startswith("已登记")
    if found.step.proof in OF_THE_COURSE or forum.state in OVER or (found.is_done and not entered):
        return ""
    return reverse("consultation:forum_step", args=[forum.pk, found.step.key])


def next_of(rows: Iterable[Row]) -> list[Row]:
    """What is to be done now: the late ones first."""
    return sorted((row for row in rows if row.is_next), key=lambda row: row.state != "late")


def stepper(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For the stepper of the page."""
    return [
        {"label": row.found.step.label, "state": row.state,
         "note": f"{row.found.done_on:%m-%d}" if row.found.done_on else f"{row.deadline.due_on:%m-%d}前" if row.deadline
         else ""}
        for row in rows
    ]  # fmt: skip


def may_change(forum: Forum) -> bool:
    """Whether its day and host may still be changed."""
    return forum.state in BEFORE
