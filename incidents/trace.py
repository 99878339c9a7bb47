"""What an incident did for an alert, as lines of the alert's trace. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert
from alerts.trace import TraceStep
from incidents.cards import path
from incidents.models import Incident, IncidentEvent
from notifications.channels import channels
from notifications.models import Delivery, DeliveryAttempt
from oncall.models import Page

MAX_LINES = 60
TOLD_KINDS = (IncidentEvent.Kind.STATUS, IncidentEvent.Kind.MERGE)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the alert has to do with one incident: `since` is None for the one it opened, whose
    whole story is the alert's own."""

    incident: Incident
    at: datetime
    opened: bool

    @property
    def since(self) -> datetime | None:
        return None if self.opened else self.at


def incident_steps(alert: Alert, user: User) -> list[TraceStep]:
    """Opened or joined which incident, who was paged through what, what the provider answered,
    who acknowledged, how it ended. Only of incidents that the reader may see; six queries."""
    parts = _parts(alert, user)
    if not parts:
        return []
    earlier: dict[str, int] = defaultdict(int)
    lines = [*_pages(parts, earlier), *_deliveries(parts), *_moves(parts)]
    return [*(_began(part, earlier[key]) for key, part in parts.items()), *lines]


def _parts(alert: Alert, user: User) -> dict[str, _Part]:
    """By subject key, from the alert's own lines; after a merge also the incident it is in now."""
    steps = list(alert.steps.filter(kind="incident").order_by("at", "id")[:MAX_LINES])
    named = {pk: step for step in steps if isinstance(pk := step.detail.get("incident"), int)}
    seen = (
        Incident.objects.visible_to(user)
        .defer("search")
        .filter(Q(pk__in=named) | Q(alert_links__alert=alert))
        .order_by("pk")
    )
    parts = {}
    for incident in seen:
        step = named.get(incident.pk)
        opened = step is not None and "opened" in step.text
        at = step.at if step else incident.opened_at
        parts[incident.subject_key] = _Part(incident, at, opened)
    return parts


def _began(part: _Part, paged_before: int) -> TraceStep:
    incident, verb = part.incident, "opened" if part.opened else "joined"
    text = f"It {verb} {incident.ref}: {incident.title}"
    if paged_before:
        pages = "page" if paged_before == 1 else "pages"
        text = f"{text}. {paged_before} {pages} had gone out for it before."
    detail = {"incident": incident.ref, "opened": part.opened}
    return TraceStep(part.at, "incident", text, detail, path(incident))


def _pages(parts: Mapping[str, _Part], earlier: dict[str, int]) -> list[TraceStep]:
    pages = (
        Page.objects.filter(escalation__subject_key__in=parts)
        .select_related("user", "escalation")
        .order_by("created_at", "id")[:MAX_LINES]
    )
    lines = []
    for page in pages:
        key = page.escalation.subject_key
        part = parts[key]
        if part.since and page.created_at < part.since:
            earlier[key] += 1
            continue
        who = str(page.user) if page.user else page.target
        verb = "Shadow mode: would have paged" if page.shadow else "Paged"
        text = f"{verb} {who}. {page.because}"
        detail = {"incident": part.incident.ref, "page": str(page.pk)}
        address = reverse("oncall:page-detail", args=[page.pk])
        lines.append(TraceStep(page.created_at, "page", text, detail, address))
    return lines


def _deliveries(parts: Mapping[str, _Part]) -> list[TraceStep]:
    deliveries = (
        Delivery.objects.filter(subject_key__in=parts, kind=Delivery.Kind.PAGE)
        .select_related("user")
        .prefetch_related("tries")
        .order_by("created_at", "id")[:MAX_LINES]
    )
    return [
        _attempted(part.incident, delivery, attempt)
        for delivery in deliveries
        if (part := parts[delivery.subject_key])
        and not (part.since and delivery.created_at < part.since)
        for attempt in delivery.tries.all()
    ]


def _attempted(incident: Incident, delivery: Delivery, attempt: DeliveryAttempt) -> TraceStep:
    who = str(delivery.user) if delivery.user else delivery.address
    answer = str(attempt.get_outcome_display()).lower()
    said = f" ({attempt.detail})" if attempt.detail else ""
    repeat = " It may be a repeat." if attempt.may_repeat else ""
    detail = {
        "incident": incident.ref,
        "channel": delivery.channel,
        "attempt": attempt.number,
        "outcome": attempt.outcome,
        "may_repeat": attempt.may_repeat,
    }
    known = channels.get(delivery.channel)
    text = f"{known.title if known else delivery.channel} to {who}: {answer}{said}.{repeat}"
    return TraceStep(attempt.finished_at, "delivery", text, detail, path(incident))


def _moves(parts: Mapping[str, _Part]) -> list[TraceStep]:
    by_id = {part.incident.pk: part for part in parts.values()}
    events = IncidentEvent.objects.filter(incident__in=by_id, kind__in=TOLD_KINDS)
    return [
        TraceStep(
            event.occurred_at,
            event.kind,
            event.text,
            {"incident": by_id[event.incident_id].incident.ref, "by": event.actor_label},
            path(by_id[event.incident_id].incident),
        )
        for event in events.order_by("recorded_at", "id")[:MAX_LINES]
        if not ((since := by_id[event.incident_id].since) and event.recorded_at < since)
    ]
