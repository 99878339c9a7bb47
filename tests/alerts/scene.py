"""A source and what arrives at it, for the tests of this room's pages and API."""

from __future__ import annotations

import json
from typing import Any

from alerts import absorb, services
from alerts.models import Alert, Receipt, Source
from core import outbox
from tests.cast import TESTER

FORMAT = "generic"


def make_source(slug: str = "evals", **more: Any) -> Source:
    wanted = {"slug": slug, "name": slug.capitalize(), "format": FORMAT, "actor": TESTER}
    source, _ = services.save_source(**{**wanted, **more})
    return source


def deliver(source: Source, body: Any, **more: Any) -> Receipt:
    """Store a delivery as the ingest addresses do, and work it off."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    receipt = Receipt.objects.create(source=source, format=source.format, body=data, **more)
    work_off()
    receipt.refresh_from_db()
    return receipt


def make_alert(source: Source, title: str = "Recall is low", **more: Any) -> Alert:
    body = {"title": title, "key": more.pop("key", title), "severity": "warning", **more}
    deliver(source, body)
    return Alert.objects.get(source=source, dedup_key=body["key"])


def work_off() -> None:
    while absorb.absorb_due() + outbox.run_due():
        pass
