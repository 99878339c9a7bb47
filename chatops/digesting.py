"""Telling channels once a day: the rows of `ChannelDigest`, their writers, and who works them off.

The message itself is `digests.digest`. Posting is a chat's own: it is asked within the
transaction that moves the row on, so that a day is told once however often this runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record
from accounts.models import Team
from chatops.digests import digest
from chatops.models import ChannelDigest
from chatops.surface import Digest
from core import clock
from core.actor import Actor
from core.clock import zone_names
from core.errors import Invalid, NotFound
from core.leases import claim_due, finish
from core.logs import get_logger
from core.registry import Registry

log = get_logger(__name__)
BATCH = 20
LEASE_SECONDS = 60
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
CHANNEL = re.compile(r"#?[^\s#@<>&\x00-\x1f]{1,79}")
OVERDUE_SQL = """
    SELECT 'channel digest', id::text, due_at, state::text, attempts::int
      FROM chatops_channeldigest
     WHERE due_at < now() - interval '1 hour'"""


class Poster(Protocol):
    """Has a digest posted to a channel of one chat, once for each `key`. Only writes rows.
    Answers why it cannot be posted, or ""."""

    def __call__(self, *, address: str, digest: Digest, key: str) -> str: ...


posters: Registry[Poster] = Registry("digest poster")
"""By the name of the chat. Filled by wiring."""


def run_due_digests() -> int:
    """Post the digests that are due; answers how many rows were worked off."""
    claim = claim_due(
        ChannelDigest, pending=ChannelDigest.State.PENDING, limit=BATCH, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        try:
            _post(row, claim.token)
        except Exception:
            # The lease runs out and it is tried again: the others must not wait for it.
            log.exception("channel_digest_failed", digest=row.slug)
    return len(claim.rows)


def save_digest(*, slug: str, actor: Actor, **wanted: Any) -> ChannelDigest:
    """Create the digest with this slug or bring it to this state: `chat`, `channel`, `team` (a
    slug or None), `hour`, `time_zone`, `weekdays_only`."""
    values = _checked(slug, wanted)
    with transaction.atomic():
        row, made = ChannelDigest.objects.select_for_update().update_or_create(
            slug=slug,
            defaults={**values, "due_at": _next(values, clock.now())},
            create_defaults={
                **values,
                "due_at": _next(values, clock.now()),
                "created_by_id": actor.user_id,
            },
        )
        record(
            actor=actor,
            action="digest.create" if made else "digest.update",
            target_kind="digest",
            target_ref=slug,
            channel=row.channel,
        )
    return row


def delete_digest(*, slug: str, actor: Actor) -> None:
    with transaction.atomic():
        deleted, _ = ChannelDigest.objects.filter(slug=slug).delete()
        if not deleted:
            raise NotFound("There is no such digest.")
        record(actor=actor, action="digest.delete", target_kind="digest", target_ref=slug)


def next_due(row: ChannelDigest, after: datetime) -> datetime:
    """The next time of its hour in its zone after a moment; over the weekend when it has one."""
    return _next(
        {"hour": row.hour, "time_zone": row.time_zone, "weekdays_only": row.weekdays_only}, after
    )


def _post(row: ChannelDigest, token: UUID) -> None:
    now = clock.now()
    poster = posters.get(row.chat)
    following = next_due(row, now)
    if poster is None:
        error = f"No chat called {row.chat} is connected."
        finish(ChannelDigest, pk=row.pk, token=token, due_at=following, last_error=error)
        return
    with transaction.atomic():
        day = row.due_at.astimezone(ZoneInfo(row.time_zone)).date()
        error = poster(
            address=row.channel,
            digest=digest(team=row.team, at=now),
            key=f"digest:{row.pk}:{day}",
        )
        done = finish(
            ChannelDigest,
            pk=row.pk,
            token=token,
            due_at=following,
            attempts=0,
            last_sent_at=row.last_sent_at if error else now,
            last_error=error[:300],
        )
        if not done:
            transaction.set_rollback(True)


def _next(values: Mapping[str, Any], after: datetime) -> datetime:
    zone = ZoneInfo(values["time_zone"])
    day = after.astimezone(zone).date()
    for ahead in range(9):
        at = datetime(day.year, day.month, day.day, values["hour"], tzinfo=zone) + timedelta(
            days=ahead
        )
        if at > after and not (values["weekdays_only"] and at.weekday() >= 5):
            return at
    raise AssertionError("a week has a working day")


def _checked(slug: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    values = {
        "chat": str(wanted.get("chat", "slack")),
        "channel": str(wanted.get("channel", "")).strip(),
        "team": _team(wanted.get("team"), errors),
        "hour": wanted.get("hour", 9),
        "time_zone": str(wanted.get("time_zone", "UTC")),
        "weekdays_only": bool(wanted.get("weekdays_only", True)),
    }
    if not SLUG.fullmatch(slug):
        errors["slug"] = ["Use small letters, digits and hyphens, at most 63."]
    if values["chat"] not in posters:
        errors["chat"] = [f"Choose one of: {', '.join(posters.names()) or 'none is connected'}."]
    if not CHANNEL.fullmatch(values["channel"]):
        errors["channel"] = ["Write the channel's name, such as #incidents, or its id."]
    if not isinstance(values["hour"], int) or not 0 <= values["hour"] <= 23:
        errors["hour"] = ["An hour from 0 to 23."]
    if values["time_zone"] not in zone_names():
        errors["time_zone"] = ["This time zone is not known; an example is Europe/Berlin."]
    if errors:
        raise Invalid("The digest was not saved.", errors=errors)
    return values


def _team(slug: object, errors: dict[str, list[str]]) -> Team | None:
    if not slug:
        return None
    team = Team.objects.filter(slug=str(slug)[:63].replace("\x00", "")).first()
    if team is None:
        errors["team"] = ["There is no such team."]
    return team
