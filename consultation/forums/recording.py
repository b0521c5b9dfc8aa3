"""What was said: the records of the speeches, typed at the desk or afterwards; nobody overwrites another's. R046."""

from typing import Any

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from consultation.forums.locking import locked
from consultation.models import Forum, Speech
from consultation.models.forum import ForumState
from consultation.models.speech import SpeechStatus
from cppcc.files.secrecy import refuse_secret
from cppcc.office.refusals import Refused

KEPT = (ForumState.IN_SESSION, ForumState.HELD, ForumState.REPORTED)  # while records may be written


def require_record(forum: Forum) -> None:
    """Raises Refused before the session and once the forum is closed."""
    if forum.state not in KEPT:
        raise Refused(f"座谈会{forum.get_state_display()}，召开以后、办结以前才能整理发言要点。")


def recordable(forum: Forum) -> list[Speech]:
    """Speeches with a record of their own: those on the agenda and those that were held."""
    found = forum.speeches.exclude(at_desk=True, status=SpeechStatus.WAITING)
    related = ("kind", "participant__person", "participant__organization", "organization")
    return list(found.select_related(*related).order_by("kind__order", "order", "pk"))


def plain(text: str) -> str:
    """A text with the line ends of this system, as browsers send others."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


@transaction.atomic
def keep_records(forum: Forum, typed: dict[int, tuple[str, str]], *, by: Any) -> dict[int, str]:
    """Write the texts that were changed. Answers speech -> what stands there now, where another was quicker.

    typed: speech -> what was typed, and what stood there when the page was opened. Nothing is written where one of the
    texts was changed by another. Raises Refused for the mark of a state secret.
    """
    held = locked(forum, alone=True)
    require_record(held)
    changed, missed = [], {}
    for speech in held.speeches.all():
        text, seen = map(plain, typed.get(speech.pk, ("", "")))
        if speech.pk not in typed or text == seen:
            continue
        refuse_secret(text, where="发言要点")
        if plain(speech.record) not in (seen, text):
            missed[speech.pk] = speech.record
        speech.record = text
        changed.append(speech)
    if changed and not missed:
        bulk_update_with_history(changed, Speech, ["record"], default_user=by)
    return missed
