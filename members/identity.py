"""Whether a new member is somebody who is registered already: of an earlier term, with a post, in the expert pool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cppcc.office.models import Person


@dataclass(frozen=True)
class Known:
    """A registered person."""

    pk: int
    phone: str
    born: date | None

    def contradicts(self, record: Mapping[str, Any]) -> bool:
        """Whether birth, or else telephone, say that it is somebody else."""
        born, phone = record.get("born"), digits(record.get("phone", ""))
        if born and self.born:
            return born != self.born
        return bool(phone and digits(self.phone) and phone != digits(self.phone))

    def agrees(self, record: Mapping[str, Any]) -> bool:
        """Whether birth or telephone say that it is the same."""
        born, phone = record.get("born"), digits(record.get("phone", ""))
        return bool((born and born == self.born) or (phone and phone == digits(self.phone)))


class Persons:
    """The registered persons of some names, in one query."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_name: dict[str, list[Known]] = {}
        rows = Person.objects.filter(name__in=set(names)).values_list("name", "pk", "phone", "particulars__born")
        for name, pk, phone, born in rows.order_by("pk"):
            self.by_name.setdefault(name, []).append(Known(pk, phone, born))

    def of(self, record: Mapping[str, Any]) -> tuple[int | None, str]:
        """(the person, "") for one who is registered; (None, "") for a new one; (None, sentence) when unclear."""
        possible = [known for known in self.by_name.get(record["name"], []) if not known.contradicts(record)]
        sure = [known for known in possible if known.agrees(record)]
        if len(sure) == 1 or (not sure and len(possible) == 1):
            return (sure or possible)[0].pk, ""
        if possible:
            return None, f"系统里有 {len(possible)} 个同名人员，分不清是哪一个，请补上出生年月或手机"
        return None, ""


def digits(phone: str) -> str:
    """A telephone number without signs and blanks."""
    return "".join(char for char in phone if char.isdigit())
