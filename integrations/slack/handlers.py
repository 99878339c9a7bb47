"""What Slack does when an incident changed: its posts are drawn anew, in place."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from core.hints import hint_on_commit
from incidents.events import IncidentChanged
from incidents.models import Incident
from integrations.slack.incident_words import state_message
from notifications.models import Delivery

SETTLE_SECONDS = 7
"""Longer than a call to Slack may take: two edits of one post are never under way together."""


def on_incident_changed(event: IncidentChanged) -> None:
    """Drawn from what is true now, not from the event: events may come late or out of order. Of
    edits that wait only the newest is kept."""
    incident = Incident.objects.filter(pk=event.incident_id).first()
    if incident is None:
        return
    posts = list(
        Delivery.objects.filter(
            subject_key=event.subject_key,
            channel="slack",
            kind=Delivery.Kind.PAGE,
            state=Delivery.State.SENT,
        ).exclude(provider_ref="")
    )
    for post in posts:
        _redraw(post, incident)
    if posts:
        hint_on_commit("deliver")


def _redraw(post: Delivery, incident: Incident) -> None:
    origin = f"slack-post:{post.pk}"
    waiting = Delivery.objects.filter(origin=origin, state=Delivery.State.PENDING)
    waiting.filter(lease_token=None).exclude(obligation_key=_key(post, incident)).update(
        state=Delivery.State.CANCELLED, reason="A newer state replaced it"
    )
    wait = SETTLE_SECONDS if waiting.filter(lease_until__gt=Now()).exists() else 0
    message = state_message(incident, why=str(post.message.get("why") or ""))
    Delivery.objects.bulk_create(
        [
            Delivery(
                obligation_key=_key(post, incident),
                subject_key=post.subject_key,
                origin=origin,
                kind=Delivery.Kind.UPDATE,
                channel="slack",
                address=post.provider_ref,
                message=message.to_json(),
                due_at=Now() + timedelta(seconds=wait),
            )
        ],
        ignore_conflicts=True,
    )


def _key(post: Delivery, incident: Incident) -> str:
    return f"slack-update:{post.pk}:v{incident.version}"
