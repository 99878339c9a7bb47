"""`/healthz`, `/readyz`, `/metrics`: for load balancers and monitoring, not for people."""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.authentication import bearer, live_key
from accounts.models import ApiKey
from aire_web.metrics import CONTENT_TYPE, metrics_text
from core.logs import get_logger

log = get_logger(__name__)
BROKER_TIMEOUT_SECONDS = 0.5


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Asks nothing else, so that a database restart kills no process."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served. The broker is shown but does not fail it: hints may be
    lost, and pages go out without it."""
    database, migrations = "ok", "unknown"
    try:
        pending = pending_migrations()
        migrations = "ok" if not pending else f"{len(pending)} pending"
    except DatabaseError as error:
        log.warning("readyz_database", error=type(error).__name__)
        database = "unreachable"
    ready = database == migrations == "ok"
    return JsonResponse(
        {
            "status": "ready" if ready else "not ready",
            "database": database,
            "migrations": migrations,
            "broker": "ok" if broker_answers() else "unreachable",
        },
        status=200 if ready else 503,
    )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For a bearer of an API key with the scope `metrics`."""
    try:
        key = live_key(bearer(request) or "")
        if key is None:
            refusal = _plain("Give an API key: Authorization: Bearer aire_…\n", 401)
            refusal["WWW-Authenticate"] = 'Bearer realm="AIRE"'
            return refusal
        if ApiKey.Scope.METRICS not in key.scopes:
            return _plain("This API key does not have the scope metrics.\n", 403)
        return HttpResponse(metrics_text(), content_type=CONTENT_TYPE)
    except DatabaseError as error:
        log.warning("metrics_database", error=type(error).__name__)
        return _plain("The database cannot be asked right now.\n", 503)


def pending_migrations() -> frozenset[tuple[str, str]]:
    """What this release brings and the database does not have yet."""
    return _known_migrations() - set(MigrationRecorder(connection).applied_migrations())


def broker_answers() -> bool:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
            socket_timeout=BROKER_TIMEOUT_SECONDS,
        )
        with client:
            return bool(client.ping())
    except (redis.RedisError, ValueError, OSError):
        return False


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The files of this release; they do not change while it runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
