"""In whose hands: open duties brought together by what is to be done and by who holds it, the longest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cppcc.workflow.models import Waiting


@dataclass
class Hand:
    """The duties of one kind that one holder has."""

    holder: str
    duties: list[Waiting] = field(default_factory=list)

    @property
    def days(self) -> int:
        """Whole days since the oldest of them."""
        return max(duty.days for duty in self.duties)


@dataclass
class Kind:
    """What is to be done, and who has it to do."""

    label: str
    hands: dict[str, Hand] = field(default_factory=dict)

    @property
    def holders(self) -> list[Hand]:
        """The longest-holding first."""
        return sorted(self.hands.values(), key=lambda hand: -hand.days)

    @property
    def duties(self) -> list[Waiting]:
        """All duties of the kind."""
        return [duty for hand in self.hands.values() for duty in hand.duties]

    @property
    def matters(self) -> int:
        """How many different matters they stand on."""
        return len({(duty.content_type_id, duty.object_id) for duty in self.duties})

    @property
    def first(self) -> Waiting:
        """The oldest duty."""
        return min(self.duties, key=lambda duty: duty.since)


def in_whose_hands(duties: Iterable[Waiting]) -> list[Kind]:
    """Duties by kind and holder; the kind with the oldest duty first."""
    kinds: dict[str, Kind] = {}
    for duty in duties:
        kind = kinds.setdefault(duty.label, Kind(duty.label))
        kind.hands.setdefault(duty.holder, Hand(duty.holder)).duties.append(duty)
    return sorted(kinds.values(), key=lambda kind: kind.first.since)
