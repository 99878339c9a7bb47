"""The verbs of the alerts room: sources and their keys, routes, replays, tests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from alerts import storing
from alerts.formats import formats
from alerts.mapping import validate_mapping
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import SEVERITIES, Alert, Receipt, Route, Source, SourceKey
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.hints import hint_on_commit
from core.secrets import key_digest, key_hint, new_key
from oncall.models import EscalationPolicy

SLUG = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
MIN_GIVEN_KEY = 32
LIVE_KEYS = 2


def save_source(
    *,
    slug: str,
    name: str,
    format: str,
    actor: Actor,
    system_slug: str | None = None,
    options: Mapping[str, Any] | None = None,
    auto_resolve_after: int | None = None,
    enabled: bool = True,
    raw_key: str | None = None,
) -> tuple[Source, str | None]:
    """Make a source or set all of its fields. A new source without `raw_key` gets a generated
    key, which is the second value: it is shown this once."""
    errors: dict[str, list[str]] = {}
    _check_slug(slug, errors)
    if not name.strip():
        errors["name"] = ["Give the source a name."]
    if format not in formats:
        errors["format"] = [f"Choose one of: {', '.join(formats.names())}."]
    system = _system(system_slug, errors)
    options = dict(options or {})
    if format == "generic" and (problems := validate_mapping(options)):
        errors["mapping"] = problems
    if auto_resolve_after is not None and not 60 <= auto_resolve_after <= 30 * 86400:
        errors["auto_resolve_after"] = ["Choose between 60 seconds and 30 days."]
    if raw_key is not None and len(raw_key) < MIN_GIVEN_KEY:
        errors["key"] = [f"A key has at least {MIN_GIVEN_KEY} characters."]
    if errors:
        raise Invalid("The source was not saved.", errors=errors)
    with transaction.atomic():
        source, made = Source.objects.update_or_create(
            slug=slug,
            defaults={
                "name": name.strip()[:120],
                "format": format,
                "system": system,
                "options": options,
                "auto_resolve_after": auto_resolve_after,
                "enabled": enabled,
            },
        )
        record(
            actor=actor,
            action="source.create" if made else "source.update",
            target_kind="source",
            target_ref=slug,
            format=format,
        )
        shown = None
        if raw_key is not None:
            _add_key(source, raw_key)
        elif made:
            shown = new_key()
            _add_key(source, shown)
    return source, shown


def rotate_source_key(*, source: Source, actor: Actor) -> str:
    """Add a second live key and answer it: shown this once. The older one works until it is
    revoked; with two live already, refuses."""
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=source.pk)
        if source.keys.filter(revoked_at=None).count() >= LIVE_KEYS:
            raise Conflict("Two keys are live already. Revoke one before making another.")
        raw = new_key()
        _add_key(source, raw)
        record(
            actor=actor, action="source.rotate_key", target_kind="source", target_ref=source.slug
        )
    return raw


def revoke_source_key(*, source: Source, key_id: int, actor: Actor) -> None:
    """End one key. Senders that still use it are refused from now on."""
    with transaction.atomic():
        ended = source.keys.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now())
        if not ended:
            raise NotFound("This source has no such live key.")
        record(
            actor=actor, action="source.revoke_key", target_kind="source", target_ref=source.slug
        )


def delete_source(*, source: Source, actor: Actor) -> None:
    """Drop a source that never received anything; others are switched off instead."""
    with transaction.atomic():
        if source.receipts.exists() or source.alerts.exists():
            raise Conflict(
                "This source has received alerts. Switch it off instead; its history stays."
            )
        record(actor=actor, action="source.delete", target_kind="source", target_ref=source.slug)
        source.delete()


def save_route(
    *,
    slug: str,
    name: str,
    actor: Actor,
    order: int = 100,
    match: Sequence[str] = (),
    system_slug: str | None = None,
    severity: str = "",
    policy_slug: str | None = None,
    group_by: Sequence[str] = (),
    open_incident: str = "always",
    cause_hint: str = "",
    enabled: bool = True,
) -> Route:
    """Make a route or set all of its fields."""
    errors: dict[str, list[str]] = {}
    _check_slug(slug, errors)
    if not name.strip():
        errors["name"] = ["Give the route a name."]
    try:
        parse_matchers(list(match))
    except MatcherError as error:
        errors["match"] = [str(error)]
    if severity and severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4, or leave it to the alert."]
    if open_incident not in Route.OpenIncident.values:
        errors["open_incident"] = ["Choose always, page or never."]
    system = _system(system_slug, errors)
    policy = None
    if policy_slug:
        policy = EscalationPolicy.objects.filter(slug=policy_slug).first()
        if policy is None:
            errors["escalation_policy"] = [f"There is no escalation policy {policy_slug!r}."]
    if errors:
        raise Invalid("The route was not saved.", errors=errors)
    with transaction.atomic():
        route, made = Route.objects.update_or_create(
            slug=slug,
            defaults={
                "name": name.strip()[:120],
                "order": order,
                "match": list(match),
                "system": system,
                "severity": severity,
                "escalation_policy": policy,
                "group_by": list(group_by),
                "open_incident": open_incident,
                "cause_hint": cause_hint,
                "enabled": enabled,
            },
        )
        action = "route.create" if made else "route.update"
        record(actor=actor, action=action, target_kind="route", target_ref=slug)
    return route


def delete_route(*, route: Route, actor: Actor) -> None:
    with transaction.atomic():
        record(actor=actor, action="route.delete", target_kind="route", target_ref=route.slug)
        route.delete()


def send_test(*, source: Source, actor: Actor) -> Receipt:
    """Put the sender's own kind of test payload through the real pipeline, marked as a drill."""
    reader = formats.get(source.format)
    if reader is None:
        raise Conflict(f"There is no format named {source.format}.")
    system = source.system.slug if source.system else "test-system"
    with transaction.atomic():
        receipt = Receipt.objects.create(
            source=source,
            format=source.format,
            headers={"content-type": "application/json", "x-aire-test": actor.label[:100]},
            body=reader.sample(now=clock.now(), system=system),
            drill=True,
            state=Receipt.State.NEW,
        )
        record(actor=actor, action="source.test", target_kind="source", target_ref=source.slug)
        hint_on_commit("absorb")
    return receipt


def replay_receipt(*, receipt: Receipt, actor: Actor) -> None:
    """Have a receipt that was set aside read again, for example after its mapping was mended."""
    with transaction.atomic():
        waiting = Receipt.objects.filter(pk=receipt.pk, state=Receipt.State.SET_ASIDE).update(
            state=Receipt.State.NEW, attempts=0, reason="", due_at=clock.now(), lease_until=None
        )
        if not waiting:
            raise Conflict("Only a receipt that was set aside can be replayed.")
        record(
            actor=actor, action="receipt.replay", target_kind="receipt", target_ref=str(receipt.pk)
        )
        hint_on_commit("absorb")


def resolve_silent(*, limit: int = 200) -> int:
    """Resolve alerts whose source said nothing for its auto-resolve time; answers how many."""
    with transaction.atomic():
        now = clock.now()
        rows = list(
            Alert.objects.select_for_update(skip_locked=True)
            .filter(status=Alert.Status.FIRING, auto_resolve_at__lte=now)
            .order_by("auto_resolve_at")[:limit]
        )
        storing.auto_resolve(rows, now=now)
    return len(rows)


def _add_key(source: Source, raw: str) -> None:
    """Add a key unless the source has it already; never more than two live."""
    digest = key_digest(raw)
    mine = source.keys.filter(digest=digest)
    if mine.exists():
        mine.filter(~Q(revoked_at=None)).update(revoked_at=None)
        return
    if SourceKey.objects.filter(digest=digest).exists():
        raise Invalid("The source was not saved.", errors={"key": ["Another source has this key."]})
    live = list(source.keys.filter(revoked_at=None).order_by("created_at", "pk"))
    for old in live[: max(0, len(live) - LIVE_KEYS + 1)]:
        SourceKey.objects.filter(pk=old.pk).update(revoked_at=clock.now())
    SourceKey.objects.create(source=source, digest=digest, hint=key_hint(raw))


def _check_slug(slug: str, errors: dict[str, list[str]]) -> None:
    if not SLUG.match(slug):
        errors["slug"] = ["Use lower-case letters, digits and dashes, at most 63 characters."]


def _system(slug: str | None, errors: dict[str, list[str]]) -> System | None:
    if not slug:
        return None
    system = System.objects.filter(slug=slug).first()
    if system is None:
        errors["system"] = [f"There is no system {slug!r}."]
    return system
