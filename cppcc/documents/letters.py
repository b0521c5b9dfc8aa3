"""The list of addressees of a batch: one document that is signed once and printed for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Func, Max, Q, QuerySet
from django.db.models.functions import Collate

from cppcc.documents.addressees import LONGEST_NAME, LONGEST_SALUTATION, MOST, Row
from cppcc.documents.describing import outside_lead
from cppcc.documents.models import Document, Letter
from cppcc.documents.models.document import DocumentState
from cppcc.documents.models.reference import Format, Part
from cppcc.documents.places import NAME, OWN, SALUTATION, UNIT, places_in
from cppcc.files.secrecy import refuse_secret
from cppcc.office.models import Organization, Person, Tenure
from cppcc.office.refusals import Refused
from cppcc.office.validity import today, valid_on

LISTING = (DocumentState.DRAFTING, DocumentState.IN_REVIEW)
IN_FORCE = (DocumentState.ISSUED, DocumentState.ARCHIVED)
WHY = "分送信函"
ASIDE = 1_000_000  # beyond any place in a list
ORDERS: dict[str, Any] = {
    "name": Collate(F("name"), "zh-x-icu"),
    "unit": [F("organization__kind"), F("organization__order"), F("organization")],
}


@dataclass(frozen=True)
class Addressee:
    """To whom a letter goes. `values` fill the places {…} of the text, by name; 姓名, 称呼 and 单位 fill themselves."""

    name: str
    salutation: str
    organization: Organization | None = None
    person: Person | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def write_letters(document: Document, rows: Sequence[Addressee]) -> list[Letter]:
    """Let the addressees of `document` be exactly `rows`, in their order; without rows it is no batch any more.

    Raises Refused when it is not of the format 信函, not a draft or in review, or when the list is wrong: more than
    2000, a person twice, a name that is missing or too long, the mark of a state secret (R048).
    """
    locked_for_listing(document)
    document.letters.all().delete()
    return _append(document, rows, after=0)


@transaction.atomic
def add_letters(document: Document, rows: Sequence[Addressee]) -> list[Letter]:
    """Put `rows` behind the addressees that `document` has. Raises Refused as `write_letters` does."""
    locked_for_listing(document)
    return _append(document, rows, after=document.letters.aggregate(last=Max("order"))["last"] or 0)


def locked_for_listing(document: Document) -> Document:
    """The locked row, in a new version: the list is part of what is reviewed. Raises Refused when it is closed."""
    locked = Document.objects.select_for_update(of=("self",)).select_related("kind").get(pk=document.pk)
    if locked.kind.format != Format.LETTER:
        raise Refused(f"“{locked.kind}”不是信函格式，不能按名单分送；请改用函、邀请函等种类起草。")
    if locked.state not in LISTING:
        raise Refused(f"这件公文{locked.get_state_display()}，收件人名单不能再改；需要改的，请先退回起草。")
    Document.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    document.version = locked.version = locked.version + 1
    return locked


def _append(document: Document, rows: Sequence[Addressee], *, after: int) -> list[Letter]:
    if after + len(rows) > MOST:
        raise Refused(f"一件公文最多分送 {MOST} 份，现有 {after + len(rows)} 份，请分成几件。")
    for place, row in enumerate(rows, start=after + 1):
        check(row, f"第{place}位收件人")
    _refuse_twice(document, rows)
    return Letter.objects.bulk_create(
        Letter(
            document=document, order=place, name=row.name.strip(), salutation=row.salutation.strip(),
            organization=row.organization, person=row.person, values=dict(row.values),
        )
        for place, row in enumerate(rows, start=after + 1)
    )  # fmt: skip


def check(row: Addressee, where: str) -> None:
    """Raises Refused when an addressee cannot stand in a list. R048."""
    for label, text, most in ((NAME, row.name, LONGEST_NAME), (SALUTATION, row.salutation, LONGEST_SALUTATION)):
        if not text.strip() or len(text) > most:
            raise Refused(f"{where}的{label}须填写，最多 {most} 字。")
    refuse_secret("\n".join([row.name, row.salutation, *row.values.values()]), where=where)


def _refuse_twice(document: Document, rows: Sequence[Addressee]) -> None:
    """The same person gets one letter."""
    seen: set[int | None] = set(document.letters.exclude(person=None).values_list("person", flat=True))
    for row in rows:
        if row.person and row.person.pk in seen:
            raise Refused(f"{row.name}在名单中出现了不止一次，同一个人只发一份，请删去重复的。")
        seen.add(row.person.pk if row.person else None)


# --- what was pasted -----------------------------------------------------------------------------------------------


def matched(rows: Sequence[Row]) -> list[Addressee]:
    """The rows of a pasted list with the units and persons that we know: a person only by his name and unit."""
    units = units_named({row.unit for row in rows if row.unit})
    persons = persons_of({row.name for row in rows}, {unit.pk for unit in units.values()})
    found = []
    for row in rows:
        unit = units.get(row.unit)
        written = {UNIT: row.unit} if row.unit and (unit is None or unit.name != row.unit) else {}
        person = persons.get((row.name, unit.pk)) if unit else None
        found.append(Addressee(row.name, row.salutation, unit, person, row.values | written))
    return found


def units_named(names: Iterable[str]) -> dict[str, Organization]:
    """The one unit of today that bears a name, short name or alias; none where several do."""
    wanted = set(names)
    spelt = Q(name__in=wanted) | Q(short_name__in=wanted) | Q(aliases__overlap=list(wanted))
    found: dict[str, list[Organization]] = {}
    for unit in Organization.objects.valid().filter(spelt) if wanted else ():
        for name in {unit.name, unit.short_name, *unit.aliases} & wanted:
            found.setdefault(name, []).append(unit)
    return {name: units[0] for name, units in found.items() if len(units) == 1}


def persons_of(names: Iterable[str], units: Iterable[int]) -> dict[tuple[str, int], Person]:
    """The one person of a name who holds a post in a unit today, by (name, unit)."""
    day = today()
    held = Tenure.objects.filter(valid_on(day), valid_on(day, "post__"), person__name__in=list(names))
    found: dict[tuple[str, int], dict[int, Person]] = {}
    for tenure in held.filter(post__organization__in=list(units)).select_related("person", "post"):
        same = found.setdefault((tenure.person.name, tenure.post.organization_id), {})
        same[tenure.person_id] = tenure.person
    return {key: next(iter(same.values())) for key, same in found.items() if len(same) == 1}


def new_ones(
    listed: QuerySet[Letter], rows: Sequence[Addressee]
) -> tuple[list[Addressee], list[Addressee]]:  # fmt: skip
    """`rows` without those that stand in the list already or come before in `rows`, and those.

    The same addressee is one person, or one name of one unit.
    """
    seen = {key for letter in listed.select_related("organization") for key in _keys(letter)}
    fresh: list[Addressee] = []
    doubled: list[Addressee] = []
    for row in rows:
        keys = _keys(row)
        (doubled if seen & keys else fresh).append(row)
        seen |= keys
    return fresh, doubled


def _keys(row: Letter | Addressee) -> set[tuple[Any, ...]]:
    """What makes two addressees the same."""
    unit = row.organization.pk if row.organization else row.values.get(UNIT, "")
    person = row.person_id if isinstance(row, Letter) else row.person and row.person.pk
    return {(row.name, unit), *([("person", person)] if person else [])}


# --- changes of single rows ----------------------------------------------------------------------------------------


@transaction.atomic
def change_letter(letter: Letter, row: Addressee, *, place: int) -> None:
    """Another name, salutation, unit or value for one addressee; before the issue at another place too."""
    check(row, "这位收件人")
    locked = locked_for_listing(letter.document)
    found = locked.letters.filter(pk=letter.pk)
    same_person = row.name == letter.name and row.organization == letter.organization
    person = letter.person_id if same_person else None
    if not found.update(
        name=row.name, salutation=row.salutation, organization=row.organization, values=dict(row.values), person=person
    ):
        raise Refused("这位收件人已不在名单中，请刷新页面查看。")
    if place != letter.order:
        others = list(locked.letters.exclude(pk=letter.pk).values_list("pk", flat=True))
        others.insert(place - 1, letter.pk)
        renumber(locked, others)


@transaction.atomic
def correct_letter(letter: Letter, row: Addressee) -> None:
    """Correct an issued letter that could not be printed; its number stays, and the change is kept with the document.

    Raises Refused for one that is printed, and for a cancelled document.
    """
    check(row, "这位收件人")
    document = Document.objects.select_for_update(of=("self",)).get(pk=letter.document_id)
    if document.state not in IN_FORCE:
        raise Refused(f"这件公文{document.get_state_display()}，不能再更正收件人。")
    if (
        not document.letters.open()
        .filter(pk=letter.pk)
        .update(name=row.name, salutation=row.salutation, values=dict(row.values))
    ):
        raise Refused("这份信函已经印成，不能再改；确需更正的，请另行发函。")
    document.version += 1
    document._change_reason = f"更正第{letter.order}位收件人：{letter.name}→{row.name}"[:100]  # type: ignore[attr-defined]
    document.save()


@transaction.atomic
def remove_letters(document: Document, asked: Iterable[int] | None) -> int:
    """Take addressees off the list (None: all); how many went."""
    locked = locked_for_listing(document)
    found = locked.letters.all() if asked is None else locked.letters.filter(pk__in=list(asked))
    count, _ = found.delete()
    renumber(locked, locked.letters.order_by("order").values_list("pk", flat=True))
    return count


@transaction.atomic
def sort_letters(document: Document, by: str) -> None:
    """Bring the list into the order of the names (by pinyin) or of the units. Raises Refused for another order."""
    if by not in ORDERS:
        raise Refused("名单只能按姓名或单位排序。")
    locked = locked_for_listing(document)
    fields = ORDERS[by] if isinstance(ORDERS[by], list) else [ORDERS[by]]
    ordered = [f.asc(nulls_last=True) if isinstance(f, F) else f for f in fields]
    renumber(locked, locked.letters.order_by(*ordered, "order").values_list("pk", flat=True))


def renumber(document: Document, keys: Iterable[int]) -> None:
    """Let the letters with these keys stand in this order, from 1."""
    rows = [Letter(pk=pk, order=place) for place, pk in enumerate(list(keys), start=1)]
    document.letters.update(order=F("order") + ASIDE)
    Letter.objects.bulk_update(rows, ["order"], batch_size=500)


# --- what a letter says --------------------------------------------------------------------------------------------


def values_of(letter: Letter) -> dict[str, str]:
    """What fills the places of the text."""
    return letter.values | {NAME: letter.name, SALUTATION: letter.salutation, UNIT: letter.unit}


def columns_of(document: Document) -> list[str]:
    """The further columns of the list."""
    keys = Func(F("values"), function="jsonb_object_keys")
    found = document.letters.order_by().annotate(column=keys).values_list("column", flat=True).distinct()
    return sorted(set(found) - set(OWN))


def figures(document: Document) -> dict[str, int]:
    """How many letters there are, and how many are printed, failed, still to be printed; {} for what is no batch."""
    if not is_batch(document):
        return {}
    printed, failed = Q(file__isnull=False), ~Q(failure="")
    return document.letters.aggregate(
        all=Count("pk"), printed=Count("pk", filter=printed), failed=Count("pk", filter=failed),
        coming=Count("pk", filter=~printed & ~failed),
    )  # fmt: skip


def is_batch(document: Document) -> bool:
    """Whether it goes out as letters. Only a 信函 asks the database, where `with_letters` has not asked before."""
    if hasattr(document, "letter_count"):
        return bool(document.letter_count)
    return document.kind.format == Format.LETTER and document.letters.exists()


def units_of(document: Document) -> list[Organization]:
    """The units among the addressees, each once; they are told, and may sign for their letters."""
    if document.kind.format != Format.LETTER:
        return []
    return list(Organization.objects.filter(pk__in=document.letters.exclude(organization=None).values("organization")))


def objection(document: Document) -> str:
    """What prevents the batch from being sent on; "" for none, and for what is no batch."""
    if not is_batch(document):
        return ""
    if outside_lead(document):
        return "由其他机关主办编号的联合发文不能按名单分送，请清空收件人名单，或改由本机关编号。"
    if document.recipients.filter(by_hand=True, part=Part.MAIN).exclude(why=WHY).exists():
        return "已有收件人名单，主送单位请从“收文单位”中去掉；需要发给这些单位的，列入收件人名单。"
    for place in places_in(document.description):
        if place not in OWN and not document.letters.filter(values__has_key=place).exists():
            return f"文中的“{{{place}}}”在收件人名单中没有这一栏，请在名单中补上“{place}”一栏，或改正文字。"
    return ""


def blanks(document: Document) -> list[tuple[str, int]]:
    """The places of the text that have no value for some addressees, and for how many."""
    found = []
    for place in places_in(document.description):
        without = document.letters.exclude(values__has_key=place)
        if place == UNIT:
            without = without.filter(organization=None)
        if place not in (NAME, SALUTATION) and (count := without.count()):
            found.append((place, count))
    return found
