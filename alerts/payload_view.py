"""How a raw body is shown and handed out: always as text, never as what it claims to be."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import HttpResponse

from alerts.models import Receipt
from alerts.source_selectors import receipt_body
from core.payload import PayloadError, clean_text, load_json

MAX_SHOWN = 200_000
"""Characters of a body that a page draws."""


@dataclass(frozen=True, slots=True)
class ShownBody:
    """`pretty` is the body as indented JSON, "" when it is not JSON or too large to indent."""

    pretty: str
    raw: str
    size: int
    cut: bool


def shown_body(receipt: Receipt) -> ShownBody:
    body = receipt_body(receipt)
    raw = clean_text(body.data.decode("utf-8", "replace"), MAX_SHOWN)
    pretty = "" if body.cut else _pretty(body.data)
    return ShownBody(pretty, raw, body.size, body.cut or len(raw) >= MAX_SHOWN)


def download(receipt: Receipt) -> HttpResponse:
    """The bytes as they came, as a file of plain text that no browser interprets."""
    body = receipt_body(receipt, limit=None)
    response = HttpResponse(body.data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{receipt.pk}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _pretty(data: bytes) -> str:
    try:
        value = load_json(data).value
    except PayloadError:
        return ""
    return clean_text(json.dumps(value, ensure_ascii=False, indent=2), MAX_SHOWN)
