"""`Authorization: Bearer aire_…`: an API key acts as its user within its scopes."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey, User
from core import clock
from core.secrets import key_digest

_USED_GRAIN = timedelta(minutes=1)
"""`last_used_at` is written at most this often, so that reading does not become writing."""


def live_key(raw: str) -> ApiKey | None:
    """The key with its user, if it is neither revoked nor expired and its user is active."""
    now = clock.now()
    return (
        ApiKey.objects.select_related("user")
        .filter(digest=key_digest(raw), revoked_at=None, user__is_active=True)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )


def bearer(request: Request | HttpRequest) -> str | None:
    """The bearer token of a request, if it carries one."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        raw = bearer(request)
        if raw is None:
            return None
        key = live_key(raw)
        if key is None:
            raise AuthenticationFailed("This API key is not known, has expired or was revoked.")
        now = clock.now()
        if key.last_used_at is None or now - key.last_used_at > _USED_GRAIN:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="AIRE"'
