"""A resolved incident of the cast's system, its document, and people who review it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Role, User
from catalog.models import System
from catalog.services import record_change, save_system
from core import clock, outbox
from incidents import services as incident_services
from incidents.models import Incident
from postmortems import services
from postmortems.models import Postmortem, Section
from tests.cast import TESTER, actor_of, make_user


def resolved_incident(by: User, *systems: System, **more: Any) -> Incident:
    """Opened two hours ago with an onset before, led by `by`, resolved now; events not heard."""
    now = clock.now()
    wanted = {
        "title": "Assistant quotes a policy that does not exist",
        "severity": "sev2",
        "summary": "Answers cite paragraph 14, there are twelve.",
        "onset_at": now - timedelta(hours=3),
        "opened_at": now - timedelta(hours=2),
        "cause_hint": "generation.fabricated-reference",
        "page": False,
    }
    incident = incident_services.open_incident(
        actor=actor_of(by), systems=systems, **{**wanted, **more}
    )
    incident_services.assign_role(incident_id=incident.pk, role="lead", user=by, actor=actor_of(by))
    incident_services.add_note(
        incident_id=incident.pk, text="All of them are about refunds.", actor=actor_of(by)
    )
    for to, note in (("mitigated", "Prompt v30 is back."), ("resolved", "Nothing for an hour.")):
        incident_services.transition_incident(
            incident_id=incident.pk, to=to, note=note, actor=actor_of(by)
        )
    incident.refresh_from_db()
    return incident


def hear_everything() -> None:
    """Work the outbox off, as the engine does."""
    while outbox.run_due():
        pass


def document(by: User, *systems: System, **more: Any) -> Postmortem:
    """The draft that is made when such an incident resolves."""
    incident = resolved_incident(by, *systems, **more)
    hear_everything()
    return Postmortem.objects.get(incident=incident)


def owned_system(slug: str, **owners: User) -> System:
    """`owned_system("search", engineering=somebody, product=another)`."""
    named = {name.replace("_", "-"): user.email for name, user in owners.items()}
    return save_system(
        slug=slug, name=slug.capitalize(), kind="rag", tier=1, owners=named, actor=TESTER
    )


def changed(system: System, ago: timedelta, **more: Any) -> None:
    wanted = {"kind": "prompt", "summary": "Shorter answers", "version": "v31"}
    record_change(
        system=system,
        occurred_at=clock.now() - ago,
        actor=TESTER,
        **{**wanted, "previous_version": "v30", **more},
    )


def write_all(postmortem: Postmortem, by: User) -> None:
    """Every section is written, nothing drafted is left."""
    for section in postmortem.sections.all():
        write(postmortem, section.key, f"What is known about {section.title.lower()}.", by)


def write(postmortem: Postmortem, key: str, body: str, by: User) -> Section:
    seen = postmortem.sections.get(key=key).version
    return services.save_section(
        postmortem_id=postmortem.pk, key=key, body=body, seen_version=seen, actor=actor_of(by)
    )


def move(postmortem: Postmortem, to: str, by: User, note: str = "") -> Postmortem:
    return services.transition_postmortem(
        postmortem_id=postmortem.pk, to=to, actor=actor_of(by), note=note
    )


def published(by: User, reviewer: User, *systems: System, **more: Any) -> Postmortem:
    postmortem = document(by, *systems, **more)
    write_all(postmortem, by)
    services.ask_reviewer(postmortem_id=postmortem.pk, user=reviewer, actor=actor_of(by))
    move(postmortem, "in_review", by)
    for row in postmortem.reviews.select_related("user"):
        move(postmortem, "approved", row.user)
    move(postmortem, "published", by)
    postmortem.refresh_from_db()
    return postmortem


def somebody(name: str, role: str = Role.RESPONDER) -> User:
    return make_user(name, role)
