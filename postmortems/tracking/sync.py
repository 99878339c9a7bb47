"""Telling trackers what became of actions, and looking what became of their issues.

A link is a due row: whoever claims it reads, calls out with no transaction open, and writes down
what was answered. What fails for now stays due; what fails for good waits for a person and says
what they can do. Nothing is lost either way: the action in AIRE is the truth.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.urls import reverse

from core import clock
from core.leases import claim_due, finish
from core.logs import get_logger
from core.retry import next_attempt_at
from core.secrets import SecretUnreadable
from core.urls import safe_href
from postmortems.actions.lifecycle import OPEN
from postmortems.models import Action, Tracker, TrackerLink
from postmortems.trackers import Connection, Issue, Remote, TrackerClient, TrackerError, trackers
from postmortems.tracking.services import absorb_remote

log = get_logger(__name__)
BATCH = 3
LEASE_SECONDS = 120
LOOK_AGAIN = timedelta(hours=1)
"""Webhooks get lost; so often each open issue is looked at without one."""
LOOK_BATCH = 20

OVERDUE_SQL = """
    SELECT 'tracker', id::text, due_at, state::text, attempts::int
      FROM postmortems_trackerlink
     WHERE state = 'pending' AND due_at < now() - interval '15 minutes'
       AND (lease_until IS NULL OR lease_until < now())"""


def run_due_links(*, limit: int = BATCH) -> int:
    """Work off the links that are due; answers how many were claimed."""
    claim = claim_due(
        TrackerLink,
        pending=TrackerLink.State.PENDING,
        limit=limit,
        lease_seconds=LEASE_SECONDS,
    )
    for link in claim.rows:
        _run(link, claim.token)
    return len(claim.rows)


def look_again() -> int:
    """Make links due whose issue nobody has looked at for an hour, while the action is owed."""
    stale = TrackerLink.objects.filter(
        state=TrackerLink.State.SYNCED,
        last_ok_at__lt=clock.now() - LOOK_AGAIN,
        action__status__in=OPEN,
        tracker__enabled=True,
    ).order_by("last_ok_at")
    ids = list(stale.values_list("pk", flat=True)[:LOOK_BATCH])
    return TrackerLink.objects.filter(pk__in=ids, state=TrackerLink.State.SYNCED).update(
        state=TrackerLink.State.PENDING, due_at=Now()
    )


def connection_of(tracker: Tracker) -> Connection:
    return Connection(
        name=tracker.name,
        base_url=tracker.base_url,
        options={str(name): str(value) for name, value in dict(tracker.options).items()},
        token=tracker.token,
        webhook_secret=tracker.webhook_secret,
    )


def issue_of(action: Action) -> Issue:
    """What the tracker is told. The body is written once, so that what people add stays."""
    url = f"{settings.AIRE_BASE_URL.rstrip('/')}{reverse('actions:detail', args=[action.ref])}"
    owner = str(action.owner) if action.owner else "nobody yet"
    lines = [
        action.detail,
        f"**Done when:** {action.done_criterion}" if action.done_criterion else "",
        f"Follow-up {action.ref} of {action.incident.ref}, {action.get_type_display().lower()}, "
        f"due {action.due_on}, owed by {owner}: {url}",
    ]
    return Issue(
        marker=action.ref,
        title=action.title,
        body="\n\n".join(line for line in lines if line),
        status=action.status,
        url=url,
        version=action.version,
        due_on=action.due_on,
        labels=("aire", action.type),
        reason=action.reason,
    )


def _run(claimed: TrackerLink, token: UUID) -> None:
    link = TrackerLink.objects.select_related("tracker", "action__incident", "action__owner").get(
        pk=claimed.pk
    )
    client = trackers.get(link.tracker.kind)
    try:
        if client is None or not link.tracker.enabled:
            raise TrackerError(
                f"{link.tracker.name} is switched off. Switch it on in the settings, or take the "
                "link away.",
                permanent=True,
            )
        remote = _exchange(client, link)
    except (TrackerError, SecretUnreadable) as error:
        _failed(link, token, error)
        return
    except Exception:
        log.exception("tracker_sync_failed", link=link.pk, tracker=link.tracker.slug)
        _failed(link, token, TrackerError("Something went wrong in AIRE; it is tried again."))
        return
    _succeeded(link, token, remote)


def _exchange(client: TrackerClient, link: TrackerLink) -> Remote:
    """Bring both sides together. What was changed in AIRE since it was last told goes out; else
    what was changed in the tracker comes in. Where both were, AIRE's word counts."""
    connection, issue = connection_of(link.tracker), issue_of(link.action)
    if not link.external_id:
        # An earlier try may have made the issue although its answer never came.
        found = client.find(connection, issue) if link.attempts > 1 else None
        made = found or client.create(connection, issue)
        if made.status == issue.status or issue.status in OPEN:
            return made
        return client.update(connection, made.external_id, issue)
    remote = client.read(connection, link.external_id)
    if remote is None:
        raise TrackerError(
            f"The issue {link.external_id} is not in {link.tracker.name} any more. Take the link "
            "away, then make a new one.",
            permanent=True,
        )
    if link.told < link.wanted:
        return client.update(connection, link.external_id, issue)
    if remote.status and remote.status != link.remote_status:
        absorb_remote(link=link, remote=remote, tracker=link.tracker)
    return remote


def _succeeded(link: TrackerLink, token: UUID, remote: Remote) -> None:
    now = clock.now()
    told: Any = F("told")
    changes: dict[str, Any] = {"url": safe_href(remote.url) or link.url}
    if link.told < link.wanted or not link.external_id:
        told, changes["error"] = Value(link.wanted), ""
    if remote.status:
        changes["remote_status"] = remote.status
    more = When(wanted__gt=told, then=Value(TrackerLink.State.PENDING))
    changes |= {
        "state": Case(more, default=Value(TrackerLink.State.SYNCED)),
        "external_id": remote.external_id[:200],
        "told": told,
        "last_ok_at": now,
        "attempts": 0,
        "due_at": now,
    }
    finish(TrackerLink, pk=link.pk, token=token, **changes)
    Tracker.objects.filter(pk=link.tracker_id).update(
        last_ok_at=now, last_error="", last_error_at=None
    )
    if not link.action.external_url and (href := safe_href(remote.url)):
        Action.objects.filter(Q(pk=link.action_id), external_url="").update(external_url=href)


def _failed(link: TrackerLink, token: UUID, error: TrackerError | SecretUnreadable) -> None:
    now = clock.now()
    permanent = isinstance(error, SecretUnreadable) or error.permanent
    asked = None if isinstance(error, SecretUnreadable) else error.retry_after
    finish(
        TrackerLink,
        pk=link.pk,
        token=token,
        state=TrackerLink.State.FAILED if permanent else TrackerLink.State.PENDING,
        due_at=next_attempt_at(link.attempts, now, asked) or now,
        error=error.message,
    )
    Tracker.objects.filter(pk=link.tracker_id).update(last_error=error.message, last_error_at=now)
