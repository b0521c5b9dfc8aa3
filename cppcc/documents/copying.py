"""Copy rules: to whom a document also goes and to whom it never does, each with its reason. R111, R113, R120."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cppcc.documents.models import CopyRule, Document
from cppcc.files.models import Classification
from cppcc.office.models import Organization

Kind = Organization.Kind


@dataclass(frozen=True)
class Named:
    """A unit that a rule names: in which part, why."""

    organization: Organization
    part: str
    rule: CopyRule


def rules_for(document: Document) -> list[CopyRule]:
    """The rules of today that speak of documents of this kind and issuer."""
    found = CopyRule.objects.valid().prefetch_related("kinds").order_by("order", "pk")
    return [rule for rule in found if _speaks_of(rule, document)]


def _speaks_of(rule: CopyRule, document: Document) -> bool:
    kinds = {kind.pk for kind in rule.kinds.all()}
    issuer = document.kind.issued_by
    return (not kinds or document.kind_id in kinds) and (not rule.issuers or issuer in rule.issuers)


def _applies(rule: CopyRule, main: Collection[Organization]) -> bool:
    """Whether the condition on the main recipients holds."""
    if not rule.when_kinds and not rule.when_keys:
        return True
    return any(unit.kind in rule.when_kinds or (unit.key and unit.key in rule.when_keys) for unit in main)


def _names(rule: CopyRule, unit: Organization) -> bool:
    return unit.kind in rule.to_kinds or bool(unit.key and unit.key in rule.to_keys)


def named_by_rules(document: Document, main: Collection[Organization]) -> list[Named]:
    """Whom the rules add to the main recipients; nobody twice, none that a rule forbids, never the drafting office.

    A 工作秘密 document goes only to those who were chosen by hand. R048.
    """
    if document.classification == Classification.WORK_SECRET:
        return []
    rules = rules_for(document)
    adding = [rule for rule in rules if not rule.forbid and _applies(rule, main)]
    if not adding:
        return []
    barred, chosen = [rule for rule in rules if rule.forbid], {unit.pk for unit in main}
    found: dict[int, Named] = {}
    for unit in Organization.objects.valid().exclude(kind__in=(Kind.DECIDING_BODY, Kind.EMPLOYER)):
        rule = next((rule for rule in adding if _names(rule, unit)), None)
        if rule and unit.pk not in chosen and not any(_names(bar, unit) for bar in barred):
            found[unit.pk] = Named(unit, rule.part, rule)
    return list(found.values())


def forbidden(document: Document, units: Sequence[Organization]) -> str:
    """Why these units cannot all get the document; "" when they may. R113."""
    barred = [rule for rule in rules_for(document) if rule.forbid]
    for rule in barred:
        found = [str(unit) for unit in units if _names(rule, unit)]
        if found:
            return f"{rule.reason}，不能发往{'、'.join(found)}，请从收文单位中去掉。"
    return ""
