"""Fields that are encrypted at rest and masked everywhere: what a model hands out never prints its text."""

import base64
import binascii
import hashlib
import os
from contextlib import suppress
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from cppcc.office.refusals import Refused

MASK = "●●●●●●"
NONCE = 12  # bytes
UNREADABLE = "这项内容用现在的密钥打不开，请联系管理员核对加密密钥（FIELD_KEYS）。"


class Box:
    """AES-256 in Galois/counter mode: the first key seals, all of them open, so that keys can be changed."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.ciphers = [AESGCM(hashlib.sha256(key.encode()).digest()) for key in keys]

    def encrypt(self, data: bytes) -> bytes:
        """A nonce, then the sealed bytes with their tag."""
        nonce = os.urandom(NONCE)
        return nonce + self.ciphers[0].encrypt(nonce, data, None)

    def decrypt(self, sealed: bytes) -> bytes:
        """The bytes. Raises InvalidTag when no key opens them, or when they were changed."""
        for one in self.ciphers:
            with suppress(InvalidTag, ValueError):
                return one.decrypt(sealed[:NONCE], sealed[NONCE:], None)
        raise InvalidTag


@cache
def box(keys: tuple[str, ...]) -> Box:
    """The cipher of some keys."""
    return Box(keys)


def cipher() -> Box:
    """The cipher of the settings of now."""
    return box(tuple(settings.FIELD_KEYS))


class Sealed:
    """An encrypted text. It prints as a mask; only `opened()` gives the text."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Sealed":
        """Seal a text; an empty one stays empty."""
        return cls(base64.urlsafe_b64encode(cipher().encrypt(text.encode())).decode() if text else "")

    def opened(self) -> str:
        """The text. Raises Refused when no key opens it."""
        if not self.token:
            return ""
        try:
            return cipher().decrypt(base64.urlsafe_b64decode(self.token)).decode()
        except (InvalidTag, binascii.Error):
            raise Refused(UNREADABLE) from None

    def __str__(self) -> str:
        return MASK if self.token else ""

    def __repr__(self) -> str:
        return f"<Sealed {'…' if self.token else 'empty'}>"

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)


class SealedField(models.TextField):
    """Stores a sealed token; the model's value is a `Sealed`. A plain text that is assigned is sealed when saved."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed:
        """The token as a `Sealed`."""
        return Sealed(value or "")

    def to_python(self, value: Any) -> Any:
        """A `Sealed` as it is; a mask that comes back from a form is not taken for a text."""
        return value if isinstance(value, Sealed) else Sealed.of(str(value or ""))

    def get_prep_value(self, value: Any) -> str:
        """The token; a plain text is sealed first."""
        return value.token if isinstance(value, Sealed) else Sealed.of(str(value or "")).token

    def value_to_string(self, obj: models.Model) -> str:
        """Dumps carry the token only."""
        return self.get_prep_value(self.value_from_object(obj))
