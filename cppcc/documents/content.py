"""What an official document says, without a word about how it looks."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of 正文. `level` 0 is plain text; 1 to 4 are the levels 一、 （一） 1. （1） of GB/T 9704, 7.3.3."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Table:
    """A table of an annex. `widths` are relative to each other; empty means that the typesetter finds them."""

    head: list[str]
    rows: list[list[str]]
    widths: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("every row needs as many cells as the head")
        if self.widths and len(self.widths) != len(self.head):
            raise ValueError("widths, where given, need one number for each column")


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
    """A 文件式 document.

    masthead: 发文机关标志; the offices of a joint document stand in their order, separated by blanks, and 文件 last.
    signature: 署名, one name for each office that issues; `sealed` keeps the space that their seals need.
    note: 附注 without its brackets. copy_to: 抄送机关 without the full stop. printed_by and printed_on: 印发机关 and
    印发日期.
    """

    masthead: str
    number: str
    title: list[str]
    recipients: str
    body: list[Paragraph]
    signature: list[str]
    date: datetime.date
    annexes: list[Annex] = field(default_factory=list)
    note: str = ""
    copy_to: str = ""
    printed_by: str = ""
    printed_on: datetime.date | None = None
    sealed: bool = True

    @property
    def marked_annexes(self) -> list[Annex]:
        """The annexes that 附件说明 lists."""
        return [annex for annex in self.annexes if annex.marked]


def in_words(day: datetime.date) -> str:
    """A date as documents write it: 2026年3月5日, Arabic digits without leading zeros (GB/T 9704, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
