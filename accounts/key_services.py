"""The verbs for API keys: the only writers of them. The raw key is answered once, never stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.checks import Findings
from accounts.models import ApiKey, User
from core import clock
from core.actor import Actor
from core.secrets import key_digest, key_hint, new_key

MIN_GIVEN_KEY = 32
_GIVEN_KEY = re.compile(r"[\x21-\x7e]+")


@transaction.atomic
def create_api_key(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    raw: str | None = None,
    slug: str | None = None,
    actor: Actor,
) -> tuple[ApiKey, str]:
    """A new key of `user`, and its raw form, which exists nowhere else afterwards.

    A key given from outside may have any form of at least 32 visible ASCII characters.
    """
    findings = Findings()
    _check_key_user(user, findings)
    key = ApiKey(
        user=user,
        name=findings.line("name", name, limit=120, required=True),
        slug=None if slug is None else findings.slug("slug", slug),
        scopes=_checked_scopes(scopes, findings),
        expires_at=_checked_expiry(expires_at, findings),
    )
    if slug is not None and ApiKey.objects.filter(slug=slug).exists():
        findings.add("slug", f"There is a key “{slug[:63]}” already.")
    if raw is not None:
        _check_given_key(raw, findings)
    findings.raise_any()
    secret = raw if raw is not None else new_key()
    key.digest, key.hint = key_digest(secret), key_hint(secret)
    key.save()
    _audit("api_key.create", key, actor)
    return key, secret


@transaction.atomic
def save_api_key(
    *,
    slug: str,
    user_email: str,
    scopes: Sequence[str],
    raw: str | None,
    expires_at: datetime | None,
    actor: Actor,
) -> tuple[ApiKey, str | None]:
    """Create the key with this slug, or bring it to exactly this state (config as code).

    Answers the raw key only when it was made here, because `raw` was absent for a new key. With
    `raw=None` an existing key keeps its value. A revoked value never comes back to life.
    """
    findings = Findings()
    user = User.objects.filter(email__iexact=user_email.strip()).first()
    if user is None:
        findings.add("user", f"Nobody here has the address {user_email[:254]}.")
    findings.raise_any()
    assert user is not None
    key = ApiKey.objects.select_for_update().filter(slug=slug).first()
    if key is None:
        made, secret = create_api_key(
            user=user,
            name=slug,
            slug=slug,
            scopes=scopes,
            expires_at=expires_at,
            raw=raw,
            actor=actor,
        )
        return made, secret if raw is None else None
    was = _state(key)
    _check_key_user(user, findings)
    key.user, key.scopes = user, _checked_scopes(scopes, findings)
    if expires_at != key.expires_at:
        key.expires_at = _checked_expiry(expires_at, findings)
    _replace_value(key, raw, findings)
    findings.raise_any()
    if _state(key) != was:
        key.save()
        _audit("api_key.update", key, actor)
    return key, None


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: Actor) -> ApiKey:
    """End a key for good. Again is the same as once."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("user").get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
        _audit("api_key.revoke", key, actor)
    return key


def revoke_all_keys(*, user: User, actor: Actor) -> None:
    for key in ApiKey.objects.filter(user=user, revoked_at=None):
        revoke_api_key(key=key, actor=actor)


def _state(key: ApiKey) -> tuple[object, ...]:
    return (key.user_id, list(key.scopes), bytes(key.digest), key.expires_at, key.revoked_at)


def _replace_value(key: ApiKey, raw: str | None, findings: Findings) -> None:
    same = raw is None or key_digest(raw) == bytes(key.digest)
    if same and key.revoked_at is not None:
        findings.add("key", "This key was revoked. Give it another value to bring it back.")
    elif not same and raw is not None:
        _check_given_key(raw, findings)
        key.digest, key.hint, key.revoked_at = key_digest(raw), key_hint(raw), None


def _check_given_key(raw: str, findings: Findings) -> None:
    if len(raw) < MIN_GIVEN_KEY or not _GIVEN_KEY.fullmatch(raw):
        findings.add("key", f"A given key needs at least {MIN_GIVEN_KEY} visible ASCII characters.")
    elif ApiKey.objects.filter(digest=key_digest(raw)).exists():
        findings.add("key", "Another key has this value. Each key needs its own.")


def _check_key_user(user: User, findings: Findings) -> None:
    if not user.is_active:
        findings.add("user", f"{user} is deactivated and cannot hold a key.")


def _checked_scopes(scopes: Sequence[str], findings: Findings) -> list[str]:
    known = ApiKey.Scope.values
    if not scopes or any(scope not in known for scope in scopes):
        findings.add("scopes", f"Choose at least one of {', '.join(known)}.")
        return []
    return [scope for scope in known if scope in scopes]


def _checked_expiry(expires_at: datetime | None, findings: Findings) -> datetime | None:
    if expires_at is None:
        return None
    if expires_at.tzinfo is None:
        findings.add("expires_at", "Give the time with its zone.")
    elif expires_at <= clock.now():
        findings.add("expires_at", "This time has passed. Choose one that is still to come.")
    return expires_at


def _audit(action: str, key: ApiKey, actor: Actor) -> None:
    audit.record(
        actor=actor,
        action=action,
        target_kind="api_key",
        target_ref=key.slug or key.hint,
        name=key.name,
        user=key.user.email,
        scopes=list(key.scopes),
    )
