"""What may be uploaded: name, content and size must agree, and nothing may blow up when it is opened."""

import unicodedata
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from cppcc.files.first_pages import first_text
from cppcc.files.secrecy import refuse_secret_name, refuse_secret_pages
from cppcc.files.unpacking import BROKEN, entry_names
from cppcc.office.refusals import Refused

MAX_BYTES = 20 * 1024 * 1024  # unless settings.FILES_MAX_BYTES says otherwise
MEGABYTE = 1024 * 1024
MAX_NAME = 200  # characters
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
OLD_OFFICE = {"xls": ".xlsx", "doc": ".docx", "et": ".xlsx", "wps": ".docx"}
ALLOWED = frozenset(MEDIA_TYPES)


class Upload(Protocol):
    """What Django hands over as an uploaded file."""

    name: str | None
    size: int | None

    def read(self, num_bytes: int = -1) -> bytes:
        """The next bytes."""


@dataclass(frozen=True)
class Checked:
    """A file that passed: its bytes, its cleaned name, its extension and media type."""

    data: bytes
    name: str
    extension: str
    media_type: str


def check(upload: Upload | bytes, *, allowed: Set[str] = ALLOWED, name: str = "", ours: bool = False) -> Checked:
    """The bytes and the cleaned name of `upload` (an uploaded file, or bytes with `name`).

    allowed: extensions without the dot. ours: the system made the name, out of a text that bears no mark but may speak
    of secrets (关于清退机密文件的通知). Raises Refused with a sentence: too large, empty, a kind that is not allowed,
    a content that does not agree with the extension, a damaged or encrypted file, macros, a zip bomb, the mark of a
    state secret in its name or on its first pages (R048).
    """
    name = clean_name(name or getattr(upload, "name", "") or "")
    if not ours:
        refuse_secret_name(name)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension in OLD_OFFICE and extension not in allowed:
        raise Refused(f"“{name}”是旧版格式（.{extension}），请用 WPS 打开后另存为 {OLD_OFFICE[extension]} 再上传。")
    if extension not in allowed or extension not in MEDIA_TYPES:
        kinds = "、".join(sorted(allowed & ALLOWED))
        raise Refused(f"不能上传“{name}”这种文件，可以上传：{kinds}。")
    data = _bytes_of(upload)
    CONTENTS[extension](data)
    refuse_secret_pages(name, first_text(extension, data))
    return Checked(data, name, extension, MEDIA_TYPES[extension])


def clean_name(name: str) -> str:
    """A file name without folders and invisible characters, at most 200 characters, the extension kept."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = name.strip(" .") or "未命名"
    if len(name) > MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        name = stem[: MAX_NAME - len(extension) - 1] + dot + extension if len(extension) < 20 else name[:MAX_NAME]
    return name


def _bytes_of(upload: Upload | bytes) -> bytes:
    limit = getattr(settings, "FILES_MAX_BYTES", MAX_BYTES)
    declared = len(upload) if isinstance(upload, bytes) else upload.size
    if declared is not None and declared > limit:
        _refuse_large(declared, limit)
    data = upload if isinstance(upload, bytes) else upload.read(limit + 1)
    if len(data) > limit:
        _refuse_large(len(data), limit)
    if not data:
        raise Refused("这个文件是空的，请重新选择。")
    if declared is not None and declared != len(data):
        raise Refused("文件没有传完整，请重新上传。")
    return data


def _refuse_large(size: int, limit: int) -> None:
    raise Refused(
        f"文件有 {max(1, round(size / MEGABYTE))} MB，最多 {limit // MEGABYTE} MB，请压缩图片或拆成几份后再上传。"
    )


def _is_office(part: str) -> Callable[[bytes], None]:
    def content(data: bytes) -> None:
        if data.startswith(OLE):
            raise Refused("这个文件设了打开密码或是旧版格式，请去掉密码、另存为新格式后再上传。")
        if not data.startswith(b"PK\x03\x04"):
            raise Refused(DISAGREES)
        names = {name.lower() for name in entry_names(data)}
        if "[content_types].xml" not in names or part not in names:
            raise Refused(DISAGREES)
        if any(name.endswith("vbaproject.bin") for name in names):
            raise Refused("这个文件带有宏，不能上传，请另存为不带宏的格式。")

    return content


def _is_pdf(data: bytes) -> None:
    if b"%PDF-" not in data[:1024]:
        raise Refused(DISAGREES)
    if b"%%EOF" not in data[-2048:]:
        raise Refused(BROKEN)


def _is_png(data: bytes) -> None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refused(DISAGREES)


def _is_jpeg(data: bytes) -> None:
    if not data.startswith(b"\xff\xd8\xff"):
        raise Refused(DISAGREES)


def _is_csv(data: bytes) -> None:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(char < " " and char not in "\t\r\n\x0b\x0c" for char in set(text)):
            break
        return
    raise Refused(DISAGREES)


DISAGREES = "文件的内容与扩展名不符，可能改过名或已损坏，请用原来的程序打开后另存再上传。"
CONTENTS: dict[str, Callable[[bytes], Any]] = {
    "xlsx": _is_office("xl/workbook.xml"),
    "docx": _is_office("word/document.xml"),
    "csv": _is_csv,
    "pdf": _is_pdf,
    "png": _is_png,
    "jpg": _is_jpeg,
    "jpeg": _is_jpeg,
}
