"""From a stored document to the mapping that is typeset: heads of its kind, its text, its recipients, its number."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.utils import timezone

from cppcc.documents.content import DocumentContent
from cppcc.documents.copying import named_by_rules
from cppcc.documents.description import content_of
from cppcc.documents.lines import lines_of
from cppcc.documents.models import Document
from cppcc.documents.models.reference import Format, Part
from cppcc.documents.numbering import number_text
from cppcc.office.models import Office, Organization, Tenure
from cppcc.office.validity import today, valid_on
from cppcc.workflow.clock import now

KEPT = ("body", "annexes_note", "annexes", "note", "attendees", "urgency", "copy_number")
KINDS = Organization.Kind.values  # the order in which a document names them
PHRASES: dict[str, str] = {  # how all or some units of a kind are called together, in this order
    Organization.Kind.COUNTY: "各县（市、区）政协",
    Organization.Kind.PARTY: "各民主党派",
    Organization.Kind.FEDERATION: "工商联",
    Organization.Kind.PEOPLES_ORGANISATION: "有关人民团体",
    Organization.Kind.DEPARTMENT: "有关部门",
    Organization.Kind.COMMITTEE: "各委室",
    Organization.Kind.SECTOR_GROUP: "有关界别组",
}
SAYING_ALL = (Organization.Kind.COUNTY, Organization.Kind.PARTY)
ABOVE = (Organization.Kind.PARTY_COMMITTEE, Organization.Kind.GOVERNMENT)
UNNUMBERED = "×"  # where the number will stand
FILE_WORD = "文件"
MANY = 12  # so many units are still named one by one


def described(document: Document, sides: dict[str, list[str]], *, number: str = "", day: date | None = None) -> dict:
    """The mapping of `document` as `content_of` reads it.

    sides: the names of those it goes to, main and copy, for where the clerk wrote none. number: "" while it has none.
    day: the day of issue, today unless given.
    """
    kind, said, office = document.kind, document.description, Office.required()
    heads = kind.in_the_name_of(office)
    day = day or timezone.localdate(now())
    mapping: dict[str, Any] = {
        "kind": kind.format,
        "masthead": said.get("masthead") or heads["masthead"],
        "number": number or draft_number(document, day),
        "title": lines_of(said.get("title") or document.title),
        "body": [],
        "date": said.get("date") or date_of(document, day).isoformat(),
        "signature": said.get("signature") or [name for name in heads["signature"].split("\n") if name],
        "recipients": said.get("recipients") or sides.get(Part.MAIN, []),
        "copy_to": said.get("copy_to") or sides.get(Part.COPY, []),
        "printed_by": outside_lead(document) or office.organization.name,
        "printed_on": day.isoformat(),
    }
    mapping |= {key: said[key] for key in KEPT if said.get(key)}
    if kind.upward:
        mapping["signatory"] = [signer_name(document)]
    if kind.format == Format.MINUTES:
        del mapping["recipients"]
        mapping.setdefault("attendees", {})
    return mapping


def content_for(document: Document, *, number: str = "", day: date | None = None) -> DocumentContent:
    """What is typeset. Raises DescriptionError for what is missing or wrong."""
    return content_of(described(document, sides_of(document), number=number, day=day))


def sides_of(document: Document) -> dict[str, list[str]]:
    """The names of those it goes to, main and copy."""
    rows = list(document.recipients.filter(withheld="").select_related("organization"))
    return {part: called([row.organization for row in rows if row.part == part]) for part in Part.values}


def sides_meant(document: Document, main: Sequence[Organization], copy: Sequence[Organization]) -> dict[str, list[str]]:
    """The same for units that were only ticked in a form, with those whom the rules add."""
    known = {unit.pk for unit in [*main, *copy]}
    known |= set(document.recipients.exclude(withheld="").values_list("organization", flat=True))
    named = [found for found in named_by_rules(document, main) if found.organization.pk not in known]
    added = {part: [found.organization for found in named if found.part == part] for part in Part.values}
    return {Part.MAIN: called([*main, *added[Part.MAIN]]), Part.COPY: called([*copy, *added[Part.COPY]])}


def called(units: Sequence[Organization]) -> list[str]:
    """How a document names units: by kind, all counties or parties together by one phrase, others by their names."""
    units = sorted(units, key=lambda unit: (KINDS.index(unit.kind), unit.order, unit.pk))
    grouped = [kind for kind in SAYING_ALL if sum(unit.kind == kind for unit in units) > 1]
    if grouped:
        rows = Organization.objects.valid().filter(kind__in=grouped).order_by().values_list("kind")
        counts = rows.annotate(Count("pk"))
        whole = {kind for kind, count in counts if count == sum(unit.kind == kind for unit in units)}
        return list(dict.fromkeys(PHRASES[unit.kind] if unit.kind in whole else unit.name for unit in units))
    return [unit.name for unit in units]


def addressed(units: Sequence[Organization]) -> list[str]:
    """How a document that goes to many names them: those above by name, then groups in a fixed order, then the rest."""
    units = sorted(units, key=lambda unit: (KINDS.index(unit.kind), unit.order, unit.pk))
    kinds = {unit.kind for unit in units}
    above = [unit.name for unit in units if unit.kind in ABOVE]
    groups = [phrase for kind, phrase in PHRASES.items() if kind in kinds]
    return [*above, *groups, *(unit.name for unit in units if unit.kind not in ABOVE and unit.kind not in PHRASES)]


def in_groups(units: Sequence[Organization]) -> list[str]:
    """How a document that goes to a few names them: one group each kind, its units by name; many as `addressed`."""
    if len(units) > MANY:
        return addressed(units)
    units = sorted(units, key=lambda unit: (KINDS.index(unit.kind), unit.order, unit.pk))
    return ["、".join(unit.name for unit in group) for _, group in groupby(units, key=lambda unit: unit.kind)]


def issuing_offices(document: Document) -> list[str]:
    """The offices that the masthead of a joint document names, the leading one first; [] for the kind's own."""
    names = document.description.get("masthead") or []
    parts = names.split() if isinstance(names, str) else names
    return [name for part in parts if (name := part.strip().removesuffix(FILE_WORD))]


def outside_lead(document: Document) -> str:
    """The other office that leads a joint document and gives it its number; "" when it is our own."""
    offices, office = issuing_offices(document), Office.required()
    own = (office.organization.name, office.name, office.full_name)
    return offices[0] if len(offices) > 1 and offices[0] not in own else ""


def draft_number(document: Document, day: date) -> str:
    """What stands where the number will be."""
    kind = document.kind
    if outside_lead(document):
        return f"{UNNUMBERED}〔{day.year}〕{UNNUMBERED}号"
    return number_text(kind.series, UNNUMBERED, year=day.year, serial=kind.serial) if kind.series else ""


def date_of(document: Document, day: date) -> date:
    """成文日期: the day of the signature (GB/T 9704, 7.3.5), before it the day given."""
    return timezone.localdate(document.signed_at) if document.signed_at else day


def signer_name(document: Document) -> str:
    """Whose name stands as 签发人: who signed, before that who holds the post."""
    if document.signed_by:
        return document.signed_by.name
    holder = holder_of(document.signatory_id)
    return holder.name if holder else "（待签发）"


def holder_of(post: int | None) -> Any:
    """The person who holds a post (by key) today; None without one."""
    held = Tenure.objects.filter(valid_on(today()), post=post).select_related("person").first() if post else None
    return held.person if held else None
