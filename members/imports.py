"""The import of a term's roster from Excel or CSV: members with what they belong to. R133, R141."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any, ClassVar

from cppcc.office.models import Organization, Term
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import Names, organizations
from cppcc.sheets.columns import Column, choice, date_zh, text
from cppcc.sheets.imports import Importer
from cppcc.sheets.reports import ImportRow
from members.columns import IdentityNumber, Month, NamesOf, Phone, SecretText, born_in, listed
from members.enrolled import Entry, enrolled
from members.identity import Persons
from members.models import Particulars, Position, Sector
from members.models.particulars import SEALED
from members.roster_writing import Writing
from members.sealing import Sealed, cipher
from members.standing import COMMUNIST, NON_PARTY, party_text

K = Organization.Kind
GENDERS = {Particulars.Gender.MALE.value: ("男", "男性"), Particulars.Gender.FEMALE.value: ("女", "女性")}
UNKNOWN_LABELS = {"sector": "界别", "party": "党派", "committee": "专门委员会", "group": "界别组", "unit": "单位"}
KINDS = {"party": K.PARTY, "committee": K.COMMITTEE, "group": K.SECTOR_GROUP}
NAMED = {"sector": "sector", "employer": "unit", "committees": "committee", "groups": "group"}
COMMUNIST_NAMES = {"中共", "中国共产党", "中共党员", "共产党", "共产党员", "中共预备党员"}
NON_PARTY_NAMES = {"无党派", "无党派人士", "无", "群众", "-", "—", "/"}
PLAIN_MEMBER = {"委员", "政协委员", "无", "-", "—", "/"}
POSITION_ALIASES = {"常委": "常务委员"}
MONTH = Month()


def _born(member: Any) -> str:
    return f"{member.told.born:%Y-%m}" if member.told.born else ""


class MemberImporter(Importer):
    """Members of a term (`arguments["term"]`). `arguments["since"]`: the day from which changes of what they belong to
    hold, as 2026-03-01; without it they are taken for corrections.

    A member is found again by the name alone where it is unique in file and roster, else by name and month of birth.
    """

    kind = "members.roster"
    title = "导入委员名册"
    template_name = "委员名册导入模板.xlsx"
    key_columns = ("name",)
    secret = frozenset(SEALED)
    unknown_labels = UNKNOWN_LABELS
    unknown_choices: ClassVar[Mapping[str, Sequence[tuple[str, str]]]] = {
        "unit": (
            (K.EMPLOYER, K.EMPLOYER.label),
            *((kind, label) for kind, label in K.choices if kind not in (K.EMPLOYER, K.DECIDING_BODY)),
        )
    }
    columns: ClassVar[Sequence[Column]] = (
        Column("name", "姓名", text(50), required=True, aliases=("委员姓名",), example="赵甲子",
               value=lambda m: m.person.name),
        Column("gender", "性别", choice(GENDERS), example="男", value=lambda m: m.told.get_gender_display()),
        Column("born", "出生年月", MONTH, aliases=("出生日期", "出生时间"), example="1970-03", value=_born),
        Column("ethnicity", "民族", text(20), example="汉族", value=lambda m: m.told.ethnicity),
        Column("political_status", "政治面貌", text(20), example="民革党员", value=lambda m: m.told.political_status),
        Column("party", "党派", text(100), example="民革", help="中共党员写“中共”，没有党派的写“无党派”或空着",
               value=party_text),
        Column("sector", "界别", text(60), example="经济界", value=lambda m: _of(m.standing.sector)),
        Column("committees", "专门委员会", NamesOf(), aliases=("所在委室", "专委会"), example="经济委员会",
               help="几个委员会用顿号分开", value=lambda m: listed(a.organization.name for a in m.standing.committees)),
        Column("positions", "职务", NamesOf(), aliases=("政协职务", "委员职务"), example="常务委员",
               help="在政协的职务，普通委员空着", value=lambda m: listed(a.position for a in m.standing.positions)),
        Column("employer", "工作单位", text(100), aliases=("单位", "所在单位"), example="云江机械有限公司",
               value=lambda m: m.standing.employer.organization.name if m.standing.employer else ""),
        Column("phone", "手机", Phone(), aliases=("手机号码", "联系电话", "电话"), example="13900000000",
               value=lambda m: m.person.phone),
        Column("expertise", "专长", text(200), example="金融、投资", value=lambda m: m.told.expertise),
        Column("valid_from", "任职起", date_zh, aliases=("任职起始", "任职时间"), example="2022-01-10",
               help="空着即本届开始之日"),
        Column("valid_to", "任职止", date_zh, aliases=("任职截止", "离任时间"), help="在任的空着"),
        Column("remark", "备注", text(500)),
        Column("education", "学历", text(40), example="大学本科", value=lambda m: m.told.education),
        Column("groups", "界别组", NamesOf(), help="界别内的分组，如教育一组",
               value=lambda m: listed(a.organization.name for a in m.standing.sector_groups)),
        Column("id_number", "身份证号", IdentityNumber(), aliases=("身份证", "身份证号码", "公民身份号码"),
               help="加密保存，导出时不带出；空着则不改", value=lambda m: ""),
        Column("address", "住址", SecretText(200), aliases=("家庭住址", "住所"), help="同上", value=lambda m: ""),
        Column("religion", "宗教信仰", SecretText(40), help="同上", value=lambda m: ""),
    )  # fmt: skip

    @classmethod
    def keep(cls, data: bytes) -> bytes:
        """Sealed: the file may hold identity numbers."""
        return cipher().encrypt(data)

    @classmethod
    def kept(cls, data: bytes) -> bytes:
        """Opened again."""
        return cipher().decrypt(data)

    @cached_property
    def term(self) -> Term:
        """The term of the roster."""
        return Term.objects.get(pk=self.arguments["term"])

    @cached_property
    def since(self) -> date | None:
        """From when what changed holds; None: what stood there was wrong."""
        return date.fromisoformat(self.arguments["since"]) if self.arguments.get("since") else None

    def lock(self) -> None:
        """The term: two imports into the same roster take turns. Raises Refused when it is gone."""
        locked = Term.objects.select_for_update().filter(pk=self.arguments["term"]).first()
        if locked is None:
            raise Refused("这一届已不存在，请重新选择。")

    # Reading ---------------------------------------------------------------------------------------------------

    def prepare(self, rows: Sequence[ImportRow]) -> None:
        """Names become keys of sectors, units and positions; each row finds its member, or its person."""
        self._load()
        self.twice = {name for name, count in Counter(row.record["name"] for row in rows).items() if count > 1}
        for row in rows:
            self._resolve(row)
            self._check(row)
            self._identify(row)
        persons = Persons(row.record["name"] for row in rows if not self._entries_of(row.record))
        for row in rows:
            if not row.failed and not self._entries_of(row.record):
                row.record["person"], sentence = persons.of(row.record)
                if sentence:
                    self.error(row, "name", sentence)
                elif row.record["person"]:
                    row.changes = ["沿用已登记的人员"]

    def _load(self) -> None:
        self.by_name: dict[str, list[Entry]] = {}
        for entry in enrolled(self.term):
            self.by_name.setdefault(entry.values["name"], []).append(entry)
        units = organizations()
        sectors = Sector.objects.filter(term=self.term)
        self.names = {
            "sector": Names((s, s.name, filter(None, [s.short_name])) for s in sectors),
            "unit": units, "committee": units, "group": units, "party": units,
        }  # fmt: skip
        self.positions = {position.label: position.pk for position in Position.objects.all()}
        self.positions |= {other: self.positions[label] for other, label in POSITION_ALIASES.items()
                           if label in self.positions}  # fmt: skip
        self._pks: dict[tuple[str, str], int | None] = {}

    def _resolve(self, row: ImportRow) -> None:
        record = row.record
        for column, kind in NAMED.items():
            if column not in record:
                continue
            value = record[column]
            if isinstance(value, tuple):
                record[column] = tuple(sorted(pk for name in value if (pk := self._pk(row, column, kind, name))))
            else:
                record[column] = self._pk(row, column, kind, value) if value else None
        if "positions" in record:
            record["positions"] = self._position_keys(row, record["positions"])
        if "party" in record:
            record["party"] = self._party(row, record["party"])

    def _pk(self, row: ImportRow, column: str, kind: str, name: str) -> int | None:
        """The primary key of what bears `name`; the unknown is noted at its cell."""
        known = (kind, name)
        if known not in self._pks:
            found = self.names[kind].find(name)
            fits = found is not None and (kind not in KINDS or found.kind == KINDS[kind])
            self._pks[known] = found.pk if fits else None
        if self._pks[known] is None:
            self.unknown(row, column, kind, name, guess=self._guess(kind, name))
        return self._pks[known]

    def _guess(self, kind: str, name: str) -> str:
        if (kind, name) in self._unknown:
            return self._unknown[kind, name].guess
        if kind == "unit":
            return ""
        things = {obj.name for obj in self.names[kind].full.values() if kind == "sector" or obj.kind == KINDS[kind]}
        return next(iter(get_close_matches(name, things, n=1, cutoff=0.5)), "")

    def _position_keys(self, row: ImportRow, names: Iterable[str]) -> tuple[int, ...]:
        wanted = [name for name in names if name not in PLAIN_MEMBER]
        strange = [name for name in wanted if name not in self.positions]
        if strange:
            labels = "、".join(Position.objects.values_list("label", flat=True))
            self.error(row, "positions", f"没有“{strange[0]}”这个委员职务", allowed=f"{labels}；普通委员空着")
        return tuple(sorted({self.positions[name] for name in wanted if name in self.positions}))

    def _party(self, row: ImportRow, name: str) -> int | None:
        """The party's key; 中共 and 无党派 are no party of the roster, they agree with the political status."""
        status = row.record.get("political_status", "")
        if name in COMMUNIST_NAMES or (not name and status.startswith(COMMUNIST)):
            if status and not status.startswith(COMMUNIST):
                self.error(row, "party", f"与政治面貌“{status}”不一致，请核对其中一项")
            if name:
                row.record["political_status"] = status or "中共党员"
            return None
        if not name or name in NON_PARTY_NAMES:
            if name in ("无党派", "无党派人士") and not status:
                row.record["political_status"] = "无党派人士"
            if name in ("无党派", "无党派人士") and status.startswith(COMMUNIST):
                self.error(row, "party", f"与政治面貌“{status}”不一致，请核对其中一项")
            return None
        if status.startswith((COMMUNIST, NON_PARTY)):
            self.error(row, "party", f"与政治面貌“{status}”不一致，请核对其中一项")
        return self._pk(row, "party", "party", name)

    def _check(self, row: ImportRow) -> None:
        record = row.record
        begun, ends = record.get("valid_from"), record.get("valid_to")
        if begun and begun > self.term.ends:
            self.error(row, "valid_from", f"晚于{self.term}的结束日期（{self.term.ends:%Y-%m-%d}）")
        if ends and ends < (begun or self.term.starts):
            self.error(row, "valid_to", "早于任职起始日期")
        if ends and ends > self.term.ends:
            self.error(row, "valid_to", f"晚于{self.term}的结束日期（{self.term.ends:%Y-%m-%d}）")
        on_card = born_in(record.get("id_number", ""))
        if on_card and record.get("born") and on_card != record["born"]:
            self.error(row, "id_number", "与出生年月不一致，请核对其中一项")

    def _identify(self, row: ImportRow) -> None:
        """R141: the name alone where it is unique in file and roster; else the month of birth tells them apart."""
        name, born = row.record["name"], row.record.get("born")
        same = self.by_name.get(name, [])
        if name not in self.twice and len(same) < 2:
            row.record["key"] = (name, None)
            return
        row.record["key"] = (name, born)
        if born is None and not row.failed:
            where = "这份表" if name in self.twice else "名册"
            self.error(row, "born", f"{where}里有同名的“{name}”，请填写出生年月以便区分")
        elif sum(entry.values["born"] == born for entry in same) > 1:
            self.error(row, "name", f"名册里有两个“{name}”出生年月也相同，请在名册页面分别修改")

    def _entries_of(self, record: Mapping[str, Any]) -> list[Entry]:
        name, born = record.get("key") or (record["name"], None)
        same = self.by_name.get(name, [])
        return same if born is None else [entry for entry in same if entry.values["born"] == born]

    # Comparing -------------------------------------------------------------------------------------------------

    def key(self, record: Mapping[str, Any]) -> Hashable:
        """The name, with the month of birth where the name alone does not tell."""
        return record["key"]

    def existing(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Any]:
        """The members of the term by key; they were read when the rows were prepared."""
        found: dict[Hashable, Any] = {}
        for key in keys:
            same = self._entries_of({"key": key})
            if same:
                found[key] = same[0]
        return found

    def changes(self, record: Mapping[str, Any], obj: Entry) -> list[str]:
        """The labels of the columns that would change."""
        labels = {column.key: column.label for column in self.columns}
        return [label for key, label in labels.items() if key in record and self._differs(key, record[key], obj)]

    def _differs(self, key: str, value: Any, entry: Entry) -> bool:
        if key in SEALED:
            held = entry.values[key]
            return bool(value) and value != (held.opened() if isinstance(held, Sealed) else "")
        if key == "valid_from" and value is None:
            return False
        return (value or None) != (entry.values[key] or None)

    # Writing ---------------------------------------------------------------------------------------------------

    def create_unknown(self, kind: str, chosen: Mapping[str, str]) -> None:
        """New sectors of the term, new units of the chosen kind; what is there by now is not made twice."""
        if kind == "sector":
            last = Sector.objects.filter(term=self.term).count()
            for order, name in enumerate(chosen, start=last + 1):
                Sector.objects.get_or_create(term=self.term, name=name, defaults={"order": order})
            return
        known = organizations()
        for name, choice_made in chosen.items():
            if known.find(name) is None:
                made = Organization.objects.create(name=name, kind=KINDS.get(kind) or choice_made or K.EMPLOYER)
                known.add(made, name)

    def create(self, rows: Sequence[ImportRow]) -> None:
        """New members, with persons and particulars where there are none."""
        Writing(self.term, self.since, by=self.by).create([row.record for row in rows])

    def update(self, pairs: Sequence[tuple[ImportRow, Any]]) -> None:
        """Changed members."""
        keys = [column.key for column in self.columns]
        Writing(self.term, self.since, by=self.by).update([
            (entry, {key: row.record[key] for key in keys if key in row.record and
                     self._differs(key, row.record[key], entry)}) for row, entry in pairs
        ])  # fmt: skip


def _of(affiliation: Any) -> str:
    return affiliation.sector.name if affiliation else ""


def columns_to_export() -> list[Column]:
    """The columns of a roster that leaves the house: all but what is sealed, so that it comes back in without loss."""
    return [column for column in MemberImporter.columns if column.key not in SEALED]
