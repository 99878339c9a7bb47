"""How a channel that speaks HTTP calls its provider: five seconds, and every failure in words that
say whether trying again can help. Knows no provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.http import OutboundFailed, OutboundRefused, Response, request
from notifications.channels import DeliveryError

TIMEOUT_SECONDS = 5.0
LATER = frozenset({408, 425, 429, 502, 503, 504})
"""Nothing was taken, but later it may be."""
SAID = 200


def post(
    url: str,
    *,
    who: str,
    read: Callable[[Response], str] | None = None,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    data: Mapping[str, Any] | None = None,
    content: bytes | None = None,
) -> Response:
    """The answer, when it is a success. `who` is the provider in words; `read` finds its reason
    in an answer that is none. Raises `DeliveryError`."""
    try:
        answer = request(
            "POST",
            url,
            headers=headers,
            json=json,
            data=data,
            content=content,
            timeout=TIMEOUT_SECONDS,
        )
    except OutboundRefused as error:
        raise DeliveryError(f"{who} was not called: {error.message}", permanent=True) from error
    except OutboundFailed as error:
        raise DeliveryError(
            f"{who}: {error.message}", retry_after=error.retry_after, unsure=error.unsure
        ) from error
    if answer.ok:
        return answer
    said = _words(read(answer)) if read else ""
    sentence = f"{who} answered HTTP {answer.status}{f': {said}' if said else ''}."
    raise refused(answer, sentence)


def refused(answer: Response, sentence: str) -> DeliveryError:
    """What an answer that is no success means: 4xx is final, 5xx may have been carried out."""
    if answer.status in LATER:
        return DeliveryError(sentence, retry_after=answer.retry_after)
    if answer.status >= 500:
        return DeliveryError(sentence, retry_after=answer.retry_after, unsure=True)
    return DeliveryError(sentence, permanent=True)


def json_reason(*names: str) -> Callable[[Response], str]:
    """Reads the first of these fields of a JSON answer."""

    def read(answer: Response) -> str:
        try:
            value = answer.json()
        except OutboundFailed:
            return ""
        found = value if isinstance(value, dict) else {}
        return next((str(found[name]) for name in names if found.get(name)), "")

    return read


def _words(text: str) -> str:
    return " ".join(text.split())[:SAID].rstrip(".")
