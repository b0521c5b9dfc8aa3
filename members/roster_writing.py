"""Writing a roster set-based: new members through COPY, changed ones in a constant number of statements. R141.

Histories are written by the database from the rows themselves. Whether a change of what a member belongs to is a new
row from a day on, or a correction of the old one, depends on the day that came with the table.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from cppcc.office.bulk import copy_in, delete_noted, next_ids, note_history
from cppcc.office.models import Person, Term
from cppcc.office.pinyin import person_key
from members.enrolled import MANY, ONES, PARTICULARS, Entry, Held
from members.models import Affiliation, Member, Particulars, SectorGroup
from members.models.particulars import SEALED
from members.sealing import Sealed
from members.terms import before

Record = Mapping[str, Any]
TARGETS = {"sector": "sector", "position": "position"}
REASON = "导入名册"
MEMBER_FIELDS = ("valid_from", "valid_to", "remark")


class Writing:
    """One import into a term. `since`: the day from which changed affiliations hold; None: they are corrections."""

    def __init__(self, term: Term, since: date | None, *, by: Any) -> None:
        self.term, self.since, self.by, self.at = term, since, by, timezone.now()

    def _note(self, model: Any, pks: Sequence[int], kind: str) -> None:
        if pks:
            note_history(model, pks, kind, by=self.by, reason=REASON, at=self.at)

    # New members -----------------------------------------------------------------------------------------------

    def create(self, records: Sequence[Record]) -> None:
        """Members with persons, particulars, affiliations."""
        persons = self._persons(records)
        self._particulars(records, persons)
        pks = next_ids(Member, len(records))
        copy_in(
            Member,
            ("id", "term", "person", "valid_from", "valid_to", "added_later", "left_by", "left_why", "remark",
             "version"),
            [
                (pk, self.term.pk, person, self._begin(r), r.get("valid_to"), self._begin(r) > self.term.starts, "", "",
                 r.get("remark", ""), 1)
                for pk, person, r in zip(pks, persons, records, strict=True)
            ],
        )  # fmt: skip
        self._note(Member, pks, "+")
        self._affiliations(
            (pk, kind, target, self._begin(r), r.get("valid_to"))
            for pk, r in zip(pks, records, strict=True)
            for kind, target in _wanted(r)
        )
        self._group_sectors(records)

    def _begin(self, record: Record) -> date:
        return record.get("valid_from") or self.term.starts

    def _persons(self, records: Sequence[Record]) -> list[int]:
        """The person of each record; new ones are written, a telephone number that is new replaces the old one."""
        new = [r for r in records if not r["person"]]
        fresh = next_ids(Person, len(new))
        copy_in(
            Person,
            ("id", "name", "pinyin", "phone", "email", "remark"),
            [(pk, r["name"], person_key(r["name"]), r.get("phone", ""), "", "") for pk, r in
             zip(fresh, new, strict=True)],
        )  # fmt: skip
        self._note(Person, fresh, "+")
        self._change(Person, {r["person"]: {"phone": r["phone"]} for r in records if r["person"] and r.get("phone")})
        given = iter(fresh)
        return [r["person"] or next(given) for r in records]

    def _particulars(self, records: Sequence[Record], persons: Sequence[int]) -> None:
        there = dict(Particulars.objects.filter(person__in=persons).values_list("person", "pk")) if any(
            r["person"] for r in records
        ) else {}  # fmt: skip
        new = [(person, r) for person, r in zip(persons, records, strict=True) if person not in there]
        pks = next_ids(Particulars, len(new))
        copy_in(
            Particulars,
            ("id", "person", *PARTICULARS),
            [(pk, person, *(_stored(name, r.get(name)) for name in PARTICULARS)) for pk, (person, r) in
             zip(pks, new, strict=True)],
        )  # fmt: skip
        self._note(Particulars, pks, "+")
        self._change(Particulars, {
            there[person]: {name: r[name] for name in PARTICULARS if r.get(name)}
            for person, r in zip(persons, records, strict=True) if person in there
        })  # fmt: skip

    def _affiliations(self, rows: Iterable[tuple[int, str, int, date | None, date | None]]) -> None:
        """(member, kind, target, from, to) as new rows."""
        made = list(rows)
        pks = next_ids(Affiliation, len(made))
        copy_in(
            Affiliation,
            ("id", "member", "kind", "sector", "organization", "position", "duty", "valid_from", "valid_to"),
            [(pk, member, kind, *_columns(kind, target), "", begun, ends) for pk, (member, kind, target, begun, ends) in
             zip(pks, made, strict=True)],
        )  # fmt: skip
        self._note(Affiliation, pks, "+")

    def _group_sectors(self, records: Sequence[Record]) -> None:
        """A group that belongs to no sector yet belongs to that of its first member."""
        wanted: dict[int, int] = {}
        for record in records:
            for group in record.get("groups") or ():
                if record.get("sector"):
                    wanted.setdefault(group, record["sector"])
        known = set(SectorGroup.objects.filter(organization__in=wanted).values_list("organization", flat=True))
        new = {group: sector for group, sector in wanted.items() if group not in known}
        made = SectorGroup.objects.bulk_create(
            SectorGroup(organization_id=group, sector_id=sector) for group, sector in new.items()
        )
        self._note(SectorGroup, [group.pk for group in made], "+")

    # Changed members -------------------------------------------------------------------------------------------

    def update(self, pairs: Sequence[tuple[Entry, Record]]) -> None:
        """(member, the columns that differ)."""
        self._change(Person, {e.person: {"phone": r["phone"]} for e, r in pairs if "phone" in r})
        self._told(pairs)
        self._change(Member, {e.pk: _membership(r) for e, r in pairs}, touch=True)
        self._periods(pairs)
        self._belongings(pairs)
        self._group_sectors([{**r, "sector": r.get("sector") or e.values["sector"]} for e, r in pairs])

    def _told(self, pairs: Sequence[tuple[Entry, Record]]) -> None:
        parts = [(e, {k: r[k] for k in PARTICULARS if k in r}) for e, r in pairs]
        self._change(Particulars, {e.particulars: said for e, said in parts if e.particulars and said})
        without = [(e, said) for e, said in parts if not e.particulars and said]
        for entry, said in without:
            Particulars.objects.create(person_id=entry.person, **said)

    def _change(self, model: Any, values: Mapping[int, Record], *, touch: bool = False) -> None:
        """Set fields of rows by primary key: two statements whatever their number, and their history."""
        if not values:
            return
        names = sorted({name for said in values.values() for name in said}) + ["version"] * touch
        rows = list(model.objects.filter(pk__in=values).only("pk", *names)) if names else []
        for row in rows:
            for name, value in values[row.pk].items():
                setattr(row, name, Sealed.of(value) if name in SEALED else value)
            if touch:
                row.version += 1
        if names:
            model.objects.bulk_update(rows, names, batch_size=500)
            self._note(model, [row.pk for row in rows], "~")

    def _periods(self, pairs: Sequence[tuple[Entry, Record]]) -> None:
        """What holds since the beginning, or to the end, of a membership keeps in step with it."""
        moved: dict[int, dict[str, Any]] = {}
        for entry, record in pairs:
            for held in (row for rows in entry.held.values() for row in rows):
                change: dict[str, Any] = {}
                if "valid_from" in record and held.begun == entry.values["valid_from"]:
                    change["valid_from"] = held.begun = record["valid_from"]
                if "valid_to" in record and held.ends == entry.values["valid_to"]:
                    change["valid_to"] = held.ends = record["valid_to"]
                if change:
                    moved[held.pk] = change
        self._change(Affiliation, moved)

    def _belongings(self, pairs: Sequence[tuple[Entry, Record]]) -> None:
        changed: dict[int, dict[str, Any]] = {}
        gone: list[int] = []
        new: list[tuple[int, str, int, date | None, date | None]] = []
        for entry, record in pairs:
            for key, kind in (ONES | MANY).items():
                if key in record:
                    wanted = record[key] if key in MANY else [record[key]] if record[key] else []
                    self._one(entry, kind, list(wanted), changed, gone, new, key in ONES)
        delete_noted(Affiliation.objects.filter(pk__in=gone), by=self.by, reason=REASON)
        self._change(Affiliation, changed)
        self._affiliations(new)

    def _one(
        self, entry: Entry, kind: str, wanted: list[int], changed: dict, gone: list, new: list, single: bool
    ) -> None:
        """What happens to what a member holds of one kind, so that it becomes `wanted`."""
        held = entry.held.get(kind, [])
        leaving = [row for row in held if row.target not in wanted]
        coming = [target for target in wanted if target not in [row.target for row in held]]
        if single and leaving and coming and not self._dated(leaving[0]):
            changed[leaving[0].pk] = {TARGETS.get(kind, "organization") + "_id": coming[0], "duty": ""}
            return
        for row in leaving:
            if self.since and self._dated(row):
                changed[row.pk] = {"valid_to": before(self.since)}
            else:
                gone.append(row.pk)
        begin = self.since or entry.values["valid_from"] or self.term.starts
        new += [(entry.pk, kind, target, begin, entry.values["valid_to"]) for target in coming]

    def _dated(self, row: Held) -> bool:
        """Whether the old row stays, to the day before."""
        return self.since is not None and (row.begun is None or row.begun < self.since)


def _membership(record: Record) -> dict[str, Any]:
    said = {name: record[name] for name in MEMBER_FIELDS if name in record}
    return said | {"left_by": "", "left_why": ""} if said.get("valid_to", True) is None else said


def _stored(name: str, value: Any) -> Any:
    if name in SEALED:
        return Sealed.of(value or "").token
    return value if name == "born" else value or ""


def _columns(kind: str, target: int) -> tuple[int | None, int | None, int | None]:
    return (
        target if kind == Affiliation.Kind.SECTOR else None,
        target if kind not in TARGETS else None,
        target if kind == Affiliation.Kind.POSITION else None,
    )


def _wanted(record: Record) -> Iterable[tuple[str, int]]:
    for key, kind in ONES.items():
        if record.get(key):
            yield kind, record[key]
    for key, kind in MANY.items():
        for target in record.get(key) or ():
            yield kind, target
