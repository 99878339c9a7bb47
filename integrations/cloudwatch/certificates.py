"""SNS's signing certificates: fetched from Amazon's own hosts only, kept by their address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from core.http import OutboundFailed, OutboundRefused, request
from integrations.cloudwatch.sns import Forged, is_certificate

MAX_KEPT = 64
AGAIN_SECONDS = 60.0
MAX_BYTES = 32 * 1024
_kept: OrderedDict[str, bytes] = OrderedDict()
_failed: dict[str, float] = {}
_lock = threading.Lock()


class NotFetched(Exception):
    """The certificate is not to be had right now; the message may still be genuine."""


def certificate(url: object) -> bytes:
    """The PEM at this address. Raises `Forged` for a foreign address, before anything is asked,
    and `NotFetched` when AWS does not answer. Not to be called inside a transaction."""
    if not isinstance(url, str) or not is_certificate(url):
        raise Forged("Its certificate is not at an address of Amazon SNS.")
    with _lock:
        if url in _kept:
            return _kept[url]
        if time.monotonic() - _failed.get(url, float("-inf")) < AGAIN_SECONDS:
            raise NotFetched
    try:
        answer = request("GET", url, timeout=5.0, max_bytes=MAX_BYTES)
    except (OutboundFailed, OutboundRefused) as error:
        _note_failure(url)
        raise NotFetched from error
    if answer.status != 200:
        _note_failure(url)
        raise NotFetched
    with _lock:
        _kept[url] = answer.body
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return answer.body


def _note_failure(url: str) -> None:
    with _lock:
        if len(_failed) > MAX_KEPT:
            _failed.clear()
        _failed[url] = time.monotonic()
