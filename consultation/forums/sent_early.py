"""A paper that goes to leaders before the forum: the letter with which it goes, and what its issue notes. R050."""

from datetime import date
from typing import Any

from consultation.models import Paper
from consultation.models.paper import PaperState
from cppcc.documents.describing import ABOVE, addressed
from cppcc.documents.models import Document
from cppcc.documents.registry import Issue
from cppcc.files.models import Classification
from cppcc.meetings.models import Participant
from cppcc.office.models import Organization

KIND = "letter"
WHY, RULE = "座谈会材料提前送阅", "R050"


def leading_units(paper: Paper) -> list[Organization]:
    """The units of leaders that are asked to the forum; where nobody is on its list yet, those of the outcome."""
    forum = paper.forum
    invited = Participant.objects.filter(meeting=forum.meeting_id, organization__kind__in=ABOVE).order_by()
    found = Organization.objects.filter(pk__in=invited.values("organization"))
    if not found.exists():
        found = Organization.objects.filter(pk__in=forum.rules.outcomeforms.order_by().values("sent_to"))
    return list(found.order_by("kind", "order", "pk"))


def letter_draft(paper: Paper) -> dict[str, Any]:
    """The letter that tells leaders of the paper; it is read and received in the system."""
    units, forum = leading_units(paper), paper.forum
    text = f"{forum}定于{forum.meeting.when}召开。现将《{paper.label}》送上，供参阅。" if forum.meeting else ""
    return {
        "title": f"关于送阅{forum}材料的函",
        "classification": paper.classification,
        "recipients": addressed(units) or [],
        "body": [
            {"level": 0, "text": text},
            {"level": 0, "text": "材料全文可登录系统，在座谈会文稿中阅读；需要纸质件的，请告知。"},
        ],
        "units": {"main": units, "why": WHY, "rule": RULE},
    }


def objection(paper: Paper, letter: Document, *, day: date | None) -> str:
    """Only a finished paper goes to leaders, and never under a lower mark than its own. R048, R050."""
    if paper.state != PaperState.APPROVED:
        return f"《{paper.label}》{paper.get_state_display()}，把关定稿后才能送领导参阅。"
    rank = list(Classification.values)
    if rank.index(letter.classification) < rank.index(paper.classification):
        return f"《{paper.label}》是{paper.get_classification_display()}，送阅函的密级标识不能低于它。"
    return ""


def note_sent(paper: Paper, letter: Document, *, by: Any) -> None:
    """Those who got the letter may read the paper, from its day on."""
    paper.readers.add(*letter.recipients.sent().values_list("organization", flat=True))
    if paper.sent_on is None:
        paper.sent_on = letter.issued_on
        paper.save(update_fields=["sent_on"])


LETTER = Issue(note_sent, objection)
