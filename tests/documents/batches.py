"""Batches of letters in the small city."""

from typing import Any

from django.utils import timezone

from cppcc.documents.letters import Addressee, write_letters
from cppcc.documents.models import Document, Letter
from cppcc.documents.models.document import DocumentState
from cppcc.jobs.models import Job
from cppcc.jobs.running import claim, run
from tests.documents.papers import a_file, move, paper
from tests.world import World

TEXT = [
    {"level": 0, "text": "谨定于2026年3月20日上午9时在市政协三楼会议室召开座谈会，敬请{姓名}同志出席。"},
    {"level": 0, "text": "您的座位号为{座位}。"},
]
PLAIN = {"level": 0, "text": "请出席。"}
SEAT = "座位"
UNKNOWN = "𪚥"  # U+2A6A5, of four dragons: a character that no font of ours has


def addressees(count: int) -> list[Addressee]:
    """So many persons, each with a seat."""
    return [Addressee(f"来宾{n}", f"来宾{n}同志", values={SEAT: f"{n}排{n}座"}) for n in range(1, count + 1)]


def batch(
    world: World, rows: Any = 3, *, state: str = "drafting", text: Any = None, out: bool = False, **given: Any
) -> Document:
    """A letter with addressees (so many, or these), put into `state` directly; `out`: issued, nothing printed."""
    given = {"title": "关于邀请出席座谈会的函", "kind": "letter", "main": ()} | given
    document = paper(world, **given)
    Document.objects.filter(pk=document.pk).update(description=document.description | {"body": text or TEXT})
    write_letters(document, addressees(rows) if isinstance(rows, int) else rows)
    signed = {"signed_by": world.users["chair"].person, "signed_at": timezone.now()} if state == "signed" else {}
    Document.objects.filter(pk=document.pk).update(state=DocumentState(state), **signed)
    if out:
        Document.objects.filter(pk=document.pk).update(state="issued", issued_on=timezone.localdate(), file=a_file())
    return Document.objects.get(pk=document.pk)


def issued(world: World, rows: Any = 3, **given: Any) -> Document:
    """A batch that was issued through its act; nothing is printed yet but the file copy."""
    document = batch(world, rows, state="signed", **given)
    move(world, document, "issue")
    return Document.objects.get(pk=document.pk)


def work(count: int = 1) -> list[Job]:
    """Do so many pieces of background work, the oldest first."""
    done = []
    for _ in range(count):
        job = claim()
        assert job is not None
        run(job)
        job.refresh_from_db()
        done.append(job)
    return done


def numbers(document: Document) -> list[str]:
    """The numbers of the letters in the order of the list."""
    return list(document.letters.order_by("order").values_list("numbered__text", flat=True))


def letter(document: Document, place: int) -> Letter:
    """The letter at a place of the list."""
    return document.letters.get(order=place)
