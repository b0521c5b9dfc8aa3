"""State secrets do not belong into this system: marks of 秘密, 机密 and 绝密 are found and refused. R048."""

import re

from cppcc.files.models import Classification
from cppcc.office.refusals import Refused

LEVEL = "(?:绝密|机密|(?<!工作)(?<!商业)(?<!国家)秘密)"
PROSE = "".join(f"(?<!{word})" for word in ("国家", "工作", "商业", "保守", "涉及", "知悉", "泄露", "泄漏", "严守"))
MARKS = (
    re.compile(rf"{LEVEL}\s*(?:[★☆]|[*＊]\s*(?:\d|长期|启用|$))", re.MULTILINE),
    re.compile(rf"密级[:：]?\s*{LEVEL}(?!\s*[/／、，,或和及与□☐○])"),
    re.compile(rf"[（(【\[〔《]\s*{LEVEL}级?\s*[）)】\]〕》]"),
    re.compile(rf"(?<!凡)(?<!不)(?<!如)(?:属于|定为)\s*{LEVEL}级(?!别)"),
    re.compile(rf"(?:\A|{PROSE}\n)\s*{LEVEL}级?(?:文件|材料|资料)?\s*(?:\Z|\n)"),
)
BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])[^\S\n]+(?=[\u4e00-\u9fff★☆])")  # letters of a mark stand far apart
IN_NAME = re.compile(r"绝密|机密|(?<!工作)(?<!商业)(?<!保守)(?<!保守国家)(?<!国家)秘密(?!工作)")
GUIDANCE = (
    "本系统只办理公开、内部和工作秘密材料；国家秘密请在涉密设备上按保密规定办理，不得录入或上传。"
    "如属误写，请改正后再保存。"
)


def secret_mark(text: str) -> str:
    """The mark of a state secret in a text, "" without one. 工作秘密, 商业秘密 and the like are no marks."""
    text = "\n".join(line.strip() for line in text.splitlines())
    text = BETWEEN.sub("", text)
    found = next((match for mark in MARKS if (match := mark.search(text))), None)
    return "".join(found[0].split()) if found else ""


def refuse_secret(text: str, *, where: str = "内容") -> None:
    """Raise Refused when a text bears such a mark."""
    if mark := secret_mark(text):
        raise Refused(f"{where}中有国家秘密标志“{mark}”。{GUIDANCE}")


def refuse_secret_pages(name: str, text: str) -> None:
    """Raise Refused for a file on whose first pages, with that `text`, such a mark stands."""
    refuse_secret(text, where=f"文件“{name}”的首页")


def refuse_secret_name(name: str) -> None:
    """Raise Refused for a file whose name says that it is a state secret."""
    stem = name.rsplit(".", 1)[0]
    found = secret_mark(stem) or next((match[0] for match in [IN_NAME.search(stem)] if match), "")
    if found:
        raise Refused(f"文件名“{name}”中有国家秘密标志“{found}”。{GUIDANCE}")


_OPENING, _CLOSING = r"^[\s…【〔（(\[]*(?:密级[:：]?\s*)?", r"[\s…】〕）)\]]*$"
WORK_SECRET_MARK = re.compile(rf"{_OPENING}工作秘密\s*(?:[★☆]\s*\S{{0,6}})?{_CLOSING}", re.MULTILINE)
_OF_WHAT, _WARNING = "(?:资料|文件|材料|参阅|使用)?", "(?:注意保存|妥善保管|不得外传|请勿外传)?"
INTERNAL_MARK = re.compile(rf"{_OPENING}内部{_OF_WHAT}[\s，,、·]*{_WARNING}{_CLOSING}", re.MULTILINE)


def classification_in(text: str) -> str:
    """The classification that a text marks itself with, 工作秘密 or 内部 on a line of its own; "" without one. R048."""
    if WORK_SECRET_MARK.search(text):
        return Classification.WORK_SECRET
    return Classification.INTERNAL if INTERNAL_MARK.search(text) else ""
