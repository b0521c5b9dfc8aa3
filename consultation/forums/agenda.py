"""The agenda of a forum: the kinds of its rules in their order, who speaks in each, what speaks against it. R040-R046.

Plain functions over plain rows; what is stored is read and written in `consultation.forums.speaking`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consultation.models.forum_rules import SpeechKind

Who = SpeechKind.Who
MANY = 2  # so many times the usual number is told as a slip of the keyboard, not as a plan


@dataclass(frozen=True)
class Kind:
    """A kind of speech as the agenda sees it. minutes: for each speaker; None without a limit."""

    pk: int
    label: str
    who: str
    order: int
    minutes: int | None = None
    least: int | None = None
    most: int | None = None
    mostly: int | None = None
    mostly_label: str = ""
    mandatory: bool = False


@dataclass(frozen=True)
class Row:
    """A speech as the agenda sees it. speaker: the class of who speaks; None for units and outsiders."""

    pk: int
    kind: int
    who: str
    order: int = 0
    minutes: int | None = None
    speaker: int | None = None
    absent: bool = False


@dataclass(frozen=True)
class Group:
    """A kind with its speeches in their order, and what is odd about them."""

    kind: Kind
    rows: list[Row] = field(default_factory=list)
    minutes: int = 0
    warnings: list[str] = field(default_factory=list)


def planned(kind: Kind, row: Row) -> int:
    """Minutes that a speech takes: its own, else those of the kind; 0 for one without a limit."""
    return row.minutes or kind.minutes or 0


def grouped(kinds: Iterable[Kind], rows: Iterable[Row]) -> list[Group]:
    """The agenda: the kinds in the order of the rules, in each its speeches. R045: a kind never comes before another
    that stands earlier in the rules."""
    held = list(rows)
    return [_group(kind, held) for kind in sorted(kinds, key=lambda kind: (kind.order, kind.pk))]


def _group(kind: Kind, rows: Sequence[Row]) -> Group:
    own = sorted((row for row in rows if row.kind == kind.pk), key=lambda row: (row.order, row.pk))
    return Group(kind, own, sum(planned(kind, row) for row in own), warnings(kind, own))


def sequence(groups: Iterable[Group]) -> list[int]:
    """The speeches in the order in which they are held."""
    return [row.pk for group in groups for row in group.rows]


def total(groups: Iterable[Group]) -> int:
    """Planned minutes of all. R046."""
    return sum(group.minutes for group in groups)


def warnings(kind: Kind, rows: Sequence[Row]) -> list[str]:
    """What is unusual in a kind, in words; it never blocks, the rules say 一般. R040-R044."""
    return [*_numbers(kind, rows), *_majority(kind, rows), *_too_long(kind, rows), *_absent(rows)]


def _numbers(kind: Kind, rows: Sequence[Row]) -> list[str]:
    count = len(rows)
    if kind.mandatory and not rows:
        return [f"“{kind.label}”是议程必有的内容，还没有安排。"]
    if kind.least and 0 < count < kind.least:
        return [f"“{kind.label}”一般不少于 {kind.least} 人，现有 {count} 人。"]
    if kind.most and count > kind.most * MANY:
        return [f"“{kind.label}”安排了 {count} 人，远多于一般的 {kind.most} 人，请核对是否录入有误。"]
    if kind.most and count > kind.most:
        return [f"“{kind.label}”一般不多于 {kind.most} 人，现有 {count} 人。"]
    return []


def _majority(kind: Kind, rows: Sequence[Row]) -> list[str]:
    """R042: most of the booked speakers are of the class that the rules name."""
    of_class = sum(row.speaker == kind.mostly for row in rows)
    if kind.mostly is None or not rows or of_class * 2 > len(rows):
        return []
    return [
        f"“{kind.label}”一般以{kind.mostly_label}为主，现有 {len(rows)} 人中{kind.mostly_label}只有 {of_class} 人。"
    ]


def _too_long(kind: Kind, rows: Sequence[Row]) -> list[str]:
    limit = kind.minutes
    found = [row.who for row in rows if limit and row.minutes and row.minutes > limit]
    return [f"{'、'.join(found)}的时间超过每人 {limit} 分钟。"] if found else []


def _absent(rows: Sequence[Row]) -> list[str]:
    found = [row.who for row in rows if row.absent]
    return [f"{'、'.join(found)}已回复不能参加，请调整。"] if found else []


@dataclass(frozen=True)
class Span:
    """Planned minutes against the meeting's length, as a bar: `percent` of it, never more than 100."""

    minutes: int
    length: int

    @property
    def over(self) -> int:
        """Minutes too many, 0 when they fit."""
        return max(0, self.minutes - self.length)

    @property
    def percent(self) -> int:
        """How full the meeting is."""
        return min(100, round(self.minutes * 100 / self.length)) if self.length > 0 else 100

    @property
    def words(self) -> str:
        """In one sentence."""
        said = f"计划发言共 {self.minutes} 分钟，会议时长 {self.length} 分钟"
        if self.over:
            return f"{said}，超出 {self.over} 分钟，请压缩发言或延长会议。"
        return f"{said}，其余 {self.length - self.minutes} 分钟留给主持和不限时的发言。"


def moved(order: Sequence[int], pk: int, step: int) -> list[int]:
    """The speeches of one kind with `pk` moved by `step` places, as far as the list goes; others keep their order."""
    if pk not in order:
        return list(order)
    place = list(order).index(pk)
    left = [other for other in order if other != pk]
    left.insert(max(0, min(len(left), place + step)), pk)
    return left


def renumbered(order: Sequence[int], asked: dict[int, int]) -> list[int]:
    """The speeches of one kind by the numbers typed beside them; who gets the number of another takes his place.

    asked: speech -> number typed.
    """
    places = {pk: place for place, pk in enumerate(order, start=1)}

    def rank(pk: int) -> tuple[int, int, int]:
        number = asked.get(pk, places[pk])
        return number, 1 + (number > places[pk]) - (number < places[pk]), places[pk]

    return sorted(order, key=rank)
