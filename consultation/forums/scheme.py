"""The scheme of a forum: its parts, saved against the version that the clerk saw, and its document. R030, R031."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultation.forums.locking import locked
from consultation.forums.scheme_sources import Known, first_text
from consultation.models import Forum, SchemePart, SchemeText
from consultation.models.forum import NOT_HELD, ForumState
from consultation.models.topic import Part
from cppcc.documents.content import Annex, Paragraph
from cppcc.documents.describing import in_groups
from cppcc.documents.description import described_annex
from cppcc.documents.lines import level_of, lines_of, sentence
from cppcc.documents.models import Document
from cppcc.documents.registry import Issue
from cppcc.office.models import Organization
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused, Stale
from cppcc.workflow.trail import deciding_body

KIND = "scheme"
MARK = "forum_scheme"  # in a description: this document is the scheme itself
NUMERALS = "一二三四五六七八九十"
OF_THE_DAY = (SchemePart.Source.TIME, SchemePart.Source.PLACE)
UNAPPROVED = (ForumState.DRAFTING, ForumState.IN_APPROVAL, ForumState.AMENDING)
LOCKED = "方案{state}，不能修改；需要改的，请由审批人退回修改。"


@dataclass(frozen=True)
class Written:
    """A part of the scheme: what is saved, and what would be written by what is known now."""

    part: SchemePart
    text: str
    fresh: str

    @property
    def shown(self) -> str:
        """What is saved, else the first text."""
        return self.text or self.fresh

    @property
    def is_first(self) -> bool:
        """Whether only the generated text is there."""
        return not self.text and bool(self.fresh)

    @property
    def differs(self) -> bool:
        """Whether what is known now would be said otherwise."""
        return bool(self.text and self.fresh) and self.text != self.fresh


def mark_of(text: str) -> str:
    """A short name of a text: by it a form knows whether it was changed meanwhile."""
    return sha256(text.encode()).hexdigest()[:16]


def parts_of(forum: Forum) -> list[Written]:
    """All parts that the rules ask for, in their order."""
    known, saved = Known(forum), {text.part_id: text.text for text in forum.scheme_texts.all()}
    parts = forum.rules.schemeparts.all()
    return [Written(part, saved.get(part.pk, ""), first_text(known, part)) for part in parts]


def saved_parts(forum: Forum) -> list[Written]:
    """The same without asking what is known: what is saved, for the document."""
    saved = {text.part_id: text.text for text in forum.scheme_texts.all()}
    return [Written(part, saved.get(part.pk, ""), "") for part in forum.rules.schemeparts.all()]


def may_be_written(forum: Forum) -> str:
    """Why the scheme cannot be changed now; "" when it can."""
    return "" if forum.is_drafting else LOCKED.format(state=forum.get_state_display())


@transaction.atomic
def save_scheme(forum: Forum, texts: Mapping[int, str], *, by: Any, version: int) -> None:
    """Save texts by part. Raises Refused once it is before a body, Stale when the forum was changed meanwhile."""
    held = locked(forum, alone=True)
    if sentence := may_be_written(held):
        raise Refused(sentence)
    if held.version != version:
        raise Stale("您打开方案以后，他人已经修改并保存，您的修改还没有保存。")
    there = {text.part_id: text for text in held.scheme_texts.all()}
    changed = [row for part, row in there.items() if part in texts and row.text != texts[part]]
    for row in changed:
        row.text = texts[row.part_id]
    new = [
        SchemeText(forum=held, part_id=part, text=text) for part, text in texts.items() if part not in there and text
    ]
    if changed:
        bulk_update_with_history(changed, SchemeText, ["text"], default_user=by)
    if new:
        bulk_create_with_history(new, SchemeText, default_user=by)
    held.version += 1
    held.save(update_fields=["version"])
    forum.version = held.version


def said_of_the_day(forum: Forum) -> dict[int, str]:
    """What the parts on time and place would say now, by part."""
    known = Known(forum)
    return {part.pk: first_text(known, part) for part in forum.rules.schemeparts.filter(source__in=OF_THE_DAY)}


def follow_the_day(forum: Forum, before: Mapping[int, str], *, by: Any) -> None:
    """The forum moved: what still says `before` of time and place says the new ones; what was rewritten stays. R015."""
    now = said_of_the_day(forum)
    rows = [row for row in forum.scheme_texts.filter(part__in=now) if row.text == before.get(row.part_id)]
    rows = [row for row in rows if row.text != now[row.part_id]]
    for row in rows:
        row.text = now[row.part_id]
    if rows:
        bulk_update_with_history(rows, SchemeText, ["text"], default_user=by)


# --- its document --------------------------------------------------------------------------------------------------


def is_approved(forum: Forum) -> bool:
    """Whether the last body passed it."""
    return forum.state not in (*UNAPPROVED, *NOT_HELD)


def text_of(forum: Forum) -> list[Paragraph]:
    """The parts as paragraphs: a heading each, a sentence a line."""
    body: list[Paragraph] = []
    written = [part for part in saved_parts(forum) if part.text.strip()]
    for number, part in enumerate(written, start=1):
        body.append(Paragraph(f"{numeral(number)}、{part.part.label}", 1))
        body += [Paragraph(sentence(line), level_of(line)) for line in lines_of(part.text)]
    return body


def numeral(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    digits = f"{NUMERALS[tens - 1] if tens > 1 else ''}十" if tens else ""
    return digits + (NUMERALS[ones - 1] if ones else "")


def scheme_title(forum: Forum) -> str:
    """How the scheme is called."""
    return f"{quoted(forum.topic)}{forum.rules}实施方案"


def scheme_draft(forum: Forum) -> dict[str, Any]:
    """The notice that issues the scheme, from the approved text; {} before. R030."""
    if not is_approved(forum):
        return {}
    units, title = units_of(forum), scheme_title(forum)
    body = deciding_body(forum)
    decided = f"已经{body}审议同意，" if body else ""
    return {
        "title": f"关于印发{title}的通知",
        "body": [{"level": 0, "text": f"《{title}》{decided}现印发给你们，请按照分工认真组织实施。"}],
        "recipients": in_groups(units),
        "annexes": [issued_text(forum)],
        "units": {"main": units, "why": "座谈会筹备单位", "rule": "R030"},
        MARK: True,
    }


def issued_text(forum: Forum) -> dict[str, Any]:
    """The scheme as the text that its notice issues: not an 附件 of it."""
    return described_annex(Annex([scheme_title(forum)], paragraphs=text_of(forum), marked=False))


def units_of(forum: Forum) -> list[Organization]:
    """Those with a part in preparing it: the leading committee, supporting units, departments."""
    parts = (Part.LEAD, Part.SUPPORT, Part.CONSULTED)
    found = Organization.objects.filter(topic_units__topic=forum.topic_id, topic_units__part__in=parts)
    found |= Organization.objects.filter(pk__in=[forum.lead_id])
    return list(found.distinct().order_by("kind", "order", "pk"))


def objection(forum: Forum, document: Document, *, day: date | None) -> str:
    """A scheme is issued only once it is approved. R030."""
    if not document.description.get(MARK) or is_approved(forum):
        return ""
    return f"“{forum}”的实施方案{forum.get_state_display()}，审批通过以后才能印发。"


def prepare(forum: Forum, document: Document) -> None:
    """What is printed is what was approved; annexes that the clerk added stay."""
    if document.description.get(MARK):
        added = [annex for annex in document.description.get("annexes") or [] if annex.get("marked", True)]
        document.description = document.description | {"annexes": [issued_text(forum), *added]}


def nothing_more(forum: Forum, document: Document, *, by: Any) -> None:
    """Its issue changes nothing of the forum."""


SCHEME = Issue(nothing_more, objection, prepare)
