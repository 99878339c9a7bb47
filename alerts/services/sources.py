"""Making, changing, switching and dropping sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.audit import record
from alerts.formats import formats
from alerts.ingest.doors import manners_of
from alerts.ingest.signatures import MAX_SECRETS, secrets_in
from alerts.mapping import validate_mapping
from alerts.models import Source
from alerts.options import option_problems
from alerts.services.checks import Errors, check_name, check_slug, system_named
from alerts.services.keys import MIN_GIVEN_KEY, add_key
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.secrets import new_key

MIN_SIGNING_SECRET = 8
AUTO_RESOLVE_SECONDS = (60, 30 * 86400)


def save_source(
    *,
    slug: str,
    name: str,
    format: str,  # noqa: A002 - the word of the field and of the contract
    actor: Actor,
    system_slug: str | None = None,
    options: Mapping[str, Any] | None = None,
    auto_resolve_after: int | None = None,
    enabled: bool = True,
    raw_key: str | None = None,
    signing_secret: str | None = None,
) -> tuple[Source, str | None]:
    """Make a source or set all of its fields. A new source without `raw_key` gets a generated
    key, which is the second value: it is shown this once. Without `signing_secret` the one it has
    stays; "" takes it away."""
    fields: dict[str, Any] = {
        "name": name.strip()[:120],
        "format": format,
        "options": dict(options or {}),
        "auto_resolve_after": auto_resolve_after,
        "enabled": enabled,
    }
    errors = _problems(slug, raw_key, fields)
    if signing_secret is not None:
        fields["signing_secret"] = "\n".join(secrets_in(signing_secret))
        _check_signing(format, fields["signing_secret"], errors)
    fields["system"] = system_named(system_slug, errors)
    if errors:
        raise Invalid("The source was not saved.", errors=errors)
    with transaction.atomic():
        source, made = Source.objects.update_or_create(slug=slug, defaults=fields)
        action = "source.create" if made else "source.update"
        record(actor=actor, action=action, target_kind="source", target_ref=slug, format=format)
        shown = new_key() if made and raw_key is None else None
        if given := raw_key or shown:
            add_key(source, given)
    return source, shown


def create_source(*, slug: str, **fields: Any) -> tuple[Source, str | None]:
    """`save_source`, but refuses a short name that is taken instead of changing that source."""
    with transaction.atomic():
        if Source.objects.filter(slug=slug).exists():
            raise Conflict(f"There is a source {slug!r} already.")
        return save_source(slug=slug, **fields)


def switch_source(*, source: Source, enabled: bool, actor: Actor) -> None:
    """Off: senders are refused as with a wrong key. What came before stays."""
    with transaction.atomic():
        changed = (
            Source.objects.filter(pk=source.pk).exclude(enabled=enabled).update(enabled=enabled)
        )
        if changed:
            action = "source.switch_on" if enabled else "source.switch_off"
            record(actor=actor, action=action, target_kind="source", target_ref=source.slug)


def delete_source(*, source: Source, actor: Actor) -> None:
    """Drop a source that never received anything; others are switched off instead."""
    with transaction.atomic():
        if source.receipts.exists() or source.alerts.exists():
            raise Conflict(
                "This source has received alerts. Switch it off instead; its history stays."
            )
        record(actor=actor, action="source.delete", target_kind="source", target_ref=source.slug)
        source.delete()


def _problems(slug: str, raw_key: str | None, fields: Mapping[str, Any]) -> Errors:
    errors: Errors = {}
    check_slug(slug, errors)
    check_name(fields["name"], "source", errors)
    if fields["format"] not in formats:
        errors["format"] = [f"Choose one of: {', '.join(formats.names())}."]
    if fields["format"] == "generic":
        if problems := validate_mapping(fields["options"]):
            errors["mapping"] = problems
    elif problems := option_problems(fields["format"], fields["options"]):
        errors["options"] = problems
    least, most = AUTO_RESOLVE_SECONDS
    after = fields["auto_resolve_after"]
    if after is not None and not least <= after <= most:
        errors["auto_resolve_after"] = ["Choose between 60 seconds and 30 days."]
    if raw_key is not None and len(raw_key) < MIN_GIVEN_KEY:
        errors["key"] = [f"A key has at least {MIN_GIVEN_KEY} characters."]
    return errors


def _check_signing(format_name: str, text: str, errors: Errors) -> None:
    lines = secrets_in(text)
    if lines and manners_of(format_name).verify is None:
        errors["signing_secret"] = ["What this sender sends carries no signature."]
    elif len(lines) > MAX_SECRETS:
        errors["signing_secret"] = [f"At most {MAX_SECRETS} secrets, one a line."]
    elif any(len(line) < MIN_SIGNING_SECRET for line in lines):
        errors["signing_secret"] = [f"A secret has at least {MIN_SIGNING_SECRET} characters."]
