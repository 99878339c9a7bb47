"""What clients of Opsgenie read: alerts, the outcome of requests, heartbeats. Only of the source
whose key asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alerts.heartbeats.models import Heartbeat
from alerts.heartbeats.services import delete_heartbeat, save_heartbeat
from alerts.models import Alert, AlertStep, Receipt, Source, SourceKey
from alerts.numbers import keys_by_number, short_number
from core.actor import Actor, Via
from core.errors import AireError, Invalid
from core.payload import PayloadError, load_json
from core.secrets import key_digest
from integrations.opsgenie.door import ACTION_HEADER, ALIAS_HEADER, TOOK
from integrations.opsgenie.identity import alias_of, id_of, number_of
from integrations.opsgenie.source import FORMAT
from integrations.opsgenie.validation import INVALID

MAX_LISTED = 100
_UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
_PRIORITIES = {"sev1": "P1", "sev2": "P2", "sev3": "P3", "sev4": "P4"}
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Source, P], HttpResponse]


def _answer(data: object, status: int = 200, **more: object) -> JsonResponse:
    return JsonResponse({"data": data, "took": TOOK, "requestId": "", **more}, status=status)


def _refusal(message: str, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"message": message, "took": TOOK, "requestId": "", **more}, status=status)


def for_source(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Finds the source by its key. Only senders of this protocol may read: the keys of others stand
    in addresses, which leak more easily."""

    @csrf_exempt
    @wraps(view)
    def found(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        scheme, _, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        key = None
        if scheme.lower() == "geniekey" and raw.strip():
            key = (
                SourceKey.objects.select_related("source")
                .filter(
                    digest=key_digest(raw.strip()),
                    revoked_at=None,
                    source__enabled=True,
                    source__format=FORMAT.name,
                )
                .first()
            )
        if key is None:
            return _refusal("Could not authenticate", 401)
        return view(request, key.source, *args, **kwargs)

    return found


@for_source
@require_safe
def alert_list(request: HttpRequest, source: Source) -> HttpResponse:
    """The latest alerts, at most a hundred. `query=status:open` and `status:closed` are known."""
    rows = Alert.objects.filter(source=source).order_by("-listed_at", "-id")
    query = request.GET.get("query", "").replace(" ", "")
    if "status:open" in query or "status=open" in query:
        rows = rows.exclude(status=Alert.Status.RESOLVED)
    elif "status:closed" in query or "status=closed" in query:
        rows = rows.filter(status=Alert.Status.RESOLVED)
    limit = request.GET.get("limit", "")
    count = min(int(limit), MAX_LISTED) if limit.isascii() and limit.isdigit() else 20
    return _answer([_shown(row) for row in rows[:count]])


@for_source
@require_safe
def alert_count(request: HttpRequest, source: Source) -> HttpResponse:
    rows = Alert.objects.filter(source=source).order_by().values("pk")[:1000]
    return _answer({"count": rows.count()})


@for_source
@require_safe
def alert_detail(request: HttpRequest, source: Source, identifier: str) -> HttpResponse:
    """The newest episode under an id or alias."""
    row = _row(source, identifier, request)
    if row is None:
        return _refusal("Alert does not exist", 404)
    more = {
        "description": row.annotations.get("description", ""),
        "details": row.labels,
        "actions": [],
        "entity": row.labels.get("entity", ""),
    }
    return _answer({**_shown(row), **more})


@for_source
@require_safe
def alert_notes(request: HttpRequest, source: Source, identifier: str) -> HttpResponse:
    """What stands in the alert's trace."""
    row = _row(source, identifier, request)
    if row is None:
        return _refusal("Alert does not exist", 404)
    steps = row.steps.order_by("-at", "-id")[:MAX_LISTED]
    return _answer([_note(step) for step in steps])


def _row(source: Source, identifier: str, request: HttpRequest) -> Alert | None:
    """The newest episode under an id or alias; under a tiny id only of what is open."""
    kind = request.GET.get("identifierType", "").lower()
    number = number_of(identifier, kind)
    if number is not None:
        alias = keys_by_number(source.pk, [number]).get(number)
    else:
        alias = alias_of(identifier, kind)
    if alias is None or "\x00" in alias:
        return None
    return Alert.objects.filter(source=source, dedup_key=alias).order_by("-first_seen_at").first()


@for_source
@require_safe
def request_status(request: HttpRequest, source: Source, request_id: str) -> HttpResponse:
    """What became of a call: `requestId` is the id of its receipt."""
    try:
        receipt = Receipt.objects.filter(source=source, pk=UUID(request_id)).first()
    except ValueError:
        receipt = None
    if receipt is None or receipt.state == Receipt.State.NEW:
        return _refusal("Request not found. It might not be processed, yet.", 404)
    done = receipt.state == Receipt.State.DONE
    action = str(receipt.headers.get(ACTION_HEADER, "create"))
    alias = str(receipt.headers.get(ALIAS_HEADER, "")) or _given_alias(receipt)
    data = {
        "success": done,
        "action": action.capitalize(),
        "processedAt": _time(receipt.received_at),
        "integrationId": source.slug,
        "isSuccess": done,
        "status": "Created alert" if done and action == "create" else receipt.reason or action,
        "alertId": id_of(alias) if alias else str(receipt.pk),
        "alias": alias or str(receipt.pk),
    }
    return _answer(data)


def _given_alias(receipt: Receipt) -> str:
    try:
        body = load_json(bytes(receipt.body)).value
    except PayloadError:
        return ""
    alias = body.get("alias") if isinstance(body, dict) else None
    return alias.strip() if isinstance(alias, str) else ""


@for_source
@require_http_methods(["GET", "HEAD", "POST"])
def heartbeat_list(request: HttpRequest, source: Source) -> HttpResponse:
    """All heartbeats of the source; a POST makes one."""
    if request.method == "POST":
        return _make(request, source)
    rows = Heartbeat.objects.filter(source=source).order_by("name")[:MAX_LISTED]
    return _answer({"heartbeats": [_beat(row) for row in rows]})


@for_source
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def heartbeat_detail(request: HttpRequest, source: Source, name: str) -> HttpResponse:
    usable = "\x00" not in name
    row = Heartbeat.objects.filter(source=source, ping_name=name).first() if usable else None
    if row is None:
        return _refusal(f"Heartbeat with name [{name[:80]}] does not exist", 404)
    if request.method == "DELETE":
        delete_heartbeat(heartbeat=row, actor=_actor(source))
        return _answer(None, 202, result="Deleted")
    if request.method == "PATCH":
        return _make(request, source, row)
    return _answer(_beat(row))


@for_source
@require_http_methods(["POST"])
def heartbeat_switch(request: HttpRequest, source: Source, name: str, word: str) -> HttpResponse:
    usable = "\x00" not in name
    row = Heartbeat.objects.filter(source=source, ping_name=name).first() if usable else None
    if row is None:
        return _refusal(f"Heartbeat with name [{name[:80]}] does not exist", 404)
    saved = _save(source, row, {"enabled": word == "enable"})
    return _answer({"name": saved.ping_name, "enabled": word == "enable"})


def _make(request: HttpRequest, source: Source, row: Heartbeat | None = None) -> HttpResponse:
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return _refusal("Could not parse request body", 400)
    name = body.get("name") if row is None else row.ping_name
    if not isinstance(name, str) or not name.strip() or len(name) > 100 or not name.isprintable():
        return _refusal(INVALID, 422, errors={"name": "Give a name of at most 100 characters."})
    try:
        saved = _save(source, row, {**body, "name": name.strip()})
    except Invalid as error:
        return _refusal(
            INVALID, 422, errors={name: " ".join(e) for name, e in error.errors.items()}
        )
    except AireError as error:
        return _refusal(error.message, 409)
    return _answer(_beat(saved), 200 if row else 201)


def _save(source: Source, row: Heartbeat | None, body: dict[str, Any]) -> Heartbeat:
    name = row.ping_name if row else str(body["name"])
    known = row or Heartbeat.objects.filter(source=source, ping_name=name).first()
    every = _seconds(body) or (known.every if known else 600)
    system = (known.system if known else None) or source.system
    saved, _ = save_heartbeat(
        slug=known.slug if known else _free_slug(source, name),
        name=known.name if known else name,
        every=every,
        grace=known.grace if known else 0,
        system_slug=system.slug if system else None,
        severity=_severity(body.get("alertPriority")) or (known.severity if known else "sev3"),
        source_slug=source.slug,
        ping_name=name,
        paused=body.get("enabled", known is None or known.state != "paused") is False,
        actor=_actor(source),
    )
    return saved


def _seconds(body: dict[str, Any]) -> int | None:
    interval = body.get("interval")
    unit = _UNITS.get(str(body.get("intervalUnit", "minutes")))
    if interval is None:
        return None
    if not isinstance(interval, int) or isinstance(interval, bool) or unit is None:
        raise Invalid("Not saved.", errors={"interval": ["Give a number of minutes, hours, days."]})
    return min(max(interval, 0), 10**6) * unit


def _severity(priority: object) -> str | None:
    return next((sev for sev, word in _PRIORITIES.items() if word == priority), None)


def _free_slug(source: Source, name: str) -> str:
    base = slugify(f"{source.slug} {name}").replace("_", "-")[:55].strip("-") or source.slug
    taken = set(Heartbeat.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken
    )


def _actor(source: Source) -> Actor:
    return Actor(label=f"The key of {source.name}"[:200], via=Via.API)


def _shown(row: Alert) -> dict[str, Any]:
    closed = row.status == Alert.Status.RESOLVED
    return {
        "id": id_of(row.dedup_key),
        "tinyId": str(short_number(row.dedup_key)),
        "alias": row.dedup_key,
        "message": row.title,
        "status": "closed" if closed else "open",
        "acknowledged": row.acknowledged_at is not None,
        "isSeen": row.acknowledged_at is not None,
        "snoozed": row.status == Alert.Status.SILENCED,
        "count": row.count,
        "tags": [tag for tag in row.labels.get("tags", "").split(",") if tag],
        "priority": _PRIORITIES.get(row.severity, "P3"),
        "source": row.labels.get("source", ""),
        "owner": "",
        "createdAt": _time(row.started_at),
        "updatedAt": _time(row.last_seen_at),
        "lastOccurredAt": _time(row.last_event_at),
    }


def _note(step: AlertStep) -> dict[str, str]:
    at = _time(step.at)
    return {"note": step.text, "owner": "AIRE", "createdAt": at, "offset": str(step.pk)}


def _beat(row: Heartbeat) -> dict[str, Any]:
    size, unit = next(
        (size, unit) for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60),
                                        ("seconds", 1)) if row.every % size == 0
    )  # fmt: skip
    return {
        "name": row.ping_name,
        "description": row.name,
        "interval": row.every // size,
        "intervalUnit": unit,
        "enabled": row.state != Heartbeat.State.PAUSED,
        "expired": row.is_down,
        "lastPingTime": _time(row.last_ping_at) if row.last_ping_at else None,
        "alertPriority": _PRIORITIES.get(row.severity, "P3"),
    }


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
