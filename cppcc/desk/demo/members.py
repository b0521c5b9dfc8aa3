"""The members of the demo: entered through the import of rosters, as an office would; then what happened since."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from typing import Any

from cppcc.desk.demo.past import Past
from cppcc.desk.demo.people import names
from cppcc.desk.demo.rows import Names
from cppcc.meetings.reporting import keep_term
from cppcc.office.models import Organization, Person, Post, Tenure, Term
from cppcc.office.roles import Role
from cppcc.sheets.reading import SheetRow, Table
from members import belonging, terms
from members.columns import CHECKS, WEIGHTS
from members.dates import keep_duties
from members.imports import MemberImporter
from members.models import (
    Affiliation,
    Expert,
    Field,
    GroupMoney,
    LeaderLink,
    Member,
    Sector,
    SectorGroup,
    SpecialDuty,
    Station,
)

Row = dict[str, str]
LABELS = [column.label for column in MemberImporter.columns]
KEYS = [column.key for column in MemberImporter.columns]
NO_PLACE = "000000"  # an area code that was never given to a place


class Roster:
    """The roster of the present term as rows of a table, made up in a fixed order."""

    def __init__(self, data: dict[str, Any], places: Names) -> None:
        self.data, self.places = data, places
        self.fresh = islice(names(), Person.objects.count(), None)  # the cycle goes on after those of the other posts
        self.taken = set(Person.objects.values_list("name", flat=True))
        self.units = {key: unit.name for key, unit in places.units.items()}
        self.duties: dict[str, str] = {}

    def name(self) -> str:
        """The next name that nobody bears."""
        found = next(name for name in self.fresh if name not in self.taken)
        self.taken.add(found)
        return found

    def rows(self) -> list[Row]:
        """All members, sector by sector, those who are known already first."""
        known: dict[str, list[Row]] = {}
        for row in self.data["known"]:
            known.setdefault(row["sector"], []).append(self._known(row))
        found: list[Row] = []
        for sector in self.data["sectors"]:
            there = known.get(sector["name"], [])
            new = [{"name": self.name()} for _ in range(sector["count"] - len(there))]
            found += [self.completed(row, sector, len(found) + place) for place, row in enumerate(there + new)]
        self._seat(found)
        self._late(found)
        return found

    def _known(self, row: dict[str, Any]) -> Row:
        if "user" in row:
            person = self.places.users[row["user"]].person
        else:
            person = Tenure.objects.select_related("person").get(post__key=row["post"]).person
        told: Row = {key: row[key] for key in ("gender", "born", "employer") if key in row}
        return {"name": person.name, "phone": person.phone, "positions": row.get("position", ""), **told}

    def completed(self, row: Row, sector: dict[str, Any], number: int) -> Row:
        """The row of a member with all that it does not say itself; `number` decides."""
        data, party = self.data, self.units.get(sector.get("of", ""), "")
        employers = data["employers"].get(sector["name"], data["employers"]["others"])
        born = f"{1962 + number * 7 % 34}-{number * 5 % 12 + 1:02}"
        woman = number % 10 in (2, 5, 8)
        made = {
            "gender": "女" if woman else "男", "born": born, "party": party, "sector": sector["name"],
            "ethnicity": self._ethnicity(sector, number),
            "political_status": sector.get("status") or ("群众" if number % 3 else "中共党员"),
            "committees": self.units[data["committees"][number % len(data["committees"])]],
            "positions": "", "employer": employers[number % len(employers)], "phone": f"139-0000-{1000 + number}",
            "expertise": data["expertise"][number % len(data["expertise"])],
            "education": data["educations"][number % len(data["educations"])],
            "groups": self.units.get(sector.get("group", ""), ""), "address": f"云江市云中路{number + 1}号",
            "religion": "佛教" if sector["name"] == "宗教界" else "", "valid_from": data["since"].isoformat(),
        }  # fmt: skip
        made |= row
        self.duties[made["name"]] = data["duties"][number % len(data["duties"])]
        return made | {"id_number": identity(made["born"], number)}

    def _ethnicity(self, sector: dict[str, Any], number: int) -> str:
        found: list[str] = self.data["ethnicities"]
        return found[number % len(found)] if number % 23 == 0 or sector["name"] == "少数民族界" else "汉族"

    def _seat(self, rows: list[Row]) -> None:
        """Standing members, spread over the sectors."""
        free = [row for row in rows if not row["positions"]]
        for place in range(self.data["standing"]):
            free[place * len(free) // self.data["standing"]]["positions"] = "常务委员"

    def _late(self, rows: list[Row]) -> None:
        """The last of the roster came in mid-term."""
        last = [row for row in reversed(rows) if not row["positions"]]
        for added in self.data["added"]:
            for row in last[: added["count"]]:
                row["valid_from"] = added["day"].isoformat()
            last = last[added["count"] :]


def identity(born: str, number: int) -> str:
    """An identity number of nobody, with a right last digit."""
    body = f"{NO_PLACE}{born.replace('-', '')}{number % 28 + 1:02}{number % 1000:03}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def live_members(data: dict[str, Any], places: Names, past: Past) -> None:
    """Two terms, and what became of the members of the present one."""
    old, term = Term.objects.get(number=4), Term.objects.get(number=5)
    clerk = places.users["bangongshi"]
    _sectors(data, old, term)
    _chairs_of_counties(data)
    roster = Roster(data, places)
    rows = roster.rows()
    with past.on(data["entered"], by=clerk):
        _enter(old, _before(data, roster, rows), clerk)
        terms.end_term(old, by=clerk)
        _enter(term, rows + _county_members(data, roster, len(rows)), clerk)
        _link_groups(data, term)
        _note_duties(roster.duties)
    members = {member.person.name: member for member in Member.objects.filter(term=term).select_related("person")}
    ordered = [members[row["name"]] for row in rows]
    _changes(data, ordered, term, past, clerk)
    with past.on(date(2022, 6, 1), by=clerk):
        _serve(data, ordered, term, clerk)
    with past.on(date(2026, 2, 10), by=clerk):
        _pool(data, roster)


def _sectors(data: dict[str, Any], old: Term, term: Term) -> None:
    for order, row in enumerate(data["sectors"], start=1):
        made = Sector.objects.create(term=term, name=row["name"], short_name=row.get("short", ""), order=order)
        if row["name"] in data["absent_before"]:
            continue
        for name in row.get("from", [row["name"]]):
            made.came_from.add(Sector.objects.create(term=old, name=name, short_name="", order=order))


def _enter(term: Term, rows: list[Row], by: Any) -> None:
    """Through the import, new units with it."""
    table = Table(LABELS, [SheetRow(n, [row.get(key, "") for key in KEYS]) for n, row in enumerate(rows, start=2)])
    importer = MemberImporter({"term": term.pk})
    new: dict[str, dict[str, str]] = {}
    for unknown in importer.check(table).unknown:
        new.setdefault(unknown.kind, {})[unknown.value] = ""
    report = MemberImporter({"term": term.pk}).apply(table, by=by, options={"new": new})
    if report.errors:
        raise ValueError(report.errors[:5])


def _before(data: dict[str, Any], roster: Roster, rows: list[Row]) -> list[Row]:
    """The term before: many of today's, in the sectors of then, and some who left."""
    told = data["before"]
    stayed = [dict(rows[place * len(rows) // told["count"]]) for place in range(told["count"])]
    for row in stayed:
        row["positions"] = "副主席" if row["positions"] == "主席" else ""
    gone = [
        dict(row) | {"name": roster.name(), "phone": f"139-0000-{3000 + place}", "positions": "", "id_number": ""}
        for place, row in enumerate(islice(cycle(rows[3::5]), told["new"]))
    ]
    found = [row for row in stayed + gone if row["sector"] not in data["absent_before"]]
    for place, row in enumerate(found):
        parts = data["split"].get(row["sector"], [row["sector"]])
        row |= {"sector": parts[place % len(parts)], "groups": "", "valid_from": told["since"].isoformat()}
    return found


def _chairs_of_counties(data: dict[str, Any]) -> None:
    """A chair and a vice-chair of each county, told apart by title. R118."""
    fresh = islice(names(), Person.objects.count(), None)
    for place, key in enumerate(data["counties"]):
        unit = Organization.objects.get(key=key)
        for suffix, title, order in (("chair", "主席", 60), ("vice-chair", "副主席", 61)):
            post = Post.objects.create(
                key=f"{key}-{suffix}", organization=unit, role=Role.COUNTY, title=title, order=order
            )
            phone = f"139-0000-{4000 + 100 * place + order}"
            person = Person.objects.create(name=next(fresh), phone=phone, remark="演示人员，纯属虚构")
            Tenure.objects.create(post=post, person=person, valid_from=data["since"])


def _county_members(data: dict[str, Any], roster: Roster, first: int) -> list[Row]:
    """Chairs of counties who sit on the standing committee."""
    found = []
    for place, key in enumerate(data["chairs_on_the_standing_committee"]):
        person = Person.objects.get(tenures__post__key=f"{key}-chair")
        sector = data["sectors"][0]
        known = {"name": person.name, "phone": person.phone, "positions": "常务委员", "employer": roster.units[key]}
        found.append(roster.completed(known, sector, first + place))
    return found


def _link_groups(data: dict[str, Any], term: Term) -> None:
    for row in data["sectors"]:
        if "group" in row:
            unit = Organization.objects.get(key=row["group"])
            sector = Sector.objects.get(term=term, name=row["name"])
            SectorGroup.objects.update_or_create(organization=unit, defaults={"sector": sector})


def _note_duties(duties: dict[str, str]) -> None:
    """What each is at his employer; the import leaves that to the form."""
    rows = list(Affiliation.objects.filter(kind="employer", member__term__number=5).select_related("member__person"))
    for row in rows:
        row.duty = duties.get(row.member.person.name, "")
    Affiliation.objects.bulk_update(rows, ["duty"])


def _changes(data: dict[str, Any], members: list[Member], term: Term, past: Past, clerk: Any) -> None:
    for row in data["moved"]:
        with past.on(row["day"], by=clerk):
            sector = Sector.objects.get(term=term, name=row["sector"])
            belonging.change(members[row["number"]], "sector", sector, since=row["day"], by=clerk)
    for row in data["left"]:
        with past.on(row["day"], by=clerk):
            terms.leave(members[row["number"]], day=row["day"], left_by=row["by"], why=row["why"], by=clerk)


def _serve(data: dict[str, Any], members: list[Member], term: Term, clerk: Any) -> None:
    """Groups, money, special duties, stations, contacts."""
    serving = [member for member in members if member.valid_from == data["since"] and not _left(data, members, member)]
    free = iter(serving[10:])
    for row in data["groups"]:
        parent = Organization.objects.get(key=row["committee"])
        group = Organization.objects.create(
            key=row["key"], name=row["name"], kind=Organization.Kind.ACTIVITY_GROUP, parent=parent
        )
        for place in range(row["people"]):
            belonging.change(
                next(free), "group", group, since=date(2022, 6, 1), duty=row["leader"] if place == 0 else "", by=clerk
            )
    for row in data["money"]:
        unit = Organization.objects.get(key=row["group"])
        GroupMoney.objects.create(
            organization=unit, on=row["day"], amount=row["amount"], what=row["what"], recorded_by=clerk
        )
    for row in data["duty_of"]:
        unit = Organization.objects.filter(key=row["key"]).first() or Organization.objects.create(
            key=row["key"], name=row["name"], kind=Organization.Kind.COURT
        )
        for _ in range(row["count"]):
            SpecialDuty.objects.create(
                member=next(free), organization=unit, title=row["title"], valid_from=row["from"], valid_to=row["to"]
            )
    keep_duties()
    keep_term()
    _stations(data, free, term)
    _contacts(data, term)


def _left(data: dict[str, Any], members: list[Member], member: Member) -> bool:
    return member in [members[row["number"]] for row in data["left"]]


def _stations(data: dict[str, Any], free: Iterator[Member], term: Term) -> None:
    for row in data["stations"]:
        station = Station.objects.create(
            kind=row["kind"], name=row["name"], place=row["place"],
            organization=Organization.objects.get(key=row["unit"]),
            sector=Sector.objects.filter(term=term, name=row.get("sector")).first(), valid_from=date(2022, 6, 1),
        )  # fmt: skip
        station.keepers.set([next(free) for _ in range(row["keepers"])])


def _contacts(data: dict[str, Any], term: Term) -> None:
    """Leaders keep contact with sectors (some are still without), and with members outside the parties. R138."""
    leading = Affiliation.objects.filter(kind="position", position__leading=True, member__term=term)
    leaders = [row.member.person for row in leading.select_related("member__person").order_by("position__order", "pk")]
    sectors = list(Sector.objects.filter(term=term))[: -data["without_contact"]]
    begun = date(2022, 6, 1)
    for place, sector in enumerate(sectors):
        LeaderLink.objects.create(kind="chairs", leader=leaders[place % len(leaders)], sector=sector, valid_from=begun)
    outside = Member.objects.filter(term=term, affiliations__sector__name="无党派人士")
    for place, member in enumerate(outside.order_by("person__pinyin")[:8]):
        LeaderLink.objects.create(
            kind="party_group", leader=leaders[place % 2], member=member, valid_from=begun
        )  # fmt: skip


def _pool(data: dict[str, Any], roster: Roster) -> None:
    """R080: outside experts."""
    fields = {field.name: field for field in Field.objects.all()}
    for number, row in enumerate(data["experts"], start=1):
        person = Person.objects.create(
            name=roster.name(), phone=f"139-0000-{2000 + number}", remark="演示人员，纯属虚构"
        )
        expert = Expert.objects.create(
            person=person, employer=row["employer"], title=row["title"], strengths=row["strengths"],
            valid_from=date(2026, 2, 10),
        )  # fmt: skip
        expert.fields.set([fields[name] for name in row["fields"]])
