"""Columns of a table and the parsers of their cells. A parser takes the cell's text and raises ValueError(sentence).

Cells come with their line breaks kept as "\\n"; all parsers but `several` join the lines first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cppcc.sheets.text import label_key, one_line


@dataclass(frozen=True)
class Text:
    """Text of at most `max_length` characters (0: any length)."""

    max_length: int = 0

    @property
    def allowed(self) -> str:
        """What the clerk is told."""
        return f"不超过 {self.max_length} 字" if self.max_length else ""

    def __call__(self, cell: str) -> str:
        value = one_line(cell)
        if self.max_length and len(value) > self.max_length:
            raise ValueError(f"有 {len(value)} 字，最多 {self.max_length} 字")
        return value


@dataclass(frozen=True)
class Integer:
    """A whole number within bounds; None for an empty cell."""

    minimum: int | None = None
    maximum: int | None = None

    @property
    def allowed(self) -> str:
        """What the clerk is told."""
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum} 至 {self.maximum} 的整数"
        return "整数" if self.minimum is None else f"不小于 {self.minimum} 的整数"

    def __call__(self, cell: str) -> int | None:
        value = one_line(cell).replace(",", "").replace("，", "").replace("－", "-")
        if not value:
            return None
        if not re.fullmatch(r"[-+]?[0-9]{1,15}(\.0+)?", value):
            raise ValueError("不是整数")
        number = int(value.split(".")[0])
        too_small = self.minimum is not None and number < self.minimum
        if too_small or (self.maximum is not None and number > self.maximum):
            raise ValueError("超出允许的范围")
        return number


@dataclass(frozen=True)
class BooleanZh:
    """是 or 否 in the spellings that occur in office tables; an empty cell is 否."""

    allowed: str = "是、否、√ 或空白"
    labels: tuple[str, ...] = ("是", "否")

    def __call__(self, cell: str) -> bool:
        value = one_line(cell).strip().lower()
        if value in {"是", "√", "✓", "✔", "y", "yes", "true", "1", "有", "对"}:
            return True
        if value in {"", "否", "×", "✗", "x", "n", "no", "false", "0", "无", "不", "-", "—", "/"}:
            return False
        raise ValueError("看不出是“是”还是“否”")


_MONTH_NUMBERS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)}
_MONTH_NUMBERS |= {"十一": 11, "十二": 12, "元": 1}
_SPANS = {
    "全年": (1, 12),
    "上半年": (1, 6),
    "下半年": (7, 12),
    **{f"{head}{name}季度": (3 * i - 2, 3 * i) for i, name in enumerate("一二三四", 1) for head in ("", "第")},
    **{f"{head}{i}季度": (3 * i - 2, 3 * i) for i in range(1, 5) for head in ("", "第")},
}


@dataclass(frozen=True)
class MonthRange:
    """A span of months of one year as (first, last); None for an empty cell."""

    allowed: str = "如 3月、3月至5月、二季度、上半年、全年"

    def __call__(self, cell: str) -> tuple[int, int] | None:
        value = re.sub(r"\s", "", cell)
        if not value:
            return None
        if value in _SPANS:
            return _SPANS[value]
        if re.match(r"\d{4}-\d\d-\d\d", value):
            raise ValueError("Excel 把月份变成了日期，请把单元格设为文本，或写作“3月至4月”")
        months = [_month(part) for part in re.split(r"[-—–－~～〜至到]+", value)]
        if len(months) > 2 or months[0] > months[-1]:
            raise ValueError("月份的起止不对，开始月份不能晚于结束月份")
        return months[0], months[-1]


def _month(text: str) -> int:
    name = text.removesuffix("份").removesuffix("月")
    number = int(name) if re.fullmatch("[0-9]{1,2}", name) else _MONTH_NUMBERS.get(name, 0)
    if not 1 <= number <= 12:
        raise ValueError("看不出是哪个月")
    return number


@dataclass(frozen=True)
class DateZh:
    """A day in the spellings that occur (2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301); None when empty."""

    allowed: str = "如 2026-03-01 或 2026年3月1日"

    def __call__(self, cell: str) -> date | None:
        value = re.sub(r"\s+(00:00(:00)?)?$", "", one_line(cell)).replace(" ", "")
        if not value:
            return None
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", value) or re.fullmatch(
            r"(\d{4})(\d{2})(\d{2})", value
        )
        if found is None:
            raise ValueError("看不出是哪一天")
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            raise ValueError("没有这一天") from None


@dataclass(frozen=True)
class Choice:
    """One of a few values, each known by a label and aliases; the empty cell gives `empty`."""

    options: Mapping[Any, str | Sequence[str]]
    empty: Any = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The first label of each value."""
        return tuple(names if isinstance(names, str) else names[0] for names in self.options.values())

    @property
    def allowed(self) -> str:
        """What the clerk is told."""
        return "、".join(self.labels)

    def __call__(self, cell: str) -> Any:
        value = label_key(cell)
        if not value:
            return self.empty
        for key, names in self.options.items():
            spellings = [names] if isinstance(names, str) else names
            if value in {label_key(name) for name in spellings} or value == label_key(str(key)):
                return key
        raise ValueError("不在可选范围内")


@dataclass(frozen=True)
class Several:
    """Several names in one cell, each once, in order; brackets hold together what stands in them."""

    maximum: int = 50
    item: Callable[[str], Any] = one_line
    allowed: str = "用顿号分开"

    def __call__(self, cell: str) -> list[Any]:
        values = [self.item(part) for part in split_names(cell)]
        values = list(dict.fromkeys(values))
        if len(values) > self.maximum:
            raise ValueError(f"有 {len(values)} 个，最多 {self.maximum} 个")
        return values


def split_names(cell: str) -> list[str]:
    """The names in `cell`, parted by 、；;，, or a new line, but not inside brackets."""
    parts, depth = [""], 0
    for char in cell:
        depth = max(0, depth + (char in "（(") - (char in "）)"))
        if char == "\n" or (char in "、；;，," and depth == 0):
            parts.append("")
            depth = 0
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def text(max_length: int = 0) -> Text:
    """A parser of text."""
    return Text(max_length)


def integer(minimum: int | None = None, maximum: int | None = None) -> Integer:
    """A parser of whole numbers."""
    return Integer(minimum, maximum)


def choice(options: Mapping[Any, str | Sequence[str]], *, empty: Any = "") -> Choice:
    """A parser of one of `options`: value -> label, or value -> (label, alias, ...)."""
    return Choice(options, empty)


def several(maximum: int = 50, item: Callable[[str], Any] = one_line) -> Several:
    """A parser of lists of names; `item` parses each."""
    return Several(maximum, item)


boolean_zh = BooleanZh()
month_range = MonthRange()
date_zh = DateZh()


@dataclass(frozen=True)
class Column:
    """A column: its key in a record, its label on the sheet, how its cells are read (and written on export).

    `value` takes the object on export; without it `getattr(obj, key)` is written.
    """

    key: str
    label: str
    parse: Callable[[str], Any] = field(default_factory=Text)
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    value: Callable[[Any], Any] | None = None

    @property
    def allowed(self) -> str:
        """What may stand in the column, in words."""
        words = getattr(self.parse, "allowed", "")
        return "、".join(filter(None, ["必填" if self.required else "", words]))

    @property
    def labels(self) -> tuple[str, ...]:
        """The few values that may be chosen, or nothing."""
        return tuple(getattr(self.parse, "labels", ()))

    def names(self) -> set[str]:
        """The spellings of the label, as `label_key` gives them."""
        return {label_key(name) for name in (self.label, *self.aliases)}

    def read(self, cell: str) -> Any:
        """The value of a cell. Raises ValueError with the sentence for the clerk."""
        if cell.startswith(("=", "＝")):
            raise ValueError("以等号开头，像是公式，请改成文字")
        if self.required and not cell:
            raise ValueError("不能为空")
        return self.parse(cell)

    def write(self, obj: Any) -> Any:
        """The value of `obj` in this column, for an export."""
        return self.value(obj) if self.value else getattr(obj, self.key)
