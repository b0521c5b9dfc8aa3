"""State secrets do not belong into this system: marks of 秘密, 机密 and 绝密 are found and refused. R048."""

import re

from cppcc.office.refusals import Refused

LEVELS = "绝\\s*密|机\\s*密|秘\\s*密"
MARKS = (
    re.compile(rf"(?:{LEVELS})\s*[★☆*＊]"),
    re.compile(rf"密\s*级\s*[:：]?\s*(?:{LEVELS})"),
    re.compile(rf"[（(【\[〔《]\s*(?:{LEVELS})\s*级?\s*[）)】\]〕》]"),
    re.compile(r"(?:绝密|机密|秘密)级"),
    re.compile(rf"^\s*(?:{LEVELS})\s*$", re.MULTILINE),
)
IN_NAME = re.compile(r"绝密|机密|(?<!工作)(?<!商业)(?<!保守)(?<!保守国家)(?<!国家)秘密(?!工作)")
GUIDANCE = (
    "本系统只办理公开、内部和工作秘密材料；国家秘密请在涉密设备上按保密规定办理，不得录入或上传。"
    "如属误写，请改正后再保存。"
)


def secret_mark(text: str) -> str:
    """The mark of a state secret in a text, "" without one. 工作秘密, 商业秘密 and the like are no marks."""
    found = next((match for mark in MARKS if (match := mark.search(text))), None)
    return "".join(found[0].split()) if found else ""


def refuse_secret(text: str, *, where: str = "内容") -> None:
    """Raise Refused when a text bears such a mark."""
    if mark := secret_mark(text):
        raise Refused(f"{where}中有国家秘密标志“{mark}”。{GUIDANCE}")


def refuse_secret_name(name: str) -> None:
    """Raise Refused for a file whose name says that it is a state secret."""
    stem = name.rsplit(".", 1)[0]
    found = secret_mark(stem) or next((match[0] for match in [IN_NAME.search(stem)] if match), "")
    if found:
        raise Refused(f"文件名“{name}”中有国家秘密标志“{found}”。{GUIDANCE}")
