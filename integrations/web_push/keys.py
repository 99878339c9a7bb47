"""Makes this installation's VAPID key when it is first needed, and keeps it encrypted."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from core.inserts import insert_new
from integrations.web_push.models import VapidKey


def public_key() -> str:
    """What a browser subscribes with (`applicationServerKey`): base64url of the point."""
    return vapid_key().public


def signer() -> Vapid02:
    return _signer(vapid_key().private_pem.reveal())


def vapid_key() -> VapidKey:
    found = VapidKey.objects.first()
    if found is not None:
        return found
    made = Vapid02()
    made.generate_keys()
    point = made.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    row = VapidKey(private_pem=made.private_pem().decode(), public=b64urlencode(point))
    # Of two processes that make one at once, the first to write wins.
    insert_new(row, returning="only")
    return VapidKey.objects.get()


@lru_cache(maxsize=2)
def _signer(pem: str) -> Vapid02:
    return Vapid02.from_pem(pem.encode())
