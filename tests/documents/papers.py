"""Official documents in the small city: series, kinds, copy rules, documents put into any state directly."""

import hashlib
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from django.utils import timezone

from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.documents.circulation import choose
from cppcc.documents.models import CopyRule, Document, DocumentKind, DocumentNumber, NumberSeries
from cppcc.documents.models.document import OUT, DocumentState
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.models import Classification, StoredFile
from tests.world import World

TEXT = [
    {"level": 0, "text": "现将有关事项通知如下。"},
    {"level": 1, "text": "一、总体要求"},
    {"level": 0, "text": "认真组织实施。"},
]
KINDS = {
    # key: (label, format, issued by, series, upward, serial)
    "notice": ("通知", "document", "office", "office", False, False),
    "report": ("报告", "document", "committee", "committee", True, False),
    "party-report": ("党组报告", "document", "party_group", "party-group", True, False),
    "letter": ("函", "letter", "office", "letters", False, False),
    "topic-letter": ("征题函", "letter", "office", "letters", False, False),
    "paper": ("参阅件", "document", "committee", "paper", False, True),
    "minutes": ("纪要", "minutes", "office", "minutes", False, True),
}
CODES = {"office": "试政协办", "committee": "试政协发", "party-group": "试政协党组发", "letters": "试政协办函"}


def kinds(world: World) -> dict[str, DocumentKind]:
    """The kinds with their series; made once in a world."""
    found = {kind.key: kind for kind in DocumentKind.objects.all()}
    if found:
        return found
    for key in dict.fromkeys(series for _, _, _, series, _, _ in KINDS.values()):
        counting = "running" if key == "minutes" else "per_year"
        NumberSeries.objects.create(key=key, code=CODES.get(key, key), label=key, counting=counting)
    for key, (label, shape, issuer, series, upward, serial) in KINDS.items():
        found[key] = DocumentKind.objects.create(
            key=key, label=label, format=shape, masthead="{office}文件", signature="{office}", issued_by=issuer,
            series=NumberSeries.objects.get(key=series), upward=upward, serial=serial,
        )  # fmt: skip
    return found


def copy_rules(world: World) -> None:
    """R111, R113, R120 as the profile has them."""
    known = kinds(world)
    both = ["committee", "office"]
    CopyRule.objects.create(
        key="never", label="党组", issuers=["party_group"], to_kinds=["government"], forbid=True, rule="R113",
        reason="以党组名义报送党委的公文不送政府", order=1,
    )  # fmt: skip
    at_once = CopyRule.objects.create(
        key="at-once", label="同时送政府", issuers=both, when_kinds=["party_committee"], to_kinds=["government"],
        rule="R113", reason="报党委的报告同时送政府", order=2,
    )  # fmt: skip
    at_once.kinds.set([known["report"], known["paper"]])
    for key, rule, to in (("parties", "R111", ["party", "federation"]), ("counties", "R120", ["county"])):
        made = CopyRule.objects.create(key=key, label=key, issuers=both, to_kinds=to, rule=rule, reason=rule, order=3)
        made.kinds.set([known["notice"], known["paper"]])


def receipt_rules() -> None:
    """Receipts are due three working days after the issue."""
    made = RuleSet.objects.create(key="document_receipt", label="公文签收")
    DueRule.objects.create(
        ruleset=made, step="receive", label="签收公文", anchor="sent", offset=3, unit="working_days",
        responsible="recipients", remind=[1, 0], repeat=2, escalate_after=3, escalate_to="office",
    )  # fmt: skip


@cache
def empty_page() -> bytes:
    """A PDF of one empty page."""
    with pdfium.PdfDocument.new() as document, BytesIO() as buffer:
        document.new_page(595, 842).close()
        document.save(buffer)
        return buffer.getvalue()


def a_file() -> StoredFile:
    """A stored file of the system: one empty page."""
    text = empty_page()
    stored = StoredFile.objects.create(
        name="公文.pdf", extension="pdf", media_type="application/pdf", size=len(text),
        sha256=hashlib.sha256(text).hexdigest(), uploaded_by=None,
    )  # fmt: skip
    stored.path.parent.mkdir(parents=True, exist_ok=True)
    stored.path.write_bytes(text)
    return stored


def paper(
    world: World, *, kind: str = "notice", state: str = "drafting", main: tuple[str, ...] = ("dept1",),
    by: str = "clerk", unit: str = "office", title: str = "关于做好协商工作的通知",
    classification: str = Classification.INTERNAL, **given: Any,
) -> Document:  # fmt: skip
    """A whole document for the units `main`, signed by the chair; in `state`, written past the engine."""
    said = {"title": title, "body": TEXT} | ({"attendees": {"出席": ["张三"]}} if kind == "minutes" else {})
    document = Document(
        kind=kinds(world)[kind], title=title, description=said, organization=world.orgs[unit],
        signatory=world.posts["chair"], classification=classification, **given,
    )  # fmt: skip
    DOCUMENT.start(document, by=world.users[by])
    choose(document, [world.orgs[key] for key in main], [])
    return put_document(world, document, state)


def put_document(world: World, document: Document, state: str) -> Document:
    """The document in `state`, with what that state needs beside it."""
    given: dict[str, Any] = {"state": state}
    if state in (DocumentState.SIGNED, *OUT):
        given |= {"signed_by": world.users["chair"].person, "signed_at": timezone.now()}
    if state in OUT:
        given |= {"issued_on": timezone.localdate(), "file": document.file or a_file()}
        number(document)
        document.recipients.filter(withheld="", sent_at=None).update(sent_at=timezone.now())
    Document.objects.filter(pk=document.pk).update(**given)
    return Document.objects.get(pk=document.pk)


def number(document: Document, day: date | None = None) -> None:
    """A number past the lock, where it has none yet."""
    if DocumentNumber.objects.filter(document=document).exists():
        return
    year = (day or timezone.localdate()).year
    value = DocumentNumber.objects.filter(series=document.kind.series).count() + 1
    DocumentNumber.objects.create(
        series=document.kind.series, year=year, value=value, text=f"{document.kind.series.code}〔{year}〕{value}号",
        document=document, given_on=timezone.localdate(), allocated_at=timezone.now(),
    )  # fmt: skip


def move(world: World, document: Document, name: str, *, who: str = "clerk", **given: Any):
    """One act on the document as the database has it."""
    fresh = Document.objects.get(pk=document.pk)
    data = {"issued_on": timezone.localdate()} if name == "issue" else {}
    return DOCUMENT.move(fresh, name, by=world.users[who], version=fresh.version, **{"data": data} | given)
