"""An edited .docx read back: each block goes to its part by its style, or, where that fails, by its number.

Nothing is guessed: what cannot be placed is told in a sentence, and what is in the head (mark, number) is not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cppcc.documents.closing import name_alone
from cppcc.documents.content import ROLES
from cppcc.documents.docx import styles
from cppcc.documents.docx.parsing import Block, parsed
from cppcc.documents.docx.words import plain
from cppcc.documents.lines import level_of
from cppcc.office.refusals import Refused

DATE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
ANNEX_MARK = re.compile(r"附件\s*[0-9]{0,2}[:：]?")
LEVELS = {name: level for level, name in enumerate(styles.HEADINGS, 1)}
HEAD = {
    styles.MARK, styles.NUMBER, styles.LETTER_NUMBER, styles.SIGNATORY, styles.COPY_NUMBER, styles.URGENCY,
}  # fmt: skip
TEXTS = {styles.TEXT, styles.PLAIN_TEXT, *LEVELS}
NO_TITLE = (
    "没有找到“公文标题”样式的段落，不知道哪里是标题和正文。请先下载本件的可编辑文本，在它上面修改，"
    "不要清除段落样式，再上传。"
)
SHOWN = 15  # characters of a paragraph in a sentence


@dataclass
class Read:
    """What a file says, with the keys of a description, and what the clerk must know about the reading."""

    said: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    origin: str = ""

    @property
    def texts(self) -> list[str]:
        """Every text in it."""
        return list(every_text(self.said))


def every_text(value: Any) -> Iterator[str]:
    """The texts in lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from every_text(part)
    elif isinstance(value, str):
        yield value


def read(data: bytes) -> Read:
    """Read a .docx that has passed the check of uploads. Raises Refused for one without our styles, or damaged."""
    file = parsed(data)
    if not any(block.style == styles.TITLE and plain(block.text) for block in file.blocks):
        raise Refused(NO_TITLE)
    reader = Reader()
    for block in file.blocks:
        reader.take(block)
    found = reader.found()
    found.origin = file.origin
    if file.others:
        found.remarks.append(f"文件中有{'、'.join(sorted(file.others))}，只读入文字（修订按接受后的文字读入）。")
    return found


class Reader:
    """Takes the blocks in their order and puts each into its place."""

    def __init__(self) -> None:
        self.parts: dict[str, list[str]] = {}
        self.body: list[dict[str, Any]] = []
        self.annexes: list[dict[str, Any]] = []
        self.remarks: list[str] = []
        self.place = "head"

    def take(self, block: Block) -> None:
        """The next block."""
        if block.rows is not None:
            return self.take_table(block)
        if not plain(block.text):
            return None
        if block.numbered:
            self.remarks.append(f"“{shown(block)}”一段用了自动编号，编号读不到，请在表单中补上序号。")
        by_style = {
            styles.ANNEX_MARK: self.begin_annex, styles.ANNEX_TITLE: self.take_annex_title,
            styles.TITLE: self.take_title, styles.MINUTES_HEAD: self.take_minutes_head,
        }  # fmt: skip
        act = by_style.get(block.style)
        if act:
            return act(block)
        return self.take_text(block)

    def take_text(self, block: Block) -> None:
        """A paragraph of the text, of an annex, or of what closes the document."""
        if block.style in HEAD or (self.place == "head" and block.style not in TEXTS):
            if block.style == styles.NUMBER:
                self.keep("number", block)
            elif block.style not in HEAD:
                self.lose(block, "在标题之前")
        elif block.style in KEPT:
            self.keep(KEPT[block.style], block)
            self.place = self.place if block.style == styles.RECIPIENTS else "end"
        elif self.place == "annex" and block.style not in TEXTS and ANNEX_MARK.fullmatch(plain(block.text)):
            self.begin_annex(block)
        elif self.place == "end":
            self.lose(block, "在署名、附注之后")
        else:
            self.take_paragraph(block)

    def take_paragraph(self, block: Block) -> None:
        """Text: a line feed inside it ends a paragraph."""
        target = self.annexes[-1]["body"] if self.place == "annex" else self.body
        for line in filter(None, map(plain, block.text.split("\n"))):
            target.append({"level": self.level(block.style, line), "text": line})

    def level(self, style: str, line: str) -> int:
        """The level of a line, by its style where that is a heading, else by its number."""
        if style == styles.PLAIN_TEXT:
            return 0
        by_number = level_of(line)
        wanted = LEVELS.get(style, by_number)
        if wanted != by_number:
            self.remarks.append(f"“{line[:SHOWN]}”用了{style}样式，序号却不是这一层的；系统按序号认层次，请核对。")
        return wanted

    def take_title(self, block: Block) -> None:
        """The title; several paragraphs of it are its lines. In an annex it is that of the annex."""
        if self.place == "annex":
            return self.take_annex_title(block)
        if self.place == "end":
            return self.lose(block, "在署名、附注之后")
        self.keep("title", block)
        self.place = "body"
        return None

    def take_minutes_head(self, block: Block) -> None:
        """Who writes minutes and when: their 署名 stands beside the date, above the rule."""
        office, _, day = block.text.strip().rpartition("\t")
        self.keep("date", Block(text=day))
        if "number" in self.parts:
            self.keep("signature", Block(text="\t".join(office.split("　"))))

    def begin_annex(self, block: Block) -> None:
        """附件1"""
        self.annexes.append({"title": [], "body": [], "landscape": block.landscape, "marked": True})
        self.place = "annex"

    def take_annex_title(self, block: Block) -> None:
        """The title of the annex that was begun, or of one that bears no mark."""
        last = self.annexes[-1] if self.place == "annex" else None
        if last is None or last["body"] or "table" in last or (last["title"] and not last["marked"]):
            last = {"title": [], "body": [], "landscape": block.landscape, "marked": False}
            self.annexes.append(last)
        last["title"] += list(filter(None, map(plain, block.text.split("\n"))))
        self.place = "annex"

    def take_table(self, block: Block) -> None:
        """The table of an annex; that of the mark and the 版记 are known by where they stand and what they say."""
        rows = block.rows or []
        first = rows[0][0] if rows and rows[0] else ""
        if self.place == "head" or not rows:
            return
        if (
            len(rows) <= 2
            and all(len(row) == 1 for row in rows)
            and (first.startswith("抄送") or "印发" in rows[-1][0])
        ):
            self.take_imprint([row[0] for row in rows])
        elif self.place != "annex":
            self.remarks.append(f"“{first[:SHOWN]}”开头的表格在正文中，没有读入；表格请放在附件里。")
        elif block.merged:
            self.remarks.append(f"附件“{self.annex_name()}”的表格有合并的单元格，没有读入；请取消合并后再上传。")
        elif "table" in self.annexes[-1]:
            self.remarks.append(f"附件“{self.annex_name()}”有两个以上的表格，只读入第一个；请分成几个附件。")
        else:
            self.annexes[-1]["table"] = {"head": rows[0], "rows": rows[1:]}

    def take_imprint(self, rows: list[str]) -> None:
        """抄送; who printed it and when is the system's to say."""
        for row in rows:
            if row.startswith("抄送"):
                self.keep("copy_to", Block(text=re.sub(r"^抄送[:：]?", "", row)))

    def annex_name(self) -> str:
        """The title of the annex at hand."""
        return "".join(self.annexes[-1]["title"])[:SHOWN]

    def keep(self, key: str, block: Block) -> None:
        """Add a text to a part."""
        self.parts.setdefault(key, []).append(block.text)

    def lose(self, block: Block, where: str) -> None:
        """Tell of a paragraph that has no place."""
        self.remarks.append(f"“{shown(block)}”{where}，没有读入。")

    def found(self) -> Read:
        """Everything, with the keys of a description."""
        lines = {key: [plain(line) for text in texts for line in re.split("[\n\t]", text) if plain(line)]
                 for key, texts in self.parts.items()}  # fmt: skip
        said = {
            "title": lines.get("title", []),
            "recipients": listed("".join(lines.get("recipients", [])).rstrip("：:"), "，"),
            "body": self.body,
            "annexes_note": [name_alone(line) for line in lines.get("annexes_note", [])],
            "signature": lines.get("signature", []),
            "date": self.date("".join(lines.get("date", []))),
            "note": bare("".join(lines.get("note", []))),
            "copy_to": listed("".join(lines.get("copy_to", [])).removesuffix("。"), "，"),
            "attendees": attendees(lines.get("attendees", [])),
            "annexes": self.annexes,
        }
        return Read(said, self.remarks)

    def date(self, text: str) -> str:
        """A date as the description has it; "" for none."""
        found = DATE.fullmatch(text)
        if text and not found:
            self.remarks.append(f"成文日期“{text[:SHOWN]}”不是“2026年3月5日”这样的写法，没有读入。")
        return f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


KEPT = {
    styles.RECIPIENTS: "recipients", styles.ANNEX_LIST: "annexes_note", styles.SIGNATURE: "signature",
    styles.DATE: "date", styles.NOTE: "note", styles.ATTENDEES: "attendees",
}  # fmt: skip


def shown(block: Block) -> str:
    """The beginning of a paragraph."""
    return plain(block.text)[:SHOWN]


def listed(text: str, mark: str) -> list[str]:
    """The names between marks."""
    return [name.strip() for name in text.split(mark) if name.strip()]


def bare(text: str) -> str:
    """附注 without its brackets."""
    return text[1:-1] if text.startswith(("（", "(")) and text.endswith(("）", ")")) else text


def attendees(rows: list[str]) -> dict[str, list[str]]:
    """出席, 请假 and 列席 with their names."""
    found = {}
    for row in rows:
        role, _, names = row.replace(":", "：", 1).partition("：")
        if role in ROLES:
            found[role] = listed(names, "、")
    return found
