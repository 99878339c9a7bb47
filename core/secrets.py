"""Secrets: kept encrypted in the database, shown to nobody by accident; and keys that AIRE gives.

Encryption keys are AIRE's own (`AIRE_ENCRYPTION_KEYS`), never derived from `SECRET_KEY`, so that
a new session secret does not destroy the connections to other systems.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from core.errors import AireError

KEY_BYTES: Final = 20  # 160 bits of randomness
CHECK_LENGTH: Final = 4
HINT_LENGTH: Final = 8
_KEY_FORM: Final = re.compile(r"[a-z2-7]{36}")
_MASK: Final = "••••••"


class SecretUnreadable(AireError):
    """It was encrypted with a key that is no longer among `AIRE_ENCRYPTION_KEYS`."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("AIRE_ENCRYPTION_KEYS is empty: give at least one Fernet key.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "AIRE_ENCRYPTION_KEYS holds something that is not a Fernet key "
            "(32 bytes in URL-safe base64)."
        ) from error


def _current_box() -> MultiFernet:
    return _box(tuple(settings.AIRE_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """The text under the first key. The same text gives another result each time."""
    return _current_box().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text again, whichever of the keys it was encrypted with; else `SecretUnreadable`."""
    try:
        return _current_box().decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise SecretUnreadable(
            "This secret was encrypted with a key that AIRE no longer has. "
            "Put that key back into AIRE_ENCRYPTION_KEYS or enter the secret again."
        ) from error


def rotate(token: str) -> str:
    """The same secret under the first key, for the day a new key is put in front."""
    return encrypt(decrypt(token))


class Secret:
    """A secret that has to be asked for by `reveal()`; printing, logging or rendering masks it.

    What came from the database is decrypted only when revealed: a lost key breaks the one use,
    not the page that lists it, and saving the row again keeps the bytes as they are.
    """

    __slots__ = ("_plain", "_token")

    def __init__(self, plain: str | None = None, *, token: str | None = None) -> None:
        self._plain = plain
        self._token = token

    def reveal(self) -> str:
        """The plain text. Raises `SecretUnreadable` when the key is gone."""
        if self._plain is None:
            self._plain = decrypt(self._token) if self._token else ""
        return self._plain

    def sealed(self) -> str:
        """What is stored: the token it came with, or a new one. Nothing is stored for nothing."""
        if self._token is None:
            self._token = encrypt(self._plain) if self._plain else ""
        return self._token

    def __bool__(self) -> bool:
        return bool(self._plain or self._token)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            other = other.reveal()
        if not isinstance(other, str):
            return NotImplemented
        return hmac.compare_digest(self.reveal().encode(), other.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __str__(self) -> str:
        return _MASK if self else ""

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_unsealed, (self.sealed(),))


def _unsealed(token: str) -> Secret:
    return Secret(token=token)


class _SecretAttribute(DeferredAttribute):
    """Turns whatever is assigned into a `Secret`, so that a plain string does not stay around."""

    def __set__(self, instance: models.Model, value: Secret | str | None) -> None:
        if isinstance(value, str):
            value = Secret(value)
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _SecretField = models.TextField[Secret | str | None, Secret]
else:
    _SecretField = models.TextField


class EncryptedTextField(_SecretField):
    """Text that the database only sees encrypted. Reads as `Secret`; takes `str` or `Secret`.

    It cannot be searched or compared in a query: each encryption of a text is different.
    """

    descriptor_class = _SecretAttribute

    def from_db_value(self, value: str | None, *_: object) -> Secret | None:
        return None if value is None else Secret(token=value)

    def to_python(self, value: Any) -> Any:
        return Secret(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = self.to_python(value)
        return value.sealed() if isinstance(value, Secret) else None

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return value.sealed() if isinstance(value, Secret) else ""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def _check(body: str) -> str:
    digest = hashlib.sha256(f"aire-key:{body}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:CHECK_LENGTH]


def new_key(prefix: str = "aire_") -> str:
    """A new key: prefix, 160 random bits, a checksum that lets scanners tell it from noise."""
    body = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").lower()
    return f"{prefix}{body}{_check(body)}"


def looks_like_key(text: str, prefixes: Sequence[str] = ("aire_",)) -> bool:
    """Has it AIRE's form, checksum included? Says nothing about whether the key is known."""
    for prefix in prefixes:
        body = text.removeprefix(prefix)
        if text.startswith(prefix) and _KEY_FORM.fullmatch(body):
            return hmac.compare_digest(body[-CHECK_LENGTH:], _check(body[:-CHECK_LENGTH]))
    return False


def key_digest(key: str) -> bytes:
    """What is stored of a key: SHA-256. Enough for 160 random bits; not for passwords."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def key_hint(key: str) -> str:
    """What may be shown of a key, so that people can tell two apart."""
    return key[:HINT_LENGTH]
