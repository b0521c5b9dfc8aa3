"""How a document moves: draft, review (核稿), signature (签发), number and issue, archive; cancelled for a reason."""

from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.documents import circulation, letter_printing, letters, registry
from cppcc.documents.copying import forbidden
from cppcc.documents.describing import content_for, holder_of, issuing_offices, outside_lead
from cppcc.documents.issuing import number_and_print
from cppcc.documents.lines import texts_of
from cppcc.documents.models import Document
from cppcc.documents.models.document import DRAFT, ISSUE, REVIEW, SIGN
from cppcc.documents.models.document import DocumentState as S
from cppcc.documents.models.reference import Format
from cppcc.documents.numbering import WRONG_NUMBER, cancel_number, tidy_number
from cppcc.documents.sealing import withdraw_seals
from cppcc.files.secrecy import refuse_secret
from cppcc.office.models import Office, Person
from cppcc.office.refusals import Refused
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Hold, Transition, Workflow
from cppcc.workflow.versions import take_snapshot


def text_is_whole(act: Act) -> str:
    """The text can be typeset: nothing is missing, nothing bears the mark of a state secret. R048."""
    try:
        refuse_secret("\n".join(texts_of(act.obj.description)))
        content_for(act.obj)
    except Refused as refusal:
        return f"公文内容还不完整：{refusal.sentence}"
    return ""


def signatory_is_chosen(act: Act) -> str:
    """Somebody signs."""
    return "" if act.obj.signatory_id else "请先修改公文，选定签发岗位。"


def series_is_set(act: Act) -> str:
    """The kind has a series of numbers, or another office gives the number."""
    if act.obj.kind.series_id or outside_lead(act.obj):
        return ""
    return f"“{act.obj.kind}”还没有发文编号，请联系系统管理员设置。"


def recipients_may_have_it(act: Act) -> str:
    """Somebody gets it, and nobody whom a rule forbids. R113."""
    rows = list(act.obj.recipients.filter(withheld="").select_related("organization"))
    units = letters.units_of(act.obj)
    if not rows and not letters.is_batch(act.obj):
        return "还没有收文单位，请先选定主送或抄送单位。"
    return forbidden(act.obj, [*(row.organization for row in rows), *units])


def day_is_given(act: Act) -> str:
    """The day of issue: not to come, not before the signature."""
    if act.asking:
        return ""
    day, signed = act.data.get("issued_on"), act.obj.signed_at
    if not day:
        return "请填写印发日期。"
    if day > timezone.localdate():
        return "印发日期不能晚于今天，请核对。"
    if signed and day < timezone.localdate(signed):
        return f"印发日期不能早于签发日期（{timezone.localdate(signed):%Y年%-m月%-d日}），请核对。"
    return ""


def lead_gives_the_number(act: Act) -> str:
    """A joint document bears the number of the office that leads it, and each such number stands once."""
    if act.asking:
        return ""
    number, lead = act.data.get("outside_number", ""), outside_lead(act.obj)
    if not number:
        return f"本件由{lead}主办，应使用主办机关的文号，请填写{lead}编的文号。" if lead else ""
    if not issuing_offices(act.obj):
        return "不是联合发文，文号由系统编号，请不要填写其他机关编的文号。"
    if tidy_number(number) != number:
        return WRONG_NUMBER
    other = Document.objects.filter(outside_number=number).exclude(state=S.CANCELLED).exclude(pk=act.obj.pk).first()
    return f"文号“{number}”已用于《{other}》，请核对文号。" if other else ""


def matter_agrees(act: Act) -> str:
    """What the issue does to the matter can be done now."""
    return registry.objection(act.obj, act.data.get("issued_on"))


def letters_are_whole(act: Act) -> str:
    """A batch: every place of the text is a column of the list, and only the list says to whom it goes. R113."""
    return letters.objection(act.obj)


def letters_are_printed(act: Act) -> str:
    """Archiving a batch with letters that could not be printed is allowed, with an opinion."""
    if act.asking or act.opinion or act.obj.kind.format != Format.LETTER:
        return ""
    count = act.obj.letters.open().count()
    return f"还有 {count} 份信函没有印成，请重新印制，或在意见栏写明理由后再归档。" if count else ""


def receipts_are_in(act: Act) -> str:
    """Archiving with open receipts is allowed, with an opinion."""
    if act.asking or act.opinion:
        return ""
    pending = act.obj.recipients.pending().count()
    return f"还有 {pending} 个单位没有签收，请在意见栏写明理由后再归档。" if pending else ""


def keep_version(act: Act) -> None:
    """What it said at this act."""
    take_snapshot(act.obj, act.movement)


def note_signature(act: Act) -> None:
    """Who signed, and when: the signatory in person, or, recorded for him, who holds the post."""
    in_person = act.acting if act.acting and act.obj.names(act.acting, SIGN) else None
    holder = holder_of(act.obj.signatory_id)
    act.obj.signed_by = Person.objects.get(pk=in_person.person_id) if in_person else holder
    act.obj.signed_at = now()


def forget_signature(act: Act) -> None:
    """What goes back is signed anew."""
    act.obj.signed_by = act.obj.signed_at = None


def take_seals_off(act: Act) -> None:
    """What goes back is sealed anew."""
    withdraw_seals(act.obj, by=act.by)


def issue(act: Act) -> None:
    """Number, print, keep. The bytes are never rendered again."""
    number_and_print(act.obj, day=act.data["issued_on"], outside_number=act.data.get("outside_number", ""))


def print_letters(act: Act) -> None:
    """A batch: each letter is printed in the background, and the units among the addressees are told."""
    letter_printing.print_later(act.obj, by=act.by)
    circulation.add_units(act.obj, letters.units_of(act.obj), why=letters.WHY, rule="")


def send(act: Act) -> None:
    """Fix the recipients and tell them. R111, R113, R120."""
    circulation.send(act.obj, by=act.by)


def carry_out(act: Act) -> None:
    """What the issue does to the matter: a plan is issued with its notice."""
    registry.carry_out(act.obj, by=act.by)


def void(act: Act) -> None:
    """The number stays visible with its reason; those who got it are told."""
    cancel_number(act.obj, reason=act.opinion)
    circulation.withdraw(act.obj, act.opinion, by=act.by)


def waiting(document: Document) -> list[Hold]:
    """In whose hands it is."""
    office = Office.required().organization_id
    if document.state == S.DRAFTING:
        role = Role.OFFICE_CLERK if document.organization_id == office else ""
        return [Hold("起草公文", document.organization_id, role)]
    if document.state == S.SIGNING:
        seat = document.signatory
        return [Hold("签发公文", seat.organization_id, seat.role, seat.pk)]
    if document.state == S.ISSUED:
        pending = document.recipients.pending().values_list("organization", flat=True)
        return [Hold(circulation.DUTY, organization) for organization in pending]
    labels = {S.IN_REVIEW: "核稿", S.SIGNED: "编号印发公文"}
    label = labels.get(S(document.state))
    return [Hold(label, office, Role.OFFICE_CLERK)] if label else []


WHOLE = (text_is_whole, signatory_is_chosen, letters_are_whole)
DOCUMENT = Workflow(
    S,
    Transition("submit", "送核稿", (S.DRAFTING,), S.IN_REVIEW, DRAFT, WHOLE, (keep_version,)),
    Transition("approve", "核稿通过", (S.IN_REVIEW,), S.SIGNING, REVIEW, WHOLE, (keep_version,)),
    Transition(
        "return_review", "退回修改", (S.IN_REVIEW,), S.DRAFTING, REVIEW, needs_opinion=True, style="danger"
    ),
    Transition(
        "sign", "签发", (S.SIGNING,), S.SIGNED, SIGN, (text_is_whole, letters_are_whole), (note_signature, keep_version)
    ),
    Transition("return_sign", "退回修改", (S.SIGNING,), S.DRAFTING, SIGN, needs_opinion=True, style="danger"),
    Transition(
        "reopen", "撤回修改", (S.IN_REVIEW, S.SIGNING, S.SIGNED), S.DRAFTING, DRAFT,
        effects=(forget_signature, take_seals_off),
        needs_opinion=True, style="secondary",
    ),
    Transition(
        "issue", "编号印发", (S.SIGNED,), S.ISSUED, ISSUE,
        (text_is_whole, letters_are_whole, series_is_set, recipients_may_have_it, day_is_given,
         lead_gives_the_number, matter_agrees),
        (issue, print_letters, send, keep_version, carry_out),
    ),
    Transition(
        "archive", "归档", (S.ISSUED,), S.ARCHIVED, ISSUE, (receipts_are_in, letters_are_printed), style="secondary"
    ),
    Transition(
        "cancel", "作废", (S.ISSUED, S.ARCHIVED), S.CANCELLED, ISSUE, effects=(void,), needs_opinion=True,
        style="danger",
    ),
    Transition(
        "drop", "撤销", (S.DRAFTING,), S.DROPPED, DRAFT, needs_opinion=True, style="danger",
    ),
    waiting=waiting,
    lock_first=registry.lock_matter,
    settle=keep_dates,
)  # fmt: skip
