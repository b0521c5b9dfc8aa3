"""What an official document says, without a word about how it looks."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["document", "letter", "minutes"]
KINDS: tuple[Kind, ...] = ("document", "letter", "minutes")
PART = re.compile("[一二三四五六七八九十百]+、|（[一二三四五六七八九十百]+）")
ROLES = ("出席", "请假", "列席")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of 正文. `level` 0 is plain text; 1 to 4 are the levels 一、 （一） 1. （1） of GB/T 9704, 7.3.3."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Table:
    """A table of an annex. `widths` are relative to each other; empty means that the typesetter finds them.

    A row that only says 一、 or （一） and a name in its first cell heads those below, over all columns.
    """

    head: list[str]
    rows: list[list[str]]
    widths: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("every row needs as many cells as the head")
        if self.widths and len(self.widths) != len(self.head):
            raise ValueError("widths, where given, need one number for each column")

    @property
    def plain_rows(self) -> list[list[str]]:
        """The rows that are no headings."""
        return [row for row in self.rows if not heads(row)]


def heads(row: list[str]) -> bool:
    """Whether a row of a table is a heading of those below."""
    return len(row) > 1 and bool(PART.match(row[0])) and not any(cell.strip() for cell in row[1:])


@dataclass(frozen=True)
class Annex:
    """附件: its title, paragraphs and a table. `marked` is False for the text that a 印发 notice issues.

    A text that is issued by the notice is not an annex of it: it carries no 附件 mark and no 附件说明.
    """

    title: list[str]
    table: Table | None = None
    landscape: bool = False
    paragraphs: list[Paragraph] = field(default_factory=list)
    marked: bool = True


@dataclass(frozen=True)
class DocumentContent:
    """A document of one of three formats: 文件式 (`document`), 信函 (`letter`) or 纪要 (`minutes`).

    masthead: 发文机关标志; the offices of a joint document stand in their order, separated by blanks, and 文件 last.
    signatories: 签发人, of a report to a higher office only. recipients: 主送机关. signature: 署名, one name for each
    office that issues; `sealed` keeps the space that their seals need. annexes_note: 附件说明 where it is not just the
    titles of the annexes. note: 附注 without its brackets. copy_to: 抄送机关. printed_by and printed_on: 印发机关 and
    印发日期. attendees: 出席, 请假 and 列席 of minutes, each with its names. copy_number: 份号. urgency: 紧急程度.
    """

    masthead: str
    number: str
    title: list[str]
    recipients: list[str]
    body: list[Paragraph]
    signature: list[str]
    date: datetime.date
    annexes: list[Annex] = field(default_factory=list)
    note: str = ""
    copy_to: list[str] = field(default_factory=list)
    printed_by: str = ""
    printed_on: datetime.date | None = None
    sealed: bool = True
    kind: Kind = "document"
    signatories: list[str] = field(default_factory=list)
    annexes_note: list[str] = field(default_factory=list)
    attendees: dict[str, list[str]] = field(default_factory=dict)
    copy_number: str = ""
    urgency: str = ""

    @property
    def listed_annexes(self) -> list[str]:
        """The names that 附件说明 lists: as given, else the titles of the annexes that are marked."""
        return self.annexes_note or ["".join(annex.title) for annex in self.annexes if annex.marked]


def in_words(day: datetime.date) -> str:
    """A date as documents write it: 2026年3月5日, Arabic digits without leading zeros (GB/T 9704, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
