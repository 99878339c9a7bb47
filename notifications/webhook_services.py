"""The verbs of outgoing webhooks: connecting one, and telling them what happened."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import time
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.hints import hint_on_commit
from core.ids import new_id
from core.in_use import refuse_while_used
from core.inserts import insert_new
from notifications.contact_services import save_named_contact
from notifications.message import MAX_DATA, Message
from notifications.models import Delivery, OutgoingWebhook

CHANNEL = "webhook"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks write a secret, not one
MIN_SECRET = 24
RESERVED = frozenset({"new", "rooms"})
EVENTS: Mapping[str, str] = {
    "incident.opened": "An incident was opened",
    "incident.acknowledged": "Somebody took it",
    "incident.mitigated": "The harm has stopped",
    "incident.resolved": "It is over",
    "incident.closed": "Its work is done",
    "incident.cancelled": "It was none",
    "incident.reopened": "It came back",
    "incident.changed": "Its severity, people or words changed",
    "page.created": "Somebody is paged",
    "page.nobody": "A step of a policy reached nobody",
    "page.exhausted": "All steps are done and nobody acknowledged",
    "test.sent": "Somebody pressed “Send a test”",
}
"""Kinds of events, with what each means."""

REMEMBER_SECONDS = 5.0


@transaction.atomic
def save_webhook(
    *,
    slug: str,
    name: str,
    events: Collection[str],
    actor: Actor,
    url: str | None = None,
    secret: str | None = None,
    enabled: bool = True,
) -> tuple[OutgoingWebhook, str]:
    """Connect a webhook, or bring it to exactly this state; also answers the secret when one was
    made. What is None stays as it is."""
    errors = _wrong(slug, events, secret)
    if errors:
        raise Invalid("The webhook was not saved.", errors=errors)
    contact = save_named_contact(
        slug=slug, channel=CHANNEL, address=url, label=name or slug, actor=actor
    )
    hook = OutgoingWebhook.objects.filter(contact=contact).first()
    made = ""
    if hook is None:
        hook = OutgoingWebhook(contact=contact)
        secret = secret or (made := new_secret())
    if secret:
        hook.secret = secret
    hook.events = sorted(set(events))
    hook.enabled = enabled
    hook.save()
    _listening.forget()
    audit.record(
        actor=actor,
        action="webhook.save",
        target_kind="webhook",
        target_ref=slug,
        events=hook.events,
        enabled=enabled,
        new_secret=bool(secret),
    )
    return hook, made


@transaction.atomic
def rotate_secret(*, slug: str, actor: Actor) -> str:
    """A new secret, shown once. The old one stops at once."""
    hook = _hook(slug)
    hook.secret = made = new_secret()
    hook.save(update_fields=["secret"])
    audit.record(
        actor=actor, action="webhook.rotate_secret", target_kind="webhook", target_ref=slug
    )
    return made


@transaction.atomic
def remove_webhook(*, slug: str, actor: Actor) -> None:
    """Gone at once; what is under way to it fails. Refused while a policy pages it."""
    contact = _hook(slug).contact
    refuse_while_used(contact, name=contact.label, mend="Take it out there first.")
    contact.delete()
    _listening.forget()
    audit.record(actor=actor, action="webhook.remove", target_kind="webhook", target_ref=slug)


@transaction.atomic
def send_test(*, slug: str, actor: Actor) -> Delivery:
    """A `test.sent` event to this one, whatever it listens to."""
    hook = _hook(slug)
    row = _delivery(hook, "test.sent", {"by": actor.label}, f"test:{new_id()}")
    row.save()
    hint_on_commit("deliver")
    return row


def tell(event: str, data: Mapping[str, Any], *, key: str) -> int:
    """Have every webhook that listens told, once for each `key`; in the caller's transaction."""
    hooks = OutgoingWebhook.objects.filter(enabled=True).select_related("contact")
    rows = [_delivery(hook, event, data, key) for hook in hooks if event in hook.events]
    made = insert_new(*rows)
    if made:
        hint_on_commit("deliver")
    return len(made)


class _Listening:
    """Whether any webhook is there, remembered for a moment: events are many, webhooks few."""

    def __init__(self) -> None:
        self._until = 0.0
        self._any = False

    def __call__(self) -> bool:
        if time.monotonic() >= self._until:
            self._any = OutgoingWebhook.objects.filter(enabled=True).exists()
            self._until = time.monotonic() + REMEMBER_SECONDS
        return self._any

    def forget(self) -> None:
        self._until = 0.0


_listening = _Listening()


def anybody_listens(_event: object = None) -> bool:
    """A webhook that another process made is noticed within five seconds."""
    return _listening()


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _delivery(hook: OutgoingWebhook, event: str, data: Mapping[str, Any], key: str) -> Delivery:
    body = {"type": event, "timestamp": clock.now().isoformat(), "data": dict(data)}
    text = json.dumps(body)
    if len(text) > MAX_DATA:
        body["data"] = {"truncated": True}
        text = json.dumps(body)
    return Delivery(
        obligation_key=f"hook:{hook.contact_id}:{event}:{key}"[:200],
        origin=f"hook:{hook.contact_id}",
        kind=Delivery.Kind.NOTICE,
        channel=CHANNEL,
        address=hook.contact.label,
        contact_id=hook.contact_id,
        message=Message(kind="notice", headline=event, title=EVENTS[event], data=text).to_json(),
    )


def _wrong(slug: str, events: Collection[str], secret: str | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        errors["slug"] = ["Use small letters, digits and hyphens."]
    if not events:
        errors["events"] = ["Choose at least one kind of event."]
    elif unknown := sorted(set(events) - set(EVENTS)):
        errors["events"] = [f"Not kinds of events: {', '.join(unknown)[:200]}."]
    if secret and len(_key(secret)) < MIN_SECRET:
        errors["secret"] = [f"Give at least {MIN_SECRET} bytes, or none to have one made."]
    return errors


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def _hook(slug: str) -> OutgoingWebhook:
    found = (
        OutgoingWebhook.objects.select_related("contact")
        .select_for_update(of=("self",))
        .filter(contact__slug=slug)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no webhook “{slug[:63]}”.")
    return found
