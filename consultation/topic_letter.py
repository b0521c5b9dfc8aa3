"""征题函: the letter that asks the units of a round for topics, and what its issue notes. R003."""

from datetime import date
from typing import Any

from consultation.models import Solicitation
from consultation.models.solicitation import SolicitationState
from cppcc.documents.content import in_words
from cppcc.documents.describing import addressed
from cppcc.documents.models import Document
from cppcc.documents.registry import Issue
from cppcc.office.models import Organization

KIND = "topic-letter"
WHY, RULE = "征集对象", "R003"
ASKED = "围绕中心工作、社会治理和群众切身利益，提出适合由政协组织协商的议题，并说明理由和建议的协商形式。"


def letter_draft(solicitation: Solicitation) -> dict[str, Any]:
    """The letter to those of the round who have not been written to; to all of them once they have."""
    asked = solicitation.addressees.order_by()
    left = asked.filter(sent_on__isnull=True, answered_on__isnull=True)
    chosen = (left if left.exists() else asked).values("organization")
    units = list(Organization.objects.filter(pk__in=chosen).order_by("kind", "order", "pk"))
    return {
        "title": f"关于征集{solicitation.plan.year}年度协商议题的函",
        "recipients": addressed(units),
        "body": [{"level": level, "text": text} for level, text in letter_text(solicitation)],
        "units": {"main": units, "why": WHY, "rule": RULE},
    }


def letter_text(solicitation: Solicitation) -> list[tuple[int, str]]:
    """What is asked, until when, how to answer: (level, text)."""
    first, last = in_words(solicitation.opens_on), in_words(solicitation.closes_on)
    asked = [line.strip() for line in solicitation.requirements.splitlines() if line.strip()] or [ASKED]
    return [
        (0, f"为做好《{solicitation.plan.title}》编制工作，现就协商议题征集有关事项函告如下。"),
        (1, "一、征集内容"),
        *((0, text) for text in asked),
        (1, "二、征集时间"),
        (0, f"自{first}起，至{last}截止。请在截止日期前反馈，没有建议的也请告知。"),
        (1, "三、反馈方式"),
        (0, f"请登录系统，在“{solicitation.title}”中填报；不能登录的，可使用专用填报链接，或者来函反馈。"),
    ]


def objection(solicitation: Solicitation, letter: Document, *, day: date | None) -> str:
    """A letter goes out while the round is open: before, nobody can answer it. R003."""
    if solicitation.state == SolicitationState.OPEN:
        return ""
    if solicitation.state == SolicitationState.DRAFTING:
        return f"“{solicitation}”尚未开始征集，收函单位还不能填报，请先开始征集，再印发征题函。"
    return f"“{solicitation}”已截止，不能再印发征题函；如需继续征集，请先重新开放。"


def note_sent(solicitation: Solicitation, letter: Document, *, by: Any) -> None:
    """Those whom the letter went to are written to on its day; an earlier day stays."""
    sent = letter.recipients.sent().values("organization")
    asked = solicitation.addressees.filter(organization__in=sent, sent_on__isnull=True)
    asked.update(sent_on=letter.issued_on, sent_by=by)


LETTER = Issue(note_sent, objection)
