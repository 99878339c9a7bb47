"""Connecting a system outside through which playbooks act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.checks import Findings
from core.actor import Actor
from core.connecting import filled_options, why_not_sent_to
from core.errors import Conflict, Invalid, NotFound
from core.urls import safe_href
from playbooks.models import Connection
from playbooks.remedies import Remedy, Target, remedies

RESERVED = frozenset({"new"})
MAX_SECRET = 8_192
MAX_ALLOWED = 100


def save_connection(
    *,
    slug: str,
    name: str,
    kind: str,
    actor: Actor,
    base_url: str = "",
    options: Mapping[str, str] | None = None,
    allowed: Sequence[str] = (),
    token: str | None = None,
    secret: str | None = None,
    enabled: bool = True,
) -> Connection:
    """Connect a system, or bring the connection to exactly this state. Secrets that are None stay
    as they are, and with the scheme, host and port that they were given for."""
    remedy = remedies.get(kind)
    errors = _wrong(slug, name, remedy, base_url, allowed, token, secret)
    if errors or remedy is None:
        raise Invalid("The connection was not saved.", errors=errors)
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(slug=slug).first()
        created = row is None
        row = row or Connection(slug=slug)
        address = base_url.strip() or remedy.base_url
        if not created:
            _check_same_place(row, address, token, secret)
        row.name, row.kind, row.base_url = name.strip(), kind, address
        row.options = filled_options(remedy.options, options or {})
        row.allowed = list(dict.fromkeys(one.strip() for one in allowed if one.strip()))
        row.enabled = enabled
        if token is not None:
            row.token = token.strip()
        if secret is not None:
            row.secret = secret.strip()
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Conflict(f"Somebody else has just added {slug}. Try again.") from error
        record(
            actor=actor,
            action="connection.create" if created else "connection.update",
            target_kind="connection",
            target_ref=slug,
            kind=kind,
            base_url=row.base_url,
            allowed=row.allowed,
            enabled=enabled,
        )
    return row


def remove_connection(*, slug: str, actor: Actor) -> str:
    """Delete a connection that no run went through; else switch it off. Answers which."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(slug=slug).first()
        if row is None:
            raise NotFound("There is no such connection.")
        verb = "switch off" if row.steps.exists() else "delete"
        if verb == "delete":
            row.delete()
        else:
            row.enabled = False
            row.save(update_fields=["enabled"])
        record(
            actor=actor,
            action=f"connection.{verb.replace(' ', '_')}",
            target_kind="connection",
            target_ref=slug,
        )
    return verb


def target_of(row: Connection) -> Target:
    return Target(
        name=row.name,
        base_url=row.base_url,
        options={str(name): str(value) for name, value in dict(row.options).items()},
        token=row.token,
        secret=row.secret,
    )


def _check_same_place(row: Connection, address: str, token: str | None, secret: str | None) -> None:
    kept = (("token", token, row.token), ("secret", secret, row.secret))
    sentence = why_not_sent_to(row.base_url, address)
    errors = {field: [sentence] for field, given, stored in kept if stored and given is None}
    if sentence and errors:
        raise Invalid("The connection was not saved.", errors=errors)


def _wrong(
    slug: str,
    name: str,
    remedy: Remedy | None,
    base_url: str,
    allowed: Sequence[str],
    token: str | None,
    secret: str | None,
) -> dict[str, list[str]]:
    findings = Findings()
    findings.slug("slug", slug, reserved=RESERVED)
    errors = findings.errors
    if not name.strip() or len(name) > 120 or not name.isprintable():
        errors["name"] = ["Give it a name of at most 120 characters."]
    if remedy is None:
        errors["kind"] = [f"Choose one of: {', '.join(remedies.names())}."]
        return errors
    if safe_href(base_url.strip() or remedy.base_url) is None:
        errors["base_url"] = ["Give the whole address of the API, such as https://host/path."]
    named = [one.strip() for one in allowed if one.strip()]
    if remedy.allowed_label and not named:
        errors["allowed"] = [f"Name what it may touch: {remedy.allowed_label.lower()}, one a line."]
    elif len(named) > MAX_ALLOWED or any(len(one) > 200 or not one.isprintable() for one in named):
        errors["allowed"] = [f"At most {MAX_ALLOWED} names of at most 200 characters."]
    for field, value in (("token", token), ("secret", secret)):
        plain = (value or "").strip()
        if len(plain) > MAX_SECRET or not plain.isascii() or not plain.isprintable():
            errors[field] = ["This cannot be a secret of a connection."]
    return errors
