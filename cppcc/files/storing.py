"""Bytes to disk and back. The bytes are on disk, synced, before the row that names them can be committed."""

import hashlib
import os
import shutil
from collections.abc import Set
from pathlib import Path
from typing import Any

from django.db import models

from cppcc.files.models import Classification, StoredFile
from cppcc.files.safety import ALLOWED, Upload, check, clean_name
from cppcc.office.refusals import Refused


def store(
    upload: Upload | bytes,
    *,
    name: str = "",
    by: Any,
    matter: models.Model | None = None,
    classification: str = Classification.INTERNAL,
    allowed: Set[str] = ALLOWED,
) -> StoredFile:
    """Check and keep a file; `by` is the user (None: the system). Raises Refused as `safety.check` does.

    A transaction that is rolled back leaves bytes without a row, never a row without bytes.
    """
    checked = check(upload, allowed=allowed, name=name, ours=by is None)
    stored = StoredFile(
        name=checked.name,
        extension=checked.extension,
        media_type=checked.media_type,
        size=len(checked.data),
        sha256=hashlib.sha256(checked.data).hexdigest(),
        classification=classification,
        uploaded_by=by,
    )
    if matter is not None:
        stored.matter = matter
    _write(stored.path, checked.data)
    stored.save(force_insert=True)
    return stored


def store_made(source: Path, *, name: str, media_type: str, classification: str) -> StoredFile:
    """Keep a file that the system made itself and that may be larger than an upload; `source` is moved away.

    It has no uploader and no matter: only the page that had it made gives it out.
    """
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = clean_name(name)
    stored = StoredFile(
        name=name, extension=name.rpartition(".")[2], media_type=media_type, size=source.stat().st_size,
        sha256=digest, classification=classification,
    )  # fmt: skip
    stored.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(source, stored.path)
    stored.path.chmod(0o600)
    with stored.path.open("rb+") as file:
        os.fsync(file.fileno())
    _sync_folder(stored.path)
    stored.save(force_insert=True)
    return stored


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises Refused when they are missing or no longer the same."""
    try:
        data = stored.path.read_bytes()
    except FileNotFoundError:
        raise Refused(MISSING.format(name=stored.name)) from None
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise Refused(f"“{stored.name}”与存入时不一致，可能已损坏，请联系管理员从备份恢复。")
    return data


MISSING = "“{name}”不在存储里，请联系管理员从备份恢复。"


def _write(path: Path, data: bytes) -> None:
    """Write all or nothing under `path`, synced to disk with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
