"""Circulation: who gets a document and why, the sending at issue, receipts, reading. R111, R113, R120."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines import dispatching
from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Dispatch
from cppcc.documents.copying import forbidden, named_by_rules
from cppcc.documents.models import Document, Recipient
from cppcc.documents.models.document import IN_FORCE, ISSUE, RECEIVE, DocumentState
from cppcc.documents.models.recipients import How
from cppcc.documents.models.reference import Part
from cppcc.files.models import Classification
from cppcc.office.access import acting_for
from cppcc.office.models import Organization
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.clock import now
from cppcc.workflow.models import Waiting

BY_HAND = "手工选定"
STALE_AFTER = timedelta(days=1)  # who enters the past tells nobody today


# --- who gets it ---------------------------------------------------------------------------------------------------


def choose(
    document: Document, main: Sequence[Organization], copy: Sequence[Organization], *, why: str = BY_HAND,
    rule: str = "",
) -> None:  # fmt: skip
    """Let the recipients by hand be exactly these, and bring those of the rules in step.

    why, rule: for what reason those get it who did not before. Raises Refused when a rule forbids one of them (R113).
    """
    if sentence := forbidden(document, [*main, *copy]):
        raise Refused(sentence)
    wanted = {unit.pk: Part.COPY for unit in copy} | {unit.pk: Part.MAIN for unit in main}
    by_hand = document.recipients.filter(by_hand=True)
    by_hand.exclude(organization__in=wanted).delete()
    kept = dict(by_hand.values_list("organization", "part"))
    new = {"by_hand": True, "why": why, "rule": rule, "withheld": ""}
    _write(document, [(pk, part, new) for pk, part in wanted.items() if pk not in kept])
    for part in Part:
        if moved := [pk for pk in kept if wanted[pk] == part != kept[pk]]:
            by_hand.filter(organization__in=moved).update(part=part)
    follow_rules(document)


def follow_rules(document: Document) -> None:
    """Bring the recipients that rules name in step with the rules of today; what was withheld stays withheld."""
    rows = list(document.recipients.select_related("organization"))
    hand = {row.organization_id for row in rows if row.by_hand}
    main = [row.organization for row in rows if row.by_hand and row.part == Part.MAIN]
    named = [n for n in named_by_rules(document, main) if n.organization.pk not in hand]
    document.recipients.filter(by_hand=False).exclude(organization__in=[n.organization.pk for n in named]).delete()
    _write(
        document,
        [
            (n.organization.pk, n.part, {"by_hand": False, "why": n.rule.reason, "rule": n.rule.rule}) for n in named
        ],
    )  # fmt: skip


def _write(document: Document, wanted: Sequence[tuple[int, str, dict[str, Any]]]) -> None:
    if not wanted:
        return
    Recipient.objects.bulk_create(
        [Recipient(document=document, organization_id=pk, part=part, **why) for pk, part, why in wanted],
        update_conflicts=True, unique_fields=["document", "organization"],
        update_fields=["part", *wanted[0][2]],
    )  # fmt: skip


@transaction.atomic
def withhold(document: Document, recipient: int, reason: str) -> None:
    """A unit that a rule names does not get it, for a written reason; without one it gets it again."""
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.is_out or locked.state == DocumentState.DROPPED:
        raise Refused(f"这件公文{locked.get_state_display()}，收文单位不能再改。")
    if not locked.recipients.filter(pk=recipient, by_hand=False).update(withheld=reason.strip()[:200]):
        raise Refused("这个单位已不在规则列出的收文单位中，请刷新页面查看。")


# --- at issue ------------------------------------------------------------------------------------------------------


def send(document: Document, *, by: Any) -> None:
    """Fix the recipients and tell each unit: notices to its people, mail, or a line for the telephone. R120."""
    follow_rules(document)
    document.recipients.filter(withheld="").update(sent_at=now())
    units = list(Organization.objects.filter(pk__in=document.recipients.sent().values("organization")))
    if units and now() > timezone.now() - STALE_AFTER:
        tell(document, units, f"请签收：{document.told_as}", letter(document), by=by)


@transaction.atomic
def send_also(
    document: Document, units: Sequence[Organization], *, why: str, rule: str, by: Any, part: Part = Part.MAIN
) -> list[Organization]:
    """Send an issued document to units that come in afterwards; who has it, or was left out, stays as he is. R009.

    Nobody is added against a rule (R113), to a 工作秘密 document (R048), or to one that is not in force. Returns those
    to whom it went.
    """
    if not units:
        return []
    locked = Document.objects.select_for_update(of=("self",)).select_related("kind").get(pk=document.pk)
    if locked.state not in IN_FORCE or locked.classification == Classification.WORK_SECRET:
        return []
    new = add_units(locked, units, why=why, rule=rule, part=part, sent_at=now())
    if not new:
        return []
    if locked.state == DocumentState.ISSUED:
        Waiting.objects.bulk_create(
            [Waiting(matter=locked, label=DUTY, organization=unit, since=now()) for unit in new], ignore_conflicts=True
        )
    keep_dates(locked, by=by)
    if now() > timezone.now() - STALE_AFTER:
        tell(locked, new, f"请签收：{locked.told_as}", letter(locked), by=by)
    return new


def add_units(
    document: Document, units: Sequence[Organization], *, why: str, rule: str, part: Part = Part.MAIN,
    sent_at: datetime | None = None,
) -> list[Organization]:  # fmt: skip
    """Let these units be recipients for the reason `why`; those that are known already, and the forbidden, are not."""
    known = set(document.recipients.values_list("organization", flat=True))
    new = [unit for unit in units if unit.pk not in known]
    if forbidden(document, new):
        new = [unit for unit in new if not forbidden(document, [unit])]
    Recipient.objects.bulk_create(
        Recipient(document=document, organization=unit, part=part, why=why, rule=rule, sent_at=sent_at) for unit in new
    )
    return new


def letter(document: Document) -> str:
    """What the recipients are told; only a 公开 document is named outside the site. R048."""
    secret = document.classification == Classification.WORK_SECRET
    number = f"（{document.number_text}）" if document.number_text and not secret else ""
    return (
        f"{document.kind.label}《{document.told_as}》{number}已印发给贵单位。"
        "请登录系统，在公文页面点“签收”并阅读全文；不能登录的，请与办公室联系。"
    )


def tell(document: Document, units: Sequence[Organization], title: str, body: str, *, by: Any) -> None:
    """A dispatch to the units, released at once: who issues or cancels the document has seen what it says."""
    dispatch = Dispatch(title=title[:200], body=body)
    dispatch.matter = document
    dispatching.send_at_once(dispatch, units=[unit.pk for unit in units], persons=(), by=by)


def withdraw(document: Document, reason: str, *, by: Any) -> None:
    """Tell those who got it that it is void."""
    units = list(Organization.objects.filter(pk__in=document.recipients.sent().values("organization")))
    if units and now() > timezone.now() - STALE_AFTER:
        told = "请登录系统查看" if document.classification == Classification.WORK_SECRET else reason
        body = f"{document.kind.label}《{document.told_as}》已作废，请停止使用。原因：{told}"
        tell(document, units, f"公文作废：{document.told_as}", body, by=by)


# --- receipts and reading ------------------------------------------------------------------------------------------


def mine(document: Document, user: Any) -> list[Recipient]:
    """The rows of the units for which `user` may sign for it."""
    units = {a.organization_id for a in user.acting if acting_for(user, RECEIVE, _Unit(a.organization_id))}
    rows = document.recipients.sent().filter(organization__in=units).select_related("organization", "document")
    return list(rows)


class _Unit:
    """A unit as the question of scope OWN sees it."""

    def __init__(self, pk: int) -> None:
        self.pk = pk

    def owned_by(self, acting: Any) -> bool:
        """Its own people."""
        return acting.organization_id == self.pk


@transaction.atomic
def receive(recipient: Recipient, *, by: Any, how: How, receiver: str = "", source: str = "") -> None:
    """Note that a unit has the document: by login, by link, or recorded for it with the source.

    Raises Forbidden for another's unit, Refused when it was cancelled, received already, or lacks its source.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=recipient.document_id)
    row = document.recipients.select_for_update(of=("self",)).select_related("organization").get(pk=recipient.pk)
    if how == How.LOGIN and row.pk not in {own.pk for own in mine(document, by)}:
        raise Forbidden("只能签收发给本单位的公文；为其他单位登记签收由办公室办理。")
    if how == How.PROXY:
        _may_record(by, source)
    if document.state == DocumentState.CANCELLED:
        raise Refused("这件公文已作废，不必签收。")
    if row.sent_at is None:
        raise Refused("这件公文没有发给这个单位，不能签收。")
    if row.received_at:
        at = timezone.localtime(row.received_at)
        raise Refused(f"{row.organization}已于{at:%Y年%-m月%-d日 %H:%M}签收，不必重复办理。")
    row.received_at, row.received_by, row.how = now(), by, how
    row.receiver, row.proxy_source = receiver.strip()[:50], source.strip()[:200]
    row.save(update_fields=["received_at", "received_by", "how", "receiver", "proxy_source"])
    Waiting.for_matter(document).filter(organization=row.organization_id, label=DUTY).delete()
    keep_dates(document, by=by)


def _may_record(by: Any, source: str) -> None:
    if acting_for(by, ISSUE) is None:
        raise Forbidden("代其他单位登记签收由办公室办理。")
    if not source.strip():
        raise Refused("代录签收须写明来源（如回执、来电人及时间）。")


DUTY = "签收公文"


def note_reading(rows: Sequence[Recipient], *, by: Any) -> None:
    """The first reading in each unit."""
    unread = [row.pk for row in rows if row.read_at is None]
    if unread:
        Recipient.objects.filter(pk__in=unread, read_at__isnull=True).update(read_at=now(), read_by=by)
