"""The tree of acts: how often each was done, parents with all that stands under them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from members.models import Act, PerformanceEntry

DEFAULT_ICON = "calendar-days"


@dataclass(frozen=True)
class Line:
    """One act in the tree. count: entries, of it and of what is under it; amount: their sum in the act's unit.

    percent: its share of the largest act of all, for the bar.
    """

    act: Act
    depth: int
    count: int
    amount: Decimal
    percent: int

    @property
    def measured(self) -> str:
        """The amount with its unit."""
        return f"{plain(self.amount)} {self.act.unit}"


def plain(number: Decimal | int) -> str:
    """A number without zeros that say nothing: 1, 2.5."""
    return f"{number:f}".rstrip("0").rstrip(".") if isinstance(number, Decimal) and number % 1 else f"{int(number)}"


class Tree:
    """All acts with their places in the tree; loaded in one query."""

    def __init__(self, acts: Iterable[Act] | None = None) -> None:
        self.acts = {act.pk: act for act in (Act.objects.all() if acts is None else acts)}
        self.children: dict[int | None, list[Act]] = defaultdict(list)
        for act in self.acts.values():
            self.children[act.parent_id if act.parent_id in self.acts else None].append(act)

    def above(self, pk: int | None) -> Iterator[Act]:
        """The act itself and those over it, the root last; stops where somebody closed a circle."""
        seen: set[int] = set()
        while pk in self.acts and pk not in seen:
            seen.add(pk)
            yield self.acts[pk]
            pk = self.acts[pk].parent_id

    def root(self, pk: int) -> Act:
        """The act on top of the branch."""
        return [*self.above(pk)][-1]

    def icon(self, pk: int) -> str:
        """The picture of an act: its own or the nearest above."""
        return next((act.icon for act in self.above(pk) if act.icon), DEFAULT_ICON)

    def below(self, pk: int) -> set[int]:
        """The act and all under it: what a filter or a rule on it means."""
        return {other for other in self.acts if any(act.pk == pk for act in self.above(other))}

    def roots(self) -> list[Act]:
        """The acts on top, in their order."""
        return self.children[None]

    def walked(self) -> Iterator[tuple[Act, int]]:
        """Each act with its depth, parents before children."""
        waiting = [(act, 0) for act in reversed(self.roots())]
        while waiting:
            act, depth = waiting.pop()
            yield act, depth
            waiting += [(child, depth + 1) for child in reversed(self.children[act.pk])]

    def choices(self, fitting: Mapping[int, Act] | None = None) -> list[tuple[str, list[tuple[int, str]]]]:
        """Groups for a form's list: under each root the acts that may be chosen."""
        groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for act, _ in self.walked():
            if fitting is None or act.pk in fitting:
                groups[self.root(act.pk).label].append((act.pk, act.label))
        return list(groups.items())

    def counted(self, done: Iterable[PerformanceEntry]) -> list[Line]:
        """The lines of what was done, without acts of which nothing was."""
        count: dict[int, int] = defaultdict(int)
        amount: dict[int, Decimal] = defaultdict(Decimal)
        for entry in done:
            for act in self.above(entry.act_id):
                count[act.pk] += 1
                amount[act.pk] += entry.n
        most = max(count.values(), default=1)
        return [
            Line(act, depth, count[act.pk], amount[act.pk], round(100 * count[act.pk] / most))
            for act, depth in self.walked() if count[act.pk]
        ]  # fmt: skip
