"""Two terms side by side: who stays, who is new, who left, whose sector changed. R141."""

from dataclasses import dataclass
from typing import Any

from cppcc.office.models import Term
from members.models import Member

STAYS, MOVED, NEW, GONE = "stays", "moved", "new", "gone"
ORDER = (NEW, GONE, MOVED, STAYS)
LABELS = {STAYS: "连任", MOVED: "连任，界别变动", NEW: "新任", GONE: "不再担任"}
TONES = {STAYS: "blue", MOVED: "amber", NEW: "green", GONE: "gray"}


@dataclass(frozen=True)
class Compared:
    """A person in the old and the new list; one of them may be missing."""

    kind: str
    old: Any
    new: Any

    @property
    def member(self) -> Any:
        """Of the new list, else of the old one."""
        return self.new or self.old

    @property
    def label(self) -> str:
        """In words."""
        return LABELS[self.kind]

    @property
    def tone(self) -> str:
        """The colour of the tag."""
        return TONES[self.kind]


def members_of(term: Term, user: Any) -> list[Any]:
    """The members of a term with their sectors; of those who left before its end none."""
    members: Any = Member.objects.visible_to(user).of_term(term).called_on().select_related("person")
    left_early = {Member.Left.RESIGNED, Member.Left.MOVED, Member.Left.REMOVED, Member.Left.DIED, Member.Left.OTHER}
    return [m for m in members.order_by("sector_order", "person__pinyin") if m.left_by not in left_early]


def compare(old: Term, new: Term, user: Any) -> list[Compared]:
    """Everybody of both lists, in two queries. A sector that came from the old one counts as the same."""
    before = {member.person_id: member for member in members_of(old, user)}
    after = {member.person_id: member for member in members_of(new, user)}
    same = succession(new)
    rows = [_compared(before.get(pk), member, same) for pk, member in after.items()]
    rows += [Compared(GONE, member, None) for pk, member in before.items() if pk not in after]
    return sorted(rows, key=lambda row: ORDER.index(row.kind))


def succession(term: Term) -> dict[int, set[int]]:
    """Sector of the term -> the sectors that it came from."""
    found: dict[int, set[int]] = {}
    for sector, came_from in term.sectors.values_list("pk", "came_from"):
        found.setdefault(sector, set()).update({came_from} if came_from else set())
    return found


def _compared(old: Any, new: Any, same: dict[int, set[int]]) -> Compared:
    if old is None:
        return Compared(NEW, None, new)
    kept = old.sector_name == new.sector_name or old.sector_id_now in same.get(new.sector_id_now, ())
    return Compared(STAYS if kept else MOVED, old, new)
