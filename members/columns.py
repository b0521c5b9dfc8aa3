"""How the cells of a roster are read: months, telephone numbers, identity numbers, names of choices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cppcc.sheets.columns import split_names
from cppcc.sheets.text import one_line

MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](?:\d{1,2}日?)?)?|(\d{4})(\d{2})(?:\d{2})?")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
MASKED = re.compile("[●*＊•·xX]+")


@dataclass(frozen=True)
class Month:
    """A month of birth as its first day; None when empty. A number that Excel cut (1970.1) is refused."""

    allowed: str = "如 1970-03 或 1970年3月"

    def __call__(self, cell: str) -> date | None:
        value = one_line(cell).replace(" ", "")
        if not value:
            return None
        if re.fullmatch(r"\d{4}\.1", value):
            raise ValueError("可能是 1 月，也可能是 10 月（Excel 会去掉末尾的 0），请写成 1970-01 或 1970-10 的样子")
        found = MONTH.fullmatch(value.removesuffix("生").removesuffix("出"))
        if found is None:
            raise ValueError("看不出是哪年哪月")
        year, month = (int(part) for part in (found[1] or found[3], found[2] or found[4]))
        if not (1900 <= year <= 2100 and 1 <= month <= 12):
            raise ValueError("没有这个年月")
        return date(year, month, 1)


@dataclass(frozen=True)
class Phone:
    """A telephone number as it was written."""

    allowed: str = "手机或带区号的电话号码"

    def __call__(self, cell: str) -> str:
        value = one_line(cell)
        if value and not re.fullmatch(r"\+?[\d\-—()（）/、 ]{5,30}", value):
            raise ValueError("不像电话号码，如显示为 1.39E+10，请把单元格设为文本后重填")
        if re.fullmatch(r"1\d+", value) and len(value) != 11:
            raise ValueError(f"手机号码应为 11 位，这里有 {len(value)} 位")
        return value


@dataclass(frozen=True)
class IdentityNumber:
    """An identity number of 18 digits whose last one agrees with the others."""

    allowed: str = "18 位身份证号"

    def __call__(self, cell: str) -> str:
        value = one_line(cell).replace(" ", "").upper()
        if not value or is_mask(cell):
            return ""
        if not re.fullmatch(r"\d{17}[\dX]", value):
            raise ValueError("不是 18 位身份证号，如末几位变成了 0，请把单元格设为文本后重填")
        if CHECKS[sum(int(digit) * weight for digit, weight in zip(value, WEIGHTS, strict=False)) % 11] != value[-1]:
            raise ValueError("最后一位校验码不对，请核对")
        return value


@dataclass(frozen=True)
class SecretText:
    """A text that is kept sealed; a mask that came back with a table says nothing."""

    max_length: int
    allowed: str = "加密保存；空着则不改"

    def __call__(self, cell: str) -> str:
        if is_mask(cell):
            return ""
        value = one_line(cell)
        if len(value) > self.max_length:
            raise ValueError(f"最多 {self.max_length} 字")
        return value


@dataclass(frozen=True)
class NamesOf:
    """Several names in one cell as a tuple, each once."""

    allowed: str = "用顿号分开"

    def __call__(self, cell: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one_line(part) for part in split_names(cell)))


def is_mask(cell: str) -> bool:
    """Whether a cell holds nothing but the mask of an export."""
    return bool(cell) and MASKED.fullmatch(cell.replace(" ", "")) is not None


def born_in(identity_number: str) -> date | None:
    """The month of birth in an identity number that passed; None when there is none."""
    return Month()(f"{identity_number[6:10]}-{identity_number[10:12]}") if identity_number else None


def listed(names: Iterable[object]) -> str:
    """Names in one cell."""
    return "、".join(str(name) for name in names)
