"""Looking: due rows, claimed with a lease; the call outside any transaction; what was missed goes
the way of every delivery, as a receipt that says where it came from.

What is gone is closed when two looks in a row miss it: an Alertmanager that has just started knows
nothing yet. What is unknown is opened at the first look where the sender names its alerts
(Alertmanager); Prometheus repeats what fires every minute by itself, so there too it takes two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from accounts.audit import record
from alerts.looking.models import Look
from alerts.looking.rules import (
    ALERTMANAGER,
    PROMETHEUS,
    Difference,
    Known,
    NotAnAnswer,
    Seen,
    difference,
    read_answer,
    told_as_webhook,
)
from alerts.models import Alert, Receipt, Source
from alerts.trace import LOOKED
from core import clock, http
from core.actor import Actor
from core.errors import Invalid
from core.hints import hint_on_commit
from core.leases import claim_due, finish
from core.payload import PayloadError, load_json
from core.secrets import SecretUnreadable

EVERY = (60, 86_400)
AGAIN = timedelta(seconds=60)
"""When a look is repeated that missed something."""
AWAY = timedelta(seconds=60)
GRACE = timedelta(seconds=60)
"""An alert that was heard of so shortly before is none that could have been missed."""
LEASE_SECONDS, CLAIMED, TIMEOUT_SECONDS = 60, 5, 10.0
MAX_BYTES, MAX_NODES, MAX_ALERTS = 16 * 1024 * 1024, 1_000_000, 20_000
FORMAT = "alertmanager"


def save_look(
    *,
    source: Source,
    url: str,
    actor: Actor,
    authorization: str | None = None,
    every: int = 300,
) -> Look | None:
    """Set where to look; an empty `url` ends it. Without `authorization` (the header's value) the
    one that is there stays; it goes with the address it was for."""
    errors: dict[str, list[str]] = {}
    url = url.strip().rstrip("/")
    if url and not _is_address(url):
        errors["url"] = ["Give the address that ends before /api, with http:// or https://."]
    if not EVERY[0] <= every <= EVERY[1]:
        errors["every"] = [f"Between {EVERY[0]} seconds and a day."]
    if errors:
        raise Invalid("It was not saved.", errors=errors)
    with transaction.atomic():
        record(actor=actor, action="source.look", target_kind="source", target_ref=source.slug,
               host=urlsplit(url).hostname or "")  # fmt: skip
        if not url:
            Look.objects.filter(source=source).delete()
            return None
        look = Look.objects.select_for_update().filter(source=source).first()
        look = look or Look(source=source)
        if authorization is not None or look.url != url:
            look.authorization = authorization or ""
        look.url, look.every, look.missing, look.error = url, every, [], ""
        look.due_at, look.lease_until, look.lease_token = clock.now(), None, None
        look.save()
    return look


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 500


_back = False


def look_due() -> int:
    """Look at a few sources that are due; answers how many. After a downtime all are due."""
    global _back
    if not _back:
        _back = True
        look_again_after_absence()
    claim = claim_due(
        Look, pending=Look.State.WAITING, limit=CLAIMED, lease_seconds=LEASE_SECONDS,
        extra="AND EXISTS (SELECT 1 FROM alerts_source s WHERE s.id = source_id AND s.enabled)",
    )  # fmt: skip
    for look in claim.rows:
        _look(look, claim.token)
    return len(claim.rows)


def look_again_after_absence() -> bool:
    """All sources now, when no engine gave a sign of life for a minute before this one began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH beats AS (SELECT process, max(at) AS at FROM core_enginebeat GROUP BY process) "
            "SELECT count(*) FILTER (WHERE at > now() - %s * interval '1 second') > 1 FROM beats",
            [AWAY.total_seconds()],
        )
        if cursor.fetchone()[0]:
            return False
    return bool(Look.objects.filter(state=Look.State.WAITING).update(due_at=clock.now()))


def _look(look: Look, token: UUID) -> None:
    began = clock.now()
    try:
        seen = ask(look.url, look.authorization.reveal())
    except (NotAnAnswer, SecretUnreadable) as error:
        finish(Look, pk=look.pk, token=token, looked_at=began, error=str(error)[:500],
               due_at=began + timedelta(seconds=look.every))  # fmt: skip
        return
    found = difference(seen, _known(look.source_id, began))
    with transaction.atomic():
        unknown, gone, missing = _decided(look, found)
        if unknown or gone:
            _tell(look, unknown, gone, began)
        again = AGAIN if missing else timedelta(seconds=look.every)
        finish(
            Look,
            pk=look.pk,
            token=token,
            looked_at=began,
            firing=len(seen),
            opened=len(unknown),
            closed=len(gone),
            missing=json.dumps(missing),
            error="",
            due_at=began + min(again, timedelta(seconds=look.every)),
        )


def ask(url: str, authorization: str) -> list[Seen]:
    """What fires there. Raises `NotAnAnswer`."""
    headers = {"Authorization": authorization} if authorization else {}
    problem = "It does not answer."
    for path in (ALERTMANAGER, PROMETHEUS):
        try:
            answer = http.request(
                "GET", f"{url}{path}", headers=headers, timeout=TIMEOUT_SECONDS, max_bytes=MAX_BYTES
            )
        except (http.OutboundRefused, http.OutboundFailed) as error:
            raise NotAnAnswer(error.message) from error
        if answer.status in (401, 403):
            raise NotAnAnswer("It refuses the authorization that AIRE sends.")
        if answer.ok:
            try:
                seen = read_answer(load_json(answer.body, max_nodes=MAX_NODES).value)
            except PayloadError as error:
                raise NotAnAnswer("It answers something that is no JSON.") from error
            if len(seen) > MAX_ALERTS:
                raise NotAnAnswer(f"It reports more than {MAX_ALERTS:,} alerts.")
            return seen
        problem = f"It answered {answer.status}."
    raise NotAnAnswer(problem)


def _known(source_id: int, began: datetime) -> list[Known]:
    """What fires here and was last heard of long enough ago to have been missed."""
    rows = Alert.objects.filter(
        source_id=source_id, is_test=False, drill=False, last_seen_at__lt=began - GRACE
    ).exclude(status=Alert.Status.RESOLVED)
    fields = rows.values_list("id", "dedup_key", "labels")[:MAX_ALERTS]
    return [Known(str(pk), key, labels) for pk, key, labels in fields]


def _decided(look: Look, found: Difference) -> tuple[Sequence[Seen], Sequence[Known], list[str]]:
    """What is told now, and what waits for a second look."""
    before = set(look.missing)
    fresh = set(
        Alert.objects.filter(source_id=look.source_id)
        .exclude(status=Alert.Status.RESOLVED)
        .filter(dedup_key__in=[one.fingerprint for one in found.unknown if one.fingerprint])
        .values_list("dedup_key", flat=True)
    )
    named = [one for one in found.unknown if one.fingerprint and one.fingerprint not in fresh]
    unnamed = [(_labels_key(one), one) for one in found.unknown if not one.fingerprint]
    unknown = [*named, *(one for key, one in unnamed if key in before)]
    gone = [one for one in found.gone if one.id in before]
    missing = [one.id for one in found.gone if one.id not in before]
    missing += [key for key, _ in unnamed if key not in before]
    return unknown, gone, missing


def _labels_key(seen: Seen) -> str:
    return json.dumps(dict(seen.labels), sort_keys=True)[:1000]


def _tell(look: Look, unknown: Sequence[Seen], gone: Sequence[Known], at: datetime) -> None:
    """A receipt as the sender would have sent it, in the caller's transaction."""
    alerts = {str(row.pk): row for row in Alert.objects.filter(pk__in=[one.id for one in gone])}
    ended = [_ended(alerts[one.id], at) for one in gone if one.id in alerts]
    Receipt.objects.create(
        source_id=look.source_id,
        format=FORMAT,
        headers={"content-type": "application/json", LOOKED: urlsplit(look.url).hostname or "?"},
        body=json.dumps(told_as_webhook(unknown, ended)).encode(),
    )
    hint_on_commit("absorb")


def _ended(alert: Alert, at: datetime) -> Mapping[str, Any]:
    ended = {"fingerprint": alert.dedup_key, "labels": alert.labels, "endsAt": at.isoformat()}
    named = alert.episode.startswith("t:")
    return {**ended, "startsAt": alert.started_at.isoformat()} if named else ended
