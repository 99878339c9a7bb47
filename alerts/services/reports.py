"""A signed-in person says that something is wrong: a delivery like any other, of our own source."""

from __future__ import annotations

import json

from django.db import transaction

from accounts.audit import record
from alerts.models import Receipt, Source
from core.actor import Actor
from core.errors import Invalid
from core.hints import hint_on_commit

FORMAT = "report"
SOURCE_SLUG = "reports"
MAX_TEXT = 4000


def report_problem(
    *, system_slug: str | None, text: str, severity: str, contact: str, actor: Actor
) -> Receipt:
    """Put it on its way. It pages as its severity and the routes say."""
    if not text.strip():
        raise Invalid("Nothing was sent.", errors={"text": ["Say what is wrong."]})
    document = {
        "system": system_slug,
        "text": text.strip()[:MAX_TEXT],
        "severity": severity,
        "contact": contact.strip()[:200] or actor.label,
    }
    with transaction.atomic():
        receipt = Receipt.objects.create(
            source=own_source(),
            format=FORMAT,
            headers={"content-type": "application/json"},
            body=json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"),
            state=Receipt.State.NEW,
        )
        record(actor=actor, action="report.send", target_kind="receipt", target_ref=str(receipt.pk))
        hint_on_commit("absorb")
    return receipt


def own_source() -> Source:
    """The source of reports from within; made with the first. It has no key until somebody makes
    one."""
    source = Source.objects.filter(slug=SOURCE_SLUG, format=FORMAT).first()
    if source is None:
        taken = Source.objects.filter(slug=SOURCE_SLUG).exists()
        source, _ = Source.objects.get_or_create(
            slug=f"aire-{SOURCE_SLUG}" if taken else SOURCE_SLUG,
            defaults={"name": "Reports by people", "format": FORMAT},
        )
    return source
