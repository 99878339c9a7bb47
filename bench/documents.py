"""Drafts and shows documents in one process, run by `manage.py shell` for `bench.postmortems`."""

from __future__ import annotations

import json
from datetime import timedelta

from django.test import Client

from accounts.models import User
from bench.postmortems import EVENTS, SECTIONS, took
from catalog.models import System
from core import clock
from core.actor import Actor, Via
from incidents import services as incident_services
from incidents.models import Incident, IncidentEvent
from postmortems import services
from postmortems.exports import tree, writers
from postmortems.models import Postmortem

WORDS = "What was known at this moment, what it rests on, and what was done because of it. "


def main() -> None:
    """Prints p95 in ms of the draft, the pages and the PDF."""
    user = User.objects.get(email="admin@example.org")
    actor = Actor(label=str(user), via=Via.WEB, user_id=user.pk)
    incident = _incident(actor)
    drafted = took(lambda: _draft(incident, actor), runs=10)
    postmortem = Postmortem.objects.active().get(incident=incident)
    _write(postmortem, actor)
    client = Client()
    client.force_login(user)
    page, some = f"/postmortems/{postmortem.ref}/", "/postmortems/"
    for path in (page, some):
        assert client.get(path).status_code == 200, path
    whole = tree.collect(postmortem, user)
    told = {
        "draft_ms": drafted,
        "page_ms": took(lambda: client.get(page)),
        "list_ms": took(lambda: client.get(some)),
        "pdf_ms": took(lambda: writers.pdf(whole), runs=5),
        "pdf_bytes": len(writers.pdf(whole)),
        "words": sum(len(section.body.split()) for section in whole.sections),
    }
    print(json.dumps(told))


def _incident(actor: Actor) -> Incident:
    now = clock.now()
    incident = incident_services.open_incident(
        title="A long incident",
        severity="sev1",
        actor=actor,
        systems=list(System.objects.all()[:5]),
        onset_at=now - timedelta(hours=30),
        opened_at=now - timedelta(hours=29),
        page=False,
        cause_hint="generation.fabricated-reference",
    )
    IncidentEvent.objects.bulk_create(
        IncidentEvent(
            incident=incident,
            kind="note" if number % 3 else "alert",
            occurred_at=now - timedelta(seconds=40 * (EVENTS - number)),
            actor_label="Bench",
            via="web",
            text=f"Line {number}: {WORDS}",
        )
        for number in range(EVENTS)
    )
    incident_services.transition_incident(incident_id=incident.pk, to="resolved", actor=actor)
    incident.refresh_from_db()
    return incident


def _draft(incident: Incident, actor: Actor) -> None:
    """A new draft each time: the one before is set aside."""
    for there in Postmortem.objects.active().filter(incident=incident):
        services.set_aside(postmortem_id=there.pk, reason="Once more.", actor=actor)
    services.start_postmortem(incident_id=incident.pk, actor=actor)


def _write(postmortem: Postmortem, actor: Actor) -> None:
    """Ten sections of some 300 words each; the others are left empty."""
    for number, section in enumerate(postmortem.sections.all()):
        body = "\n\n".join([f"**Point {n}.** {WORDS * 3}" for n in range(6)])
        services.save_section(
            postmortem_id=postmortem.pk,
            key=section.key,
            body=body if number < SECTIONS else "",
            seen_version=None,
            actor=actor,
        )
